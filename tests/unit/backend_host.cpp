// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What back ends and page transport are linked against in tests and fuzzers.

#include "abi/call.h"
#include "backend_fake.h"

using namespace wick;

namespace wick::hv {

void* device_memory(Gpa address, std::uint64_t length, bool) {
  const bool inside = test::fake_host.dma && test::fake_host.dma->contains(address, length);
  return inside ? reinterpret_cast<void*>(raw(address)) : nullptr;
}

void raise_event(unsigned event) { test::fake_host.events |= 1ull << event; }

bool guest_must_ring() { return test::fake_host.must_ring; }

}  // namespace wick::hv

Status wick_call_notify(std::uint32_t number) {
  auto* device = test::fake_host.device;
  if (!device) return Status::bad_argument;
  if (number == hv::kControlNumber)
    (void)device->control();
  else
    device->notified(number);
  return Status::ok;
}
