// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The guest's threads, as its image's note says where they are (abi/threads.h). The guest may have written anything
// there: each word is read only where the guest itself may read, the list ends after so many, and texts are printed
// letter by letter. Nothing but what is printed depends on it.

#include <cstring>
#include <iterator>

#include "debugger.h"
#include "guest/crash_record.h"
#include "monitor/debug/report.h"

namespace wick::monitor {
namespace {

constexpr unsigned kMostThreads = 128;
constexpr unsigned kMostLetters = 63;  ///< of a name

class Threads {
 public:
  explicit Threads(const Guest& guest) : guest_(guest), note_(guest.image.threads) {}

  std::uint64_t first() const { return raw(note_.first); }
  std::uint64_t next(std::uint64_t thread) const { return word(thread, note_.next); }

  void print(std::uint64_t thread, hv::Sink sink) const {
    const bool runs = thread == word(raw(note_.running), 0);
    const auto& live = guest_.vcpu.registers;
    const auto stack = runs ? live.stack_pointer() : word(thread, note_.stack);
    hv::Line line(sink);
    line.add("thread \"");
    print_name(word(thread, note_.name), line);
    std::uint8_t state = 0;
    const bool known = read(thread + note_.state, state) && state < std::size(kThreadStateNames);
    line.add("\" ").add(known ? kThreadStateNames[state] : "in no state that there is");
    print_use(thread, stack, line);
    line.end();
    static CrashRecord record;  // for its frames; a page is too much for the stack
    record.registers =
        runs ? live : debugger::standing_at(word(stack, note_.saved_counter), word(stack, note_.saved_frame));
    hv::collect_frames(
        record, [&](Gpa at, std::uint64_t(&words)[2]) { return read(raw(at), words); },
        [&](std::uint64_t address) { return guest_.memory.is_code(address); });
    for (unsigned i = 0; i < record.frame_count; ++i) hv::print_line(sink, "frame=", hv::Hex{record.frames[i]});
  }

 private:
  template <typename Value>
  bool read(std::uint64_t at, Value& value) const {
    if (!guest_.memory.may(Gpa{at}, sizeof value, false)) return false;
    std::memcpy(&value, reinterpret_cast<const void*>(at), sizeof value);
    return true;
  }
  /// 0 where the guest couldn't read it.
  std::uint64_t word(std::uint64_t at, std::uint16_t behind) const {
    std::uint64_t value = 0;
    return read(at + behind, value) ? value : 0;
  }

  void print_name(std::uint64_t at, hv::Line& line) const {
    char letter;
    for (unsigned i = 0; i < kMostLetters && read(at + i, letter) && letter; ++i) {
      const char shown = letter >= ' ' && letter <= '~' && letter != '"' ? letter : '.';
      line.add({&shown, 1});
    }
  }
  void print_use(std::uint64_t thread, std::uint64_t stack, hv::Line& line) const {
    const auto& layout = guest_.image.notes.layout;
    const auto lowest = word(thread, note_.lowest);
    const auto begin = lowest ? lowest : raw(layout.stack_start),
               end = lowest ? word(thread, note_.end) : raw(layout.stack_end);
    if (begin <= stack && stack <= end)
      line.add(", ").add(end - stack).add(" of ").add(end - begin).add(" bytes of stack");
  }

  const Guest& guest_;
  const ThreadsNote& note_;
};

}  // namespace

void report_threads(const Guest& guest, hv::Sink sink) {
  const Threads threads(guest);
  auto thread = threads.first();
  if (!thread) hv::print_line(sink, "The image doesn't tell where its threads are.");
  for (unsigned i = 0; i < kMostThreads && thread; ++i, thread = threads.next(thread)) threads.print(thread, sink);
  if (thread) hv::print_line(sink, "There are more than these ", kMostThreads, ".");
}

}  // namespace wick::monitor
