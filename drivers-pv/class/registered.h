// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Registration by section: whatever object of one type stands in a section of its own is an entry of an array, whose
// bounds the linker gives. Sanitizers would put room between the entries, and compilers align large objects to 16
// bytes.

#define WICK_REGISTERED(list) [[gnu::section(".wick." list), gnu::used, clang::no_sanitize("address")]]

namespace wick::drivers {

/// Whether objects of that type stand one right behind the other.
template <typename T>
inline constexpr bool kIsEntry = sizeof(T) % 16 == 0;

}  // namespace wick::drivers
