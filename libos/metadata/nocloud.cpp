// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The NoCloud data source: a disk whose volume label is "cidata", with files of the three documents' names. The step
// runs when the disks are there, before anything asks for the settings that it may change. Looking costs one small
// read a disk, so a machine without such a disk waits for nothing. Linked when the manifest names the source.

#include <algorithm>
#include <cstdlib>
#include <iterator>

#include "boot/config.h"
#include "boot/devices.h"
#include "boot/init.h"
#include "fs/disks.h"
#include "metadata/apply.h"
#include "metadata/documents.h"
#include "metadata/iso9660.h"
#include "trace/log.h"

namespace wick::metadata {

namespace {

constexpr std::string_view kLabel = "cidata";

class VolumeDisk final : public Disk {
 public:
  explicit VolumeDisk(fs::Volume& volume) : volume_(volume) {}
  bool read(void* to, std::size_t bytes, std::uint64_t offset) override {
    return volume_.read(to, bytes, offset) == static_cast<fs::Outcome>(bytes);
  }
  std::uint64_t size() const override { return volume_.size(); }

 private:
  fs::Volume& volume_;
};

/// The texts while they are read.
class Text {
 public:
  Text() = default;
  Text(const Text&) = delete;
  ~Text() { std::free(bytes_); }

  /// @return nullptr, or what is wrong
  const char* read(Disk& disk, const iso::Wanted& file) {
    if (!file.found || file.extent.bytes == 0) return nullptr;
    if (file.extent.bytes > kMaxDocumentBytes) return "is longer than 64 KiB";
    bytes_ = static_cast<char*>(std::malloc(file.extent.bytes));
    if (!bytes_) return "does not fit the heap";
    length_ = file.extent.bytes;
    return disk.read(bytes_, length_, file.extent.offset) ? nullptr : "can't be read";
  }

  std::string_view view() const { return {bytes_, length_}; }

 private:
  char* bytes_ = nullptr;
  std::size_t length_ = 0;
};

/// @param of what is at fault; nullptr: the sentence says it
void say(const char* of, const Fault& fault) {
  if (!of)
    log::write(log::Level::warning, "instance data: %s; none of it counts", fault.what);
  else if (fault.line)
    log::write(log::Level::warning, "instance data: %s, line %u, %s; none of it counts", of, fault.line, fault.what);
  else
    log::write(log::Level::warning, "instance data: %s %s; none of it counts", of, fault.what);
}

/// @return whether all of it is in force now
bool take(Disk& disk, const iso::Extent& root) {
  enum { meta_data, user_data, network_config, count };
  iso::Wanted files[count] = {{"meta-data"}, {"user-data"}, {"network-config"}};
  Text texts[count];
  const char* of = "the disk";
  Fault fault{iso::find_files(disk, root, files)};
  if (!fault && std::ranges::none_of(files, &iso::Wanted::found))
    fault = {"has none of meta-data, user-data and network-config"};
  for (unsigned i = 0; i < count && !fault; i++) {
    of = files[i].name.data();
    fault = {texts[i].read(disk, files[i])};
  }
  Instance instance;
  if (!fault) {
    HardwareAddress own{};
    const drivers::Network* const network = devices::network(0);
    if (network) std::ranges::copy(network->info().mac, own.bytes);
    fault = read_documents({texts[meta_data].view(), texts[user_data].view(), texts[network_config].view()},
                           network ? &own : nullptr, instance, of);
  }
  if (!fault) {
    of = nullptr;
    fault = {apply(instance)};
  }
  if (fault) return say(of, fault), false;
  if (const std::string_view key = instance.passed_over(); !key.empty())
    log::write(log::Level::warning, "instance data: user-data, line %u: \"%.*s\" means nothing to an appliance",
               instance.passed_line(), static_cast<int>(key.size()), key.data());
  const std::string_view settings = instance.settings();
  log::write(log::Level::info, "instance data: %u settings, %u files",
             static_cast<unsigned>(std::ranges::count(settings, '\n')), static_cast<unsigned>(instance.files().size()));
  return true;
}

bool look() {
  for (unsigned i = 0; drivers::Block* const device = devices::block(i); i++) {
    fs::Volume* const volume = fs::look_at(*device);
    if (!volume) continue;
    VolumeDisk disk(*volume);
    iso::Extent root;
    switch (iso::look_for_label(disk, kLabel, root)) {
      case iso::Label::this_one:
        return take(disk, root);
      case iso::Label::damaged:
        say("the disk", {"has a descriptor that is damaged"});
        return false;
      case iso::Label::other:
        break;
    }
  }
  log::write(log::Level::warning, "instance data: this machine has no disk with the label cidata");
  return false;
}

Status find_instance_data() {
  if (look() || config::get("metadata.required").empty()) return Status::ok;
  log::write(log::Level::error, "the manifest requires instance data");
  return Status::not_found;
}

}  // namespace

WICK_INIT_STEP(35, "instance-data", find_instance_data);

}  // namespace wick::metadata
