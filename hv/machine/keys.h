// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// hv's key service, of images that ask for one; in all others these functions are not there, and null.

#include "abi/key.h"
#include "base/boot.h"

namespace wick::hv {

/// Takes the keys out of the configuration block, which the guest is about to read, and adds the service to the
/// devices. Refuses the machine when a key can't be used.
[[gnu::weak]] void start_keys(Boot& boot);

/// The guest has rung kKeyNumber.
[[gnu::weak]] Status serve_keys();

inline bool is_for_keys(std::uint32_t number) { return number == kKeyNumber && serve_keys; }

}  // namespace wick::hv
