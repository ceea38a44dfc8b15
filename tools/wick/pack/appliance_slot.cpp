// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "pack/appliance_slot.h"

#include <fmt/format.h>

#include "base/terminal.h"
#include "pack/sbom.h"
#include "pack/slot.h"

namespace wick::tool {
namespace {

Result<void> sign(const Target& target, const SlotWish& wish, std::string& slot) {
  SignedDocuments documents;
  if (fs::is_directory(wish.from)) {
    auto text = read_file(wish.from / "wick.toml");
    if (!text) return std::unexpected(text.error());
    documents.manifest = sha512(*text);
  }
  auto sbom = sbom_of(target.elf, target.facts, target.built.debug, wish.from);
  if (sbom) documents.sbom = sha512(*sbom);
  sign_slot(slot, *wish.signer, documents);
  remark(fmt::format("signed by {}: image, boot line, configuration{}{}.", wish.signed_by,
                     documents.manifest ? ", wick.toml" : "",
                     sbom ? ", SBOM" : "; not the SBOM: " + sbom.error().sentence));
  return {};
}

}  // namespace

Result<std::string> appliance_slot(const Target& target, const SlotWish& wish) {
  if (std::ranges::find(target.facts.platforms, "linux64") == target.facts.platforms.end())
    return fail(fmt::format("{} has no entry for the boot stages.", target.built.image.string()), "build it anew.");
  auto block = read_configuration(wish.configuration);
  if (!block) return std::unexpected(block.error());
  auto texts = boot_texts(wish.settings, *block);
  if (!texts) return std::unexpected(texts.error());
  auto slot = slot_bytes(target.elf, target.facts, texts->command_line, texts->block.empty() ? *block : texts->block);
  if (slot && wish.signer)
    if (auto done = sign(target, wish, *slot); !done) return std::unexpected(done.error());
  return slot;
}

}  // namespace wick::tool
