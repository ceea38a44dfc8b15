// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See wick/health.h. Only what calls it links it, and what knows of slots only where the manifest says so.

#include "wick/health.h"

#include <cerrno>

/// Where there is [slots] (fs/slots.cpp). @return 0, or what is wrong
extern "C" [[gnu::weak]] int wick_slots_mark_good();

extern "C" int wick_health(void) {
  const int wrong = wick_slots_mark_good ? wick_slots_mark_good() : ENODEV;
  if (wrong == 0) return 0;
  errno = wrong;
  return -1;
}
