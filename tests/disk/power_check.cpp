// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// power_check BASE EVENTS SEED CHANGES CUTS [lying]: what a guest's disk may hold when the power goes off at a random
// one of the events that recording_disk.py has written down, again and again: everything that a completed flush covers,
// and of what was written since any sectors in any version. Each has to mount, to be what the load had made at a moment
// not before the last promise, and to pass the check. With `lying` flushes cover nothing: that has to be found out.

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "tests/guest/power/load.h"
#include "wickfs/check/check.h"
#include "wickfs/volume.h"

using namespace wick;
using power::name_of;
using power::name_of_folder;

namespace {

using Bytes = std::vector<std::byte>;
constexpr std::size_t kSector = 512;

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

// --- What the volume should hold, as one number for each moment.

std::uint64_t of_entry(const std::string& path, const std::string* content) {
  const std::uint64_t name = std::hash<std::string>{}(path);
  const std::uint64_t value = content ? std::hash<std::string>{}(*content) * 3 + 1 : 0x517cc1b727220a95;
  return power::Random(name ^ power::Random(value).next()).next();
}

/// Every entry's number; the sum doesn't depend on their order.
using Tree = std::map<std::string, std::uint64_t>;
std::uint64_t sum_of(const Tree& tree) {
  std::uint64_t sum = 0;
  for (const auto& [path, number] : tree) sum += number;
  return sum;
}

class Model {
 public:
  void run(const power::Change& change) {
    const std::string from = name_of(change.from), to = name_of(change.to);
    switch (change.kind) {
      case power::Kind::make_folder:
        tree_[name_of_folder(change.from.folder)] = of_entry(name_of_folder(change.from.folder), nullptr);
        break;
      case power::Kind::remove_folder:
        tree_.erase(name_of_folder(change.from.folder));
        break;
      case power::Kind::rename_folder:
        rename_folder(change);
        break;
      case power::Kind::create:
        put(from, "");
        break;
      case power::Kind::write: {
        std::string text = files_[from];
        text.resize(std::max<std::size_t>(text.size(), change.offset + change.bytes));
        power::fill(&text[change.offset], change.bytes, change.seed);
        put(from, std::move(text));
        break;
      }
      case power::Kind::truncate: {
        std::string text = files_[from];
        text.resize(change.bytes);
        put(from, std::move(text));
        break;
      }
      case power::Kind::remove:
        take(from);
        break;
      case power::Kind::rename:
        put(to, take(from));
        break;
      case power::Kind::sync:
        break;
    }
  }
  std::uint64_t sum() const { return sum_of(tree_); }

 private:
  void put(const std::string& path, std::string text) {
    tree_[path] = of_entry(path, &text);
    files_[path] = std::move(text);
  }
  std::string take(const std::string& path) {
    std::string text = std::move(files_[path]);
    files_.erase(path);
    tree_.erase(path);
    return text;
  }
  void rename_folder(const power::Change& change) {
    tree_.erase(name_of_folder(change.from.folder));
    tree_[name_of_folder(change.to.folder)] = of_entry(name_of_folder(change.to.folder), nullptr);
    for (unsigned file = 0; file < power::kFiles; file++) {
      const std::string from = name_of({change.from.folder, file});
      if (files_.contains(from)) put(name_of({change.to.folder, file}), take(from));
    }
  }

  std::map<std::string, std::string> files_;
  Tree tree_;
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

// --- The disk.

struct Event {
  std::uint32_t kind, number;
  std::uint64_t offset, bytes;
};
static_assert(sizeof(Event) == 24);
enum : std::uint32_t { wrote, done, done_for_good, flush_came, flush_done, told };

struct Write {
  std::uint64_t offset, bytes;
  const std::byte* data;
  bool answered;
};

class RecordedDisk {
 public:
  RecordedDisk(Bytes base, bool lies) : durable_(std::move(base)), lies_(lies) {}

  /// @param data behind the event
  void take(const Event& event, const std::byte* data) {
    switch (event.kind) {
      case wrote:
        since_[event.number] = {event.offset, event.bytes, data, false};
        if (lies_ && since_.size() > kLyingCache) settle(since_.begin()->first);
        break;
      case done:
        if (const auto at = since_.find(event.number); at != since_.end()) at->second.answered = true;
        break;
      case done_for_good:
        settle(event.number);
        break;
      case flush_came:
        for (const auto& [number, write] : since_)
          if (write.answered) covered_[event.number].push_back(number);
        break;
      case flush_done:
        if (!lies_)
          for (const std::uint32_t number : covered_[event.number]) settle(number);
        covered_.erase(event.number);
        break;
      case told:
        promised_ = event.offset;
        break;
      default:
        std::abort();
    }
  }

  /// Sector by sector, or write by write in another order.
  Bytes after_cut(std::mt19937_64& random) const {
    Bytes image = durable_;
    if (random() % 4 == 0) {
      std::vector<const Write*> order;
      for (const auto& [number, write] : since_)
        if (random() % 2) order.push_back(&write);
      std::ranges::shuffle(order, random);
      for (const Write* write : order) std::memcpy(&image[write->offset], write->data, write->bytes);
      return image;
    }
    const unsigned keeps = std::array{0u, 50u, 97u, 100u}[random() % 4];  // of a hundred that have their newest
    std::map<std::uint64_t, std::vector<const std::byte*>> versions;
    for (const auto& [number, write] : since_)
      for (std::uint64_t at = 0; at < write.bytes; at += kSector)
        versions[write.offset + at].push_back(write.data + at);
    for (auto& [offset, all] : versions) {
      const bool newest = random() % 100 < keeps;
      const std::uint64_t choice = newest ? all.size() : random() % (all.size() + 1);
      if (choice > 0) std::memcpy(&image[offset], all[choice - 1], kSector);
    }
    return image;
  }

  std::size_t unflushed() const { return since_.size(); }
  bool in_flush() const { return !covered_.empty(); }
  std::uint64_t promised() const { return promised_; }

 private:
  static constexpr std::size_t kLyingCache = 100;  ///< writes that a disk which lies keeps for itself

  void settle(std::uint32_t number) {
    const auto at = since_.find(number);
    if (at == since_.end()) return;
    std::memcpy(&durable_[at->second.offset], at->second.data, at->second.bytes);
    since_.erase(at);
  }

  Bytes durable_;
  bool lies_;
  std::map<std::uint32_t, Write> since_;
  std::map<std::uint32_t, std::vector<std::uint32_t>> covered_;  ///< writes, by the flush that is under way
  std::uint64_t promised_ = 0;
};

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
