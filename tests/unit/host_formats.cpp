// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What one program of the host writes, another one reads: each format goes there and back.
#include <doctest.h>

#include <vector>

#include "abi/call.h"
#include "abi/host/checksum.h"
#include "abi/host/forward.h"
#include "abi/host/manifest_note.h"
#include "abi/note.h"

using namespace wick;

TEST_CASE("walls have a name each, and what has none is no wall") {
  for (const Wall wall : kWalls) CHECK(wall_of(wall_name(wall)) == wall);
  CHECK(wall_name(Wall::vm_vmx) == "vm");
  for (const char* none : {"", "svm", "Ring", "ring "}) CHECK_FALSE(wall_of(none));
  CHECK(runs_on_linux(Wall::process));
  CHECK_FALSE(runs_on_linux(kWallVm));
}

TEST_CASE("manifest note: what is written is read") {
  const ManifestNote note{.name = "demo",
                          .version = "1.4.0-rc1",
                          .profile = "tiny",
                          .wall = kWallVm,
                          .memory = 64 << 20,
                          .stack = 16384,
                          .heap = 65536,
                          .dma = 4096,
                          .devices = {"block", "network"},
                          .features = {"cxx", "tls"},
                          .ports = {"80/tcp", "53/udp"},
                          .volumes = {"data", "log-1"},
                          .shares = {"site"},
                          .keys = {"tls"},
                          .outgoing = "10.0.0.1:5432,[fd00::1]:80"};
  const auto back = read_manifest_note(manifest_note_text(note));
  REQUIRE_MESSAGE(back.has_value(), back.error());
  CHECK(back->name == note.name);
  CHECK(back->version == note.version);
  CHECK(back->profile == note.profile);
  CHECK(back->wall == note.wall);
  CHECK(back->memory == note.memory);
  CHECK(back->stack == note.stack);
  CHECK(back->heap == note.heap);
  CHECK(back->dma == note.dma);
  CHECK(back->devices == note.devices);
  CHECK(back->features == note.features);
  CHECK(back->ports == note.ports);
  CHECK(back->volumes == note.volumes);
  CHECK(back->shares == note.shares);
  CHECK(back->keys == note.keys);
  CHECK(back->outgoing == note.outgoing);
  CHECK(manifest_note_text(*back) == manifest_note_text(note));
}

TEST_CASE("manifest note: empty lists aren't there, and unknown keys are a newer builder's") {
  const std::string text = manifest_note_text({.name = "demo", .version = "1.0.0", .profile = "dev"});
  CHECK_FALSE(text.contains("devices"));
  CHECK_FALSE(text.contains("outgoing"));
  const auto back = read_manifest_note(text + "colour=blue\n");
  REQUIRE(back);
  CHECK(back->devices.empty());
  CHECK(back->outgoing == "any");
}

TEST_CASE("forwards: what is written is read") {
  for (const Forward& forward : {Forward{8080, 80}, Forward{5353, 53, true}, Forward{1, 65535, false, 0},
                                 Forward{7, 7, true, htonl(0x0a000001)}}) {
    const auto back = parse_forward(forward_text(forward));
    REQUIRE(back);
    CHECK(back->host_port == forward.host_port);
    CHECK(back->guest_port == forward.guest_port);
    CHECK(back->udp == forward.udp);
    CHECK(back->address == forward.address);
  }
  CHECK(forward_text({8080, 80}) == "8080:80");
  CHECK(forward_text({5353, 53, true, 0}) == "0.0.0.0:5353:53/udp");
}

TEST_CASE("forwards: as people write them") {
  const auto read = [](const char* text) { return forward_text(parse_forward(text).value()); };
  CHECK(read("7000") == "7000:7000");
  CHECK(read("7000/udp") == "7000:7000/udp");
  CHECK(read("1:65535/tcp") == "1:65535");
  CHECK(read("127.0.0.1:8080:80") == "8080:80");
  for (const char* text : {"",
                           ":",
                           "/",
                           "80:",
                           ":80",
                           "0:80",
                           "80:0",
                           "8080:80:",
                           "65536:80",
                           "80:65536",
                           "8080:80/",
                           "8080:80/sctp",
                           "8080:80/TCP",
                           "a:80",
                           "80:a",
                           "80 :80",
                           "-1:80",
                           "+1:80",
                           "8080:80/tcp/udp",
                           "1:2:3:4",
                           "::80"}) {
    const auto forward = parse_forward(text);
    CHECK_MESSAGE(!forward.has_value(), text);
    if (!forward) CHECK(forward.error().contains('"'));
  }
}

