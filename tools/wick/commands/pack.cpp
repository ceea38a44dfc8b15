// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick pack DIR|IMAGE: makes a disk that starts the appliance by itself, or a container's image of one that runs
// itself, in the form in which somebody imports it.

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/interruptible.h"
#include "base/terminal.h"
#include "base/text.h"
#include "build/target.h"
#include "commands/commands.h"
#include "pack/appliance_slot.h"
#include "pack/formats.h"
#include "pack/run_files.h"
#include "pack/slot_plan.h"
#include "pack/volumes.h"

namespace wick::tool {
namespace {

class Pack final : public Command {
 public:
  std::string name() const override { return "pack"; }
  std::string summary() const override { return "Make a disk that starts the appliance, or a container's image"; }
  std::string example() const override { return "wick pack apps/http --format raw -o http.raw"; }

  void describe(Syntax& syntax) override {
    syntax.argument("DIR|IMAGE", target_, "a project to build first, or an image");
    syntax.option("--format", format_, format_help(), "NAME");
    syntax.flag("--all", all_, "every format that fits the image, each as a file of the folder that -o names");
    syntax.option("-o,--output", output_, "file to write instead of one in this folder, named as the image", "FILE");
    syntax.option("--run-file", run_file_,
                  "instead of a disk, a file by which somebody else starts the image: " + run_file_help(), "NAME");
    syntax.option("--at", at_, "for --run-file: where the image will lie, of a container its name", "PATH");
    syntax.options("--disk", disks_,
                   "file behind a volume, which becomes a partition of the disk, in the manifest's order or by serial",
                   "[SERIAL=]FILE");
    syntax.option("--profile", profile_, "dev, cloud or tiny instead of the manifest's", "NAME");
    syntax.option("--wall", wall_,
                  "instead of the manifest's: hosted or process for a container, another one for a disk", "NAME");
    syntax.option("--config", configuration_, "file with the configuration block, which becomes part of what is made",
                  "FILE");
    syntax.option("--slots", slots_,
                  "2: the disk has a second slot, which `wick update` writes, and goes back to the first one when that "
                  "fails",
                  "NUMBER");
    syntax.option("--slot-size", slot_size_, "of each of two slots, instead of twice what the image takes", "SIZE");
    syntax.option("--sign", sign_, "NAME.key of `wick keygen NAME`: the disk starts only what this key has signed",
                  "KEY");
    syntax.option("--secure-boot", firmware_key_,
                  "private key, in PEM, that signs the loader for UEFI's Secure Boot; goes with --certificate", "KEY");
    syntax.option("--certificate", certificate_,
                  "for --secure-boot: the key's certificate, which the firmware has to know", "FILE");
    syntax.options("--arg", settings_.arguments, "argument of the application instead of the manifest's", "TEXT");
    syntax.options("--env", settings_.environment, "environment variable", "NAME=VALUE");
    syntax.option("--append", settings_.append, "more words for the kernel command line", "TEXT");
  }

  Result<int> run() override {
    if (auto fit = options_fit(); !fit) return std::unexpected(fit.error());
    if (!format_.empty() && !find_format(format_))
      return fail(fmt::format("There is no format \"{}\".", format_), "use " + format_help() + ".");
    auto wall = asked_wall(wall_);
    if (!wall) return std::unexpected(wall.error());
    if (auto done = read_keys(); !done) return std::unexpected(done.error());
    auto target = open_target(target_, profile_, *wall);
    if (!target) return std::unexpected(target.error());
    const Interruptible until_written;
    auto code = write(*target);
    if (const int signal = Interruptible::signal(); signal && !code) return 128 + signal;
    return code;
  }

 private:
  using Formats = std::vector<const Format*>;

  static bool runs_itself(const Target& target) { return target.elf.monitor_size() != 0; }
  bool has_slots_asked() const { return !slots_.empty() || !slot_size_.empty(); }

  Result<int> write(const Target& target) const {
    if (!run_file_.empty()) return write_run_file(target);
    auto wanted = wanted_formats(target);
    if (!wanted) return std::unexpected(wanted.error());
    return runs_itself(target) ? write_containers(target, *wanted) : write_disks(target, *wanted);
  }

