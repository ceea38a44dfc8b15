// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <cstdlib>

#include "abi/crash.h"
#include "check.h"

extern "C" void wick_guest_fault(const wick::CrashRecord* record) {
  CHECK(record->magic == wick::kCrashMagic);
  printf("upcall: vector %u, address 0x%llx\n", record->vector, static_cast<unsigned long long>(record->fault_address));
  std::exit(5);
}

int main() {
  *reinterpret_cast<volatile int*>(0x18ul) = 1;
  return 1;
}
