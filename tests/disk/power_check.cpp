// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// power_check BASE EVENTS SEED CHANGES CUTS [lying]: what a guest's disk may hold when the power goes off at a random
// one of the events that recording_disk.py has written down, again and again: everything that a completed flush covers,
// and of what was written since any sectors in any version. Each has to mount, to be what the load had made at a moment
// not before the last promise, and to pass the check. With `lying` flushes cover nothing: that has to be found out.

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "power_disk.h"
#include "power_model.h"
#include "tests/guest/power/load.h"
#include "wickfs/check/check.h"
#include "wickfs/volume.h"

using namespace wick;
using power::Bytes;
using power::Event;
using power::Model;
using power::of_entry;
using power::RecordedDisk;

namespace {

Bytes content_of(const char* path) {
  std::ifstream file(path, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Bytes bytes(text.size());
  std::memcpy(bytes.data(), text.data(), text.size());
  return bytes;
}

class MemoryDisk final : public wickfs::Disk {
 public:
  explicit MemoryDisk(Bytes& content) : content_(content) {}
  bool read(std::uint64_t block, void* to, std::size_t count) override {
    if (!reaches(block, count)) return false;
    std::memcpy(to, &content_[block * wickfs::kBlockBytes], count * wickfs::kBlockBytes);
    return true;
  }
  bool write(std::uint64_t block, const void* from, std::size_t count) override {
    if (!reaches(block, count)) return false;
    std::memcpy(&content_[block * wickfs::kBlockBytes], from, count * wickfs::kBlockBytes);
    return true;
  }
  bool flush() override { return true; }
  std::uint64_t blocks() const override { return content_.size() / wickfs::kBlockBytes; }
  bool read_only() const override { return false; }

 private:
  bool reaches(std::uint64_t block, std::size_t count) const { return block < blocks() && count <= blocks() - block; }
  Bytes& content_;
};

/// Of each sum after how many changes the load had it; where several had, the last.
std::unordered_map<std::uint64_t, std::uint64_t> moments(std::uint64_t seed, std::uint64_t changes) {
  std::unordered_map<std::uint64_t, std::uint64_t> found{{0, 0}};
  power::Load load(seed);
  Model model;
  for (std::uint64_t done = 1; done <= changes; done++) {
    model.run(load.next());
    found[model.sum()] = done;
  }
  return found;
}

// --- What it does hold.

bool add_folder(wickfs::Volume& volume, wickfs::Inode folder, const std::string& path, std::uint64_t& sum) {
  wickfs::Entry entry;
  wickfs::Error outcome;
  for (std::uint64_t position = 0; ok(outcome = volume.next_entry(folder, position, entry));) {
    const std::string full = path + "/" + std::string(entry.name());
    wickfs::Status status;
    if (!ok(volume.stat(entry.inode, status))) return false;
    if (wickfs::is_directory(status.mode)) {
      sum += of_entry(full, nullptr);
      if (!add_folder(volume, entry.inode, full, sum)) return false;
      continue;
    }
    std::string content(status.size, '?');
    std::size_t got;
    if (!ok(volume.read(entry.inode, 0, content.data(), content.size(), got)) || got != content.size()) return false;
    sum += of_entry(full, &content);
  }
  return outcome == wickfs::Error::not_found;
}

/// @param sum of what is there  @return what is wrong, empty: nothing
std::string look(Bytes& image, std::uint64_t& sum) {
  static std::vector<std::uint64_t> memory((1 << 20) / sizeof(std::uint64_t));
  MemoryDisk disk(image);
  wickfs::Volume volume(disk, std::as_writable_bytes(std::span(memory)), [] { return std::uint64_t{1}; });
  if (const wickfs::Error wrong = volume.mount(false); !ok(wrong))
    return std::string("no mount: ") + wickfs::text_of(wrong);
  sum = 0;
  if (!add_folder(volume, wickfs::kRoot, "", sum)) return "a file can't be read";
  const wickfs::CheckResult checked = wickfs::Checker(volume).run();
  return checked.findings.empty() ? "" : "check: " + checked.findings[0].path + " " + checked.findings[0].what;
}

struct Counts {
  unsigned unflushed = 0, in_flush = 0, beyond = 0, broken = 0;
};

std::vector<std::pair<Event, const std::byte*>> read_events(const Bytes& file) {
  std::vector<std::pair<Event, const std::byte*>> all;
  for (std::size_t at = 0; at + sizeof(Event) <= file.size();) {
    Event event;
    std::memcpy(&event, &file[at], sizeof event);
    at += sizeof event;
    all.emplace_back(event, file.data() + at);
    at += event.bytes;
  }
  return all;
}

}  // namespace

int main(int count, char** words) {
  if (count < 6) return 2;
  const Bytes file = content_of(words[2]);
  const auto events = read_events(file);
  const std::uint64_t seed = std::strtoull(words[3], nullptr, 10), changes = std::strtoull(words[4], nullptr, 10);
  const auto cuts = static_cast<unsigned>(std::atoi(words[5]));
  const bool lies = count > 6 && !std::strcmp(words[6], "lying");
  const auto known = moments(seed, changes);
  std::mt19937_64 random(seed);
  std::vector<unsigned> cuts_before(events.size() + 1);  // the last is behind everything
  for (unsigned i = 1; i < cuts; i++) cuts_before[random() % events.size()]++;
  cuts_before[events.size()]++;

  RecordedDisk disk(content_of(words[1]), lies);
  Counts counts;
  for (std::size_t at = 0; at <= events.size(); at++) {
    for (unsigned i = 0; i < cuts_before[at]; i++) {
      Bytes image = disk.after_cut(random);
      std::uint64_t sum = 0;
      std::string wrong = look(image, sum);
      const auto moment = known.find(sum);
      if (wrong.empty() && moment == known.end()) wrong = "it holds what the load never made";
      if (wrong.empty() && moment->second < disk.promised())
        wrong = "it is as after change " + std::to_string(moment->second);
      counts.unflushed += disk.unflushed() > 0;
      counts.in_flush += disk.in_flush();
      counts.beyond += wrong.empty() && moment->second > disk.promised();
      if (wrong.empty()) continue;
      counts.broken++;
      if (!lies)
        std::printf("cut at event %zu of %zu, change %llu promised: %s\n", at, events.size(),
                    static_cast<unsigned long long>(disk.promised()), wrong.c_str());
    }
    if (at < events.size()) disk.take(events[at].first, events[at].second);
  }
  const bool whole = disk.promised() > 0 && known.size() > changes / 3;
  std::printf(
      "%u cuts in %zu events, %u with unflushed writes, %u within a flush; %u found more than was promised, %u are "
      "broken\n",
      cuts, events.size(), counts.unflushed, counts.in_flush, counts.beyond, counts.broken);
  return whole && counts.broken == 0 ? 0 : 1;
}
