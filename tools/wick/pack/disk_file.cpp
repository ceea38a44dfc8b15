// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/disk_file.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "base/process.h"
#include "base/text.h"

namespace wick::tool {
namespace {

/// A format by the bytes that all its files have.
struct Known {
  std::string_view mark;
  std::size_t at;
  std::string_view name;
  bool is_archive = false;
};
constexpr Known kKnown[] = {{{"QFI\xfb"}, 0, "qcow2"},
                            {"vhdxfile", 0, "vhdx"},
                            {"KDMV", 0, "vmdk"},
                            {"\x1f\x8b", 0, "gzip", true},
                            {"ustar", 257, "tar", true}};

std::string beginning_of(const fs::path& path) {
  std::string begin(512, '\0');
  std::ifstream(path, std::ios::binary).read(begin.data(), static_cast<std::streamsize>(begin.size()));
  return begin;
}

/// @return null: none of these
const Known* format_of(std::string_view begin) {
  for (const Known& known : kKnown)
    if (begin.substr(known.at).starts_with(known.mark)) return &known;
  return nullptr;
}

/// Whether its content lies in files that it names: a qcow2 from version 3 on by a bit of its incompatible features
/// (QEMU's docs/interop/qcow2.txt), a VMDK by a header of no sectors, in whose place its descriptor tells.
bool lies_elsewhere(const Known& known, std::string_view begin) {
  if (known.name == "qcow2") return begin[7] >= 3 && (begin[79] & 4);
  return known.name == "vmdk" && begin.substr(12, 8) == std::string_view("\0\0\0\0\0\0\0\0", 8);
}

/// As qemu-img is told of a disk that is all in one file: nothing else is opened, whatever it names as what it is based
/// on.
std::string description(const Known& known, const fs::path& path) {
  nlohmann::json words = {{"driver", known.name}, {"file", {{"driver", "file"}, {"filename", path.string()}}}};
  if (known.name == "qcow2" || known.name == "vmdk") words["backing"] = nullptr;
  return "json:" + words.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

Result<RawDisk> open_disk_file(const fs::path& path, TemporaryFile& scratch) {
  std::error_code error;
  const std::string begin = fs::is_regular_file(path, error) ? beginning_of(path) : "";
  const Known* known = begin.empty() ? nullptr : format_of(begin);
  if (!known) return RawDisk::open(path);
  if (known->is_archive)
    return fail(fmt::format("{} is an archive, {}, and no disk.", path.string(), known->name),
                "unpack it with tar, and name the disk that was in it.");
  if (lies_elsewhere(*known, begin))
    return fail(
        fmt::format("{} is a disk of the format {} whose content lies in other files.", path.string(), known->name),
        "`qemu-img convert -O raw` makes one file of it.");
  if (find_program("qemu-img").empty())
    return fail(fmt::format("{} is a disk of the format {}, which qemu-img reads, and that is not there.",
                            path.string(), known->name),
                "apt install qemu-utils");
  if (auto made = scratch.write({}); !made) return std::unexpected(made.error());
  auto done = capture_program({"qemu-img", "convert", "-O", "raw", description(*known, path), scratch.path().string()},
                              {.merge_errors = true});
  if (!done) return std::unexpected(done.error());
  if (done->exit_code != 0)
    return fail(fmt::format("{} can't be read as {}: {}", path.string(), known->name, trim(done->output)));
  auto disk = RawDisk::open(scratch.path());
  if (disk) disk->call(path);
  return disk;
}

}  // namespace wick::tool