TEST_CASE("forwards: each fault has its sentence") {
  const auto why = [](const char* text) { return parse_forward(text).error(); };
  CHECK(why("8080:99999") == "\"99999\" in the port forward \"8080:99999\" is not a port from 1 to 65535");
  CHECK(why("8080:80/sctp") == "\"sctp\" in the port forward \"8080:80/sctp\" is neither tcp nor udp");
  CHECK(why("300.0.0.1:1:2") == "\"300.0.0.1\" in the port forward \"300.0.0.1:1:2\" is not an IPv4 address");
  CHECK(why("80:") == "\"80:\" is not a port forward (write for example 8080:80, 0.0.0.0:8080:80 or 5353:53/udp)");
}

TEST_CASE("checksums of known texts") {
  CHECK(crc32("123456789") == 0xcbf43926);
  CHECK(crc32c("123456789") == 0xe3069283);
  CHECK(crc32c("") == 0);
  CHECK(crc32c(std::string(32, '\0')) == 0x8a9136aa);  // RFC 3720, B.4
  CHECK(crc32c(std::string(32, '\xff')) == 0x62a8ab43);
}

TEST_CASE("CRC-32C is the same by the table, by the processor's instruction and in pieces, whatever the length") {
  std::vector<std::uint8_t> bytes(300);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + i / 7);
  const std::span all(bytes);
  const bool instruction = checksum::has_crc32c_instruction();
  for (std::size_t length = 0; length <= all.size(); ++length) {
    const auto some = all.first(length);
    const std::uint32_t table = ~checksum::add<checksum::kCrc32c>(some, ~0u);
    CHECK(crc32c(some) == table);
    if (instruction) CHECK(~checksum::crc32c_by_instruction(some, ~0u) == table);
    CHECK(crc32c(some.subspan(length / 3), crc32c(some.first(length / 3))) == table);
  }
}

TEST_CASE("CRC-32C is the same for what is long enough for three pieces side by side, whatever went before") {
  std::vector<std::uint8_t> bytes(30'000);
  for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 37 + i / 7);
  for (const std::size_t length : {12'287, 12'288, 12'289, 24'575, 24'576, 30'000})
    for (const std::uint32_t before : {0u, 77u, ~0u})
      CHECK(crc32c({bytes.data(), length}, before) ==
            ~checksum::add<checksum::kCrc32c>({bytes.data(), length}, ~before));
}

TEST_CASE("notes: a walk gives owners, types and contents, whatever their alignment") {
  const auto note = [](std::string_view owner, std::string_view content, std::size_t align) {
    std::string bytes;
    const NoteHeader header{static_cast<std::uint32_t>(owner.size()), static_cast<std::uint32_t>(content.size()), 7};
    bytes.append(reinterpret_cast<const char*>(&header), sizeof header).append(owner);
    bytes.resize((bytes.size() + align - 1) / align * align);
    bytes.append(content).resize((bytes.size() + align - 1) / align * align);
    return bytes;
  };
  for (const std::size_t align : {4, 8}) {
    const std::string two = note({"Wick\0", 5}, "abc", align) + note({"GNU\0", 4}, "0123456789", align);
    const auto bytes = checksum::bytes_of(two);
    std::string seen;
    const auto see = [&](std::string_view owner, std::uint32_t type, auto content) -> const char* {
      seen += std::string(owner.data()) + std::to_string(type) + std::string(content.begin(), content.end()) + ";";
      return nullptr;
    };
    CHECK(walk_notes(bytes, see, align) == nullptr);
    CHECK(seen == "Wick7abc;GNU70123456789;");
    CHECK(walk_notes(bytes.first(two.size() - align), see, align) != nullptr);
  }
}
