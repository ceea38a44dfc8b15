// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See volume.h: names move and go. What loses its name while it is open, or is too large for one step, is an orphan
// until its space is given back; an orphan that a power cut left is finished by the next mount.

#include "wickfs/volume.h"

namespace wick::wickfs {

namespace {

constexpr std::uint64_t kEnd = kMaxFileBytes / kBlockBytes;  // behind the last block that a file may have

constexpr Key orphan_key(Inode number) { return key_of(0, ItemKind::orphan, number); }

}  // namespace

/// Of an inode whose entry is gone already. One step: what it can't do becomes the orphan's.
Error Volume::drop_name_of(Inode number, InodeItem item, bool open) {
  bool done = false;
  item.links = 0;
  item.changed = clock_();
  if (!open) {
    if (const Error wrong = punch(number, item, 0, kEnd, kExtentsAtOnce, done); !ok(wrong)) return wrong;
  }
  if (done) return tree_.erase(key_of(number, ItemKind::inode));
  if (const Error wrong = put_inode(number, item); !ok(wrong)) return wrong;
  return tree_.put_bytes(orphan_key(number), {});
}

Error Volume::reclaim(Inode number) {
  for (bool done = false; !done;) {
    InodeItem item;
    if (const Error wrong = inode(number, item); !ok(wrong)) return wrong == Error::not_found ? Error::none : wrong;
    if (item.links > 0) return Error::invalid;
    if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
    Error outcome = punch(number, item, 0, kEnd, kExtentsAtOnce, done);
    if (ok(outcome)) outcome = done ? tree_.erase(key_of(number, ItemKind::inode)) : put_inode(number, item);
    if (ok(outcome) && done) outcome = tree_.erase(orphan_key(number));
    if (!ok(finish(outcome))) return outcome;
  }
  return Error::none;
}

/// Gives back everything from block `from` on, the inode's size being less already; as an orphan when it takes more
/// than one step. Called within a step.
Error Volume::remove_all(Inode number, InodeItem& item, std::uint64_t from) {
  bool done, orphan = false;
  for (;;) {
    if (const Error wrong = punch(number, item, from, kEnd, kExtentsAtOnce, done); !ok(wrong)) return wrong;
    if (const Error wrong = put_inode(number, item); !ok(wrong)) return wrong;
    if (done) return orphan ? tree_.erase(orphan_key(number)) : Error::none;
    if (!orphan) {
      if (const Error wrong = tree_.put_bytes(orphan_key(number), {}); !ok(wrong)) return wrong;
    }
    orphan = true;
    if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
  }
}

Error Volume::finish_orphans() {
  for (;;) {
    Item item;
    InodeItem its;
    const Error found = tree_.first_from(key_of(0, ItemKind::orphan), item);
    if (found == Error::not_found || (ok(found) && !is_of(item.key, 0, ItemKind::orphan))) return Error::none;
    if (!ok(found)) return found;
    const Inode number = place_of(item.key);
    if (const Error wrong = inode(number, its); !ok(wrong)) return damaged(0, number, "an orphan without an inode");
    if (its.links == 0) {
      if (const Error wrong = reclaim(number); !ok(wrong)) return wrong;
      continue;
    }
    if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
    Error outcome = tree_.erase(item.key);
    if (ok(outcome)) outcome = remove_all(number, its, (its.size + kBlockBytes - 1) / kBlockBytes);
    if (!ok(finish(outcome))) return outcome;
  }
}

Error Volume::remove(Inode parent, std::string_view name, bool open) {
  InodeItem above, item;
  Key key;
  EntryItem entry;
  if (const Error wrong = directory(parent, above); !ok(wrong)) return wrong;
  if (const Error wrong = find_name(parent, name, key, entry); !ok(wrong)) return wrong;
  if (const Error wrong = inode(entry.inode, item); !ok(wrong)) return wrong;
  if (is_directory(item.mode) && item.size > 0) return Error::not_empty;
  if (const Error wrong = begin(0, Purpose::removing); !ok(wrong)) return wrong;
  Error outcome = tree_.erase(key);
  above.size--;
  above.modified = above.changed = clock_();
  if (ok(outcome)) outcome = put_inode(parent, above);
  if (ok(outcome)) outcome = drop_name_of(entry.inode, item, open);
  if (!ok(finish(outcome)) || open) return outcome;
  return reclaim(entry.inode);  // the rest, if there is one
}

Error Volume::is_below(Inode below, Inode above, bool& answer) {
  answer = true;
  for (Inode at = below; at != above;) {
    InodeItem item;
    if (at == kRoot) {
      answer = false;
      return Error::none;
    }
    if (const Error wrong = directory(at, item); !ok(wrong)) return wrong;
    at = item.parent;
  }
  return Error::none;
}

Error Volume::rename(Inode from, std::string_view name, Inode to, std::string_view new_name, bool open) {
  InodeItem source, target, moved, replaced{};
  Key key, new_key;
  EntryItem entry, other{};
  std::uint64_t place = 0;
  if (const Error wrong = directory(from, source); !ok(wrong)) return wrong;
  if (const Error wrong = find_name(from, name, key, entry); !ok(wrong)) return wrong;
  if (const Error wrong = directory(to, target); !ok(wrong)) return wrong;
  if (const Error wrong = inode(entry.inode, moved); !ok(wrong)) return wrong;
  const bool is_folder = is_directory(moved.mode);
  bool within = false;
  if (is_folder) {
    if (const Error wrong = is_below(to, entry.inode, within); !ok(wrong)) return wrong;
  }
  if (within || new_name.empty() || new_name == "." || new_name == "..") return Error::invalid;
  if (new_name.size() > kNameBytes) return Error::name_too_long;
  const Error there = find_name(to, new_name, new_key, other, &place);
  if (!ok(there) && there != Error::not_found) return there;
  if (ok(there)) {
    if (other.inode == entry.inode) return Error::none;
    if (const Error wrong = inode(other.inode, replaced); !ok(wrong)) return wrong;
    if (is_directory(replaced.mode) != is_folder) return is_folder ? Error::not_directory : Error::is_directory;
    if (is_folder && replaced.size > 0) return Error::not_empty;
    place = place_of(new_key);
  } else if (place == ~std::uint64_t{0}) {
    return Error::no_space;
  }
  if (const Error wrong = begin(0, ok(there) ? Purpose::removing : Purpose::adding); !ok(wrong)) return wrong;
  const std::uint64_t now = clock_();
  Error outcome = tree_.erase(key);
  if (ok(outcome)) outcome = put_entry(to, place, new_name, entry);
  source.size--;
  source.modified = source.changed = target.modified = target.changed = now;
  InodeItem& last = from == to ? source : target;
  if (!ok(there)) last.size++;
  if (ok(outcome)) outcome = put_inode(from, source);
  if (ok(outcome) && from != to) outcome = put_inode(to, target);
  moved.changed = now;
  if (is_folder) moved.parent = to;
  if (ok(outcome)) outcome = put_inode(entry.inode, moved);
  if (ok(outcome) && ok(there)) outcome = drop_name_of(other.inode, replaced, open);
  if (!ok(finish(outcome)) || !ok(there) || open) return outcome;
  return reclaim(other.inode);
}

}  // namespace wick::wickfs
