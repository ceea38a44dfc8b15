// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/balloon.h"

#include "class/probe.h"

namespace wick::drivers::virtio {

namespace {

/// The first that a device has only where it offers something (§5.5.2): behind those to fill and to empty it.
constexpr std::uint16_t kFirstOptionalQueue = 2;

}  // namespace

Status BalloonDevice::start(const Access& access, Tables& tables, const char*& trouble, Transport* transport) {
  Status status = device_.open(access, transport, kBalloonReporting | kBalloonStatistics, trouble);
  if (!ok(status)) return status;
  if (!device_.has(kBalloonReporting))
    return device_.fail(Status::unsupported, trouble, "",
                        "the balloon device doesn't take free pages (QEMU needs free-page-reporting=on)");
  // Queues are numbered by what the device offers, whether or not anybody uses it.
  const auto index =
      static_cast<std::uint16_t>(kFirstOptionalQueue + device_.has(kBalloonStatistics) + device_.offers(kBalloonHints));
  const QueueShape shape = device_.shape(access.pool, index, kEntries);
  status = shape.entries == 0 ? Status::io_error : queue_.place(access.pool, tables.slots, shape);
  if (ok(status)) status = device_.attach(index, queue_);
  if (!ok(status))
    return device_.fail(status, trouble, "the DMA pool is too small for the balloon device",
                        "the balloon device does not take its queue");
  device_.start();
  return Status::ok;
}

Status BalloonDevice::offer(Gpa start, std::uint64_t bytes) {
  if (ended_ || queue_.broken()) return Status::io_error;
  if (bytes == 0 || bytes > UINT32_MAX) return Status::bad_argument;
  if (queue_.in_flight() != 0) return Status::would_block;
  // The device empties the pages, which is to write to them; it says that it wrote nothing.
  Queue::Chain chain(queue_, 1);
  chain.put_writable(reinterpret_cast<void*>(raw(start)), static_cast<std::uint32_t>(bytes));
  chain.offer(nullptr);
  queue_.kick();
  return Status::ok;
}

Status BalloonDevice::collect() {
  Finished finished;
  const bool done = !ended_ && queue_.collect(finished);
  if (ended_ || queue_.broken()) return Status::io_error;
  return done ? Status::ok : Status::would_block;
}

bool BalloonDevice::end() {
  ended_ = true;
  return device_.reset();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"virtio/balloon", DeviceKind::balloon, kMatches, BalloonDevice::dma_bytes,
                           probe<BalloonDevice>};

}  // namespace

}  // namespace wick::drivers::virtio
