// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What a test finds as on a system with a shell: the three commands by which its helpers make and clear a folder, a
// folder of its own to be in, and there the files that it names.
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <string_view>

namespace fs = std::filesystem;

extern "C" int system(const char* command) {
  constexpr std::string_view kMake = "mkdir -p ", kOpen = "chmod -R 777 ", kRemove = "rm -rf ";
  const std::string_view text(command);
  std::error_code error;
  if (text.starts_with(kMake)) {
    fs::create_directories(text.substr(kMake.size()), error);
  } else if (text.starts_with(kRemove)) {
    fs::remove_all(text.substr(kRemove.size()), error);
  } else if (!text.starts_with(kOpen)) {  // nothing here is closed to anybody
    std::abort();
  }
  return error ? 1 : 0;
}

[[gnu::constructor]] static void enter() {
  if (chdir("/tmp") != 0) std::abort();
  for (const char* name : {"test.dat", "test2.dat", "underflow.dat", "underflow_utf8.dat"}) {
    std::error_code error;
    if (!fs::copy_file(fs::path("/data") / name, name, error)) std::abort();
  }
}
