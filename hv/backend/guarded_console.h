// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A console device whose bytes meet hv's own lines further out (one terminal shows both): the guest's are guarded, see
// abi/console.h. Touches nothing but the device below.

#include <algorithm>

#include "abi/console.h"
#include "class/console.h"

namespace wick::hv {

class GuardedConsole final : public drivers::Console {
 public:
  constexpr GuardedConsole() = default;

  void use(drivers::Console& below) { below_ = &below; }
  bool within_line() const { return guard_.within_line(); }
  /// Another guest begins: what was left of the one before is lost.
  void reset() { *this = GuardedConsole(below_); }

  /// What the device below doesn't take yet is kept, and one byte of it not counted as taken, so that the caller comes
  /// again with that one, which is passed over then.
  std::size_t write(std::span<const std::uint8_t> bytes) override {
    std::size_t taken = std::min<std::size_t>(uncounted_, bytes.size());
    uncounted_ = 0;
    while (empty_out()) {
      if (taken == bytes.size()) return taken;
      const auto piece = bytes.subspan(taken, std::min(kPiece, bytes.size() - taken));
      guard_.pass({reinterpret_cast<const char*>(piece.data()), piece.size()}, [this](std::string_view text) {
        std::ranges::copy(text, out_ + length_);
        length_ += text.size();
      });
      taken += piece.size();
    }
    if (taken == 0) return 0;
    uncounted_ = 1;
    return taken - 1;
  }

  std::size_t read(std::span<std::uint8_t> to) override { return below_->read(to); }
  bool drained() override { return empty_out() && below_->drained(); }
  EventMask events() const override { return below_->events(); }

 private:
  static constexpr std::size_t kPiece = 64;

  explicit GuardedConsole(drivers::Console* below) : below_(below) {}

  /// @return whether nothing is left
  bool empty_out() {
    if (start_ < length_) start_ += below_->write({out_ + start_, length_ - start_});
    if (start_ < length_) return false;
    start_ = length_ = 0;
    return true;
  }

  drivers::Console* below_ = nullptr;
  console_line::Guard guard_;
  std::size_t uncounted_ = 0;
  /// A piece may set free what was held back, and end several lines that get a dot each.
  std::uint8_t out_[3 * kPiece] = {};
  std::size_t start_ = 0, length_ = 0;
};

}  // namespace wick::hv
