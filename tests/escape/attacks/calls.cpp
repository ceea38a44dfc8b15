// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Calls that hv must refuse and live on: numbers, ranges, storms.

#include "abi/call.h"
#include "abi/device_page.h"
#include "attack.h"
#include "boot/boot_info.h"
#include "time/clock.h"

extern "C" {
std::int64_t wick_trap();
extern char wick_guest_text_start[], wick_text_end[], wick_stack_guard[];
}

namespace escape {
namespace {

using wick::Gpa;
using wick::Nanoseconds;
using wick::Status;

/// A call by its number, through the trap that all calls run through.
Status call(std::uint64_t number, std::uint64_t first = 0, std::uint64_t second = 0) {
  std::int64_t status;
  asm volatile("call wick_trap" : "=a"(status) : "a"(number), "D"(first), "S"(second) : "rdx", "rcx", "r11", "memory");
  return Status{status};
}
bool bad_console(std::uint64_t address, std::uint64_t count) { return call(1, address, count) == Status::bad_argument; }
bool bad_seal(std::uint64_t address, std::uint64_t length) { return call(8, address, length) == Status::bad_argument; }
std::uint64_t at(const void* pointer) { return reinterpret_cast<std::uint64_t>(pointer); }

bool strange_numbers() {
  for (const std::uint64_t number : {11ull, 12ull, 63ull, 64ull, 255ull, 1ull << 31, 1ull << 32, 1ull << 63, ~0ull})
    if (call(number) != Status::unsupported) return false;
  return true;
}
bool call_storm() {
  for (unsigned i = 0; i < 20'000; ++i)
    if (call(1000 + i) != Status::unsupported) return false;
  return true;
}
bool doorbell_storm() {
  for (std::uint64_t i = 0; i < 20'000; ++i) (void)call(3, i % 8);
  return true;
}
bool strange_doorbells() {
  for (const std::uint64_t number : {5ull, 6ull, 13ull, 16ull, 64ull, 0xffffffffull, 1ull << 32, ~0ull})
    if (call(3, number) != Status::bad_argument) return false;
  return true;
}
bool scribbled_device_page() {
  bool fine = true;
  wick::boot::for_each<wick::DeviceEntry>(
      *wick::boot::facts().info, wick::BootTag::device, [&](const wick::DeviceEntry& device) {
        auto* words = reinterpret_cast<volatile std::uint64_t*>(raw(device.windows[0].start));
        for (unsigned i = 4; i < 512; ++i) words[i] = 0x9e3779b97f4a7c15ull * i;
        fine = fine && call(3, 7) == Status::ok;
      });
  return fine;
}

/// Who waits in yield is alive, however short its watchdog.
bool waiting_is_no_silence() {
  constexpr std::uint64_t kTimeout = 20'000'000;
  if (call(9, kTimeout) != Status::ok) return false;
  const auto until = raw(wick::time::now()) + 5 * kTimeout;
  (void)call(2, until, 0);
  while (raw(wick::time::now()) < until + kTimeout / 4) asm volatile("pause");
  return call(9, 0) == Status::ok;
}

constexpr Refusal kRefusals[] = {
    {"call numbers that don't exist", strange_numbers},
    {"calls that the manifest doesn't allow", [] { return call(6) == Status::denied; }},
    {"vCPUs that don't exist", [] { return call(6, 1) == Status::denied && call(7, 1) == Status::denied; }},
    {"console from hv's text", [] { return bad_console(forbidden().code, 16); }},
    {"console from hv's stack", [] { return bad_console(forbidden().stack - 64, 64); }},
    {"console across the end of the guest's memory", [] { return bad_console(forbidden().guest_end - 8, 16); }},
    {"console that wraps around", [] { return bad_console(~0ull - 7, 16); }},
    {"console of a length that wraps", [] { return bad_console(at(wick_guest_text_start), ~0ull); }},
    {"console of 4097 bytes", [] { return bad_console(at(wick_guest_text_start), 4097); }},
    {"console from page 0", [] { return bad_console(0, 16); }},
    {"console from a device", [] { return bad_console(0xfee00000, 16); }},
    {"console from a non-canonical address", [] { return bad_console(1ull << 62, 16); }},
    {"seal of hv's memory", [] { return bad_seal(forbidden().data, 4096); }},
    {"seal of half a page", [] { return bad_seal(at(wick_text_end), 2048); }},
    {"seal off a page's start", [] { return bad_seal(at(wick_guest_text_start) + 8, 4096); }},
    {"seal that wraps around", [] { return bad_seal(~0ull - 4095, 8192); }},
    {"seal of nothing", [] { return bad_seal(at(wick_guest_text_start), 0); }},
    {"seal of the event page", [] { return bad_seal(raw(wick::boot::facts().pages.event), 4096); }},
    {"seal of the crash page", [] { return bad_seal(raw(wick::boot::facts().pages.crash), 4096); }},
    {"seal of what hv gives", [] { return bad_seal(raw(wick::boot::facts().pages.clock), 4096); }},
    {"seal of DMA memory", [] { return bad_seal(raw(wick::boot::facts().dma.start), 4096); }},
    {"seal of the stack", [] { return bad_seal(at(wick_stack_guard) + 4096, 4096); }},
    {"seal from data into shared pages", [] { return bad_seal(raw(wick::boot::facts().pages.event) - 4096, 8192); }},
    {"doorbells that don't exist", strange_doorbells},
    {"a yield that has passed already", [] { return call(2, 0, 0) == Status::ok; }},
    {"the watchdog of a guest that waits", waiting_is_no_silence},
    {"a storm of calls", call_storm},
    {"a storm of doorbells", doorbell_storm},
    {"a device page full of noise", scribbled_device_page},
};

}  // namespace

std::span<const Refusal> refusals() { return kRefusals; }

}  // namespace escape
