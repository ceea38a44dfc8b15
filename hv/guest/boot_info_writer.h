// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Lays BootInfo out in a page: header, entries, end. Shared by hv and the hosted monitor.

#include <cstddef>

#include "abi/bootinfo.h"

namespace wick::hv {

class BootInfoWriter {
 public:
  static constexpr std::size_t kCapacity = 4096;

  /// @param page kCapacity bytes
  explicit BootInfoWriter(std::uint8_t* page) : page_(page) {}

  void add(BootTag tag, const void* payload, std::size_t length) {
    const std::size_t whole = sizeof(BootEntry) + ((length + 7) & ~7ull);
    if (used_ + whole > kCapacity) {
      full_ = true;
      return;
    }
    const BootEntry entry{tag, 0, static_cast<std::uint32_t>(length)};
    __builtin_memcpy(page_ + used_, &entry, sizeof entry);
    if (length) __builtin_memcpy(page_ + used_ + sizeof entry, payload, length);
    used_ += whole;
  }
  template <typename T>
  void add(BootTag tag, const T& payload) {
    add(tag, &payload, sizeof payload);
  }

  /// @return no_memory when something didn't fit
  Status finish() {
    add(BootTag::end, nullptr, 0);
    const BootInfo header{kBootInfoMagic, kAbiMajor, kAbiMinor, static_cast<std::uint32_t>(used_)};
    __builtin_memcpy(page_, &header, sizeof header);
    return full_ ? Status::no_memory : Status::ok;
  }

 private:
  std::uint8_t* page_;
  std::size_t used_ = sizeof(BootInfo);
  bool full_ = false;
};

}  // namespace wick::hv
