// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/receive.h"

#include <bit>

namespace wick::drivers::xen {
namespace {

constexpr std::int16_t kMinFrame = 14;

static_assert(Receive::kMostBuffers <= 64, "a bit each");

}  // namespace

void Receive::use(const Grants& grants, unsigned first_grant, std::uint8_t* pages, ReceiveBuffer* buffers,
                  std::uint32_t count) {
  grants_ = grants;
  first_grant_ = first_grant;
  pages_ = pages;
  buffers_ = buffers;
  count_ = count;
  for (std::uint32_t i = 0; i < count; ++i) buffers[i].index = static_cast<std::uint16_t>(i);
}

bool Receive::place(void* ring_page) {
  for (std::uint32_t i = 0; i < count_; ++i)
    if (!grants_.take_back(first_grant_ + i)) return false;
  ring_.place(ring_page);
  for (std::uint32_t i = 0; i < count_; ++i)
    if (!(with_stack_ >> i & 1)) put(buffers_[i]);
  return true;
}

void Receive::put(ReceiveBuffer& buffer) {
  const unsigned grant = first_grant_ + buffer.index;
  grants_.give(grant, pages_ + std::size_t{buffer.index} * kPage, false);
  buffer_in_[ring_.next()] = buffer.index;
  ring_.put({buffer.index, 0, grants_.reference(grant)});
}

void Receive::give(ReceiveBuffer& buffer) {
  with_stack_ &= ~(1ull << buffer.index);
  if (!broken()) put(buffer);
}

/// The buffer of the next slot, which is ours alone afterwards. @return nullptr when the back end keeps it
ReceiveBuffer* Receive::take_slot(ReceiveResponse& response) {
  ReceiveBuffer& buffer = buffers_[buffer_in_[ring_.next_response()]];
  response = ring_.take();
  if (grants_.take_back(first_grant_ + buffer.index)) return &buffer;
  mark_broken();
  return nullptr;
}

/// How a large frame would be cut again is nobody's business here, and nothing else was asked for.
/// @return false when they don't end
bool Receive::skip_extras() {
  ReceiveResponse extra{};
  for (unsigned i = 0; i < kMostExtras && ready(); ++i) {  // a frame is published whole
    ReceiveBuffer* const buffer = take_slot(extra);
    if (!buffer) return false;
    put(*buffer);
    if (!(std::bit_cast<ExtraInfo>(extra).flags & kMoreExtras)) return true;
  }
  return false;
}

void Receive::drop(ReceiveBuffer* frame) {
  while (frame) {
    ReceiveBuffer* const next = frame->next;
    give(*frame);
    frame = next;
  }
}

ReceiveBuffer* Receive::take() {
  ReceiveBuffer *first = nullptr, **next = &first;
  ReceiveResponse response{};
  bool lost = false;
  unsigned pieces = 0;
  do {
    if (!ready()) break;
    ReceiveBuffer* const buffer = take_slot(response);
    if (!buffer) break;
    const bool good =
        response.id == buffer->index && response.status <= static_cast<std::int32_t>(kPage) - response.offset;
    if (!good || ++pieces > kMostSlots) mark_broken();
    lost = lost || response.status < (first ? 1 : kMinFrame);
    buffer->next = nullptr;
    buffer->data = pages_ + std::size_t{buffer->index} * kPage + response.offset;
    buffer->length = static_cast<std::uint32_t>(response.status);
    buffer->checksum_good = (response.flags & kDataValidated) != 0;
    buffer->checksum_partial = (response.flags & kChecksumBlank) != 0;
    *next = buffer;
    next = &buffer->next;
    with_stack_ |= 1ull << buffer->index;
    const bool extras = pieces == 1 && (response.flags & kExtraInfo) != 0;
    if (extras && !broken() && !skip_extras()) break;
    if (!(response.flags & kMoreData) && !broken()) {
      if (!lost) return first;
      drop(first);
      return nullptr;
    }
  } while (!broken());
  mark_broken();
  drop(first);
  return nullptr;
}

}  // namespace wick::drivers::xen
