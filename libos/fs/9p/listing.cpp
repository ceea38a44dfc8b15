// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Directories of a shared folder. The file system's calls have no state of their own, and a question for each entry
// would be five messages: the directory that was listed last stays open until its end.

#include <dirent.h>

#include "fs/9p/shared.h"

namespace wick::fs {

namespace {

/// A server whose directory never ends is given up there.
constexpr std::uint32_t kMostEntries = 1 << 24;

/// By Linux' number.
unsigned char type_of(std::uint8_t theirs) {
  switch (theirs) {
    case 1:
      return DT_FIFO;
    case 2:
      return DT_CHR;
    case 4:
      return DT_DIR;
    case 8:
      return DT_REG;
    case 10:
      return DT_LNK;
    case 12:
      return DT_SOCK;
  }
  return DT_UNKNOWN;
}

}  // namespace

void Shared::end_listing() {
  if (listing_.open) client_.forget(listing_.fid);
  listing_.open = false;
}

Outcome Shared::begin_listing(std::string_view path, std::uint64_t offset) {
  end_listing();
  if (const Outcome wrong = listing_.path.set("/", path)) return wrong;
  Place directory(*this, path);
  if (!ok(directory.wrong)) return outcome_of(directory.wrong);
  if (const ninep::Error wrong = client_.open(directory.fid, ninep::Access::read); !ok(wrong)) return outcome_of(wrong);
  listing_.fid = directory.keep();
  listing_.offset = offset;
  listing_.count = 0;
  listing_.entries = {};
  listing_.open = true;
  return 0;
}

/// @return 1, 0 at the end
Outcome Shared::next_listed(ninep::Entry& entry) {
  if (listing_.entries.left() == 0) {
    std::size_t got = 0;
    const ninep::Error wrong = client_.list(listing_.fid, listing_.offset, listing_.bytes, got);
    if (!ok(wrong)) return outcome_of(wrong);
    if (got == 0) return 0;
    listing_.entries = ninep::Reader({listing_.bytes, got});
  }
  const auto next = client_.next_entry(listing_.entries, listing_.offset);
  if (listing_.count++ == kMostEntries || !next) return -EIO;
  entry = *next;
  listing_.offset = entry.offset;
  return 1;
}

Outcome Shared::next_entry(std::string_view path, std::uint64_t& cookie, ::dirent& to) {
  const Held held(*this);
  const bool goes_on = listing_.open && cookie != 0 && listing_.offset == cookie && listing_.path.view() == path;
  if (!goes_on)
    if (const Outcome wrong = begin_listing(path, cookie)) return wrong;
  for (;;) {
    ninep::Entry entry;
    const Outcome found = next_listed(entry);
    if (found <= 0) {
      end_listing();
      return found;
    }
    cookie = entry.offset;
    const std::string_view name = entry.text();
    if (name == "." || name == "..") continue;
    set_entry(to, name, entry.qid.path, type_of(entry.type));
    return 1;
  }
}

}  // namespace wick::fs
