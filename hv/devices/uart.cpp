// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// PC16550D datasheet, §8.
#include "devices/uart.h"

#include "arch/instructions.h"

namespace wick::hv {
namespace {

constexpr std::uint16_t kBase = 0x3f8;
enum Offset : std::uint16_t {
  data = 0,
  interrupt_enable = 1,
  fifo_control = 2,
  line_control = 3,
  modem_control = 4,
  line_status = 5,
  scratch = 7
};
constexpr std::uint8_t kDivisorLatch = 0x80, k8n1 = 3, kFifoOn = 7, kReady = 3, kTransmitterEmpty = 0x20;
constexpr unsigned kFifoDepth = 16, kMaxReads = 100'000;
bool present = false;

void out(Offset offset, std::uint8_t value) { port_out<std::uint8_t>(kBase + offset, value); }
std::uint8_t in(Offset offset) { return port_in<std::uint8_t>(kBase + offset); }

/// Waits for room for a whole FIFO; gives up on a UART that nobody drains.
void wait_for_room() {
  for (unsigned i = 0; i < kMaxReads && !(in(line_status)&kTransmitterEmpty); ++i) asm volatile("pause");
}

}  // namespace

bool start_uart() {
  out(scratch, 0x5a);
  present = in(scratch) == 0x5a;
  if (!present) return false;
  out(interrupt_enable, 0);
  out(line_control, kDivisorLatch);
  out(data, 1);  // 115200 = 1.8432 MHz / 16 / 1
  out(interrupt_enable, 0);
  out(line_control, k8n1);
  out(fifo_control, kFifoOn);
  out(modem_control, kReady);
  return true;
}

void write_uart(const char* bytes, std::size_t count) {
  if (!present) return;
  unsigned room = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (room == 0) {
      wait_for_room();
      room = kFifoDepth;
    }
    out(data, static_cast<std::uint8_t>(bytes[i]));
    --room;
  }
}

}  // namespace wick::hv
