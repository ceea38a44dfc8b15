// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See slots.h. Linked when the manifest has [slots]. Writes the two slots and their record, and nothing else of the
// disk.

#include "fs/slots.h"

#include <cerrno>
#include <cstring>

#include "boot/config.h"
#include "boot/devices.h"
#include "boot/init.h"
#include "fs/partitions.h"
#include "time/clock.h"
#include "trace/log.h"

namespace wick::fs {

namespace {

using boot::kSectorBytes;
using boot::SlotRecord;

constexpr std::string_view kNames[boot::kSlots] = {"wick-a", "wick-b"};

class Slots final : public boot::SlotMedium {
 public:
  /// @return whether the disk has all three partitions
  bool start(drivers::Block& device, const Part (&slots)[boot::kSlots], const Part& state) {
    if (volume_.start(device, devices::dma_pool())) return false;
    first_ = state.first;
    std::uint64_t end = state.first + state.sectors;
    for (const Part& slot : slots) {
      if (slot.first < first_) first_ = slot.first;
      if (slot.first + slot.sectors > end) end = slot.first + slot.sectors;
    }
    std::memcpy(slots_, slots, sizeof slots_);
    state_ = state;
    volume_.narrow(first_, end - first_);
    return true;
  }

  bool read_copy(unsigned copy, void* to) override {
    return volume_.read(to, kSectorBytes, place_of(copy)) == Outcome{kSectorBytes};
  }
  bool write_copy(unsigned copy, const void* from) override {
    return volume_.write(from, kSectorBytes, place_of(copy)) == Outcome{kSectorBytes};
  }
  bool write_slot(unsigned slot, std::uint64_t at, const void* from, std::size_t bytes) override {
    const std::uint64_t room = slots_[slot].sectors * kSectorBytes;
    return at <= room && bytes <= room - at &&
           volume_.write(from, bytes, (slots_[slot].first - first_) * kSectorBytes + at) == static_cast<Outcome>(bytes);
  }
  std::uint64_t slot_sectors(unsigned slot) const override { return slots_[slot].sectors; }
  bool flush() override { return volume_.flush() == 0; }

  Volume& volume() { return volume_; }

 private:
  std::uint64_t place_of(unsigned copy) const {
    return (state_.first - first_ + copy * boot::kCopySectors) * kSectorBytes;
  }

  Volume volume_;
  std::uint64_t first_ = 0;
  Part slots_[boot::kSlots] = {}, state_ = {};
};

constinit Slots slots;
constinit StartedSlot started{};
constinit bool found = false;
constinit sched::RecursiveMutex mutex;

int digit(char c) { return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1; }

/// @return whether the text begins with as many bytes in hexadecimal; it goes on behind them
template <std::size_t count>
bool take_bytes(std::string_view& text, std::uint8_t (&to)[count]) {
  if (text.size() < 2 * count) return false;
  for (std::size_t i = 0; i < count; i++) {
    const int high = digit(text[2 * i]), low = digit(text[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    to[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  text = {text.data() + 2 * count, text.size() - 2 * count};
  return true;
}

/// As kStartedWord says.
bool read_word(std::string_view text, std::uint8_t (&disk)[16]) {
  if (text.size() < 2 || text[0] < 'a' || text[0] > 'b' || text[1] != ':') return false;
  started.slot = static_cast<unsigned>(text[0] - 'a');
  text = {text.data() + 2, text.size() - 2};
  if (!take_bytes(text, disk)) return false;
  if (text.empty()) return true;
  if (text[0] != ':') return false;
  text = {text.data() + 1, text.size() - 1};
  started.asks_for_key = true;
  return take_bytes(text, started.key) && text.empty();
}

/// Before anything else runs: whole disks are read here.
bool is_the_disk(drivers::Block& device, const std::uint8_t (&wanted)[16], Part (&parts)[boot::kSlots], Part& state) {
  std::uint8_t its[16];
  Volume& disk = slots.volume();
  if (disk.start(device, devices::dma_pool()) || !read_identity(disk, its) || std::memcmp(its, wanted, sizeof its) != 0)
    return false;
  const PartWish wishes[] = {{boot::kSlotType, kNames[0], parts[0]},
                             {boot::kSlotType, kNames[1], parts[1]},
                             {boot::kStateType, "wick-state", state}};
  return find_partitions(disk, wishes) && state.sectors >= boot::kStateSectors;
}

Status find_slots() {
  const std::string_view word = config::get("slot.started");
  if (word.empty()) return Status::ok;
  std::uint8_t wanted[16];
  drivers::Block* chosen = nullptr;
  Part parts[boot::kSlots], state;
  unsigned fitting = 0;
  if (read_word(word, wanted)) {
    for (unsigned i = 0; drivers::Block* const device = devices::block(i); i++) {
      Part its[boot::kSlots], its_state;
      if (!is_the_disk(*device, wanted, its, its_state)) continue;
      chosen = device;
      std::memcpy(parts, its, sizeof parts);
      state = its_state;
      fitting++;
    }
  }
  found = fitting == 1 && slots.start(*chosen, parts, state);
  if (!found)
    log::write(log::Level::warning, "slots: %s: this start can't be found good",
               fitting > 1 ? "two disks are copies of each other"
                           : "the disk that this was started from is none that the image can drive");
  return Status::ok;
}

/// @return 0, or what is wrong
int mark_good() {
  HeldSlots held;
  SlotRecord copies[boot::kCopies];
  const SlotRecord* record = boot::read_record(held.medium(), copies);
  SlotRecord changed = record ? *record : boot::first_record(started.slot, 0);
  if (record && !changed.slots[started.slot].priority) return EIO;
  if (record && !boot::mark_good(changed, started.slot)) return 0;
  if (!boot::write_record(held.medium(), copies, changed)) return EIO;
  log::write(log::Level::info, "slots: slot %c is good", static_cast<char>('A' + started.slot));
  return 0;
}

/// Who has armed hv's watchdog and lives after that time has fed it for as long.
void find_good_later(void*) {
  constexpr std::uint64_t kMillisecond = 1'000'000;
  sched::sleep_until(time::now() + Nanoseconds{config::get_number("slot.good_after", 0) * kMillisecond});
  if (mark_good() != 0) log::write(log::Level::error, "slots: this start is good, and the disk doesn't take that");
}

Status wait_for_good() {
  constexpr std::size_t kStack = 32 << 10;
  if (!found || config::get_number("slot.good_after", 0) == 0) return Status::ok;
  return sched::spawn("slots", find_good_later, nullptr, kStack).status;
}

}  // namespace

const StartedSlot* started_slot() { return found ? &started : nullptr; }

HeldSlots::HeldSlots() { mutex.lock(); }
HeldSlots::~HeldSlots() { mutex.unlock(); }
boot::SlotMedium& HeldSlots::medium() { return slots; }

WICK_INIT_STEP(36, "slots", find_slots);
WICK_INIT_STEP(45, "slots-good", wait_for_good);

}  // namespace wick::fs

extern "C" int wick_slots_mark_good() { return wick::fs::found ? wick::fs::mark_good() : ENODEV; }
