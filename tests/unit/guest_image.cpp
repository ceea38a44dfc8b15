// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The monitor's reading of a guest's file: one good image, and for each sentence one image with that fault only.
#include <doctest.h>

#include <functional>

#include "monitor/guest/image.h"
#include "small_guest.h"

using namespace wick;
using namespace wick::monitor;
using wick::test::SmallGuest;

namespace {

struct Fault {
  const char* sentence;
  std::function<void(SmallGuest&)> spoil;
};

std::string told(SmallGuest& guest) {
  const auto bytes = guest.bytes();
  const auto image = read_guest_image(bytes);
  return image ? "" : image.error();
}

void check(const std::vector<Fault>& faults) {
  for (const Fault& fault : faults) {
    SmallGuest guest;
    fault.spoil(guest);
    CHECK(told(guest) == fault.sentence);
  }
}

/// Replaces one line of the manifest note.
std::function<void(SmallGuest&)> line(const std::string& key, const std::string& value) {
  return [=](SmallGuest& guest) {
    const std::size_t at = guest.manifest.find(key + "=");
    const std::size_t end = guest.manifest.find('\n', at);
    guest.manifest.replace(at, end - at, value.empty() ? "x=" : key + "=" + value);
  };
}

}  // namespace

TEST_CASE("a good image gives its facts") {
  SmallGuest guest;
  const auto bytes = guest.bytes();
  const auto image = read_guest_image(bytes);
  REQUIRE_MESSAGE(image.has_value(), image.error());
  REQUIRE(image->segments.size() == 2);
  CHECK(image->segments[0].rights == hv::Rights::read_execute);
  CHECK(image->segments[1].rights == hv::Rights::read_write);
  CHECK(image->segments[1].file_length == 0);
  CHECK(raw(image->start) == SmallGuest::kText);
  CHECK(raw(image->end) == SmallGuest::kData + 0x6000);
  CHECK(raw(image->notes.layout.stack_end) == SmallGuest::kData + 0x6000);
  CHECK(image->build_id[19] == 0x5a);
  CHECK(image->name == "small");
  CHECK(image->version == "1.0.0");
  CHECK(image->profile == "tiny");
  CHECK(image->wall == Wall::hosted);
  CHECK(image->memory == 2 << 20);
  CHECK(image->heap == 65536);
  CHECK(image->dma == 32768);
  CHECK(image->has(DeviceKind::network));
  CHECK_FALSE(image->has(DeviceKind::block));
  CHECK(image->ports == std::vector<std::string>{"80/tcp", "53/udp"});
  CHECK(image->volumes == std::vector<std::string>{"data", "log-1"});
}

TEST_CASE("lists may be missing, and unknown keys are a newer builder's") {
  SmallGuest guest;
  guest.manifest = "name=small\nwall=process\nmemory=2097152\nfeatures=cxx\ncolour=blue\n";
  const auto bytes = guest.bytes();
  const auto image = read_guest_image(bytes);
  REQUIRE_MESSAGE(image.has_value(), image.error());
  CHECK(image->wall == Wall::process);
  CHECK(image->devices.empty());
}

TEST_CASE("a wrong ELF header is told by a sentence") {
  check({
      {"the image is not an ELF file", [](auto& guest) { guest.header.e_ident[0] = 0; }},
      {"the image is not for x86-64", [](auto& guest) { guest.header.e_machine = EM_AARCH64; }},
      {"the image is not for x86-64", [](auto& guest) { guest.header.e_ident[EI_CLASS] = ELFCLASS32; }},
      {"the image is of another version of ELF", [](auto& guest) { guest.header.e_phentsize = 32; }},
      {"the image is not a program at a fixed address", [](auto& guest) { guest.header.e_type = ET_DYN; }},
      {"the image has no or too many program headers", [](auto& guest) { guest.header.e_phnum = 0; }},
      {"the image has no or too many program headers", [](auto& guest) { guest.header.e_phnum = 33; }},
      {"the image's program headers lie outside of it", [](auto& guest) { guest.header.e_phoff = 1 << 20; }},
      {"the image's program headers lie outside of it", [](auto& guest) { guest.header.e_phoff = ~7ull; }},
  });
  CHECK(read_guest_image({}).error() == "the image is not an ELF file");
}

