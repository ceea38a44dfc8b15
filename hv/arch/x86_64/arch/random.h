// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The processor's own random numbers (RDRAND, Intel SDM volume 1, §7.3.17).

#include "abi/call.h"

namespace wick::hv {

/// @return 64 random bits; `unsupported` without RDRAND, `io_error` when it stays exhausted
CallResult hardware_random();

}  // namespace wick::hv
