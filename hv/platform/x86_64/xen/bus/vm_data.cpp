// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Texts for this domain in XenStore: hv reads them at boot, while no driver talks with the store. Linked when the
// manifest asks for instance data from there.

#include "xen/vm_data.h"

#include "base/memory.h"
#include "devices/finder.h"
#include "devices/handed.h"
#include "platform/platform.h"
#include "platform/x86_64/xen/bus/domain.h"

namespace wick::hv {

DeviceEntry handed;

namespace xen {
namespace {

using namespace drivers::xen;

[[gnu::section(".bss.hv.read_only")]] alignas(kPage) char texts[kVmTexts][kMostStoreBytes];
static_assert(kMostStoreBytes == kPage);

void find(Boot& boot) {
  Store store;
  if (platform->id != Hypervisor::xen || !open_store(store)) return;
  for (std::size_t i = 0; i < kVmTexts; ++i) {
    std::span<char> text = texts[i];
    if (!ok(store.read(kVmData[i], text)) || text.empty()) continue;
    handed.bus = kVmDataBus;
    handed.windows[i] = {gpa_of(texts[i]), text.size()};
  }
  if (handed.bus == kVmDataBus) boot.add(handed);
}

WICK_REGISTERED("finders") constexpr Finder finder = {find, nullptr};

}  // namespace
}  // namespace xen
}  // namespace wick::hv
