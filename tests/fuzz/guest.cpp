// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The monitor's reading of a guest's file. Whatever it lets through must be safe to map: that is checked again here, in
// other words. The first seed is tests/unit/small_guest.h as it stands, so that the fuzzer begins behind the headers.
#include <cstdlib>

#include "monitor/guest/image.h"

using namespace wick;
using namespace wick::monitor;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

const GuestSegment* segment_of(const GuestImage& image, std::uint64_t start, std::uint64_t end) {
  for (const auto& segment : image.segments) {
    const std::uint64_t pages = (segment.length + kPage - 1) / kPage * kPage;
    if (start >= raw(segment.start) && end <= raw(segment.start) + pages && start < end) return &segment;
  }
  return nullptr;
}

void check(const GuestImage& image, std::uint64_t size) {
  std::uint64_t last = 1 << 20;
  for (const auto& segment : image.segments) {
    require(raw(segment.start) % kPage == 0 && segment.file_offset % kPage == 0);
    require(raw(segment.start) >= last && segment.length > 0 && segment.file_length <= segment.length);
    require(segment.file_offset + segment.file_length <= size);
    last = raw(segment.start) + segment.length;
  }
  require(raw(image.end) % kPage == 0 && raw(image.end) >= last && raw(image.end) <= 1 << 30);
  require(raw(image.start) == raw(image.segments.front().start));
  const auto& notes = image.notes;
  const auto* code = segment_of(image, raw(notes.entry.start), raw(notes.entry.start) + 1);
  require(code && code->rights == hv::Rights::read_execute);
  const auto* trap = segment_of(image, raw(notes.entry.trap), raw(notes.entry.trap) + kTrapBytes);
  require(trap && trap->rights == hv::Rights::read_execute);
  const auto* stack = segment_of(image, raw(notes.layout.stack_start) - kPage, raw(notes.layout.stack_end));
  require(stack && stack->rights == hv::Rights::read_write);
  require(raw(notes.layout.stack_start) - kPage >= raw(stack->start) + stack->file_length);
  require(image.memory <= 64ull << 30 && raw(image.end) + image.heap + image.dma <= image.memory);
  require(!image.name.empty() && image.name.find_first_of("/. \n") == image.name.npos);
  require(image.wall == Wall::hosted || image.wall == Wall::process);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const auto image = read_guest_image({bytes, size});
  if (image)
    check(*image, size);
  else
    require(!image.error().empty() && !image.error().ends_with('.'));
  return 0;
}
