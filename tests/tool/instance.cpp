// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Appliances in the background: their state files, and which of them live.
#include "run/instance.h"

#include <doctest.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

using namespace wick::tool;

namespace {

/// A runtime folder of its own.
struct Folder {
  fs::path path;
  Folder() {
    char name[] = "/tmp/wick-instances-XXXXXX";
    path = mkdtemp(name);
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(path, error);
  }
  void state(const std::string& name, int pid, std::uint64_t start) const {
    const std::string text = fmt::format(
        "pid={}\nstart={}\nname={}\nimage=/x/{}.appliance\nwall=hosted\nstarted=1700000000\npublish=8080:80\n"
        "publish=5353:53/udp\nlog={}\n",
        pid, start, name, name, (path / "one.log").string());
    REQUIRE(write_file(path / fmt::format("{}-{}-{}.state", name, pid, start), text));
  }
};

}  // namespace

TEST_CASE("a state file gives its facts, one that isn't whole none") {
  const std::string text =
      "pid=12\nstart=34\nname=http\nimage=/a/http.appliance\nwall=process\nstarted=5\npublish=1:2\n";
  auto instance = parse_instance(text + "colour=blue\n").value();
  CHECK((instance.pid == 12 && instance.start == 34 && instance.started == 5));
  CHECK(instance.name == "http");
  CHECK(instance.publish == std::vector<std::string>{"1:2"});
  for (const char* wrong : {"", "pid=12\n", "pid=1\nstart=3\nname=a\n", "pid=-1\nstart=3\nname=a\n",
                            "pid=12\nstart=x\nname=a\n", "pid=12\nstart=3\nname=a"}) {
    CAPTURE(wrong);
    CHECK(!parse_instance(wrong));
  }
}

TEST_CASE("a process is known by its number and the time it began") {
  const auto own = start_of_process(getpid());
  CHECK(own > 0);
  CHECK(start_of_process(getpid()) == own);
  CHECK(start_of_process(0) == 0);
}

TEST_CASE("only those that live are listed, and the others' state files removed") {
  Folder folder;
  const auto own = start_of_process(getpid());
  folder.state("alive", getpid(), own);
  folder.state("reused", getpid(), own + 1);
  REQUIRE(write_file(folder.path / "half-9.state", "pid=9\n"));
  REQUIRE(write_file(folder.path / "one.log", "words\n"));
  auto all = instances(folder.path).value();
  REQUIRE(all.size() == 1);
  CHECK(all[0].name == "alive");
  CHECK(all[0].publish.size() == 2);
  CHECK(fs::exists(folder.path / "half-9.state"));
  CHECK(fs::exists(folder.path / "one.log"));
  CHECK(std::distance(fs::directory_iterator(folder.path), {}) == 3);
}

TEST_CASE("consoles of the ended are kept for a day") {
  Folder folder;
  REQUIRE(write_file(folder.path / "new.log", "x"));
  REQUIRE(write_file(folder.path / "old.log", "x"));
  fs::last_write_time(folder.path / "old.log", fs::file_time_type::clock::now() - std::chrono::hours(25));
  CHECK(instances(folder.path).value().empty());
  CHECK(fs::exists(folder.path / "new.log"));
  CHECK(!fs::exists(folder.path / "old.log"));
}

TEST_CASE("control sockets that a kill has left go after a day, those of the living never") {
  Folder folder;
  folder.state("alive", getpid(), start_of_process(getpid()));  // its console is one.log
  for (const char* name : {"one.control", "new.control", "old.control"}) {
    const fs::path path = folder.path / name;
    REQUIRE(mknod(path.c_str(), S_IFSOCK | 0600, 0) == 0);
    if (path.filename() != "new.control")
      fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(25));
  }
  CHECK(instances(folder.path).value().size() == 1);
  CHECK(fs::exists(folder.path / "one.control"));
  CHECK(fs::exists(folder.path / "new.control"));
  CHECK(!fs::exists(folder.path / "old.control"));
}

TEST_CASE("a folder that others can write is not believed") {
  Folder folder;
  chmod(folder.path.c_str(), 0777);
  CHECK(!instances(folder.path));
  CHECK(instances(folder.path / "nothing").value().empty());
}

TEST_CASE("a name must mean one") {
  std::vector<Instance> all(3);
  for (int i = 0; i < 3; ++i) {
    all[i].pid = 5 + i;
    all[i].name = i < 2 ? "http" : "dns";
  }
  CHECK(find_instance("dns", all).value().pid == 7);
  CHECK(find_instance("6", all).value().pid == 6);
  CHECK(find_instance("http", all).error().hint == "name one by its process id: 5, 6.");
  CHECK(find_instance("htp", all).error().hint == "did you mean \"http\"?");
  CHECK(!find_instance("8", all));
  CHECK(find_instances("ht*", all).value().size() == 2);
  CHECK(find_instances("dns", all).value().size() == 1);
  CHECK(!find_instances("http-*", all));
  CHECK(!find_instances("http", all));
}

TEST_CASE("how long it runs") {
  CHECK(uptime_text(-5) == "0 s");
  CHECK(uptime_text(59) == "59 s");
  CHECK(uptime_text(3599) == "59 min");
  CHECK(uptime_text(3 * 3600 + 1200) == "3 h 20 min");
  CHECK(uptime_text(4 * 86400) == "4 days");
}
