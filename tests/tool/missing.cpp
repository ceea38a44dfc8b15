// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What the linker and the compiler say of missing names, and what is made of it; the list of what is absent.
#include "build/missing.h"

#include <doctest.h>
#include <unistd.h>

#include <string>

using namespace wick::tool;

namespace {

/// A tree with a list of its own, gone with the test.
struct Tree {
  explicit Tree(const std::string& lines) {
    char made[] = "/tmp/wick-absent-XXXXXX";
    root = mkdtemp(made);
    fs::create_directories(root / "tools/wick");
    REQUIRE(write_file(root / "tools/wick/absent.txt", "# a comment\n\n" + lines));
  }
  ~Tree() { fs::remove_all(root); }

  fs::path root;
};

const Absent& some() {
  static const Absent absent =
      Absent::load(Tree("vfork use a thread\n<sys/epoll.h>,epoll_create1 use poll()\n").root).value();
  return absent;
}

}  // namespace

TEST_CASE("a missing function is one line: where, who, what, and what to do") {
  CHECK(explain_link("ld.lld-19: error: undefined symbol: vfork\n"
                     ">>> referenced by main.c:12 (../../demo/main.c:12)\n"
                     ">>>               demo.debug.p/main.c.o:(spawn)\n"
                     ">>> referenced by main.c:14 (../../demo/main.c:14)\n"
                     ">>>               demo.debug.p/main.c.o:(other)\n"
                     ">>> referenced 3 more times\n",
                     some()) ==
        "demo/main.c:12: spawn asks for vfork, which Wick doesn't have: use a thread (4 more places).\n");
}

TEST_CASE("without lines the linker knows the file, in an archive as well") {
  CHECK(explain_link("ld.lld: error: undefined symbol: foo\n"
                     ">>> referenced by a.c\n"
                     ">>>               a.o:(main) in archive liba.a\n"
                     ">>> referenced by a.c\n"
                     ">>>               a.o:(main) in archive liba.a\n",
                     some()) ==
        "a.c: main asks for foo, which no source and no library of this appliance defines (1 more place).\n");
  CHECK(explain_link("ld.lld: error: undefined symbol: foo\n>>> referenced by start.o:(.text.start+0x7)\n", some()) ==
        "start.o: start asks for foo, which no source and no library of this appliance defines.\n");
}

TEST_CASE("names of C++ and what the linker remarks are kept, what is known comes first") {
  CHECK(
      explain_link("ld.lld: error: undefined symbol: vtable for X\n"
                   ">>> referenced by b.cpp\n"
                   ">>>               b.o:(cpp())\n"
                   ">>> the vtable symbol may be undefined because the class is missing its key function\n"
                   "\n"
                   "ld.lld: error: undefined hidden symbol: epoll_create1\n"
                   ">>> referenced by b.cpp\n"
                   ">>>               b.o:(wait(int))\n",
                   some()) ==
      "b.cpp: wait(int) asks for epoll_create1, which Wick doesn't have: use poll().\n"
      "b.cpp: cpp asks for vtable for X, which no source and no library of this appliance defines. The linker remarks: "
      "the vtable symbol may be undefined because the class is missing its key function.\n");
}

TEST_CASE("a function of picolibc's that is barred is told of by its name") {
  CHECK(explain_link(
            "ld.lld: error: undefined symbol: there_is_no_vfork\n>>> referenced by absent.c:15 (../../absent.c:15)\n"
            ">>>               absent.c.o:(vfork) in archive libstdio.a\n",
            some()) == "the program asks for vfork, which Wick doesn't have: use a thread.\n");
}

TEST_CASE("other words of the linker stay") {
  const std::string words = "ld.lld: error: duplicate symbol: main\n>>> defined at a.c:1\n>>> defined at b.c:1\n";
  CHECK(explain_link(words, some()) == words);
  CHECK(explain_link(words + "\nld.lld: error: undefined symbol: vfork\n>>> referenced by a.o:(main)\n", some()) ==
        words + "a.o: main asks for vfork, which Wick doesn't have: use a thread.\n");
}

TEST_CASE("a missing header has its sentence, an unknown one hasn't") {
  CHECK(explain_header("main.c:3:10: fatal error: 'sys/epoll.h' file not found", some()) ==
        "Wick has no <sys/epoll.h>: use poll().");
  CHECK(explain_header("main.c:3:10: fatal error: 'mine.h' file not found", some()).empty());
  CHECK(explain_header("main.c:3:10: error: 'sys/epoll.h' is strange", some()).empty());
}

TEST_CASE("a list that says nothing of a name, or two things, is a fault") {
  CHECK(Absent::load(Tree("fork\n").root).error().sentence.ends_with("absent.txt:3: a line is NAME[,NAME] SENTENCE."));
  CHECK(Absent::load(Tree("a,b one\nb other\n").root)
            .error()
            .sentence.ends_with("absent.txt:4: \"b\" has a sentence already."));
}

TEST_CASE("the toolkit's own list reads, and its sentences end without a full stop") {
  const Absent absent = Absent::load(WICK_SOURCES).value();
  CHECK(absent.all().size() > 50);
  for (const auto& [name, sentence] : absent.all()) {
    CAPTURE(name);
    CHECK(!sentence.ends_with('.'));
  }
}

TEST_CASE("all that a client or a server asks for without a network says how to have one") {
  const Absent absent = Absent::load(WICK_SOURCES).value();
  for (const char* name :
       {"socket", "htons", "htonl", "ntohs", "ntohl", "inet_pton", "inet_ntop", "inet_addr", "getaddrinfo"}) {
    CAPTURE(name);
    CHECK(absent.about(name).ends_with("add [network]"));
  }
}
