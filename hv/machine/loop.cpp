// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// The loop around the guest, the same behind every wall: run it until it wants something, do that, run it again.

#include "abi/call.h"
#include "arch/guest_paging.h"
#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/random.h"
#include "guest/death.h"
#include "guest/dispatch.h"
#include "machine/backends.h"
#include "machine/guest.h"
#include "machine/nmi.h"
#include "platform/clock.h"
#include "platform/platform.h"
#include "platform/print.h"

extern "C" void hv_interrupt(std::uint64_t vector);

namespace wick::hv {
namespace {

constexpr unsigned kMostRounds = 8;  ///< of serving before the guest gets the processor back

std::uint64_t pending(EventMask mask) {
  return __atomic_load_n(&guest_event_page.pending, __ATOMIC_ACQUIRE) & raw(mask);
}

/// What is left of a call once dispatch() has checked it.
class Calls {
 public:
  explicit Calls(Vcpu& vcpu) : vcpu_(vcpu) {}

  bool may(Gpa address, std::uint64_t length, bool write) { return guest_may(address, length, write); }
  const GuestMap& regions() { return guest_map; }

  CallResult exit(std::uint32_t code) { exit_machine(code); }

  CallResult console(Gpa bytes, std::uint64_t count) {
    print_guests({reinterpret_cast<const char*>(raw(bytes)), count});
    return {Status::ok, 0};
  }

  CallResult yield(Nanoseconds deadline, EventMask mask) {
    accept_interrupts();
    bool more = serve_backends();
    if (!pending(mask) && clock_now() < deadline) {
      do {
        if (more) {
          accept_interrupts();
        } else {
          platform->set_timer(deadline);
          platform->idle();
          report_nmis();
          platform->refresh_clock(clock_page);
        }
        more = serve_backends();
      } while (!pending(mask) && clock_now() < deadline);
      if (guest.lives.watchdog.next() != kNever) platform->set_timer(guest.lives.watchdog.next());
    }
    return {Status::ok, pending(mask)};
  }

  CallResult notify(std::uint32_t number) { return {notify_backend(number), 0}; }

  CallResult wall_clock() {
    const auto time = platform->wall_clock();
    return {time ? Status::ok : Status::unsupported, time};
  }

  CallResult entropy() { return hardware_random(); }

  CallResult seal(Gpa start, std::uint64_t length) {
    return {guest.lives.seals.add(guest_map, start, length, set_guest_writable), 0};
  }

  CallResult arm_watchdog(Nanoseconds timeout) {
    hv::arm_watchdog(timeout);
    return {Status::ok, 0};
  }

  CallResult checkpoint() { return {take_checkpoint(vcpu_), 0}; }

 private:
  Vcpu& vcpu_;
};

void call(Vcpu& vcpu) {
  auto& r = vcpu.registers;
  guest.lives.watchdog.called();
  Calls calls(vcpu);
  const auto result = dispatch(calls, guest.notes.abi.calls, {r.rax, r.rdi, r.rsi});
  r.rax = static_cast<std::uint64_t>(result.status);
  r.rdx = result.value;
}

void interrupt(Vcpu& vcpu, const Exit& exit) {
  if (exit.vector)
    hv_interrupt(exit.vector);
  else
    accept_interrupts();
  report_nmis();
  for (unsigned rounds = 0; serve_backends() && rounds < kMostRounds; ++rounds) {
  }
  auto& watchdog = guest.lives.watchdog;
  if (watchdog.next() == kNever) return;
  platform->refresh_clock(clock_page);
  const bool overdue = watchdog.expired(clock_now());
  platform->set_timer(watchdog.next());
  if (!overdue) return;
  die(vcpu, kOverdue);
}

/// As guest/death.h asks for.
struct Host {
  static constexpr const char* kStoppedAccess = "an access that only nested paging stopped";
  Vcpu& vcpu;
  void call() { hv::call(vcpu); }
  void interrupt(const Exit& exit) { hv::interrupt(vcpu, exit); }
  void fault(const Death& death) { hv::fault(vcpu, death); }
  void die(const Death& death) { hv::die(vcpu, death); }
};

}  // namespace

[[gnu::section(".bss.hv.shared")]] alignas(4096) EventPage guest_event_page;
Guest guest;
const WallOperations* wall = nullptr;

void arm_watchdog(Nanoseconds timeout) {
  auto& watchdog = guest.lives.watchdog;
  if (!raw(timeout) && watchdog.next() == kNever) return;
  watchdog.arm(timeout, clock_now());
  platform->set_timer(watchdog.next());
}

void run_guest() {
  auto& vcpu = vcpus[0];
  Host host{vcpu};
  for (;;) {
    const Exit exit = can_go_on(vcpu.registers) ? wall->run(vcpu) : kCantGoOn;
    handle(host, exit);
  }
}

}  // namespace wick::hv
