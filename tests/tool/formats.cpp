// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Packed disks: where each format has what, and what of a raw disk its writers see. Whether others can read them is
// pack_formats.py's to find out.
#include "pack/formats/formats.h"

#include <doctest.h>
#include <unistd.h>

#include "abi/host/checksum.h"
#include "base/stored.h"
#include "pack/formats/geometry.h"
#include "pack/formats/ovf.h"
#include "pack/formats/vhdx.h"
#include "pack/tar.h"

using namespace wick::tool;

namespace {

const VirtualMachine kMachine{.name = "app", .memory = (16 << 20) + 1, .vcpus = 3};

/// A folder with a raw disk: its first byte, one in the middle of another piece, and its last byte aren't zero.
class Folder {
 public:
  Folder() {
    path_ = fs::temp_directory_path() / ("wick-formats-" + std::to_string(getpid()));
    fs::create_directory(path_);
    std::string disk(kBytes, '\0');
    disk[0] = 'a';
    disk[3 * 65536 + 10] = 'b';
    disk.back() = 'c';
    REQUIRE(write_file(raw(), disk));
  }
  ~Folder() { fs::remove_all(path_); }

  fs::path raw() const { return path_ / "raw"; }
  std::string packed(FormatWriter* write) const {
    const fs::path to = path_ / "packed";
    REQUIRE(write(RawDisk::open(raw()).value(), to, kMachine));
    return read_file(to).value();
  }
  std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(path_), fs::directory_iterator()));
  }
  const fs::path& path() const { return path_; }

  static constexpr std::size_t kBytes = (1 << 20) + 512;

 private:
  fs::path path_;
};

template <typename T>
T at(const std::string& bytes, std::size_t offset) {
  REQUIRE(offset + sizeof(T) <= bytes.size());
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

}  // namespace

TEST_CASE("a disk shows what isn't zero, filled up to whole pieces") {
  const Folder folder;
  const auto disk = RawDisk::open(folder.raw()).value();
  std::vector<std::uint64_t> seen;
  REQUIRE(disk.each_used(65536, [&](std::uint64_t index, std::span<const std::byte> bytes) {
    CHECK(bytes.size() == 65536);
    seen.push_back(index);
    return true;
  }));
  CHECK(seen == std::vector<std::uint64_t>{0, 3, 16});
  seen.clear();
  REQUIRE(disk.each_used(512, [&](std::uint64_t index, auto) {
    seen.push_back(index);
    return seen.size() < 2;
  }));
  CHECK(seen == std::vector<std::uint64_t>{0, 384});
}

TEST_CASE("a digest is of the contents and the size") {
  const Folder folder;
  const Digest whole = RawDisk::open(folder.raw())->digest().value();
  fs::resize_file(folder.raw(), Folder::kBytes + 512);
  const Digest longer = RawDisk::open(folder.raw())->digest().value();
  CHECK(whole != longer);
  fs::resize_file(folder.raw(), Folder::kBytes);
  CHECK(whole == RawDisk::open(folder.raw())->digest().value());
  const std::string uuid = text_of(uuid_of(whole, "a"));
  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '8');
  CHECK(std::string("89ab").contains(uuid[19]));
  CHECK(uuid != text_of(uuid_of(whole, "b")));
}

TEST_CASE("what never becomes whole leaves the target as it was") {
  const Folder folder;
  {
    auto file = OutputFile::create(folder.raw());
    REQUIRE(file);
    CHECK(file->append("half"));
    CHECK(folder.files() == 2);
  }
  CHECK(folder.files() == 1);
  CHECK(read_file(folder.raw())->size() == Folder::kBytes);
}

TEST_CASE("qcow2: header and tables") {
  const std::string file = Folder().packed(write_qcow2);
  CHECK(file.starts_with("QFI\xfb"));
  CHECK(at<Big32>(file, 4) == 3);
  CHECK(at<Big64>(file, 24) == Folder::kBytes);
  CHECK(at<Big32>(file, 36) == 1);
  const std::uint64_t l1 = at<Big64>(file, 40), l2 = at<Big64>(file, l1) & ~(1ull << 63);
  CHECK(at<Big64>(file, l2 + 8) == 0);
  CHECK(file[(at<Big64>(file, l2 + 24) & ~(1ull << 63)) + 10] == 'b');
  CHECK(file.size() % 65536 == 0);
}

TEST_CASE("vhd: the footer's sum") {
  const std::string file = Folder().packed(write_vhd);
  REQUIRE(file.size() == (2 << 20) + 512);
  std::string footer = file.substr(2 << 20);
  CHECK(footer.starts_with("conectix"));
  CHECK(at<Big64>(footer, 48) == 2 << 20);
  const std::uint32_t stored = at<Big32>(footer, 64);
  std::uint32_t sum = 0;
  for (std::size_t i = 0; i < footer.size(); ++i) sum += i / 4 == 16 ? 0 : static_cast<unsigned char>(footer[i]);
  CHECK(stored == ~sum);
}

