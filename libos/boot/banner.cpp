// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What the guest says while it starts: who is underneath, or why it will not run.

#include "abi/call.h"
#include "boot/config.h"
#include "boot/start.h"
#include "memory/heap.h"
#include "trace/console.h"
#include "trace/format.h"
#include "trace/log.h"

extern "C" std::uintptr_t __stack_chk_guard;

namespace wick::boot {

namespace {

const char* text(Wall wall) {
  switch (wall) {
    case Wall::none:
      return "none";
    case Wall::ring:
      return "ring";
    case Wall::vm_svm:
      return "vm (AMD-V)";
    case Wall::vm_vmx:
      return "vm (VT-x)";
    case Wall::hosted:
      return "hosted";
    case Wall::process:
      return "process";
  }
  return "unknown";
}

/// Names the interfaces, as many as fit.
void list_interfaces(std::uint32_t bits, char* to, std::size_t capacity) {
  std::size_t used = 0;
  to[0] = 0;
  for (std::size_t bit = 0; bit < std::size(kInterfaceNames); bit++) {
    if (!(bits >> bit & 1) || used >= capacity) continue;
    used += trace::format(to + used, capacity - used, "%s%s", used ? ", " : "", kInterfaceNames[bit]);
  }
}

}  // namespace

void refuse(const char* sentence) {
  const auto say = [](const char* words) { console::write(words, std::strlen(words)); };
  say("[wick] error: ");
  say(sentence);
  say("\n");
  wick_call_exit(raw(ExitCode::refused));
}

void set_log_level() {
  const std::string_view wanted = config::get("log.level");
  if (wanted == "error") log::set_level(log::Level::error);
  if (wanted == "info") log::set_level(log::Level::info);
  if (wanted == "debug") log::set_level(log::Level::debug);
}

void print_banner(const Facts& facts) {
  if (log::level() < log::Level::info) return;
  const PlatformEntry& platform = facts.platform;
  char interfaces[120];
  list_interfaces(platform.interfaces, interfaces, sizeof interfaces);
  log::write(log::Level::info, "wall %s on %s, %u vCPU, heap %llu KiB, interfaces 0x%x: %s", text(platform.wall),
             hypervisor_name(platform.hypervisor), static_cast<unsigned>(platform.vcpus),
             static_cast<unsigned long long>(memory::the_heap.size() / 1024),
             static_cast<unsigned>(platform.interfaces), interfaces);
}

[[gnu::no_stack_protector]] void seed_stack_guard(std::span<const std::uint8_t> seed) {
  std::uintptr_t guard = __stack_chk_guard;
  // The seed's last bytes: the random generator takes its first ones.
  if (seed.size() >= sizeof(guard)) {
    std::memcpy(&guard, seed.data() + seed.size() - sizeof(guard), sizeof(guard));
  } else if (const CallResult random = wick_call_entropy(); ok(random.status)) {
    guard = random.value;
  }
  __stack_chk_guard = guard & ~std::uintptr_t{0xff};  // a zero byte stops string functions from reading past it
}

}  // namespace wick::boot