TEST_CASE("a wrong segment is told by a sentence") {
  check({
      {"a segment of the image is writable and executable", [](auto& guest) { guest.data.p_flags |= PF_X; }},
      {"a segment of the image has rights that no page can have", [](auto& guest) { guest.data.p_flags = PF_W; }},
      {"a segment of the image is longer in the file than in memory", [](auto& guest) { guest.text.p_memsz = 8; }},
      {"a segment of the image lies outside of the file", [](auto& guest) { guest.text.p_offset = 4096; }},
      {"a segment of the image lies outside of the file", [](auto& guest) { guest.text.p_offset = ~0ull & ~4095ull; }},
      {"a segment of the image has two addresses", [](auto& guest) { guest.text.p_paddr = 0; }},
      {"a segment of the image does not begin with a page",
       [](auto& guest) { guest.data.p_vaddr = guest.data.p_paddr += 16; }},
      {"a segment of the image does not begin with a page",
       [](auto& guest) {
         guest.text.p_offset = 64;
         guest.text.p_filesz = 128;
       }},
      {"a segment of the image lies outside of the first GiB, or in its first MiB",
       [](auto& guest) { guest.text.p_vaddr = guest.text.p_paddr = 0; }},
      {"a segment of the image lies outside of the first GiB, or in its first MiB",
       [](auto& guest) { guest.data.p_memsz = 1 << 30; }},
      {"a segment of the image lies outside of the first GiB, or in its first MiB",
       [](auto& guest) { guest.data.p_memsz = ~0ull; }},
      {"the image's segments overlap or are out of order", [](auto& guest) { std::swap(guest.text, guest.data); }},
      {"the image's segments overlap or are out of order",
       [](auto& guest) { guest.data.p_vaddr = guest.data.p_paddr = SmallGuest::kText; }},
      {"the image is dynamically linked", [](auto& guest) { guest.text.p_type = PT_INTERP; }},
      {"the image has more than one note segment",
       [](auto& guest) {
         guest.data = guest.note;
         guest.data.p_filesz = 4;
       }},
      {"the image's note segment lies outside of the file", [](auto& guest) { guest.note.p_offset = 1 << 20; }},
      {"the image's note segment lies outside of the file", [](auto& guest) { guest.note.p_filesz = 4096; }},
      {"the image has nothing to load", [](auto& guest) { guest.text.p_memsz = guest.data.p_memsz = 0; }},
      {"the image has no note segment", [](auto& guest) { guest.note.p_type = PT_NULL; }},
  });
}

TEST_CASE("where threads are is told by a note, or by none") {
  SmallGuest guest;
  CHECK(raw(read_guest_image(guest.bytes())->threads.first) == 0);
  SmallGuest telling;
  telling.threads = {.first = Gpa{SmallGuest::kData}, .running = Gpa{SmallGuest::kData + 8}, .next = 16};
  telling.threads_bytes = sizeof telling.threads;
  const auto image = read_guest_image(telling.bytes());
  REQUIRE(image.has_value());
  CHECK(image->threads.running == Gpa{SmallGuest::kData + 8});
  CHECK(image->threads.next == 16);
}

