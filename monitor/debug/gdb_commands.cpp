// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the debugger may ask for while the guest is stopped (GDB manual, "Packets"). An empty answer: not known here.

#include <algorithm>
#include <cstring>
#include <utility>

#include "monitor/debug/gdb_server.h"

namespace wick::monitor {
namespace {

constexpr std::size_t kMaxBytes = kMaxGdbPacket / 2;  ///< of memory in one packet
constexpr std::uint8_t kInt3 = 0xcc;

/// Packets that begin with "q" and the first of two are answered by the second. With no registers named in the
/// description GDB takes those of every x86-64 Linux process. "Attached" so that a debugger that ends leaves the guest
/// alone.
constexpr std::string_view kQueries[][2] = {
    {"Supported", "PacketSize=1000;qXfer:features:read+;swbreak+;vContSupported+"},
    {"Xfer:features:read:target.xml:",
     "l<?xml version=\"1.0\"?><!DOCTYPE target SYSTEM \"gdb-target.dtd\"><target version=\"1.0\">"
     "<architecture>i386:x86-64</architecture><osabi>GNU/Linux</osabi></target>"},
    {"fThreadInfo", "m1"},
    {"sThreadInfo", "l"},
    {"C", "QC1"},
    {"Attached", "1"},
    {"Symbol", "OK"},
};
static_assert(kMaxGdbPacket == 0x1000);

// RAX to RIP are CrashRegisters' own order; behind the segments lie x87 and SSE registers, which aren't to be had.
constexpr std::uint64_t kRip = 16, kFlags = 17, kCode = 18, kStack = 19, kLastSegment = 23, kCallNumber = 57,
                        kFsBase = 58, kGsBase = 59;
static_assert(offsetof(CrashRegisters, rflags) == kFlags * 8);

constexpr bool known(std::uint64_t number) { return number <= kLastSegment || number == kFsBase || number == kGsBase; }
constexpr unsigned width(std::uint64_t number) { return number >= kFlags && number <= kLastSegment ? 4 : 8; }

std::uint64_t value_of(const Guest& guest, std::uint64_t number) {
  if (number <= kFlags) return reinterpret_cast<const std::uint64_t*>(&guest.vcpu.registers)[number];
  if (number == kFsBase) return guest.machine->state(guest.vcpu).fs_base;
  if (number == kGsBase) return guest.machine->state(guest.vcpu).gs_base;
  return number == kCode ? 0x33 : number >= kStack && number <= kStack + 2 ? 0x2b : 0;
}

}  // namespace

bool GdbServer::command(GdbWords words) {
  const bool many = words.skip("vCont;");
  const char kind = words.rest.empty() ? '\0' : words.rest.front();
  if (many || kind == 'c' || kind == 's' || kind == 'C' || kind == 'S') return resume(words);
  if (kind) words.rest.remove_prefix(1);
  const auto done = [&](bool fine) { answer_->text(fine ? "OK" : "E01"); };
  switch (kind) {
    case 'v':
      if (words.rest == "Cont?") answer_->text("vCont;c;C;s;S");
      break;
    case '?':
      answer_->text("S").word(static_cast<std::uint64_t>(stop_signal_), 1);
      break;
    case 'g':
      for (std::uint64_t n = 0; n <= kLastSegment; ++n) read_register(n);
      break;
    case 'p':
      read_register(words.number());
      break;
    case 'P':
      done(write_register(words));
      break;
    case 'm':
      read_memory(words);
      break;
    case 'M':
      done(write_memory(words));
      break;
    case 'Z':
    case 'z':
      if (words.rest.starts_with("0") || words.rest.starts_with("2")) done(set_point(words, kind == 'Z'));
      break;
    case 'D':
      detaches_ = true;
      [[fallthrough]];
    case 'H':  // which thread: there is one
    case 'T':
      done(true);
      break;
    case 'k':
      killed_ = true;
      break;
    case 'q':
      for (const auto& [question, answer] : kQueries)
        if (question.size() == 1 ? words.rest == question : words.skip(question)) answer_->text(answer);
      break;
  }
  return false;
}

/// There is one thread: the first action is its.
bool GdbServer::resume(GdbWords words) {
  const bool has_signal = words.rest.starts_with("C") || words.rest.starts_with("S");
  stepping_ = words.rest.starts_with("s") || words.rest.starts_with("S");
  words.rest.remove_prefix(1);
  delivers_ = has_signal && words.number() != 0;
  return true;
}

void GdbServer::read_register(std::uint64_t number) {
  if (known(number))
    answer_->word(value_of(subject_->guest, number), width(number));
  else
    answer_->text("xxxxxxxx");
}

bool GdbServer::write_register(GdbWords words) {
  const auto number = words.number();
  words.expect("=");
  std::uint64_t value = 0;
  words.bytes({reinterpret_cast<std::uint8_t*>(&value), width(number)});
  if (!words.ok || number == kCallNumber) return words.ok;  // which only GDB itself looks at
  if (number > kFlags) return known(number) && value == value_of(subject_->guest, number);
  if (number == kRip && !hv::is_canonical(value)) return false;
  if (number == kFlags) value = hv::own_flags(value);
  reinterpret_cast<std::uint64_t*>(&subject_->guest.vcpu.registers)[number] = value;
  return true;
}

void GdbServer::read_memory(GdbWords words) {
  const auto address = words.number();
  words.expect(",");
  const auto length = std::min<std::uint64_t>(words.number(), kMaxBytes);
  if (!words.ok || !subject_->guest.memory.may(Gpa{address}, length, false)) {
    answer_->text("E01");
    return;
  }
  std::uint8_t bytes[kMaxBytes];
  std::memcpy(bytes, reinterpret_cast<const void*>(address), length);
  for (const auto& point : breakpoints_)
    if (point.address - address < length) bytes[point.address - address] = point.original;
  answer_->bytes({bytes, length});
}

bool GdbServer::write_memory(GdbWords words) {
  const auto address = words.number();
  words.expect(",");
  const auto length = words.number();
  words.expect(":");
  std::uint8_t bytes[kMaxBytes];
  if (!words.ok || length > sizeof bytes || !subject_->guest.memory.may(Gpa{address}, length, false)) return false;
  words.bytes({bytes, length});
  if (!words.ok) return false;
  for (auto& point : breakpoints_)
    if (point.address - address < length) point.original = std::exchange(bytes[point.address - address], kInt3);
  return write(address, {bytes, length});
}

bool GdbServer::set_point(GdbWords words, bool wanted) {
  const bool watches = words.number() != 0;
  words.expect(",");
  const auto address = words.number();
  words.expect(",");
  const auto length = words.number();
  if (!words.ok || !subject_->guest.memory.may(Gpa{address}, 1, false)) return false;
  return watches ? set_watch(address, length, wanted) : set_breakpoint(address, wanted);
}

bool GdbServer::set_breakpoint(std::uint64_t address, bool wanted) {
  auto* point = breakpoints_.find(address);
  if (point ? wanted : !wanted) return true;
  if (!point)
    return breakpoints_.add({address, *reinterpret_cast<const std::uint8_t*>(address)}) && write(address, {&kInt3, 1});
  const auto original = point->original;
  breakpoints_.remove(point);
  return write(address, {&original, 1});
}

bool GdbServer::set_watch(std::uint64_t address, std::uint64_t length, bool wanted) {
  auto* watch = watches_.find(address);
  if (!wanted && watch) watches_.remove(watch);
  Watch added{address, length, 0};
  if (!wanted) return true;
  if (length > sizeof added.value || !subject_->guest.memory.may(Gpa{address}, length, false)) return false;
  std::memcpy(&added.value, reinterpret_cast<const void*>(address), length);
  return watches_.add(added);
}

}  // namespace wick::monitor
