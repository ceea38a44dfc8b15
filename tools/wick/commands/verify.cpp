// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick verify KEY.pub DISK: whether a disk holds what the owner of a key has signed, starts that alone, and what it is.

#include <fmt/format.h>

#include <algorithm>

#include "base/terminal.h"
#include "base/text.h"
#include "commands/commands.h"
#include "image/facts.h"
#include "pack/disk_file.h"
#include "pack/found_stages.h"
#include "pack/signature.h"

namespace wick::tool {
namespace {

void line(std::string_view name, std::string_view value) { print(fmt::format("  {:<15}{}", name, value)); }

std::string digest_text(std::span<const std::uint8_t> digest) {
  const bool none = std::ranges::all_of(digest, [](std::uint8_t byte) { return byte == 0; });
  return none ? "not signed" : "SHA-512 " + hexadecimal(digest);
}

class Verify final : public Command {
 public:
  std::string name() const override { return "verify"; }
  std::string summary() const override { return "Tell whether a disk starts what a key has signed, and nothing else"; }
  std::string example() const override { return "wick verify release.pub http.raw"; }

  void describe(Syntax& syntax) override {
    syntax.argument("KEY", key_, "the public key, NAME.pub of `wick keygen NAME`");
    syntax.argument("DISK", disk_, "a disk of `wick pack`, raw, or of a format that qemu-img reads");
  }

  Result<int> run() override {
    auto key = read_public_key(key_);
    if (!key) return std::unexpected(key.error());
    TemporaryFile scratch;
    auto disk = open_disk_file(disk_, scratch);
    if (!disk) return std::unexpected(disk.error());
    auto slots = judge_slots(*disk, *key);
    if (!slots) return std::unexpected(slots.error());
    if (slots->empty()) return fail(fmt::format("{} has no slot with an appliance.", disk_));
    for (const FoundSlot& slot : *slots)
      if (!slot.wrong.empty())
        return fail(fmt::format("{} of {} is not to be trusted: {}", slot.partition, disk_, slot.wrong));
    auto stages = judge_stages(*disk, *key);
    if (!stages) return std::unexpected(stages.error());
    if (!stages->wrong.empty())
      return fail(fmt::format("{} starts by other code than `wick pack` {} writes for {}: {}.", disk_, WICK_VERSION,
                              key_, stages->wrong),
                  "pack it anew, or verify it by the version of Wick that packed it.");
    for (const FoundSlot& slot : *slots)
      if (auto done = describe_slot(slot); !done) return std::unexpected(done.error());
    line("stages", fmt::format("those of wick {} for this key", WICK_VERSION));
    if (stages->for_secure_boot)
      line("Secure Boot", "the loader for UEFI is signed; by whom is for the firmware to judge");
    return 0;
  }

 private:
  Result<void> describe_slot(const FoundSlot& slot) const {
    TemporaryFile file;
    if (auto done = file.write(slot.payload.substr(0, slot.header.module_at)); !done) return done;
    auto elf = Elf::open(file.path());
    if (!elf) return std::unexpected(elf.error());
    auto facts = image_facts(*elf, file.path());
    if (!facts) return std::unexpected(facts.error());
    print(fmt::format("{} of {} is signed by {}", slot.partition, disk_, key_));
    line("image", fmt::format("{} {}, wall {}, build-id {}", facts->name, facts->version, wall_name(facts->wall),
                              facts->build_id));
    line("boot line", fmt::format("\"{}\"", slot.header.arguments));
    line("configuration", fmt::format("{} bytes", slot.payload.size() - slot.header.module_at));
    line("both", digest_text(slot.header.payload_digest));
    line("manifest", digest_text(slot.header.manifest_digest));
    line("SBOM", digest_text(slot.header.sbom_digest));
    return {};
  }

  std::string key_, disk_;
};

}  // namespace

std::unique_ptr<Command> make_verify() { return std::make_unique<Verify>(); }

}  // namespace wick::tool
