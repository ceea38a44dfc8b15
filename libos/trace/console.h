// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Where text goes and comes from: a driven console when the image has one, else hv's. Writing never lets another thread
// run, so that lines stay whole.

#include <cstddef>

#include "class/console.h"

namespace wick::console {

void write(const char* text, std::size_t bytes);

/// The last thing before the machine ends: lets a device take what is still on its way.
/// @param line_follows hv will print a line: one that has been begun is finished, so that hv's has one of its own
void finish(bool line_follows);

/// @return bytes read, 0 when nothing has been typed; hv's own console can't be read
std::size_t read(char* to, std::size_t bytes);

/// Whether nothing can be read any more.
bool ended();

/// Events after which read() may have more; none for hv's own.
EventMask events();

/// From now on everything goes through this device.
void use(drivers::Console* device);

/// What is read comes from the device that this finds, nullptr when there is none; asked when somebody reads. What is
/// written still goes to hv's console.
void read_from(drivers::Console* (*find)());

}  // namespace wick::console
