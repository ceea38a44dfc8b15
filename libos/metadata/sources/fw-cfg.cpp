// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// QEMU's fw_cfg: the three documents of cloud-init's as files of the device, which hv has read.

#include <algorithm>

#include "fw_cfg/bus.h"
#include "metadata/source.h"

namespace wick::metadata {

namespace {

using drivers::fw_cfg::kFiles;
using drivers::fw_cfg::kNames;

Finding find(Surroundings& around, Texts& to) {
  const DeviceEntry* const files = around.device(drivers::fw_cfg::kBus);
  if (!files) return {false, nullptr, {"this machine has no fw_cfg with files in opt/wick"}};
  Text* const texts[kFiles] = {&to.meta_data, &to.user_data, &to.network_config};
  for (std::size_t i = 0; i < kFiles; i++) {
    const auto& [start, length] = files->windows[i];
    if (const char* wrong = texts[i]->make_room(length)) return {true, kNames[i].data(), {wrong}};
    std::copy_n(reinterpret_cast<const char*>(raw(start)), length, texts[i]->bytes());
  }
  return {true, nullptr, {}};
}

}  // namespace

WICK_REGISTERED("metadata") constexpr Source kSource = {"fw-cfg", Stage::firmware, find};

}  // namespace wick::metadata