TEST_CASE("geometries of the VHD specification, on both sides of each of its bounds") {
  CHECK(geometry_of(2048) == Geometry{30, 4, 17});
  CHECK(geometry_of(16 * 1024 * 17 - 1) == Geometry{1023, 16, 17});
  CHECK(geometry_of(16 * 1024 * 17) == Geometry{561, 16, 31});
  CHECK(geometry_of(16 * 1024 * 31) == Geometry{503, 16, 63});
  CHECK(geometry_of(65535ull * 16 * 63) == Geometry{16191, 16, 255});
  CHECK(geometry_of(~0ull) == Geometry{65535, 16, 255});
}

TEST_CASE("vhdx: sums, and the entry of a block") {
  const std::string file = Folder().packed(write_vhdx);
  for (const auto& [start, bytes] :
       {std::pair{64 << 10, 4096}, {128 << 10, 4096}, {192 << 10, 65536}, {256 << 10, 65536}}) {
    std::string table = file.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(bytes));
    const std::uint32_t stored = at<Little32>(table, 4);
    table.replace(4, 4, 4, '\0');
    CHECK(stored == wick::crc32c(table));
  }
  CHECK(at<Little64>(file, (3 << 20) + 0) == ((4 << 20) | 6));
  CHECK(at<Little64>(file, (3 << 20) + 8) == ((5 << 20) | 6));
  CHECK(file.size() == 6 << 20);
  CHECK(vhdx::guid("01020304-0506-0708-090a-0b0c0d0e0f10").first == 0x01020304u);
  CHECK(bytes_of(vhdx::guid("01020304-0506-0708-090a-0b0c0d0e0f10"))[0] == std::byte{4});
}

TEST_CASE("vmdk: both headers, and the directory that the second one names") {
  const std::string file = Folder().packed(write_vmdk);
  CHECK(file.starts_with("KDMV"));
  CHECK(at<Little64>(file, 12) == 17 * 128);
  CHECK(at<Little64>(file, 56) == ~0ull);
  CHECK(file.contains("createType=\"streamOptimized\""));
  const std::size_t footer = file.size() - 1024;
  CHECK(file.substr(footer, 56) == file.substr(0, 56));
  const std::uint64_t directory = at<Little64>(file, footer + 56) * 512;
  CHECK(at<Little32>(file, directory - 512 + 12) == 2);
  const std::uint64_t table = at<Little32>(file, directory) * 512ull;
  CHECK(at<Little32>(file, table) == 128);
  CHECK(at<Little32>(file, table + 4) == 0);
  CHECK(at<Little64>(file, at<Little32>(file, table + 12) * 512ull) == 3 * 128);
}

TEST_CASE("tar: a file with holes") {
  const auto few = sparse_tar_header("disk", 1 << 20, {{4096, 512}, {8192, 1024}});
  CHECK(few.more.empty());
  CHECK(few.header.type == 'S');
  CHECK(std::string_view(few.header.size.data()) == "00000003000");
  CHECK(std::string_view(few.header.real_size.data()) == "00004000000");
  CHECK(std::string_view(few.header.sparse[2].offset.data()) == "00004000000");
  CHECK(std::string_view(few.header.sparse[2].bytes.data()) == "00000000000");
  CHECK(few.header.sparse[3].offset[0] == 0);

  std::vector<TarRun> runs;
  for (std::uint64_t i = 0; i < 25; ++i) runs.push_back({i * 8192, 4096});
  const auto many = sparse_tar_header("disk", 24 * 8192 + 4096, runs);
  CHECK(many.header.is_extended == 1);
  REQUIRE(many.more.size() == 1);  // 4 and 21: no hole at the end, no run for it
  CHECK(many.more[0].is_extended == 0);
  CHECK(std::string_view(many.more[0].sparse[20].offset.data()) == "00000600000");

  const auto large = sparse_tar_header("disk", 16ull << 30, {});
  CHECK(static_cast<unsigned char>(large.header.real_size[0]) == 0x80);
  CHECK(large.header.real_size[7] == 4);
}

TEST_CASE("ovf: numbers and names of the machine") {
  const std::string text = ovf_text(kMachine, {"app-disk1.vmdk", 1234, 1 << 20});
  CHECK(text.contains("<rasd:VirtualQuantity>3</rasd:VirtualQuantity>"));
  CHECK(text.contains("<rasd:VirtualQuantity>17</rasd:VirtualQuantity>"));
  CHECK(text.contains(R"(ovf:href="app-disk1.vmdk" ovf:id="file1" ovf:size="1234")"));
  CHECK(text.contains("ovf:capacity=\"1048576\""));
  CHECK(!text.contains('{'));
}
