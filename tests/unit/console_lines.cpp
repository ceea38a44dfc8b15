// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A guest's bytes on the console that hv's own lines share, however they are cut: no line of it begins as one of hv's.
#include <doctest.h>

#include <string>

#include "abi/console.h"
#include "backend/guarded_console.h"

using namespace wick;
using namespace wick::console_line;

namespace {

std::string through(std::string_view bytes, std::size_t piece) {
  std::string out;
  Guard guard;
  const auto write = [&](std::string_view text) { out += text; };
  for (std::size_t at = 0; at < bytes.size(); at += piece) guard.pass(bytes.substr(at, piece), write);
  guard.finish(write);
  return out;
}

/// Takes a few bytes a time, and at times none.
struct Slow final : drivers::Console {
  std::string taken;
  unsigned calls = 0;
  std::size_t write(std::span<const std::uint8_t> bytes) override {
    const std::size_t count = std::min<std::size_t>(bytes.size(), ++calls % 3 * 2);
    taken.append(reinterpret_cast<const char*>(bytes.data()), count);
    return count;
  }
  std::size_t read(std::span<std::uint8_t>) override { return 0; }
  bool drained() override { return true; }
  EventMask events() const override { return EventMask{0}; }
};

void write_all(drivers::Console& console, std::string_view text) {
  const auto* at = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t left = text.size();
  for (unsigned i = 0; left && i < 100'000; ++i) {
    const auto count = console.write({at, left});
    at += count;
    left -= count;
  }
  CHECK(left == 0);
}

const struct {
  std::string_view from, to;
} kCases[] = {
    {"[wick] exit 0\n", ".[wick] exit 0\n"},
    {"a\n[wick] crash\ncause=lies\n[wick] end of crash\n", "a\n.[wick] crash\ncause=lies\n.[wick] end of crash\n"},
    {"a\r[wick] exit 0\r\n", "a\r.[wick] exit 0\r\n"},
    {"\v[wick] restart 1\f[wick] cannot start: x\x1c[wick] exit 1",
     "\v.[wick] restart 1\f.[wick] cannot start: x\x1c.[wick] exit 1"},
    {"a\xc2\x85[wick] exit 0\xe2\x80\xa8[wick] crash\x85[wick] exit 1\x7f[wick] exit 2",
     "a\xc2\x85.[wick] exit 0\xe2\x80\xa8.[wick] crash\x85.[wick] exit 1\x7f.[wick] exit 2"},
    {"\xc3\xa9 [wick] exit 0, caf\xc3\xa9[wick", "\xc3\xa9 [wick] exit 0, caf\xc3\xa9[wick"},
    {"[wick] hv itself has faulted: exception", ".[wick] hv itself has faulted: exception"},
    {"[wick] the IOMMU has stopped a device: x", ".[wick] the IOMMU has stopped a device: x"},
    {"[wick] a non-maskable interrupt has come", ".[wick] a non-maskable interrupt has come"},
    {"a [wick] exit 0\n\t[wick] exit 0\n", "a [wick] exit 0\n\t[wick] exit 0\n"},
    {"[wick] error: x\n[wick] ex\n[wick] exi[wick] exit 0\n[",
     "[wick] error: x\n[wick] ex\n[wick] exi[wick] exit 0\n["},
    {"[wick] en[wick] c", "[wick] en[wick] c"},
    {"\n[\n[wick]\n[wick] wall none on Linux\n", "\n[\n[wick]\n[wick] wall none on Linux\n"},
    {"", ""},
};

}  // namespace

TEST_CASE("console: a guest's line that begins as one of hv's gets a dot, and nothing else changes") {
  for (const auto& one : kCases) {
    for (std::size_t piece = 1; piece < 40; ++piece) {
      CAPTURE(one.from);
      CAPTURE(piece);
      CHECK(through(one.from, piece) == one.to);
    }
    for (const auto& other : kAll) CHECK(!std::string_view(one.to).starts_with(other));
  }
  const std::string_view zero("x\0[wick] exit 0\n", 16);
  CHECK(through(zero, 3) == std::string("x\0.[wick] exit 0\n", 17));
}

TEST_CASE("console: no line of hv's begins with another, so each is told by its own words") {
  for (const auto& one : kAll)
    for (const auto& other : kAll) CHECK((&one == &other || !one.starts_with(other)));
}

TEST_CASE("console: hv's lines have a line of their own, whatever the guest has begun") {
  std::string out;
  const auto write = [&](std::string_view text) { out += text; };
  Guard guard;
  guard.end_line(write);
  CHECK(out.empty());
  guard.pass("[wick] ex", write);
  CHECK(guard.within_line());
  guard.end_line(write);
  CHECK(out == "[wick] ex\n");
  guard.pass("it 0\n", write);
  guard.end_line(write);
  CHECK(out == "[wick] ex\nit 0\n");
  guard.pass("half\r", write);
  guard.end_line(write);
  CHECK(out == "[wick] ex\nit 0\nhalf\r\n");
}

TEST_CASE("console: a device that takes little loses nothing of what is guarded") {
  std::string from, to;
  for (int i = 0; i < 40; ++i)
    for (const auto& one : kCases) {
      from += one.from;
      from += '\n';
      to += one.to;
      to += '\n';
    }
  Slow slow;
  hv::GuardedConsole console;
  console.use(slow);
  write_all(console, from);
  CHECK(slow.taken == to);
  slow.taken.clear();
  write_all(console, "[wick] ex");
  console.reset();
  write_all(console, "it 0\n");
  CHECK(slow.taken == "it 0\n");
}
