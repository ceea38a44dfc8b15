// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio_9p/share.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

std::uint64_t ShareDevice::dma_bytes(std::uint32_t) { return Ring::dma_bytes(kEntries); }

Status ShareDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  Status status = device_.open(access, transport, kMountTag, trouble);
  if (!ok(status)) return status;
  if (!device_.has(kMountTag) || !read_name())
    return device_.fail(Status::unsupported, trouble, "", "the shared folder has no name, or one that is too long");
  status = place_queue(access, tables);
  if (!ok(status))
    return device_.fail(status, trouble, "the DMA pool is too small for the shared folder",
                        "the shared folder's device does not take its queue");
  events_ = device_.event(0);
  device_.start();
  return Status::ok;
}

Status ShareDevice::place_queue(const Access& access, Tables& tables) {
  const QueueShape shape = device_.shape(access.pool, 0, kEntries);
  if (shape.entries < 2) return Status::io_error;
  const Status status = queue_.place(access.pool, tables.slots, shape);
  return ok(status) ? device_.attach(0, queue_) : status;
}

/// @return false when it isn't a name
bool ShareDevice::read_name() {
  const auto length = device_.configuration<std::uint16_t>(offsetof(ShareConfiguration, tag_length));
  if (length == 0 || length > kNameBytes) return false;
  for (std::uint32_t i = 0; i < length; ++i) {
    name_[i] = static_cast<char>(device_.configuration<std::uint8_t>(sizeof(ShareConfiguration) + i));
    if (!name_[i]) return false;
  }
  return true;
}

Status ShareDevice::ask(std::span<const std::uint8_t> message, std::span<std::uint8_t> answer) {
  if (queue_.broken()) return Status::io_error;
  if (queue_.in_flight() != 0) return Status::would_block;
  Queue::Chain chain(queue_, 2);
  chain.put(message.data(), static_cast<std::uint32_t>(message.size()));
  chain.put_writable(answer.data(), static_cast<std::uint32_t>(answer.size()));
  chain.offer(nullptr);
  queue_.kick();
  return Status::ok;
}

Status ShareDevice::collect(std::uint32_t& bytes) {
  Finished finished;
  if (!queue_.collect(finished)) return queue_.broken() ? give_up() : Status::would_block;
  bytes = finished.length;
  return Status::ok;
}

// A device that broke the rules is stopped: whoever waits for it hears of an error, and the memory is theirs again.
Status ShareDevice::give_up() {
  if (!given_up_) device_.reset();
  given_up_ = true;
  return Status::io_error;
}

bool ShareDevice::arm() {
  device_.acknowledge_interrupt();
  return queue_.arm();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio_9p/share", DeviceKind::share, kMatches, ShareDevice::dma_bytes, probe<ShareDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
