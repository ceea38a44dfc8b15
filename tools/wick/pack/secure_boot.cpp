// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// By sbsign, which has the passphrase of a key asked for on the terminal.
#include "pack/secure_boot.h"

#include <fmt/format.h>

#include "base/process.h"
#include "base/text.h"

namespace wick::tool {
namespace {

/// Of what sbsign says, the line that tells a user something: others are of the library below it.
std::string reason_in(const std::string& output) {
  for (const std::string& line : split(output, '\n'))
    if (line.starts_with("Can't") || line.starts_with("error")) return line;
  return std::string(trim(output));
}

}  // namespace

Result<std::string> sign_loader(std::string_view loader, const FirmwareKey& by) {
  if (find_program("sbsign").empty())
    return fail("sbsign, which signs loaders, is not there.", "apt install sbsigntool");
  for (const fs::path& path : {by.key, by.certificate})
    if (auto text = read_file(path); !text) return std::unexpected(text.error());
  TemporaryFile program, with_signature;
  if (auto done = program.write(loader); !done) return std::unexpected(done.error());
  if (auto done = with_signature.write({}); !done) return std::unexpected(done.error());
  auto finished = capture_program({"sbsign", "--key", by.key.string(), "--cert", by.certificate.string(), "--output",
                                   with_signature.path().string(), program.path().string()},
                                  {.merge_errors = true});
  if (!finished) return std::unexpected(finished.error());
  if (finished->exit_code != 0)
    return fail(fmt::format("sbsign can't sign the loader for UEFI: {}.", reason_in(finished->output)),
                "give a key and its own certificate, both in PEM.");
  return read_file(with_signature.path());
}

}  // namespace wick::tool
