// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "check.h"

int main() {
  std::atomic<bool> written = false;
  std::thread writer([&] {
    const int disk = open("/dev/data", O_RDWR);
    const char text[] = "while the processor had other things to do";
    CHECK(disk >= 0);
    for (int i = 0; i < 20; i++) CHECK(pwrite(disk, text, sizeof text, i * 4096) == sizeof text && fsync(disk) == 0);
    written = true;
  });
  while (!written) sched_yield();  // for ever, if nobody asks for the disk's events
  writer.join();
  return success();
}
