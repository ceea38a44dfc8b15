// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Words on the firmware's console and the first serial port; firmware whose console is a serial port already says them
// there by itself.

#include "uefi/stage.h"

namespace wick::uefi {
namespace {

constexpr uint16_t kCom1 = 0x3f8, kCom1Status = 0x3fd;
constexpr uint8_t kReady = 0x20;

uint8_t in(uint16_t port) {
  uint8_t value;
  asm volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
  return value;
}

/// §3.3: the variable ConOut has the device paths of what the console is made of.
bool console_is_serial() {
  alignas(8) static uint8_t paths[1024];
  uint64_t left = sizeof paths;
  if (!ok(firmware->runtime->get_variable(u"ConOut", &kGlobal, nullptr, &left, paths))) return false;
  for (const uint8_t* at = paths; left >= sizeof(DevicePath);) {
    const auto& node = *reinterpret_cast<const DevicePath*>(at);
    if (node.type == DevicePath::kMessaging && node.subtype == DevicePath::kUart) return true;
    if (node.bytes < sizeof node || node.bytes > left) return false;
    at += node.bytes;
    left -= node.bytes;
  }
  return false;
}

void write_serial(const char* text) {
  for (; *text; ++text) {
    for (unsigned tries = 100000; tries && !(in(kCom1Status)&kReady); --tries) {
    }
    asm volatile("outb %0, %1" ::"a"(*text), "Nd"(kCom1));
  }
}

void write_console(const char* text) {
  constexpr unsigned kPart = 64;
  while (*text) {
    char16_t part[kPart + 1];
    unsigned length = 0;
    while (length < kPart && *text) part[length++] = static_cast<uint8_t>(*text++);
    part[length] = 0;
    console->write(console, part);
  }
}

}  // namespace
}  // namespace wick::uefi

void wick::boot::say(const char* text) {
  using namespace wick::uefi;
  if (console) write_console(text);
  if (!console || !console_is_serial()) write_serial(text);
}
