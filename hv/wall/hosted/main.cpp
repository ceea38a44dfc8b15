// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The monitor's first step: find the guest in one's own file, check it and tell what it is.
#include <cstdio>

#include "wall/hosted/guest_image.h"
#include "wall/hosted/payload.h"

int main() {
  const auto payload = wick::hosted::open_payload("/proc/self/exe");
  if (!payload) {
    std::fprintf(stderr, "wick: %s.\n", payload.error().c_str());
    return 1;
  }
  const auto image = wick::hosted::read_guest_image(payload->bytes);
  if (!image) {
    std::fprintf(stderr, "wick: %s.\n", image.error().c_str());
    return 1;
  }
  std::printf("%s %s, wall %s, image %#llx to %#llx, stack %#llx to %#llx, memory %llu\n", image->name.c_str(),
              image->version.c_str(), image->wall == wick::Wall::process ? "process" : "hosted",
              static_cast<unsigned long long>(raw(image->start)), static_cast<unsigned long long>(raw(image->end)),
              static_cast<unsigned long long>(raw(image->notes.layout.stack_start)),
              static_cast<unsigned long long>(raw(image->notes.layout.stack_end)),
              static_cast<unsigned long long>(image->memory));
  for (const auto& segment : image->segments) {
    std::printf("  %#llx + %#llx from %#llx + %#llx, rights %d\n", static_cast<unsigned long long>(raw(segment.start)),
                static_cast<unsigned long long>(segment.length), static_cast<unsigned long long>(segment.file_offset),
                static_cast<unsigned long long>(segment.file_length), static_cast<int>(segment.rights));
  }
  return 0;
}
