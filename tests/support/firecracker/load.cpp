// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Loads an ELF64 file as Firecracker's 64-bit boot does, from a guest, since Firecracker itself needs KVM: segments at
// their physical addresses, boot_params, command line, initrd and page tables where Firecracker's arch/x86_64/layout.rs
// has them. The module that PVH brought is the image, the initrd behind it, and the initrd's length in 8 bytes.

#include <stdint.h>

namespace {

constexpr uint32_t kParameters = 0x7000, kTables = 0x9000, kCommandLine = 0x20000, kPage = 4096;
constexpr uint64_t kLowRam = 0x9fc00, kMebibyte = 0x100000;

template <typename T>
T& at(uint64_t address) {
  return *reinterpret_cast<T*>(static_cast<uint32_t>(address));
}

void copy(uint64_t to, uint64_t from, uint64_t bytes) {
  for (uint64_t i = 0; i < bytes; ++i) at<volatile uint8_t>(to + i) = at<uint8_t>(from + i);
}

void clear(uint64_t to, uint64_t bytes) {
  for (uint64_t i = 0; i < bytes; ++i) at<volatile uint8_t>(to + i) = 0;
}

/// PT_LOAD segments of the file. @return its entry
uint32_t load_segments(uint64_t elf) {
  const uint64_t table = elf + at<uint64_t>(elf + 32);
  for (unsigned i = 0; i < at<uint16_t>(elf + 56); ++i) {
    const uint64_t header = table + 56 * i;
    if (at<uint32_t>(header) != 1) continue;
    const auto offset = at<uint64_t>(header + 8), to = at<uint64_t>(header + 24);
    const auto in_file = at<uint64_t>(header + 32), in_memory = at<uint64_t>(header + 40);
    copy(to, elf + offset, in_file);
    clear(to + in_file, in_memory - in_file);
  }
  return static_cast<uint32_t>(at<uint64_t>(elf + 24));
}

void add_region(uint64_t start, uint64_t length, uint32_t type) {
  auto& count = at<uint8_t>(kParameters + 0x1e8);
  const uint32_t entry = kParameters + 0x2d0 + 20u * count++;
  at<uint64_t>(entry) = start;
  at<uint64_t>(entry + 8) = length;
  at<uint32_t>(entry + 16) = type;
}

/// RAM from 1 MiB on as PVH's map has it.
void fill_map(uint64_t start_info) {
  add_region(0, kLowRam, 1);
  add_region(kLowRam, kMebibyte - kLowRam, 2);
  for (uint32_t i = 0; i < at<uint32_t>(start_info + 48); ++i) {
    const uint64_t entry = at<uint64_t>(start_info + 40) + 24 * i;
    if (at<uint32_t>(entry + 16) == 1 && at<uint64_t>(entry) >= kMebibyte)
      add_region(at<uint64_t>(entry), at<uint64_t>(entry + 8), 1);
  }
}

void fill_tables() {
  clear(kTables, 3 * kPage);
  at<uint64_t>(kTables) = (kTables + kPage) | 3;
  at<uint64_t>(kTables + kPage) = (kTables + 2 * kPage) | 3;
  for (uint32_t i = 0; i < 512; ++i) at<uint64_t>(kTables + 2 * kPage + 8 * i) = (i << 21) | 0x83;
}

}  // namespace

/// @param start_info PVH's structure  @return the image's entry
extern "C" uint32_t load(uint32_t start_info) {
  const auto line = at<uint64_t>(start_info + 24), module = at<uint64_t>(start_info + 16);
  const auto image = at<uint64_t>(module), bytes = at<uint64_t>(module + 8);
  const auto initrd_bytes = at<uint64_t>(image + bytes - 8);

  uint32_t length = 1;
  while (at<char>(line + length - 1) != '\0') ++length;
  copy(kCommandLine, line, length);

  clear(kParameters, kPage);
  at<uint16_t>(kParameters + 0x1fe) = 0xaa55;
  at<uint32_t>(kParameters + 0x202) = 0x53726448;
  at<uint8_t>(kParameters + 0x210) = 0xff;
  at<uint32_t>(kParameters + 0x228) = kCommandLine;
  at<uint32_t>(kParameters + 0x230) = 0x01000000;
  at<uint32_t>(kParameters + 0x238) = length;
  at<uint64_t>(kParameters + 0x070) = at<uint64_t>(start_info + 32);
  if (initrd_bytes) {
    at<uint32_t>(kParameters + 0x218) = static_cast<uint32_t>(image + bytes - 8 - initrd_bytes);
    at<uint32_t>(kParameters + 0x21c) = static_cast<uint32_t>(initrd_bytes);
  }
  fill_map(start_info);
  fill_tables();
  return load_segments(image);
}
