// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "backend/console.h"

namespace wick::hv {
namespace {

enum Queue : unsigned { kReceive, kTransmit };
constexpr std::uint16_t kEntries = 64;
constexpr unsigned kBudget = 64;  ///< chains a look

}  // namespace

DeviceEntry ConsoleBackend::start(drivers::Console& device, DevicePage& page, unsigned index) {
  device_ = &device;
  return describe(page, index, {DeviceKind::console, kEmptyEndsInput, 2, kEntries});
}

bool ConsoleBackend::serve() {
  if (!live()) return false;
  const bool more = send();
  receive();
  ring(kReceive).arm();
  return !ring(kTransmit).arm() && more;
}

/// @return whether the console below took all that it was offered
bool ConsoleBackend::send() {
  auto& queue = ring(kTransmit);
  for (unsigned i = 0; i < kBudget && queue.take(chain_); ++i) {
    std::uint32_t before = 0;  // bytes of the segments up to this one
    for (const auto& segment : chain_.all()) {
      const std::uint32_t skip = written_ > before ? written_ - before : 0;
      before += segment.length;
      if (segment.writable || skip >= segment.length) continue;
      const std::uint32_t length = segment.length - skip;
      const auto taken = static_cast<std::uint32_t>(device_->write({segment.data + skip, length}));
      written_ += taken;
      if (taken == length) continue;
      queue.put_back();
      publish(kTransmit);
      return false;
    }
    queue.finish(chain_.head, 0);
    written_ = 0;
  }
  publish(kTransmit);
  return true;
}

/// Once, by an empty buffer.
bool ConsoleBackend::says_end() {
  if (told_end_ || !device_->ended() || !has(kEmptyEndsInput)) return false;
  return told_end_ = true;
}

void ConsoleBackend::receive() {
  auto& queue = ring(kReceive);
  for (unsigned i = 0; i < kBudget && queue.take(chain_); ++i) {
    const auto& segment = chain_.segments[0];
    const auto count = segment.writable ? device_->read({segment.data, segment.length}) : 0;
    if (count == 0 && !says_end()) {
      queue.put_back();
      break;
    }
    queue.finish(chain_.head, static_cast<std::uint32_t>(count));
  }
  publish(kReceive);
}

}  // namespace wick::hv
