// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The key service towards the guest (abi/key.h), whoever has the keys: a device page without rings. A request is copied
// once, and answered before the guest goes on.

#include "abi/key.h"
#include "backend/page_device.h"

namespace wick::hv {

class KeySource {
 public:
  /// @param request of anything  @param answer all of it is written
  virtual void answer(const KeyRequest& request, KeyAnswer& answer) = 0;

 protected:
  ~KeySource() = default;
};

class KeyBackend final : public PageDevice {
 public:
  DeviceEntry start(KeySource& source, DevicePage& page, unsigned index) {
    source_ = &source;
    shared_ = &key_exchange(page);
    return describe(page, index, {DeviceKind::key, 0, 1, 0});
  }

  bool notified(unsigned) override {
    KeyRequest request;
    __builtin_memcpy(&request, &shared_->request, sizeof request);
    asm volatile("" : : "r"(&request) : "memory");  // what the guest writes from now on changes nothing
    source_->answer(request, answer_);
    shared_->answer = answer_;
    return false;
  }
  bool serve() override { return false; }
  EventMask events() const override { return {}; }
  void abandon() override {}
  void drain() override {}

 private:
  KeySource* source_ = nullptr;
  KeyExchange* shared_ = nullptr;
  KeyAnswer answer_{};
};

}  // namespace wick::hv
