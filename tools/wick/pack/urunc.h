// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What runtimes for unikernels are told of a container's image: names of annotations, and of the file that says the
// same where an engine passes no annotations on. urunc's own, which wick-runtime reads as well.

#include <string_view>

namespace wick::tool::urunc {

constexpr std::string_view kFile = "urunc.json";  ///< at the top of the root file system, its values in base64
constexpr std::string_view kBinary = "com.urunc.unikernel.binary", kType = "com.urunc.unikernel.unikernelType",
                           kVersion = "com.urunc.unikernel.unikernelVersion",
                           kHypervisor = "com.urunc.unikernel.hypervisor";

}  // namespace wick::tool::urunc
