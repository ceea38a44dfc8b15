// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See entropy.h. The seed, or what it doesn't cover the processor, and a device are combined by exclusive or: the
// result is at least as good as the best of them.

#include "entropy/entropy.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "abi/call.h"
#include "boot/boot_info.h"
#include "boot/checkpoint.h"
#include "sched/lock.h"
#include "time/clock.h"

namespace wick::entropy {

namespace {

constexpr std::size_t kMax = 256;                         // of getentropy(3)
constexpr Nanoseconds kTimeout = time::milliseconds(10);  // for a device beside other sources
constexpr Nanoseconds kLastResort = time::seconds(2);     // for a device that is the only source

constinit drivers::Entropy* device = nullptr;
constinit std::size_t seed_used = 0;
constinit std::uint32_t seed_life = 0;  // boot::life() that seed_used counts in

/// @return false when the processor has none
bool from_processor(std::span<std::uint8_t> to) {
  for (std::size_t at = 0; at < to.size(); at += sizeof(std::uint64_t)) {
    const CallResult random = wick_call_entropy();
    if (!ok(random.status)) return false;
    const std::size_t count = to.size() - at < sizeof(random.value) ? to.size() - at : sizeof(random.value);
    for (std::size_t i = 0; i < count; i++) to[at + i] ^= reinterpret_cast<const std::uint8_t*>(&random.value)[i];
  }
  return true;
}

/// Each byte of the seed counts once: it comes from where hv's calls would bring more. @return false when it doesn't
/// cover everything
bool from_seed(std::span<std::uint8_t> to) {
  if (seed_life != boot::life()) {  // BootInfo has another one
    seed_life = boot::life();
    seed_used = 0;
  }
  const std::span<const std::uint8_t> seed = boot::seed();
  for (std::uint8_t& byte : to) {
    if (seed_used == seed.size()) return false;
    byte ^= seed[seed_used++];
  }
  return true;
}

/// Lets no other thread run while it waits, as callers are within guards.
bool from_device(std::span<std::uint8_t> to, Nanoseconds timeout) {
  if (!device) return false;
  const Nanoseconds deadline = time::deadline(timeout);
  std::uint8_t bytes[kMax];
  for (std::size_t done = 0; done < to.size();) {
    (void)device->request(to.size() - done);  // would_block: an earlier request's answer is as good
    const std::size_t got = device->collect({bytes, to.size() - done});
    for (std::size_t i = 0; i < got; i++) to[done + i] ^= bytes[i];
    done += got;
    if (got > 0) continue;
    if (raw(time::now()) >= raw(deadline)) return false;
    (void)wick_call_yield(time::deadline(time::milliseconds(1)), device->events());
  }
  std::memset(bytes, 0, sizeof(bytes));
  return true;
}

}  // namespace

void use(drivers::Entropy* added) { device = added; }

bool gather(std::span<std::uint8_t> to) {
  const sched::Guard guard(sched::State::random);
  const bool has =
      from_seed(to) || from_processor(to);  // a call a word: where each costs an exit, that is a start-up's most
  return from_device(to, has ? kTimeout : kLastResort) || has;
}

}  // namespace wick::entropy

/// Asked by arc4random(), by fork_detection.h, before it uses what it has.
extern "C" int wick_random_is_stale() {
  static std::uint32_t seen = 0;
  if (seen == wick::boot::life()) return 0;
  seen = wick::boot::life();
  return 1;
}

extern "C" int getentropy(void* to, size_t bytes) {
  if (bytes > wick::entropy::kMax) {
    errno = EIO;
    return -1;
  }
  std::memset(to, 0, bytes);
  if (wick::entropy::gather({static_cast<std::uint8_t*>(to), bytes})) return 0;
  errno = EIO;
  return -1;
}
