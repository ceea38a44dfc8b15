// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick update --image NEW DISK: puts another appliance into the idle slot of a disk, which tries it at its next start
// and goes back when it fails. wick update --status DISK tells how its slots are.

#include <fmt/format.h>

#include <algorithm>

#include "base/output_file.h"
#include "base/terminal.h"
#include "base/text.h"
#include "commands/commands.h"
#include "pack/appliance_slot.h"
#include "pack/slot_plan.h"
#include "update/slot_disk.h"

namespace wick::tool {
namespace {

constexpr std::string_view kElf =
    "\x7f"
    "ELF";

bool is_image_or_folder(const fs::path& path) {
  std::array<char, kElf.size()> begin{};
  std::error_code error;
  if (fs::is_directory(path, error)) return true;
  if (!fs::is_regular_file(path, error)) return false;  // a pipe would wait for somebody
  if (std::FILE* file = std::fopen(path.c_str(), "rb")) {
    (void)!std::fread(begin.data(), 1, begin.size(), file);
    std::fclose(file);
  }
  return std::string_view(begin.data(), begin.size()) == kElf;
}

Result<ImageFacts> facts_of(const std::string& slot) {
  boot::SlotHeader header;
  std::memcpy(&header, slot.data(), sizeof header);
  TemporaryFile file;
  if (auto done = file.write(slot.substr(sizeof header, header.module_at)); !done) return std::unexpected(done.error());
  auto elf = Elf::open(file.path());
  if (!elf) return std::unexpected(elf.error());
  return image_facts(*elf, file.path());
}

class Update final : public Command {
 public:
  std::string name() const override { return "update"; }
  std::string summary() const override { return "Put another appliance into the idle slot of a disk"; }
  std::string example() const override { return "wick update --image apps/http --sign release.key http.raw"; }

  void describe(Syntax& syntax) override {
    syntax.argument("DISK", disk_,
                    "a raw disk of `wick pack --slots 2`, a file or a block device, that nothing runs from", false);
    syntax.option("--image", image_, "what it starts next: a project to build first, an image, or another packed disk",
                  "NEW");
    syntax.flag("--status", status_, "tell how its slots are, and change nothing");
    syntax.option("--slot-file", slot_file_,
                  "instead of changing a disk, the file that an appliance writes to /dev/wick/slot", "FILE");
    syntax.option("--sign", sign_,
                  "NAME.key of `wick keygen NAME`, for a disk that starts only what this key has signed", "KEY");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_, "instead of the manifest's", "NAME");
    syntax.option("--config", configuration_, "file with the configuration block", "FILE");
    syntax.options("--arg", settings_.arguments, "argument of the application instead of the manifest's", "TEXT");
    syntax.options("--env", settings_.environment, "environment variable", "NAME=VALUE");
    syntax.option("--append", settings_.append, "more words for the kernel command line", "TEXT");
  }

  Result<int> run() override {
    if (auto fit = options_fit(); !fit) return std::unexpected(fit.error());
    if (status_) return tell_status();
    if (!slot_file_.empty()) return write_file();
    auto disk = SlotDisk::open(disk_, Access::write);
    if (!disk) return std::unexpected(disk.error());
    if (!(*disk)->key() && !sign_.empty())
      return fail(fmt::format("{} starts whatever is whole: its stages hold no key.", disk_), "leave out --sign.");
    auto slot = new_slot();
    if (!slot) return std::unexpected(slot.error());
    return write(*slot, **disk);
  }

 private:
  /// Options by which another slot than the one of a packed disk is made.
  bool shapes_image() const {
    return !profile_.empty() || !wall_.empty() || !configuration_.empty() || !settings_.arguments.empty() ||
           !settings_.environment.empty() || !settings_.append.empty();
  }

  Result<void> options_fit() const {
    if (status_ == !image_.empty())
      return fail("An update needs --image NEW, a look at a disk --status.", "give one of them.");
    if (disk_.empty() == slot_file_.empty())
      return fail("What is written is a disk or a --slot-file.", "name one of them.");
    if (status_ && !slot_file_.empty()) return fail("--status writes no file.", "leave out --slot-file.");
    if (status_ && (!sign_.empty() || shapes_image()))
      return fail("--status changes nothing, and has no use for what an update is made of.", "leave out --status.");
    std::error_code error;
    for (const std::string* input : {&image_, &sign_, &configuration_})
      if (!slot_file_.empty() && !input->empty() && fs::is_regular_file(slot_file_, error) &&
          fs::equivalent(slot_file_, *input, error))
        return fail(fmt::format("{} is read, and can't be written as well.", slot_file_),
                    "choose another name by --slot-file.");
    return {};
  }

