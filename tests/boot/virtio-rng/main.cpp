// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <unistd.h>

#include "boot/devices.h"
#include "check.h"
#include "sched/thread.h"
#include "time/clock.h"

using namespace wick;

namespace {

/// Collects until the device has sent `count` bytes.
void get(drivers::Entropy& device, std::uint8_t* to, std::size_t count) {
  const Nanoseconds end = time::now() + Nanoseconds{10'000'000'000};
  for (std::size_t have = 0; have < count;) {
    const Status status = device.request(count - have);
    CHECK(ok(status) || status == Status::would_block);
    have += device.collect({to + have, count - have});
    CHECK(time::now() < end);
    sched::yield();
  }
}

}  // namespace

int main() {
  drivers::Entropy* device = devices::entropy();
  CHECK(device);
  std::uint8_t one[200], two[200];
  get(*device, one, sizeof one);
  get(*device, two, sizeof two);
  CHECK(memcmp(one, two, sizeof one) != 0);
  unsigned ones = 0;
  for (const std::uint8_t byte : one) ones += static_cast<unsigned>(__builtin_popcount(byte));
  CHECK(ones > 600 && ones < 1000);  // ten standard deviations around 800
  CHECK(getentropy(one, sizeof one) == 0);
  return success();
}