  /// Those that fit the image: all, the one that was asked for, or the first.
  Result<Formats> wanted_formats(const Target& target) const {
    const bool container = runs_itself(target);
    Formats wanted;
    for (const Format& each : formats())
      if (each.is_container() == container && (format_.empty() || each.name == format_)) wanted.push_back(&each);
    const std::string image = target.built.image.string();
    if (wanted.empty() && container)
      return fail(fmt::format("{} runs itself as a program of Linux: no machine boots it from a disk.", image),
                  "name its project's folder and --wall none, ring or vm, or pack it with --format oci.");
    if (wanted.empty())
      return fail(fmt::format("{} is no program of Linux, and a container starts nothing else.", image),
                  "name its project's folder and --wall hosted or process.");
    if (!all_) wanted.resize(1);
    return wanted;
  }

  /// With --all the folder is made.
  Result<fs::path> place(const Format& format, const Target& target) const {
    const std::string name = fmt::format("{}.{}", target.facts.name, format.suffix);
    if (!all_) return output_.empty() ? name : output_;
    std::error_code error;
    if (!output_.empty()) fs::create_directories(output_, error);
    if (error) return fail(fmt::format("The folder {} can't be made: {}.", output_, error.message()));
    return fs::path(output_.empty() ? "." : output_) / name;
  }

  Result<int> write_disks(const Target& target, const Formats& wanted) const {
    auto content = contents(target);
    if (!content) return std::unexpected(content.error());
    auto first = place(*wanted.front(), target);
    if (!first) return std::unexpected(first.error());
    auto disk = OutputFile::create(*first, "disk");
    if (!disk) return std::unexpected(disk.error());
    if (auto done = write_disk(*content, *disk); !done) return std::unexpected(done.error());
    auto raw = RawDisk::open(disk->path());
    if (!raw) return std::unexpected(raw.error());
    const VirtualMachine machine{.name = target.facts.name, .memory = target.facts.memory};
    for (const Format* each : wanted) {
      auto to = place(*each, target);
      if (!to) return std::unexpected(to.error());
      if (auto done = each->write(*raw, *to, machine); !done) return std::unexpected(done.error());
      tell(*each, *to, raw->bytes());
    }
    return 0;
  }

  Result<int> write_containers(const Target& target, const Formats& wanted) const {
    if (signer_ || !firmware_key_.empty() || has_slots_asked())
      return fail("A container's image has no place for --sign, --secure-boot, --slots and --slot-size.",
                  "sign and update it in its registry.");
    if (!disks_.empty())
      return fail("A container's image has no volumes in it.",
                  "mount the file at " + std::string(kVolumeFolder) + "/SERIAL when it runs, and leave out --disk.");
    auto block = configuration();
    if (!block) return std::unexpected(block.error());
    if (auto fine = boot_texts(settings_, *block); !fine) return std::unexpected(fine.error());
    auto program = read_file(target.built.image);
    if (!program) return std::unexpected(program.error());
    const Container container{target.facts, std::move(*program), settings_, std::move(*block)};
    for (const Format* each : wanted) {
      auto to = place(*each, target);
      if (!to) return std::unexpected(to.error());
      if (auto done = each->write_container(container, *to); !done) return std::unexpected(done.error());
      tell(*each, *to, container.program.size());
    }
    return 0;
  }

  /// @param bytes of what went into a folder
  static void tell(const Format& format, const fs::path& to, std::uint64_t bytes) {
    std::error_code error;
    if (!fs::is_directory(to, error)) bytes = fs::file_size(to, error);
    remark(fmt::format("{}: {} of {}.", to.string(), format.name, human_size(bytes)));
  }

