// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "platform/x86_64/hyperv/bus/synic.h"

#include "arch/instructions.h"
#include "arch/interrupts.h"
#include "arch/paging.h"
#include "base/memory.h"
#include "platform/x86_64/hyperv/abi.h"
#include "platform/x86_64/hyperv/bus/hypercall.h"

namespace wick::hv::hyperv {

namespace {

constexpr unsigned kMostTries = 100'000;
constexpr std::uint8_t kMore = 1;

// The hypervisor puts its own pages in the place of the first three.
[[gnu::section(".bss.hv.own"), gnu::used]] alignas(kPage) std::uint8_t hypercall_page[kPage] asm("hv_hypercall_page");
[[gnu::section(".bss.hv.own")]] alignas(kPage) Message messages[kSints];
[[gnu::section(".bss.hv.own")]] alignas(kPage) EventFlags events[kSints];
[[gnu::section(".bss.hv.own")]] alignas(kPage) std::uint8_t monitor[2 * kPage];
static_assert(sizeof messages == kPage && sizeof events == kPage);
PostMessage posted;
void (*on_interrupt)();

void interrupt() {
  on_interrupt();
  end_of_interrupt();
}

/// The bits between a page's address and the lowest one are the hypervisor's.
bool enable(Msr msr, const void* page) {
  const std::uint64_t wanted = address_of(page) | kEnable;
  write_msr(msr, wanted);
  return (read_msr(msr) & (~(kPage - 1) | kEnable)) == wanted;
}

}  // namespace

bool start_synic(void (*arrived)()) {
  const auto features = cpuid(kFeatureLeaf);
  constexpr std::uint32_t kMsrs = kHasSynic | kHasHypercalls, kCalls = kMayPost | kMaySignal;
  if ((features.eax & kMsrs) != kMsrs || (features.ebx & kCalls) != kCalls) return false;
  if (!map_memory(gpa_of(hypercall_page), kPage, Rights::read_execute) || !enable(kHypercallPage, hypercall_page) ||
      !enable(kMessagePage, messages) || !enable(kEventPage, events))
    return false;
  on_interrupt = arrived;
  platform_interrupt = interrupt;
  write_msr(Msr{static_cast<std::uint32_t>(kFirstSint) + kVmbusSint}, kPlatformVector);
  write_msr(kSynicControl, kEnable);
  return true;
}

bool post(std::uint32_t connection, std::span<const std::uint8_t> message) {
  posted = {.connection = connection,
            .reserved = 0,
            .type = kChannelMessage,
            .length = static_cast<std::uint32_t>(message.size()),
            .bytes = {}};
  __builtin_memcpy(posted.bytes, message.data(), message.size());
  for (unsigned i = 0; i < kMostTries; ++i) {
    const auto status = hypercall(static_cast<std::uint64_t>(Hypercall::post_message), address_of(&posted));
    if (status != kNoMemory && status != kNoBuffers) return status == 0;
    asm volatile("pause");
  }
  return false;
}

void signal(std::uint32_t connection) {
  (void)hypercall(static_cast<std::uint64_t>(Hypercall::signal_event) | kFast, connection);
}

std::uint32_t waiting_message() {
  const Message& slot = messages[kVmbusSint];
  std::uint32_t first = 0;
  if (__atomic_load_n(&slot.type, __ATOMIC_ACQUIRE) == kChannelMessage)
    __builtin_memcpy(&first, slot.bytes, sizeof first);
  return first;
}

std::uint32_t take_message(std::span<std::uint8_t, 240> to) {
  Message& slot = messages[kVmbusSint];
  const std::uint32_t type = __atomic_load_n(&slot.type, __ATOMIC_ACQUIRE);
  if (type == 0) return 0;
  const std::uint32_t told = __atomic_load_n(&slot.length, __ATOMIC_RELAXED);
  const std::uint32_t length = told < to.size() ? told : static_cast<std::uint32_t>(to.size());
  __builtin_memcpy(to.data(), slot.bytes, length);
  __atomic_store_n(&slot.type, 0u, __ATOMIC_SEQ_CST);
  if (__atomic_load_n(&slot.flags, __ATOMIC_SEQ_CST) & kMore) write_msr(kEndOfMessage, 0);
  return type == kChannelMessage ? length : 0;
}

bool take_signal(std::uint32_t channel) {
  const std::uint64_t bit = 1ull << channel % 64;
  std::uint64_t& word = events[kVmbusSint].words[channel / 64];
  return __atomic_load_n(&word, __ATOMIC_RELAXED) & bit && __atomic_fetch_and(&word, ~bit, __ATOMIC_ACQ_REL) & bit;
}

const void* monitor_pages() { return monitor; }

}  // namespace wick::hv::hyperv
