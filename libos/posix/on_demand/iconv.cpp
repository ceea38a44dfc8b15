// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// iconv() between the encodings of Unicode, Latin-1 and ASCII: by way of a code point, without tables. "UTF-16" and
// "UTF-32" are read as their first character says and written big-endian without one.

#include <iconv.h>
#include <strings.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <new>

namespace {

enum class Encoding : std::uint8_t { utf8, utf16be, utf16le, utf32be, utf32le, utf16, utf32, latin1, ascii, none };

struct Name {
  const char* name;
  Encoding encoding;
};

constexpr Name kNames[] = {
    {"UTF8", Encoding::utf8},       {"UTF16BE", Encoding::utf16be},    {"UTF16LE", Encoding::utf16le},
    {"UTF32BE", Encoding::utf32be}, {"UTF32LE", Encoding::utf32le},    {"UTF16", Encoding::utf16},
    {"UTF32", Encoding::utf32},     {"UCS2BE", Encoding::utf16be},     {"UCS2LE", Encoding::utf16le},
    {"UCS4BE", Encoding::utf32be},  {"UCS4LE", Encoding::utf32le},     {"WCHART", Encoding::utf32le},
    {"ISO88591", Encoding::latin1}, {"LATIN1", Encoding::latin1},      {"ASCII", Encoding::ascii},
    {"USASCII", Encoding::ascii},   {"ANSIX3.41968", Encoding::ascii},
};

/// Names are compared without hyphens and underscores; what follows "//" is a wish that nothing here needs.
Encoding named(const char* name) {
  char plain[24];
  std::size_t used = 0;
  for (; *name && *name != '/'; name++) {
    if (*name == '-' || *name == '_') continue;
    if (used == sizeof plain - 1) return Encoding::none;
    plain[used++] = *name;
  }
  plain[used] = '\0';
  for (const Name& known : kNames) {
    if (strcasecmp(known.name, plain) == 0) return known.encoding;
  }
  return Encoding::none;
}

struct Converter {
  Encoding asked, to;
  Encoding from;  ///< what is asked for, with the order of bytes once a mark has told it
};

constexpr std::uint32_t kMark = 0xfeff, kReversed16 = 0xfffe, kReversed32 = 0xfffe0000, kLast = 0x10ffff;
constexpr int kIncomplete = -EINVAL, kIllegal = -EILSEQ;

bool surrogate(std::uint32_t point) { return point >= 0xd800 && point < 0xe000; }

std::uint32_t unit(const unsigned char* at, unsigned bytes, bool big) {
  std::uint32_t value = 0;
  for (unsigned i = 0; i < bytes; i++) value |= std::uint32_t{at[i]} << 8 * (big ? bytes - 1 - i : i);
  return value;
}

void put(unsigned char* to, std::uint32_t value, unsigned bytes, bool big) {
  for (unsigned i = 0; i < bytes; i++) to[i] = static_cast<unsigned char>(value >> 8 * (big ? bytes - 1 - i : i));
}

int read_utf8(const unsigned char* at, std::size_t left, std::uint32_t& point) {
  const unsigned char first = at[0];
  if (first < 0x80) return point = first, 1;
  const int length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4) return kIllegal;
  constexpr std::uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  point = first & (0x7fu >> length);
  for (int i = 1; i < length; i++) {
    if (static_cast<std::size_t>(i) >= left) return kIncomplete;
    if ((at[i] & 0xc0) != 0x80) return kIllegal;
    point = point << 6 | (at[i] & 0x3fu);
  }
  return point < kLeast[length] || point > kLast || surrogate(point) ? kIllegal : length;
}

int read_utf16(const unsigned char* at, std::size_t left, bool big, std::uint32_t& point) {
  if (left < 2) return kIncomplete;
  point = unit(at, 2, big);
  if (!surrogate(point)) return 2;
  if (point >= 0xdc00) return kIllegal;
  if (left < 4) return kIncomplete;
  const std::uint32_t low = unit(at + 2, 2, big);
  if (low < 0xdc00 || low >= 0xe000) return kIllegal;
  point = 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00);
  return 4;
}

int read_utf32(const unsigned char* at, std::size_t left, bool big, std::uint32_t& point) {
  if (left < 4) return kIncomplete;
  point = unit(at, 4, big);
  return point > kLast || surrogate(point) ? kIllegal : 4;
}

