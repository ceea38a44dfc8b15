// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// By mtools, which need no rights and no mount.
#include "pack/system_partition.h"

#include <fmt/format.h>

#include "base/architecture.h"
#include "base/process.h"
#include "base/text.h"

namespace wick::tool {
namespace {

constexpr std::string_view kSectors = "128";  // 64 KiB: FAT12, of which a loader with libsodium takes half
constexpr std::string_view kSerial = "5749434b";

std::string loader_path() { return fmt::format("::/EFI/BOOT/{}", kArchitecture.uefi_loader); }

/// What would differ from one time to the next are dates and the serial number; all of them are given.
Result<void> run(std::string_view program, const fs::path& image, const Arguments& rest) {
  Arguments line = {
      "env",         "SOURCE_DATE_EPOCH=315532800", "TZ=UTC0", "MTOOLSRC=/dev/null", std::string(program), "-i",
      image.string()};
  line.insert(line.end(), rest.begin(), rest.end());
  auto finished = capture_program(line, {.merge_errors = true});
  if (!finished) return std::unexpected(finished.error());
  if (finished->exit_code == 0) return {};
  return fail(fmt::format("{} can't use the partition for UEFI: {}", program, trim(finished->output)),
              "apt install mtools");
}

}  // namespace

Result<std::string> system_partition(std::string_view loader) {
  TemporaryFile image, program;
  if (auto done = image.write({}); !done) return std::unexpected(done.error());
  if (auto done = program.write(loader); !done) return std::unexpected(done.error());
  const Arguments format = {"-C", "-T", std::string(kSectors), "-h", "4",    "-s",
                            "32", "-N", std::string(kSerial),  "-v", "WICK", "::"};
  for (const auto& [tool, rest] : {std::pair{"mformat", format},
                                   {"mmd", {"::/EFI", "::/EFI/BOOT"}},
                                   {"mcopy", {program.path().string(), loader_path()}}})
    if (auto done = run(tool, image.path(), rest); !done) return std::unexpected(done.error());
  return read_file(image.path());
}

Result<std::string> loader_on(std::string_view partition) {
  TemporaryFile image, program;
  if (auto done = image.write(partition); !done) return std::unexpected(done.error());
  if (auto done = program.write({}); !done) return std::unexpected(done.error());
  if (auto done = run("mcopy", image.path(), {"-n", loader_path(), program.path().string()}); !done)
    return std::unexpected(done.error());
  return read_file(program.path());
}

}  // namespace wick::tool
