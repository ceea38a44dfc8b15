// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See client.h: the connection, and what is done with a file.

#include "fs/9p/client.h"

namespace wick::ninep {

namespace {

constexpr std::string_view kVersion = "9P2000.L";
constexpr std::uint64_t kBasic = 0x7ff;  ///< the attributes that stat() has

}  // namespace

Error Client::call(Writer& message, Type type, Reader& answer, std::uint16_t tag) {
  if (broken_) return Error::input_output;
  if (!message.good()) return Error::name_too_long;  // all else is bounded
  const std::size_t got = channel_->exchange(message.finish(), answer_);
  if (got < kHeaderBytes || got > answer_.size()) return give_up();
  Reader header(answer_.first(kHeaderBytes));
  const auto size = header.take<std::uint32_t>();
  const auto its = header.take<std::uint8_t>();
  if (size < kHeaderBytes || size > got || header.take<std::uint16_t>() != tag) return give_up();
  answer = Reader(answer_.subspan(kHeaderBytes, size - kHeaderBytes));
  if (its == answer_to(type)) return Error::none;
  if (its != answer_to(Type::error)) return give_up();
  const auto error = answer.take<std::uint32_t>();
  if (!answer.complete() || error == 0 || error > kMaxError) return give_up();
  return Error{error};
}

Error Client::call(Writer& message, Type type) {
  Reader answer;
  const Error wrong = call(message, type, answer);
  return ok(wrong) ? finish(answer) : wrong;
}

Error Client::start(Channel& channel, std::span<std::uint8_t> message, std::span<std::uint8_t> answer) {
  channel_ = &channel;
  message_ = message;
  answer_ = answer;
  fids_[0] = 1;  // the root
  Reader said;
  Writer hello(message_, Type::version, kNoTag);
  hello.put(static_cast<std::uint32_t>(message_.size()));
  hello.put_text(kVersion);
  if (const Error wrong = call(hello, Type::version, said, kNoTag); !ok(wrong)) return wrong;
  const auto most = said.take<std::uint32_t>();
  const auto version = said.take_bytes(said.take<std::uint16_t>());
  if (!said.complete() || most < kLeastMessage || most > message_.size() || version.size() != kVersion.size() ||
      std::memcmp(version.data(), kVersion.data(), kVersion.size()) != 0)
    return give_up();
  message_ = message_.first(most);
  answer_ = answer_.first(most);

  Writer attach = this->message(Type::attach);
  attach.put(Fid::root);
  attach.put(Fid::none);  // nobody vouches
  attach.put_text("");
  attach.put_text("");
  attach.put(kNobody);  // what is made belongs to whoever runs the server
  if (const Error wrong = call(attach, Type::attach, said); !ok(wrong)) return wrong;
  const Qid root = said.take_qid();
  const Error wrong = finish(said);
  return ok(wrong) && !(root.type & kQidDirectory) ? give_up() : wrong;
}

Error Client::open(Fid fid, Access access) {
  Writer ask = message(Type::open);
  ask.put(fid);
  ask.put(access);
  Reader said;
  if (const Error wrong = call(ask, Type::open, said); !ok(wrong)) return wrong;
  (void)said.take_qid();
  (void)said.take<std::uint32_t>();  // how much it likes at a time: it says itself what it has taken
  return finish(said);
}

Error Client::read(Fid fid, std::uint64_t offset, std::span<std::uint8_t> to, std::size_t& got) {
  const std::size_t most = answer_.size() - kReadHeader;
  if (to.size() > most) to = to.first(most);
  Writer ask = message(Type::read);
  ask.put(fid);
  ask.put(offset);
  ask.put(static_cast<std::uint32_t>(to.size()));
  Reader said;
  if (const Error wrong = call(ask, Type::read, said); !ok(wrong)) return wrong;
  const auto data = said.take_bytes(said.take<std::uint32_t>());
  if (!said.complete() || data.size() > to.size()) return give_up();
  if (!data.empty()) std::memcpy(to.data(), data.data(), data.size());
  got = data.size();
  return Error::none;
}

Error Client::write(Fid fid, std::uint64_t offset, std::span<const std::uint8_t> from, std::size_t& put) {
  const std::size_t most = message_.size() - kWriteHeader;
  if (from.size() > most) from = from.first(most);
  Writer ask = message(Type::write);
  ask.put(fid);
  ask.put(offset);
  ask.put(static_cast<std::uint32_t>(from.size()));
  ask.put_bytes(from.data(), from.size());
  Reader said;
  if (const Error wrong = call(ask, Type::write, said); !ok(wrong)) return wrong;
  put = said.take<std::uint32_t>();
  return put > from.size() ? give_up() : finish(said);
}

Error Client::sync(Fid fid) {
  Writer ask = message(Type::sync);
  ask.put(fid);
  ask.put<std::uint32_t>(0);  // what describes it, too
  return call(ask, Type::sync);
}

Error Client::get(Fid fid, Attributes& to) {
  Writer ask = message(Type::get_attributes);
  ask.put(fid);
  ask.put(kBasic);
  Reader said;
  if (const Error wrong = call(ask, Type::get_attributes, said); !ok(wrong)) return wrong;
  const auto valid = said.take<std::uint64_t>();
  to.qid = said.take_qid();
  to.mode = said.take<std::uint32_t>();
  (void)said.take_bytes(2 * sizeof(std::uint32_t));  // user and group: here is one user
  to.links = said.take<std::uint64_t>();
  (void)said.take<std::uint64_t>();  // of which device it is a name
  to.size = said.take<std::uint64_t>();
  to.block_size = said.take<std::uint64_t>();
  to.blocks = said.take<std::uint64_t>();
  for (Time* time : {&to.accessed, &to.modified, &to.changed}) {
    time->seconds = said.take<std::uint64_t>();
    time->nanoseconds = said.take<std::uint64_t>();
    if (time->nanoseconds >= 1'000'000'000) return give_up();
  }
  (void)said.take_bytes(4 * sizeof(std::uint64_t));  // when it was made, generation, version of its content
  if ((valid & kBasic) != kBasic || to.size > INT64_MAX) return give_up();
  return finish(said);
}

Error Client::set(Fid fid, const Changes& changes) {
  constexpr std::uint32_t kMode = 1, kSize = 8, kModified = 0x20, kModifiedIsGiven = 0x100;
  std::uint32_t which = 0;
  if (changes.mode != ~0u) which |= kMode;
  if (changes.size != ~0ull) which |= kSize;
  if (changes.sets_modified) which |= kModified | kModifiedIsGiven;
  Writer ask = message(Type::set_attributes);
  ask.put(fid);
  ask.put(which);
  ask.put(changes.mode);
  ask.put(kNobody);
  ask.put(kNobody);
  ask.put(changes.size);
  ask.put(Time{});
  ask.put(changes.modified);
  return call(ask, Type::set_attributes);
}

Error Client::space(Space& to) {
  Writer ask = message(Type::space);
  ask.put(Fid::root);
  Reader said;
  if (const Error wrong = call(ask, Type::space, said); !ok(wrong)) return wrong;
  (void)said.take<std::uint32_t>();  // a number for the kind of file system
  to.block_size = said.take<std::uint32_t>();
  for (std::uint64_t* value : {&to.blocks, &to.free, &to.available, &to.files, &to.free_files})
    *value = said.take<std::uint64_t>();
  (void)said.take_bytes(sizeof(std::uint64_t) + sizeof(std::uint32_t));  // its identity, the longest name
  return finish(said);
}

}  // namespace wick::ninep
