// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/entropy.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

std::uint64_t EntropyDevice::dma_bytes(std::uint32_t) {
  return Ring::dma_bytes(kEntries) + dma_share(kBufferBytes, sizeof(std::uint64_t));
}

Status EntropyDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  Status status = device_.open(access, transport, 0, trouble);
  if (!ok(status)) return status;
  status = place_queue(access, tables);
  if (!ok(status)) {
    trouble = status == Status::no_memory ? "the DMA pool is too small for the entropy device"
                                          : "the entropy device does not take its queue";
    device_.fail();
    return status;
  }
  events_ = device_.event(0);
  device_.start();
  return Status::ok;
}

Status EntropyDevice::place_queue(const Access& access, Tables& tables) {
  const QueueShape shape = device_.shape(access.pool, 0, kEntries);
  if (shape.entries == 0) return Status::io_error;
  const Status status = queue_.place(access.pool, tables.slots, shape);
  if (!ok(status)) return status;
  buffer_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(kBufferBytes, sizeof(std::uint64_t)));
  return buffer_ ? device_.attach(0, queue_) : Status::no_memory;
}

Status EntropyDevice::request(std::size_t bytes) {
  if (queue_.broken()) return Status::io_error;
  if (queue_.in_flight() != 0) return Status::would_block;
  if (bytes == 0) return Status::bad_argument;
  Queue::Chain chain(queue_, 1);
  chain.put_writable(buffer_, bytes < kBufferBytes ? static_cast<std::uint32_t>(bytes) : kBufferBytes);
  chain.offer(nullptr);
  device_.acknowledge_interrupt();
  queue_.arm();
  queue_.kick();
  return Status::ok;
}

std::size_t EntropyDevice::collect(std::span<std::uint8_t> to) {
  Finished finished;
  if (!queue_.collect(finished)) return 0;
  const std::size_t count = finished.length < to.size() ? finished.length : to.size();
  __builtin_memcpy(to.data(), buffer_, count);
  // What was handed out is nobody else's business.
  __builtin_memset(buffer_, 0, finished.length);
  return count;
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/entropy", DeviceKind::entropy, kMatches, EntropyDevice::dma_bytes,
                           probe<EntropyDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
