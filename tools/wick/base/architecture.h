// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What images are made for, as compilers and QEMU call it: profiles, build folders and programs are named by it.

#include <string>

namespace wick::tool {

inline constexpr char kArchitecture[] = "x86_64";

/// "x86_64-cloud": the profile's file in build-profiles/ and its folder in build/.
inline std::string profile_target(const std::string& profile) { return std::string(kArchitecture) + "-" + profile; }

inline std::string qemu_program() { return std::string("qemu-system-") + kArchitecture; }

}  // namespace wick::tool