/// @return bytes read, or a negative errno
int read(Encoding from, const unsigned char* at, std::size_t left, std::uint32_t& point) {
  switch (from) {
    case Encoding::utf8:
      return read_utf8(at, left, point);
    case Encoding::utf16be:
    case Encoding::utf16le:
      return read_utf16(at, left, from == Encoding::utf16be, point);
    case Encoding::utf32be:
    case Encoding::utf32le:
      return read_utf32(at, left, from == Encoding::utf32be, point);
    case Encoding::latin1:
      return point = at[0], 1;
    default:
      return point = at[0], at[0] < 0x80 ? 1 : kIllegal;
  }
}

/// @return bytes of `point`, which stand in `to`, or -EILSEQ for what the encoding hasn't
int write(Encoding into, std::uint32_t point, unsigned char (&to)[4]) {
  switch (into) {
    case Encoding::utf8: {
      if (point < 0x80) return to[0] = static_cast<unsigned char>(point), 1;
      const int length = point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      for (int i = length - 1; i > 0; i--, point >>= 6) to[i] = static_cast<unsigned char>(0x80 | (point & 0x3f));
      to[0] = static_cast<unsigned char>(0xf00 >> length | point);
      return length;
    }
    case Encoding::utf16:
    case Encoding::utf16be:
    case Encoding::utf16le: {
      const bool big = into != Encoding::utf16le;
      if (point < 0x10000) return put(to, point, 2, big), 2;
      put(to, 0xd800 + ((point - 0x10000) >> 10), 2, big);
      put(to + 2, 0xdc00 + ((point - 0x10000) & 0x3ff), 2, big);
      return 4;
    }
    case Encoding::utf32:
    case Encoding::utf32be:
    case Encoding::utf32le:
      return put(to, point, 4, into != Encoding::utf32le), 4;
    default:
      return point < (into == Encoding::latin1 ? 0x100u : 0x80u) ? (to[0] = static_cast<unsigned char>(point), 1)
                                                                 : kIllegal;
  }
}

/// Settles in which order "UTF-16" or "UTF-32" comes. @return bytes of a mark to pass over, or a negative errno
int settle_order(Encoding& from, const unsigned char* at, std::size_t left) {
  const bool small = from == Encoding::utf16;
  const unsigned bytes = small ? 2 : 4;
  if (left < bytes) return kIncomplete;
  const std::uint32_t first = unit(at, bytes, true);
  const bool reversed = first == (small ? kReversed16 : kReversed32);
  if (small) from = reversed ? Encoding::utf16le : Encoding::utf16be;
  if (!small) from = reversed ? Encoding::utf32le : Encoding::utf32be;
  return reversed || first == kMark ? static_cast<int>(bytes) : 0;
}

}  // namespace

extern "C" {

iconv_t iconv_open(const char* into, const char* from) {
  const Encoding source = named(from), target = named(into);
  const auto fail = [](int error) {
    errno = error;
    return reinterpret_cast<iconv_t>(-1);
  };
  if (source == Encoding::none || target == Encoding::none) return fail(EINVAL);
  void* room = std::malloc(sizeof(Converter));
  if (!room) return fail(ENOMEM);
  return reinterpret_cast<iconv_t>(new (room) Converter{source, target, source});
}

int iconv_close(iconv_t handle) {
  std::free(handle);
  return 0;
}

size_t iconv(iconv_t handle, char** in, size_t* in_left, char** out, size_t* out_left) {
  auto& converter = *reinterpret_cast<Converter*>(handle);
  if (!in || !*in) {
    converter.from = converter.asked;
    return 0;
  }
  const auto stop = [](int error) {
    errno = error;
    return static_cast<size_t>(-1);
  };
  while (*in_left > 0) {
    const auto* at = reinterpret_cast<const unsigned char*>(*in);
    int passed = 0;
    if (converter.from == Encoding::utf16 || converter.from == Encoding::utf32)
      passed = settle_order(converter.from, at, *in_left);
    std::uint32_t point = 0;
    int taken = passed;
    if (passed == 0) taken = read(converter.from, at, *in_left, point);
    if (taken < 0) return stop(-taken);
    if (passed == 0) {
      unsigned char made[4];
      const int bytes = write(converter.to, point, made);
      if (bytes < 0) return stop(-bytes);
      if (static_cast<size_t>(bytes) > *out_left) return stop(E2BIG);
      std::memcpy(*out, made, static_cast<size_t>(bytes));
      *out += bytes;
      *out_left -= static_cast<size_t>(bytes);
    }
    *in += taken;
    *in_left -= static_cast<size_t>(taken);
  }
  return 0;
}

}  // extern "C"
