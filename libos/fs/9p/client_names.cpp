// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See client.h: the tree of names.

#include "fs/9p/client.h"

namespace wick::ninep {

bool Client::take_fid(Fid& fid) {
  for (std::uint32_t i = 0; i < kMaxFids; i++) {
    const std::uint64_t bit = 1ull << i % 64;
    if (fids_[i / 64] & bit) continue;
    fids_[i / 64] |= bit;
    fid = Fid{i};
    return true;
  }
  return false;
}

void Client::give_back(Fid fid) {
  const auto number = static_cast<std::uint32_t>(fid);
  fids_[number / 64] &= ~(1ull << number % 64);
}

/// As many names as one message may have. @param path what is left of it
Error Client::walk_from(Fid from, Fid to, std::string_view& path, Qid& found) {
  std::string_view names[kMaxWalk];
  std::uint16_t count = 0;
  while (!path.empty() && count < kMaxWalk) {
    const std::size_t slash = path.find('/');
    const std::string_view name = path.substr(0, slash);
    path = slash == path.npos ? std::string_view{} : path.substr(slash + 1);
    if (name.empty()) continue;
    if (!is_name(name)) return Error::name_too_long;
    names[count++] = name;
  }
  Writer ask = message(Type::walk);
  ask.put(from);
  ask.put(to);
  ask.put(count);
  for (unsigned i = 0; i < count; i++) ask.put_text(names[i]);
  Reader said;
  if (const Error wrong = call(ask, Type::walk, said); !ok(wrong)) return wrong;
  const auto passed = said.take<std::uint16_t>();
  if (passed > count) return give_up();
  for (unsigned i = 0; i < passed; i++) found = said.take_qid();
  if (const Error wrong = finish(said); !ok(wrong)) return wrong;
  if (passed == count) return Error::none;
  return passed > 0 && !(found.type & kQidDirectory) ? Error::not_directory : Error::not_found;
}

Error Client::walk(std::string_view path, Fid& fid, Qid& found) {
  Fid made;
  if (!take_fid(made)) return Error::too_many_open;
  Error wrong = walk_from(Fid::root, made, path, found);
  if (!ok(wrong)) {
    give_back(made);  // the server has made none of it
    return wrong;
  }
  while (!path.empty() && ok(wrong)) wrong = walk_from(made, made, path, found);
  if (ok(wrong))
    fid = made;
  else
    forget(made);
  return wrong;
}

void Client::forget(Fid fid) {
  Writer ask = message(Type::forget);
  ask.put(fid);
  (void)call(ask, Type::forget);  // it is gone in any case
  give_back(fid);
}

Error Client::create(Fid fid, std::string_view name, Access access, std::uint32_t mode) {
  if (!is_name(name)) return Error::name_too_long;
  Writer ask = message(Type::create);
  ask.put(fid);
  ask.put_text(name);
  ask.put(access);
  ask.put(mode);
  ask.put(kNobody);
  Reader said;
  if (const Error wrong = call(ask, Type::create, said); !ok(wrong)) return wrong;
  (void)said.take_qid();
  (void)said.take<std::uint32_t>();
  return finish(said);
}

Error Client::make_directory(Fid directory, std::string_view name, std::uint32_t mode) {
  if (!is_name(name)) return Error::name_too_long;
  Writer ask = message(Type::make_directory);
  ask.put(directory);
  ask.put_text(name);
  ask.put(mode);
  ask.put(kNobody);
  Reader said;
  if (const Error wrong = call(ask, Type::make_directory, said); !ok(wrong)) return wrong;
  (void)said.take_qid();
  return finish(said);
}

Error Client::remove(Fid directory, std::string_view name, bool is_directory) {
  constexpr std::uint32_t kRemoveDirectory = 0x200;  // AT_REMOVEDIR
  if (!is_name(name)) return Error::name_too_long;
  Writer ask = message(Type::remove);
  ask.put(directory);
  ask.put_text(name);
  ask.put(is_directory ? kRemoveDirectory : 0u);
  return call(ask, Type::remove);
}

Error Client::rename(Fid from, std::string_view name, Fid to, std::string_view new_name) {
  if (!is_name(name) || !is_name(new_name)) return Error::name_too_long;
  Writer ask = message(Type::rename);
  ask.put(from);
  ask.put_text(name);
  ask.put(to);
  ask.put_text(new_name);
  return call(ask, Type::rename);
}

Error Client::list(Fid directory, std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got) {
  const std::size_t most = answer_.size() - kReadHeader;
  if (to.size() > most) to = to.first(most);
  Writer ask = message(Type::list);
  ask.put(directory);
  ask.put(offset);
  ask.put(static_cast<std::uint32_t>(to.size()));
  Reader said;
  if (const Error wrong = call(ask, Type::list, said); !ok(wrong)) return wrong;
  const auto data = said.take_bytes(said.take<std::uint32_t>());
  if (!said.complete() || data.size() > to.size()) return give_up();
  if (!data.empty()) std::memcpy(to.data(), data.data(), data.size());
  got = data.size();
  return Error::none;
}

std::optional<Entry> Client::next_entry(Reader& list, std::uint64_t offset) {
  Entry entry;
  entry.qid = list.take_qid();
  entry.offset = list.take<std::uint64_t>();
  entry.type = list.take<std::uint8_t>();
  const auto name = list.take_bytes(list.take<std::uint16_t>());
  if (list.good() && name.size() <= kMaxName) std::memcpy(entry.name, name.data(), name.size());
  entry.name_length = name.size() <= kMaxName ? name.size() : 0;
  // A position must lead on, and be one that telldir() can say.
  if (list.good() && is_name(entry.text()) && entry.offset != offset && entry.offset != 0 && entry.offset <= INT64_MAX)
    return entry;
  (void)give_up();
  return std::nullopt;
}

}  // namespace wick::ninep
