// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's own lines on the console. Programs read them there: how the guest ended, why it died, that another one was
// started. So no line of the guest's may begin as one of them does: whoever passes a guest's bytes on puts a dot before
// such a line, and hv's own lines always have a line of their own. Depends on nothing.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wick::console_line {

/// What follows is the exit code in decimal.
inline constexpr std::string_view kExit = "[wick] exit ";
/// A crash record follows, one `key=value` a line, up to the line kCrashEnd. Both are whole lines.
inline constexpr std::string_view kCrash = "[wick] crash";
inline constexpr std::string_view kCrashEnd = "[wick] end of crash";
/// The guest is started again, for the time that the number says.
inline constexpr std::string_view kRestart = "[wick] restart ";
/// Sentences for people.
inline constexpr std::string_view kCannotStart = "[wick] cannot start: ";
inline constexpr std::string_view kOwnFault = "[wick] hv itself has faulted: ";
inline constexpr std::string_view kIommuFault = "[wick] the IOMMU has stopped a device: ";
inline constexpr std::string_view kNmi = "[wick] a non-maskable interrupt ";

/// All of them: none begins with another one.
inline constexpr std::string_view kAll[] = {kExit,        kCrash,    kCrashEnd,   kRestart,
                                            kCannotStart, kOwnFault, kIommuFault, kNmi};

/// At most so many lines lie between kCrash and kCrashEnd, each of at most so many bytes.
inline constexpr unsigned kMaxRecordLines = 80;
inline constexpr std::size_t kMaxLineBytes = 272;

/// Stands between a guest's bytes and a console that it shares with hv. While a line is all as one of hv's would begin,
/// it is held back; once it isn't, or must not be, it goes on. `Write` takes a std::string_view.
class Guard {
 public:
  template <typename Write>
  [[gnu::cold, gnu::noinline]] constexpr void pass(std::string_view bytes, Write write) {
    const char* start = bytes.data();  // of what is neither written nor held back
    for (const char& c : bytes) {
      if (place_ != Place::within && goes_on(c)) {
        if (matched_ == 1 && &c != start) write(std::string_view(start, static_cast<std::size_t>(&c - start)));
        start = &c + 1;
        if (matched_ < word().size()) continue;
        write(".");
        release(write);
        place_ = Place::within;
        continue;
      }
      if (matched_) release(write);
      place_ = place_after(c);
    }
    const auto* end = bytes.data() + bytes.size();
    if (start != end) write(std::string_view(start, static_cast<std::size_t>(end - start)));
  }

  /// What is held back goes on: nothing follows.
  template <typename Write>
  constexpr void finish(Write write) {
    if (!matched_) return;
    release(write);
    place_ = Place::within;
  }

  /// Whether the guest has begun a line.
  constexpr bool within_line() const { return matched_ || place_ != Place::line_start; }

  /// Before a line of hv's own: ends the one that the guest has begun.
  template <typename Write>
  constexpr void end_line(Write write) {
    finish(write);
    if (within_line()) write("\n");
    place_ = Place::line_start;
  }

 private:
  /// Readers differ in what begins a line: so does every character that steers, but for a tabulator, and every byte
  /// beyond ASCII, as some of those are the ends of line of other encodings (U+0085, U+2028, U+2029).
  enum class Place : std::uint8_t { line_start, perhaps_line_start, within };

  static constexpr Place place_after(char c) {
    if (c == '\n') return Place::line_start;
    const bool plain = c >= ' ' && c <= '~';
    return plain || c == '\t' ? Place::within : Place::perhaps_line_start;
  }

  static constexpr unsigned kWords = sizeof kAll / sizeof *kAll;
  using Words = std::uint8_t;  ///< a bit each
  static constexpr Words kEach = (1u << kWords) - 1;
  static_assert(kWords <= 8 * sizeof(Words));

  constexpr std::string_view word() const { return kAll[std::countr_zero(possible_)]; }

  constexpr bool goes_on(char c) {
    Words still = 0;
    for (unsigned i = 0; i < kWords; ++i)
      if (possible_ >> i & 1 && kAll[i][matched_] == c) still = static_cast<Words>(still | 1u << i);
    if (!still) return false;
    possible_ = still;
    ++matched_;
    return true;
  }

  template <typename Write>
  constexpr void release(Write write) {
    write(std::string_view(word().data(), matched_));
    matched_ = 0;
    possible_ = kEach;
  }

  Place place_ = Place::line_start;
  std::uint8_t matched_ = 0;  ///< characters of the line so far, held back
  Words possible_ = kEach;    ///< that begin as it does
};

}  // namespace wick::console_line
