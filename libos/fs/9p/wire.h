// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// 9P2000.L on the wire: little-endian integers, texts and blocks behind their lengths, each message behind its size,
// type and tag. The format is what Linux's fs/9p and QEMU speak to each other. Host-testable, like client.h.

#include <bit>
#include <cstdint>
#include <cstring>
#include <span>
#include <string_view>

namespace wick::ninep {

static_assert(std::endian::native == std::endian::little);

/// Of a request; its answer is one more.
enum class Type : std::uint8_t {
  error = 6,  ///< only its answer is ever sent
  space = 8,
  open = 12,
  create = 14,
  get_attributes = 24,
  set_attributes = 26,
  list = 40,
  sync = 50,
  make_directory = 72,
  rename = 74,
  remove = 76,
  version = 100,
  attach = 104,
  walk = 110,
  read = 116,
  write = 118,
  forget = 120,
};

constexpr std::uint8_t answer_to(Type type) { return static_cast<std::uint8_t>(static_cast<unsigned>(type) + 1); }

inline constexpr std::uint32_t kHeaderBytes = 7;     ///< size, type, tag
inline constexpr std::uint32_t kReadHeader = 7 + 4;  ///< of an answer with data
inline constexpr std::uint32_t kWriteHeader = 7 + 4 + 8 + 4;
inline constexpr std::uint16_t kNoTag = 0xffff, kTag = 1;  ///< one request is under way at a time
inline constexpr std::uint32_t kNobody = 0xffff'ffff;      ///< a fid, a user or a group that is none
inline constexpr std::size_t kMaxName = 255;
inline constexpr unsigned kMaxWalk = 16;  ///< names in one walk

/// What a server knows a file by.
struct Qid {
  std::uint8_t type = 0;  ///< kQidDirectory and others; listings of QEMU have 0 for directories, too
  std::uint32_t version = 0;
  std::uint64_t path = 0;
};
inline constexpr std::uint8_t kQidDirectory = 0x80;

/// A component of a path, not a way to somewhere else.
constexpr bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kMaxName && text.find('/') == text.npos && text.find('\0') == text.npos;
}

/// Puts a message together. What doesn't fit makes it bad.
class Writer {
 public:
  Writer(std::span<std::uint8_t> room, Type type, std::uint16_t tag = kTag) : room_(room) {
    put<std::uint32_t>(0);
    put(static_cast<std::uint8_t>(type));
    put(tag);
  }

  template <typename T>
  void put(T value) {
    put_bytes(&value, sizeof value);
  }
  void put_text(std::string_view text) {
    good_ = good_ && text.size() <= 0xffff;
    put(static_cast<std::uint16_t>(text.size()));
    put_bytes(text.data(), text.size());
  }
  void put_bytes(const void* from, std::size_t count) {
    good_ = good_ && count <= room_.size() - at_;
    if (!good_ || count == 0) return;
    std::memcpy(room_.data() + at_, from, count);
    at_ += count;
  }

  bool good() const { return good_; }
  std::span<const std::uint8_t> finish() {
    const auto size = static_cast<std::uint32_t>(at_);
    std::memcpy(room_.data(), &size, sizeof size);
    return room_.first(at_);
  }

 private:
  std::span<std::uint8_t> room_;
  std::size_t at_ = 0;
  bool good_ = true;
};

/// Takes a message apart, each byte once: its memory may be the sender's to change. Beyond the end everything is zero,
/// and the message bad.
class Reader {
 public:
  Reader() = default;
  explicit Reader(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  template <typename T>
  T take() {
    T value{};
    const auto from = take_bytes(sizeof value);
    if (good_) std::memcpy(&value, from.data(), sizeof value);
    return value;
  }
  std::span<const std::uint8_t> take_bytes(std::size_t count) {
    good_ = good_ && count <= bytes_.size();
    if (!good_) return {};
    const auto taken = bytes_.first(count);
    bytes_ = bytes_.subspan(count);
    return taken;
  }
  Qid take_qid() {
    Qid qid;
    qid.type = take<std::uint8_t>();
    qid.version = take<std::uint32_t>();
    qid.path = take<std::uint64_t>();
    return qid;
  }

  bool good() const { return good_; }
  std::size_t left() const { return bytes_.size(); }
  /// Whether all was there, and nothing is left.
  bool complete() const { return good_ && bytes_.empty(); }

 private:
  std::span<const std::uint8_t> bytes_;
  bool good_ = true;
};

}  // namespace wick::ninep
