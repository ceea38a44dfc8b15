// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "hyperv/ring.h"

namespace wick::drivers::hyperv {
namespace {

std::uint8_t* data_of(RingPage* page) { return reinterpret_cast<std::uint8_t*>(page + 1); }

void begin(RingPage& page) {
  page = {};
  page.features = 1;
}

/// Whether the other side may have written that.
constexpr bool is_index(std::uint32_t index, std::uint32_t size) { return index < size && index % 8 == 0; }

constexpr std::uint32_t distance(std::uint32_t from, std::uint32_t to, std::uint32_t size) {
  return to >= from ? to - from : size - from + to;
}

constexpr std::uint32_t whole_words(std::size_t bytes) { return static_cast<std::uint32_t>((bytes + 7) & ~7ull); }

}  // namespace

SendRing::SendRing(RingPage& page, std::uint32_t data_bytes) : page_(&page), size_(data_bytes) { begin(page); }

void SendRing::copy(const void* from, std::uint32_t bytes) {
  const std::uint32_t first = bytes < size_ - write_ ? bytes : size_ - write_;
  __builtin_memcpy(data_of(page_) + write_, from, first);
  __builtin_memcpy(data_of(page_), static_cast<const std::uint8_t*>(from) + first, bytes - first);
  write_ = (write_ + bytes) % size_;
}

Status SendRing::put(PacketType type, std::uint16_t flags, std::uint64_t transaction,
                     std::span<const std::uint8_t> head, std::span<const std::uint8_t> body) {
  if (broken_) return Status::io_error;
  const std::uint32_t read = load_acquire(page_->read);
  broken_ = !is_index(read, size_);
  const std::uint32_t offset = sizeof(PacketDescriptor) + static_cast<std::uint32_t>(head.size());
  const std::uint32_t length = offset + whole_words(body.size());
  if (broken_) return Status::io_error;
  if (length + kTrailer >= size_ - distance(read, write_, size_)) return Status::would_block;  // full is never empty
  const std::uint64_t trailer = std::uint64_t{write_} << 32, padding = 0;
  const PacketDescriptor descriptor{type, static_cast<std::uint16_t>(offset / 8),
                                    static_cast<std::uint16_t>(length / 8), flags, transaction};
  copy(&descriptor, sizeof descriptor);
  copy(head.data(), static_cast<std::uint32_t>(head.size()));
  copy(body.data(), static_cast<std::uint32_t>(body.size()));
  copy(&padding, static_cast<std::uint32_t>(length - offset - body.size()));
  copy(&trailer, kTrailer);
  return Status::ok;
}

// Only the packet that ends emptiness is told of.
bool SendRing::publish() {
  if (write_ == published_) return false;
  const std::uint32_t before = published_;
  published_ = write_;
  store_release(page_->write, write_);
  fence();
  return !load(page_->interrupt_mask) && load(page_->read) == before;
}

ReceiveRing::ReceiveRing(RingPage& page, std::uint32_t data_bytes) : page_(&page), size_(data_bytes) { begin(page); }

std::uint32_t ReceiveRing::used() {
  if (broken_) return 0;
  const std::uint32_t write = load_acquire(page_->write);
  broken_ = !is_index(write, size_);
  return broken_ ? 0 : distance(read_, write, size_);
}

void ReceiveRing::copy(void* to, std::uint32_t at, std::uint32_t bytes) const {
  at %= size_;
  const std::uint32_t first = bytes < size_ - at ? bytes : size_ - at;
  __builtin_memcpy(to, data_of(page_) + at, first);
  __builtin_memcpy(static_cast<std::uint8_t*>(to) + first, data_of(page_), bytes - first);
}

bool ReceiveRing::take(std::span<std::uint8_t> room, Packet& packet) {
  const std::uint32_t there = used();
  if (there == 0) return false;
  PacketDescriptor descriptor{};
  if (there >= sizeof descriptor) copy(&descriptor, read_, sizeof descriptor);
  const std::uint32_t offset = descriptor.offset8 * 8u, length = descriptor.length8 * 8u;
  broken_ = offset < sizeof descriptor || length < offset || length + kTrailer > there || length > room.size();
  if (broken_) return false;
  constexpr std::uint32_t kDescriptor = sizeof descriptor;
  copy(room.data(), read_ + kDescriptor, length - kDescriptor);
  packet = {descriptor.type, descriptor.transaction, room.first(offset - kDescriptor),
            room.subspan(offset - kDescriptor, length - offset)};
  read_ = (read_ + length + kTrailer) % size_;
  store_release(page_->read, read_);
  return true;
}

bool ReceiveRing::arm() {
  store(page_->interrupt_mask, 0u);
  fence();
  return !ready() && !broken_;
}

bool ReceiveRing::has_room_for_host() {
  fence();
  const std::uint32_t wanted = load(page_->pending);
  return wanted && size_ - used() > wanted;
}

}  // namespace wick::drivers::hyperv
