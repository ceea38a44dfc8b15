// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/iso.h"

#include <fmt/format.h>
#include <stdlib.h>

#include "base/architecture.h"
#include "base/process.h"

namespace wick::tool {

Result<void> make_iso(const fs::path& image, const std::string& command_line, const fs::path& configuration,
                      const fs::path& iso, bool uefi) {
  auto scratch = temporary_folder();
  if (!scratch) return std::unexpected(scratch.error());
  std::string pattern = (*scratch / "wick-iso-XXXXXX").string();
  if (!mkdtemp(pattern.data())) return fail("No temporary folder can be made for the ISO image.");
  fs::path folder = pattern;
  std::error_code error;
  fs::create_directories(folder / "boot/grub", error);
  fs::copy_file(image, folder / "boot/appliance", error);
  std::string menu = fmt::format("set timeout=0\nmenuentry \"{}\" {{\n  multiboot2 /boot/appliance {}\n",
                                 image.filename().string(), command_line);
  if (!configuration.empty()) {
    fs::copy_file(configuration, folder / "boot/configuration", error);
    menu += "  module2 /boot/configuration\n";
  }
  auto written = write_file(folder / "boot/grub/grub.cfg", menu + "  boot\n}\n");
  Result<Finished> made = Finished{};
  if (written && !error) {
    const std::string modules = "/usr/lib/grub/" + std::string(uefi ? kArchitecture.grub_uefi : kArchitecture.grub);
    made =
        capture_program({"grub-mkrescue", "-d", modules, "-o", iso.string(), folder.string()}, {.merge_errors = true});
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
  if (!written) return std::unexpected(written.error());
  if (error) return fail(fmt::format("The files of the ISO image can't be copied: {}.", error.message()));
  if (!made) return std::unexpected(made.error());
  if (made->exit_code != 0) return fail("grub-mkrescue can't make the ISO image.", made->output);
  return {};
}

}  // namespace wick::tool
