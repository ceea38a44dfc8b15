// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// A device's state for a checkpoint or a snapshot's file, and the way back to it. For whoever goes back.

#include "backend/page_device.h"

namespace wick::hv {

using namespace virtio;

PageDevice::Saved PageDevice::save() {
  drain();
  Saved saved{accepted_, page_->status, live_, {}, {}};
  for (unsigned i = 0; i < kDeviceQueues; ++i) {
    saved.queues[i] = page_->queues[i];
    saved.indices[i] = rings_[i].indices();
  }
  return saved;
}

Status PageDevice::restore(const Saved& saved) {
  abandon();
  live_ = false;
  agreed_ = false;
  (void)agree(saved.accepted);
  for (auto& ring : rings_) ring.detach();
  write_page();
  page_->status = saved.status;
  page_->accepted = accepted_;
  for (unsigned i = 0; i < offer_.queues; ++i) {
    DeviceQueue& shared = page_->queues[i];
    const DeviceQueue ours = shared;
    shared = saved.queues[i];
    shared.most = ours.most;
    shared.number = ours.number;
  }
  if (!saved.live) return Status::ok;
  if (const auto status = agreed_ ? attach(saved.queues) : Status::bad_argument; !ok(status)) {
    reset();
    return status;
  }
  for (unsigned i = 0; i < offer_.queues; ++i) rings_[i].go_back(saved.indices[i]);
  return Status::ok;
}

}  // namespace wick::hv
