// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See windows.h.

#include "metadata/sources/windows.h"

#include <algorithm>

namespace wick::metadata {

Finding read_windows(const DeviceEntry& from, std::span<const std::string_view, 3> names, Texts& to) {
  Text* const texts[] = {&to.meta_data, &to.user_data, &to.network_config};
  for (std::size_t i = 0; i < names.size(); i++) {
    const auto& [start, length] = from.windows[i];
    if (const char* wrong = texts[i]->make_room(length)) return {true, names[i].data(), {wrong}};
    std::copy_n(reinterpret_cast<const char*>(raw(start)), length, texts[i]->bytes());
  }
  return {true, nullptr, {}};
}

}  // namespace wick::metadata
