// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/authorities.h"

#include <algorithm>

namespace wick::tool {
namespace {

constexpr std::chrono::days kOld{365};

}  // namespace

AuthoritiesAge age_of_authorities(const fs::path& folder) {
  fs::file_time_type newest = fs::file_time_type::min();
  std::error_code error;
  for (const auto& file : fs::recursive_directory_iterator(folder, error)) {
    if (file.is_regular_file(error)) newest = std::max(newest, file.last_write_time(error));
  }
  if (newest == fs::file_time_type::min()) return {};
  const auto age = std::chrono::floor<std::chrono::days>(fs::file_time_type::clock::now() - newest);
  return {true, age, age > kOld};
}

}  // namespace wick::tool
