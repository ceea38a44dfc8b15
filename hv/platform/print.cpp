// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/print.h"

#include "abi/call.h"
#include "abi/console.h"
#include "platform/platform.h"

namespace wick::hv {
namespace {

constinit console_line::Guard guard;

void write(std::string_view text) { platform->console(text.data(), text.size()); }

}  // namespace

void print(std::string_view text) {
  if (!platform) return;
  guard.end_line(write);
  write(text);
}

void print_guests(std::string_view text) { guard.pass(text, write); }

void exit_machine(std::uint32_t code) {
  print_line(print, console_line::kExit, code);
  power_off(code, End::orderly);
}

void refuse(std::string_view why) {
  print_line(print, console_line::kCannotStart, why);
  exit_machine(raw(ExitCode::cannot_start));
}

}  // namespace wick::hv
