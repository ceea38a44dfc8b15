// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Disks as the user names them: whose serial, which file, and what is told of it before the machine starts.
#include "run/disks.h"

#include <doctest.h>
#include <sys/stat.h>

#include "base/file.h"

using namespace wick::tool;

namespace {

struct Folder {
  Folder() {
    std::string pattern = (fs::temp_directory_path() / "wick-disks-XXXXXX").string();
    top = mkdtemp(pattern.data());
  }
  ~Folder() {
    std::error_code error;
    fs::remove_all(top, error);
  }
  std::string file(const std::string& name, std::size_t bytes) const {
    const fs::path path = top / name;
    REQUIRE(write_file(path, std::string(bytes, 'x')));
    return path.string();
  }
  fs::path top;
};

std::string refusal(const std::string& text) { return open_disks({text}, {}).error().sentence; }

}  // namespace

TEST_CASE("an equals sign ends a serial unless a slash came before") {
  CHECK((parse_disk("data=a").serial == "data" && parse_disk("data=a").file == "a"));
  CHECK((parse_disk("data=/x/a=b,c").serial == "data" && parse_disk("data=/x/a=b,c").file == "/x/a=b,c"));
  CHECK((parse_disk("./a=b").serial.empty() && parse_disk("./a=b").file == "./a=b"));
  CHECK((parse_disk("plain").serial.empty() && parse_disk("plain").file == "plain"));
  CHECK((parse_disk("=a=b").serial.empty() && parse_disk("=a=b").file == "a=b"));
}

TEST_CASE("disks without a serial get the manifest's, in its order") {
  Folder folder;
  const std::string disk = folder.file("with space, comma=and more", 512);
  auto disks = open_disks({disk, "second=" + disk, disk, disk}, {"first", "second", "third"}).value();
  REQUIRE(disks.size() == 4);
  CHECK((disks[0].serial == "first" && disks[1].serial == "second" && disks[2].serial == "third"));
  CHECK(disks[3].serial.empty());
  CHECK(disks[1].file == disk);
}

TEST_CASE("what can't be a disk is refused") {
  Folder folder;
  CHECK(refusal(folder.top / "none").contains("does not exist"));
  CHECK(refusal(folder.top).contains("neither a file nor a block device"));
  CHECK(refusal("/dev/null").contains("neither a file nor a block device"));
  const fs::path pipe = folder.top / "pipe";
  REQUIRE(mkfifo(pipe.c_str(), 0600) == 0);
  CHECK(refusal(pipe).contains("neither a file nor a block device"));
  CHECK(refusal(folder.file("empty", 0)).contains("is empty"));
  CHECK(refusal(std::string(21, 's') + "=" + folder.file("disk", 512)).contains("longer than 20"));
}

TEST_CASE("what the guest sees other than the file is, is said") {
  CHECK(remarks_on({.serial = "", .file = "a", .bytes = 1024}).empty());
  CHECK(remarks_on({.serial = "", .file = "a", .bytes = 1000}).at(0).contains("sees 1024 bytes, not 1000"));
  CHECK(remarks_on({.serial = "", .file = "a", .bytes = 512, .read_only = true}).at(0).contains("may only be read"));
}

TEST_CASE("a name with an equals sign that is a file is told from a volume's") {
  const Folder folder;
  (void)folder.file("a=b", 512);
  const fs::path before = fs::current_path();
  fs::current_path(folder.top);
  const auto error = open_disks({"a=b"}, {}).error();
  CHECK(error.sentence == "a=b stands for the file b behind the volume a.");
  CHECK(error.hint == "write ./a=b for the file of that name.");
  CHECK(open_disks({"./a=b"}, {}).value().front().file == "./a=b");
  CHECK(refusal("c=d") == "The disk file d does not exist.");
  fs::current_path(before);
}