  /// An option that would change nothing is a misunderstanding.
  Result<void> options_fit() const {
    if (all_ && !format_.empty()) return fail("--all makes every format, --format one.", "leave one of them out.");
    std::error_code error;
    for (const std::string* input : {&target_, &sign_, &firmware_key_, &certificate_, &configuration_})
      if (!output_.empty() && !input->empty() && fs::is_regular_file(output_, error) &&
          fs::equivalent(output_, *input, error))
        return fail(fmt::format("{} is read, and can't be written as well.", output_), "choose another name by -o.");
    if (firmware_key_.empty() != certificate_.empty())
      return fail("--secure-boot and --certificate are the two halves of a key.", "give both of them.");
    if (run_file_.empty())
      return at_.empty() ? Result<void>{} : fail("--at says where a run file finds the image.", "add --run-file NAME.");
    if (all_ || !format_.empty())
      return fail("--run-file makes no disk, which --format and --all are for.", "leave one of them out.");
    if (!sign_.empty() || !firmware_key_.empty() || has_slots_asked())
      return fail("A run file has no place for --sign, --secure-boot, --slots and --slot-size.",
                  "make a disk, without --run-file.");
    if (!configuration_.empty() || !settings_.arguments.empty() || !settings_.environment.empty() ||
        !settings_.append.empty())
      return fail("A run file has no place for --config, --arg, --env and --append.",
                  "put them into the manifest, or make a disk, without --run-file.");
    return {};
  }

  /// Before anything is built.
  Result<void> read_keys() {
    if (sign_.empty()) return {};
    auto key = SecretKey::read(sign_);
    if (!key) return std::unexpected(key.error());
    signer_.emplace(*key);
    return {};
  }

  Result<DiskContent> contents(const Target& target) const {
    auto slot = appliance_slot(target, {target_, settings_, configuration_, signer_ ? &*signer_ : nullptr, sign_});
    if (!slot) return std::unexpected(slot.error());
    auto slots = slot_plan(slots_, slot_size_, target.facts, slot->size());
    if (!slots) return std::unexpected(slots.error());
    auto files = assign_disks(disks_, target.facts.volumes);
    if (!files) return std::unexpected(files.error());
    auto volumes = packed_volumes(target.facts, *files);
    if (!volumes) return std::unexpected(volumes.error());
    DiskContent content{.slot = *slot,
                        .build_id = target.facts.build_id,
                        .trusted = {},
                        .firmware_key = {},
                        .slots = *slots,
                        .volumes = *volumes};
    if (!firmware_key_.empty()) content.firmware_key = FirmwareKey{firmware_key_, certificate_};
    if (signer_) content.trusted = signer_->public_key();
    return content;
  }

  Result<std::string> configuration() const { return read_configuration(configuration_); }

  Result<int> write_run_file(const Target& target) const {
    const RunFile* file = find_run_file(run_file_);
    if (!file) return fail(fmt::format("There is no run file \"{}\".", run_file_), "use " + run_file_help() + ".");
    const std::string image = target.built.image.string();
    if (file->starts == Starts::program && !runs_itself(target))
      return fail(fmt::format("{} is no program of Linux.", image),
                  "name its project's folder and --wall hosted or process.");
    if (file->starts == Starts::kernel && runs_itself(target))
      return fail(fmt::format("{} runs itself as a program of Linux: nobody starts it as a kernel.", image),
                  "name its project's folder and --wall none, ring or vm.");
    if (file->starts == Starts::container && at_.empty())
      return fail(fmt::format("{} starts a disk out of a registry.", file->name), "give the container's name by --at.");
    auto disks = open_disks(disks_, target.facts.volumes);
    if (!disks) return std::unexpected(disks.error());
    for (Disk& disk : *disks) disk.file = fs::absolute(disk.file).string();
    const fs::path to = output_.empty() ? target.facts.name + std::string(file->ending) : output_;
    auto out = OutputFile::create(to);
    if (!out) return std::unexpected(out.error());
    out->append(file->text({target.facts, at_.empty() ? fs::absolute(image).string() : at_, *disks}));
    if (auto done = out->finish(file->executable); !done) return std::unexpected(done.error());
    remark(fmt::format("{}: {} starts {} by it.", to.string(), file->name, target.facts.name));
    return 0;
  }

  std::string target_, sign_, firmware_key_, certificate_, run_file_, at_, format_, output_, profile_, wall_,
      configuration_, slots_, slot_size_;
  BootSettings settings_;
  std::vector<std::string> disks_;
  std::optional<SecretKey> signer_;
  bool all_ = false;
};

}  // namespace

std::unique_ptr<Command> make_pack() { return std::make_unique<Pack>(); }

}  // namespace wick::tool
