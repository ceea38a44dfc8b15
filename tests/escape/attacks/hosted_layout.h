// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where the hosted monitor puts what is its own into the guest's address space, counted from the event page
// (monitor/guest/memory.h): nothing tells a guest, but an attacker can count.

#include <cstdint>

#include "abi/appliance.h"
#include "boot/boot_info.h"

namespace escape {

inline constexpr std::uint64_t kPage = 4096;
inline constexpr std::uint64_t kReadOnlyPages = 5, kOwnPages = 2;  ///< before the event page; stubs and stack
inline constexpr std::uint64_t kSharedPages = wick::kMonitorPages - kReadOnlyPages - kOwnPages;

inline std::uint64_t fault_stubs() { return raw(wick::boot::facts().pages.event) + kSharedPages * kPage; }
inline std::uint64_t exception_stack() { return fault_stubs() + kPage; }  ///< a page
inline std::uint64_t tables() { return exception_stack() + kPage; }       ///< descriptors first, then page tables

}  // namespace escape
