// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>
#include <wick/checkpoint.h>
#include <wick/crash.h>

#include <cstring>
#include <string>

#include "abi/call.h"
#include "check.h"
#include "disk.h"

namespace {

constexpr std::size_t kBytes = 600'000;
int data_variable = 1, bss_variable;
alignas(4096) char bss_page[8192];

}  // namespace

int main() {
  const int file = open("/dev/data", O_RDWR);
  CHECK(file >= 0);
  use_disk(file, 'a');
  std::string heap(kBytes, 'x');
  data_variable = 2, bss_variable = 3, bss_page[5000] = 4;
  int on_stack = 5;

  const auto result = wick_call_checkpoint();
  CHECK(ok(result.status));
  CHECK(result.value == wick_restarts());
  CHECK(heap == std::string(kBytes, 'x'));
  CHECK(data_variable == 2 && bss_variable == 3 && bss_page[5000] == 4 && bss_page[0] == 0);
  CHECK(*const_cast<volatile int*>(&on_stack) == 5);
  use_disk(file, static_cast<char>('b' + result.value));
  CHECK(wick_checkpoint() == -1 && errno == EPERM);  // the first one counts
  if (result.value == 3) {
    CHECK(std::strcmp(wick_last_crash_cause(), "exception") == 0);
    puts("SUCCESS");
    return 0;
  }
  std::memset(heap.data(), 'y', kBytes);
  data_variable = bss_variable = 77, bss_page[5000] = 77, bss_page[0] = 77;
  *const_cast<volatile int*>(&on_stack) = 77;
  asm volatile("" ::"r"(heap.data()) : "memory");  // all of it written, although nobody reads it
  std::string more(kBytes, 'z');
  *reinterpret_cast<volatile char*>(std::size_t{16}) = more[0];
  return 1;
}
