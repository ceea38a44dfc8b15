// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where text goes and comes from: a driven console when the image has one, else hv's. Writing never lets another thread
// run, so that lines stay whole.

#include <cstddef>

#include "class/console.h"

namespace wick::console {

void write(const char* text, std::size_t bytes);

/// The last thing before the machine ends: finishes a line that has been begun, so that what hv prints next has one of
/// its own, and lets a device take what is still on its way.
void finish();

/// @return bytes read, 0 when nothing has been typed; hv's own console cannot be read
std::size_t read(char* to, std::size_t bytes);

/// Events after which read() may have more; none for hv's own.
EventMask events();

/// From now on everything goes through this device.
void use(drivers::Console* device);

}  // namespace wick::console