TEST_CASE("a wrong note is told by a sentence") {
  check({
      {"a note of the image is cut short", [](auto& guest) { guest.note.p_filesz = 20; }},
      {"the image has no ABI note", [](auto& guest) { guest.has_abi = false; }},
      {"the image speaks another major version of the contract", [](auto& guest) { guest.abi.major = 9; }},
      {"the image has no entry note", [](auto& guest) { guest.has_entry = false; }},
      {"the image has no manifest note", [](auto& guest) { guest.has_manifest = false; }},
      {"the image's note of threads is too short", [](auto& guest) { guest.threads_bytes = sizeof guest.threads - 4; }},
      {"the image has no build-id", [](auto& guest) { guest.build_id.clear(); }},
      {"the image's build-id is not one of 20 bytes", [](auto& guest) { guest.build_id = "short"; }},
      {"the image's first instruction lies outside of its code",
       [](auto& guest) { guest.entry.start = Gpa{SmallGuest::kData}; }},
      {"the image's first instruction lies outside of its code", [](auto& guest) { guest.header.e_entry += 1; }},
      {"the image's trap lies outside of its code",
       [](auto& guest) { guest.entry.trap = Gpa{SmallGuest::kText + SmallGuest::kCode + 56}; }},
      {"the image's trap lies outside of its code", [](auto& guest) { guest.entry.trap = Gpa{~0ull - 4}; }},
      {"the image's fault upcall lies outside of its code", [](auto& guest) { guest.entry.fault = Gpa{8}; }},
      {"the image has no layout note", [](auto& guest) { guest.has_layout = false; }},
      {"the image's stack is not made of pages",
       [](auto& guest) { guest.layout.stack_start = guest.layout.stack_start + 8; }},
      {"the image's stack is not made of pages",
       [](auto& guest) { guest.layout.stack_end = guest.layout.stack_start; }},
      {"the image's stack and its guard page lie outside of its writable memory",
       [](auto& guest) { guest.layout.stack_start = Gpa{SmallGuest::kData}; }},
      {"the image's stack and its guard page lie outside of its writable memory",
       [](auto& guest) { guest.layout.stack_end = Gpa{SmallGuest::kData + 0x7000}; }},
  });
}

TEST_CASE("a wrong manifest note is told by a sentence") {
  check({
      {"the image's manifest note is too long", [](auto& guest) { guest.manifest.append(64 << 10, 'x'); }},
      {"the image's manifest note is not key=value lines", [](auto& guest) { guest.manifest += "words\n"; }},
      {"the image's manifest note is not key=value lines", [](auto& guest) { guest.manifest += "\n"; }},
      {"the image's manifest note has no name", line("name", "")},
      {"the image's manifest note has a bad value for name", line("name", "../small")},
      {"the image's manifest note has a bad value for version", line("version", "1 0")},
      {"the image's manifest note has a bad value for profile", line("profile", "a/b")},
      {"the image's manifest note has no wall", line("wall", "")},
      {"the image is built for a wall that Linux can't be: neither hosted nor process", line("wall", "ring")},
      {"the image's manifest note has a bad value for memory", line("memory", "2097153")},
      {"the image's manifest note has a bad value for memory", line("memory", "68719480832")},
      {"the image's manifest note has a bad value for heap", line("heap", "-4096")},
      {"the image's manifest note has a bad value for dma", line("dma", "99999999999999999999")},
      {"the image's manifest note has a bad value for devices", line("devices", "network,")},
      {"the image's manifest note has a bad value for ports", line("ports", "0/tcp")},
      {"the image's manifest note has a bad value for ports", line("ports", "80/sctp")},
      {"the image's manifest note has a bad value for volumes", line("volumes", "a,b c")},
      {"the image, its heap and its DMA pool do not fit its memory", line("memory", "1048576")},
      {"the image, its heap and its DMA pool do not fit its memory", line("heap", "1048576")},
      {"the image, its heap and its DMA pool do not fit its memory", line("dma", "1048576")},
  });
}

TEST_CASE("no byte of an image may be cut off") {
  SmallGuest guest;
  const auto bytes = guest.bytes();
  for (std::size_t length = 0; length < bytes.size(); ++length)
    CHECK_FALSE(read_guest_image(std::span(bytes).first(length)));
}
