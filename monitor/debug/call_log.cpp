// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// --strace: each call of the guest as a line of standard error, as strace(1) shows those of a process.

#include <unistd.h>

#include <algorithm>

#include "monitor/debug/names.h"
#include "monitor/debug/observer.h"

namespace wick::monitor {
namespace {

void print(std::string_view text) { (void)!::write(STDERR_FILENO, text.data(), text.size()); }

/// In quotes, and cut, as strace does it.
void quote(hv::Line& line, const GuestMemory& memory, Gpa bytes, std::uint64_t count) {
  constexpr std::uint64_t kShown = 32;
  line.add("\"");
  for (std::uint64_t i = 0; i < std::min(count, kShown) && memory.may(bytes + i, 1, false); ++i) {
    const char c = *reinterpret_cast<const char*>(raw(bytes) + i);
    const char octal[] = {'\\', static_cast<char>('0' + (c >> 6 & 3)), static_cast<char>('0' + (c >> 3 & 7)),
                          static_cast<char>('0' + (c & 7))};
    if (c == '\n')
      line.add("\\n");
    else if (c == '"' || c == '\\')
      line.add("\\").add({&c, 1});
    else
      line.add(c >= ' ' && c < 0x7f ? std::string_view{&c, 1} : std::string_view{octal, sizeof octal});
  }
  line.add(count > kShown ? "\"..., " : "\", ").add(count);
}

void arguments(hv::Line& line, const GuestMemory& memory, const hv::CallArguments& call) {
  switch (static_cast<Call>(call.number)) {
    case Call::console:
      return quote(line, memory, Gpa{call.first}, call.second);
    case Call::yield:
      if (Nanoseconds{call.first} == kNever)
        line.add("never, ").add(hv::Hex{call.second});
      else
        line.add(call.first / 1000).add(" us, ").add(hv::Hex{call.second});
      return;
    case Call::seal:
      line.add(hv::Hex{call.first}).add(", ").add(call.second);
      if (call.third) line.add(", ").add(call.third);
      return;
    case Call::exit:
    case Call::notify:
    case Call::watchdog:
      line.add(call.first);
      return;
    default:
      return;
  }
}

class CallLog final : public Observer {
 public:
  CallLog() : Observer({0, "strace", nullptr, "print each call of the guest to standard error"}) {}

  std::expected<bool, std::string> begin() override { return given_; }
  void called(const hv::CallArguments&) override { start_ = subject_->guest.clock.now(); }
  void answered(const hv::CallArguments& call, const CallResult& result) override {
    hv::Line line(print);
    line.add(call_name(call.number)).add("(");
    arguments(line, subject_->guest.memory, call);
    if (call.number == static_cast<std::uint64_t>(Call::exit)) return line.add(") = ?").end();
    line.add(") = ").add(status_name(result.status));
    if (result.value) line.add(" ").add(hv::Hex{result.value});
    line.add(" <").add((raw(subject_->guest.clock.now()) - raw(start_)) / 1000).add(" us>").end();
  }

 private:
  Nanoseconds start_{};
};

CallLog call_log;
[[gnu::section(WICK_OBSERVERS), gnu::used, gnu::retain]] Observer* const registered = &call_log;

}  // namespace
}  // namespace wick::monitor