  Result<std::string> new_slot() const {
    std::optional<SecretKey> signer;
    if (!sign_.empty()) {
      auto key = SecretKey::read(sign_);
      if (!key) return std::unexpected(key.error());
      signer.emplace(*key);
    }
    if (!is_image_or_folder(image_)) return slot_of_disk(signer);
    auto wall = asked_wall(wall_);
    if (!wall) return std::unexpected(wall.error());
    auto target = open_target(image_, profile_, *wall);
    if (!target) return std::unexpected(target.error());
    if (auto fine = can_be_found_good(target->facts); !fine) return std::unexpected(fine.error());
    return appliance_slot(*target, {image_, settings_, configuration_, signer ? &*signer : nullptr, sign_});
  }

  Result<std::string> slot_of_disk(const std::optional<SecretKey>& signer) const {
    if (shapes_image())
      return fail(fmt::format("{} is a packed disk, whose slot is taken as it is.", image_),
                  "name an image or a project, or leave out all options but --sign.");
    auto slot = packed_slot(image_);
    if (!slot) return std::unexpected(slot.error());
    auto facts = facts_of(*slot);
    if (!facts) return std::unexpected(facts.error());
    if (auto fine = can_be_found_good(*facts); !fine) return std::unexpected(fine.error());
    if (signer) sign_slot(*slot, *signer, {});
    return slot;
  }

  Result<int> write(const std::string& slot, SlotDisk& disk) const {
    const auto& key = disk.key();
    boot::SlotWriter writer;
    const auto refused = [&](const char* why) {
      return fail(fmt::format("{} can't go onto {}: {}", image_, disk_, why),
                  key && sign_.empty() ? "sign it by the disk's key: --sign KEY." : "");
    };
    if (const char* wrong = writer.begin(disk, boot::kSlots, key ? key->data() : nullptr)) return refused(wrong);
    const unsigned idle = writer.slot(), kept = !idle;
    if (!disk.is_whole(kept) && disk.is_whole(idle))
      return fail(fmt::format("{} of {} is damaged, and an update would go over {}, which is whole.",
                              disk.slot_name(kept), disk_, disk.slot_name(idle)),
                  "start the disk once: what is found good there stays.");
    constexpr std::size_t kPiece = 64 << 10;
    for (std::size_t at = 0; at < slot.size(); at += kPiece)
      if (const char* wrong = writer.add(slot.data() + at, std::min(kPiece, slot.size() - at))) return refused(wrong);
    if (const char* wrong = writer.commit()) return refused(wrong);
    remark(fmt::format("{}: {} starts next, {} times at most until it is found good.", disk_,
                       disk.slot_name(writer.slot()), boot::kTrials));
    return 0;
  }

  Result<int> write_file() const {
    auto slot = new_slot();
    if (!slot) return std::unexpected(slot.error());
    auto file = OutputFile::create(slot_file_);
    if (!file) return std::unexpected(file.error());
    file->append(*slot);
    if (auto done = file->finish(); !done) return std::unexpected(done.error());
    remark(fmt::format("{}: {} for /dev/wick/slot.", slot_file_, human_size(slot->size())));
    return 0;
  }

  static std::string state_text(const boot::SlotState& state) {
    if (!state.priority) return "empty";
    if (state.good) return "good";
    if (!state.trials) return "never found good";
    return fmt::format("on trial, {} {} left", state.trials, state.trials == 1 ? "start" : "starts");
  }

  Result<int> tell_status() const {
    auto disk = SlotDisk::open(disk_, Access::read);
    if (!disk) return std::unexpected(disk.error());
    boot::SlotRecord copies[boot::kCopies];
    const boot::SlotRecord* record = boot::read_record(**disk, copies);
    if (!record)
      return fail(fmt::format("The record of the slots of {} is damaged.", disk_),
                  "start it once: an appliance that is found good writes it anew.");
    for (unsigned i = 0; i < boot::kSlots; ++i) {
      const boot::SlotState& state = record->slots[i];
      const bool next = i == boot::preferred(*record) && boot::may_start(state);
      print(fmt::format("{:<8}{:<26}release {}{}", (*disk)->slot_name(i), state_text(state), state.release,
                        next ? ", starts next" : ""));
    }
    print(fmt::format("newest release found good: {}", record->newest_good));
    print((*disk)->key() ? "signed by: " + hexadecimal(*(*disk)->key()) : "signed by: anybody");
    return 0;
  }

  std::string disk_, image_, slot_file_, sign_, profile_, wall_, configuration_;
  BootSettings settings_;
  bool status_ = false;
};

}  // namespace

std::unique_ptr<Command> make_update() { return std::make_unique<Update>(); }

}  // namespace wick::tool
