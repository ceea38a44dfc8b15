// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/debug/gdb_protocol.h"

#include <doctest.h>

#include <string>
#include <vector>

using wick::monitor::GdbAnswer;
using wick::monitor::GdbReader;
using wick::monitor::GdbWords;
using wick::monitor::kMaxGdbPacket;
using Found = GdbReader::Found;

namespace {

/// What was found at the end of `bytes`; all before that must be nothing.
Found feed(GdbReader& reader, std::string_view bytes) {
  auto found = Found::nothing;
  for (const char byte : bytes) {
    CHECK(found == Found::nothing);
    found = reader.take(byte);
  }
  return found;
}

}  // namespace

TEST_CASE("packets are found between acknowledgements") {
  GdbReader reader;
  CHECK(feed(reader, "+$g#67") == Found::packet);
  CHECK(reader.body() == "g");
  CHECK(feed(reader, "++-$m1000,4#8e") == Found::packet);
  CHECK(reader.body() == "m1000,4");
  CHECK(feed(reader, "$#00") == Found::packet);
  CHECK(reader.body().empty());
}

TEST_CASE("a wrong checksum is told, and the next packet is whole again") {
  GdbReader reader;
  CHECK(feed(reader, "$g#68") == Found::damaged);
  CHECK(feed(reader, "$g#zz") == Found::damaged);
  CHECK(feed(reader, "$g#67") == Found::packet);
}

TEST_CASE("an interrupt stands between packets, never in one") {
  GdbReader reader;
  CHECK(feed(reader, "\x03") == Found::interrupt);
  CHECK(feed(reader, "$\x03#03") == Found::packet);
}

TEST_CASE("a packet over the size is refused, one of the size is not") {
  GdbReader reader;
  const std::string zeroes(kMaxGdbPacket, '0');  // sum: 4096 * 0x30 = 0 modulo 256
  CHECK(feed(reader, "$" + zeroes + "#00") == Found::packet);
  CHECK(reader.body() == zeroes);
  CHECK(feed(reader, "$" + zeroes + "0#30") == Found::damaged);
  CHECK(feed(reader, "$?#3f") == Found::packet);
}

TEST_CASE("answers have frame and sum") {
  GdbAnswer answer;
  CHECK(answer.text("OK").finish() == "$OK#9a");
  CHECK(answer.finish() == "$#00");
  CHECK(answer.number(0).text(",").number(0x1234abcd).finish().starts_with("$0,1234abcd#"));
  CHECK(answer.word(0x0102030405060708, 8).finish().starts_with("$0807060504030201#"));
  CHECK(answer.word(5, 1).finish() == "$05#65");
  for (std::size_t i = 0; i < kMaxGdbPacket + 100; ++i) answer.text("x");
  CHECK(answer.finish().size() == kMaxGdbPacket + 4);
}

TEST_CASE("words are read from the left") {
  GdbWords words{"0,1F00ff,4:a0Bz"};
  CHECK(words.number() == 0);
  words.expect(",");
  CHECK(words.number() == 0x1f00ff);
  CHECK(!words.skip(":"));
  CHECK(words.skip(",4:"));
  CHECK(words.ok);
  std::uint8_t byte = 0;
  words.bytes({&byte, 1});
  CHECK((words.ok && byte == 0xa0));
  words.bytes({&byte, 1});
  CHECK(!words.ok);
  GdbWords none{""}, seventeen{"11111111111111111"};
  none.number();
  seventeen.number();
  CHECK((!none.ok && !seventeen.ok));
}
