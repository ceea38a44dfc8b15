// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h: directories are looked into, and names come. A directory's entries lie in the tree by the hashes of
// their names, which have 44 bits here, and 4 for names that share one.

#include <algorithm>
#include <cstring>

#include "wickfs/name_hash.h"
#include "wickfs/volume.h"

namespace wick::wickfs {

namespace {

constexpr std::uint64_t kSameHash = 16;

Error judge_name(std::string_view name) {
  if (name.size() > kNameBytes) return Error::name_too_long;
  const bool odd = name.empty() || name == "." || name == ".." ||
                   std::ranges::any_of(name, [](char letter) { return letter == '/' || letter == '\0'; });
  return odd ? Error::invalid : Error::none;
}

}  // namespace

std::uint64_t Volume::place_of_name(std::string_view name) const {
  const std::uint64_t places = (std::uint64_t{1} << 48) - kSameHash;  // a position behind the last stays below 2^48
  const std::uint64_t place = SipHash::of(name, super_.identity) >> 16 & ~(kSameHash - 1);
  return place < places ? place : 0;
}

Error Volume::inode(Inode number, InodeItem& item) {
  Item found;
  if (const Error wrong = tree_.find(key_of(number, ItemKind::inode), found); !ok(wrong)) return wrong;
  return ok(found.get(item)) ? Error::none : damaged(0, number, "the inode");
}

Error Volume::directory(Inode number, InodeItem& item) {
  if (const Error wrong = inode(number, item); !ok(wrong)) return wrong;
  return is_directory(item.mode) ? Error::none : Error::not_directory;
}

Error Volume::find_name(Inode directory, std::string_view name, Key& key, EntryItem& entry, std::uint64_t* free) {
  const std::uint64_t start = place_of_name(name);
  std::uint64_t at = start, unused = ~std::uint64_t{0};
  while (at < start + kSameHash) {
    Item item;
    const Error outcome = tree_.first_from(key_of(directory, ItemKind::entry, at), item);
    if (!ok(outcome) && outcome != Error::not_found) return outcome;
    const bool within =
        ok(outcome) && is_of(item.key, directory, ItemKind::entry) && place_of(item.key) < start + kSameHash;
    if (unused == ~std::uint64_t{0} && (!within || place_of(item.key) > at)) unused = at;
    if (!within) break;
    if (!ok(item.get(entry))) return damaged(0, directory, "an entry of the directory");
    key = item.key;
    const std::string_view its(reinterpret_cast<const char*>(item.value) + sizeof entry, item.length - sizeof entry);
    if (its == name) return Error::none;
    at = place_of(item.key) + 1;
  }
  if (free) *free = unused;
  return Error::not_found;
}

Error Volume::put_entry(Inode directory, std::uint64_t place, std::string_view name, const EntryItem& entry) {
  std::byte value[kMaxValue];
  std::memcpy(value, &entry, sizeof entry);
  std::memcpy(value + sizeof entry, name.data(), name.size());
  return tree_.put_bytes(key_of(directory, ItemKind::entry, place), {value, sizeof entry + name.size()});
}

Error Volume::lookup(Inode directory_number, std::string_view name, Inode& found) {
  InodeItem item;
  Key key;
  EntryItem entry;
  if (name.size() > kNameBytes) return Error::name_too_long;
  if (const Error wrong = directory(directory_number, item); !ok(wrong)) return wrong;
  if (const Error wrong = find_name(directory_number, name, key, entry); !ok(wrong)) return wrong;
  found = entry.inode;
  return Error::none;
}

Error Volume::find(std::string_view path, Inode& found) {
  Inode at = kRoot;
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    const std::string_view name = path.substr(0, slash);
    path.remove_prefix(std::min(slash + 1, path.size()));
    if (name.empty()) continue;
    if (const Error wrong = lookup(at, name, at); !ok(wrong)) return wrong;
  }
  found = at;
  return Error::none;
}

Error Volume::create(Inode parent, std::string_view name, std::uint32_t mode, Inode& made) {
  InodeItem above;
  Key key;
  EntryItem entry;
  std::uint64_t place;
  const std::uint32_t type = mode & kModeType;
  if (type != kModeDirectory && type != kModeFile && type != kModeSocket) return Error::invalid;
  if (const Error wrong = judge_name(name); !ok(wrong)) return wrong;
  if (const Error wrong = directory(parent, above); !ok(wrong)) return wrong;
  if (above.links == 0) return Error::not_found;
  const Error there = find_name(parent, name, key, entry, &place);
  if (there != Error::not_found) return ok(there) ? Error::exists : there;
  if (place == ~std::uint64_t{0}) return Error::no_space;
  if (const Error wrong = begin(0, Purpose::adding); !ok(wrong)) return wrong;
  const std::uint64_t now = clock_();
  made = next_inode_++;
  const InodeItem item{.mode = mode,
                       .links = 1,
                       .size = 0,
                       .blocks = 0,
                       .modified = now,
                       .changed = now,
                       .created = now,
                       .parent = type == kModeDirectory ? parent : 0};
  Error outcome = put_inode(made, item);
  if (ok(outcome)) outcome = put_entry(parent, place, name, {made, type});
  above.size++;
  above.modified = above.changed = now;
  if (ok(outcome)) outcome = put_inode(parent, above);
  return finish(outcome);
}

Error Volume::next_entry(Inode number, std::uint64_t& position, Entry& entry) {
  Item item;
  EntryItem its;
  if (const Error wrong = tree_.first_from(key_of(number, ItemKind::entry, position), item); !ok(wrong)) return wrong;
  if (!is_of(item.key, number, ItemKind::entry)) return Error::not_found;
  if (!ok(item.get(its)) || item.length - sizeof its > kNameBytes)
    return damaged(0, number, "an entry of the directory");
  position = place_of(item.key) + 1;
  entry.inode = its.inode;
  entry.type = its.type;
  entry.length = static_cast<std::uint8_t>(item.length - sizeof its);
  std::memcpy(entry.bytes, item.value + sizeof its, entry.length);
  entry.bytes[entry.length] = '\0';
  return Error::none;
}

}  // namespace wick::wickfs
