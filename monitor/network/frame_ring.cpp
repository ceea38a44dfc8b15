// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/frame_ring.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

namespace wick::monitor {
namespace {

constexpr std::uint32_t kMask = FrameRing::kBytes - 1;
constexpr std::size_t kMax = kMaxFrame + kMaxOffloadHeader;
static_assert((FrameRing::kBytes & kMask) == 0 && FrameRing::kBytes >= 4 * kMax);

/// Bytes that a frame takes with its length.
constexpr std::uint32_t taken_by(std::size_t length) {
  return static_cast<std::uint32_t>((sizeof(std::uint32_t) + length + 7) & ~std::size_t{7});
}

std::uint32_t load(const std::uint32_t& place) { return __atomic_load_n(&place, __ATOMIC_ACQUIRE); }
void store(std::uint32_t& place, std::uint32_t value) { __atomic_store_n(&place, value, __ATOMIC_RELEASE); }

/// Each side writes its place, then looks whether the other waits; the other says that it waits, then looks at the
/// place: one of them sees the other.
void order() { __atomic_thread_fence(__ATOMIC_SEQ_CST); }

bool take_back(std::uint32_t& waits) {
  order();
  return __atomic_load_n(&waits, __ATOMIC_RELAXED) && __atomic_exchange_n(&waits, 0, __ATOMIC_RELAXED);
}

}  // namespace

void RingWriter::open(FrameRing& ring) {
  ring_ = &ring;
  place_ = published_ = read_ = load(ring.written) & ~7u;
  (void)look();
}

/// @return bytes that are free, as of now
std::uint32_t RingWriter::look() {
  const std::uint32_t read = load(ring_->read), used = place_ - read;
  broken_ |= used > FrameRing::kBytes || used % 8;
  if (broken_) return 0;
  read_ = read;
  return FrameRing::kBytes - used;
}

bool RingWriter::has_room(std::size_t bytes) {
  return FrameRing::kBytes - (place_ - read_) >= bytes || look() >= bytes;
}

std::uint8_t* RingWriter::reserve(std::size_t length) {
  if (length > kMax) return nullptr;
  const std::uint32_t wanted = taken_by(length), to_end = FrameRing::kBytes - (place_ & kMask);
  skipped_ = wanted <= to_end ? 0 : to_end;
  if (!has_room(wanted + skipped_)) return nullptr;
  return ring_->bytes + ((place_ + skipped_) & kMask) + sizeof(std::uint32_t);
}

void RingWriter::commit(std::size_t length) {
  if (skipped_) std::memcpy(ring_->bytes + (place_ & kMask), &kRingSkip, sizeof kRingSkip);
  place_ += skipped_;
  const auto bytes = static_cast<std::uint32_t>(length);
  std::memcpy(ring_->bytes + (place_ & kMask), &bytes, sizeof bytes);
  place_ += taken_by(length);
}

bool RingWriter::publish() {
  if (place_ == published_) return false;
  published_ = place_;
  store(ring_->written, place_);
  return take_back(ring_->reader_waits);
}

bool RingWriter::wait_for(std::size_t bytes) {
  if (look() >= bytes) return false;
  store(ring_->writer_waits, 1);
  order();
  return look() < bytes;
}

void RingReader::open(FrameRing& ring) {
  ring_ = &ring;
  place_ = released_ = written_ = load(ring.written) & ~7u;
  store(ring.read, place_);
}

std::optional<std::span<const std::uint8_t>> RingReader::next() {
  if (place_ == written_ && !broken_) {
    written_ = load(ring_->written);
    const std::uint32_t unread = written_ - released_;
    broken_ = unread > FrameRing::kBytes || unread < place_ - released_ || unread % 8;
  }
  for (;;) {
    if (broken_ || place_ == written_) return {};
    const std::uint32_t to_end = FrameRing::kBytes - (place_ & kMask), unread = written_ - place_;
    const std::uint8_t* at = ring_->bytes + (place_ & kMask);
    std::uint32_t length;
    std::memcpy(&length, at, sizeof length);
    __asm__ volatile("" : "+r"(length));  // once: what is checked is what is used
    if (length == kRingSkip && to_end < unread) {
      place_ += to_end;
      continue;
    }
    broken_ = length > kMax || taken_by(length) > to_end || taken_by(length) > unread;
    if (broken_) return {};
    place_ += taken_by(length);
    return std::span(at + sizeof length, length);
  }
}

bool RingReader::release() {
  if (released_ == place_) return false;
  released_ = place_;
  store(ring_->read, place_);
  return take_back(ring_->writer_waits);
}

bool RingReader::wait() {
  store(ring_->reader_waits, 1);
  order();
  if (load(ring_->written) == place_) return true;
  awake();
  return false;
}

int make_frame_rings() {
  const int file = memfd_create("frames", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  if (file < 0) return -1;
  if (ftruncate(file, sizeof(FrameRings)) == 0 &&
      fcntl(file, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0)
    return file;
  close(file);
  return -1;
}

FrameRings* map_frame_rings(int file) {
  void* at = mmap(nullptr, sizeof(FrameRings), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return at == MAP_FAILED ? nullptr : static_cast<FrameRings*>(at);
}

}  // namespace wick::monitor
