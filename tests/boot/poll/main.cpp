// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/select.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "check.h"

using namespace std::chrono_literals;

int main() {
  int ends[2];
  CHECK(pipe(ends) == 0);
  pollfd list[3] = {{ends[0], POLLIN, 0}, {ends[1], POLLOUT, 0}, {-1, POLLIN, 77}};
  CHECK(poll(list, 3, 0) == 1 && list[0].revents == 0 && list[1].revents == POLLOUT && list[2].revents == 0);
  const auto before = std::chrono::steady_clock::now();
  CHECK(poll(list, 1, 30) == 0);
  CHECK(std::chrono::steady_clock::now() - before >= 30ms);

  std::thread writer([&] {
    std::this_thread::sleep_for(10ms);
    CHECK(write(ends[1], "x", 1) == 1);
  });
  CHECK(poll(list, 1, 5000) == 1 && list[0].revents == POLLIN);
  writer.join();

  fd_set readable;
  FD_ZERO(&readable);
  FD_SET(ends[0], &readable);
  timeval timeout{1, 0};
  CHECK(select(ends[0] + 1, &readable, nullptr, nullptr, &timeout) == 1 && FD_ISSET(ends[0], &readable));
  char byte;
  CHECK(read(ends[0], &byte, 1) == 1 && byte == 'x');
  timeout = {0, 1000};
  CHECK(select(ends[0] + 1, &readable, nullptr, nullptr, &timeout) == 0 && !FD_ISSET(ends[0], &readable));

  int yes = 1;
  CHECK(ioctl(ends[0], FIONBIO, &yes) == 0);
  CHECK(read(ends[0], &byte, 1) == -1 && errno == EAGAIN);

  // More than the pipe holds: the writer waits for the reader.
  std::thread large([&] {
    static char bytes[20000];
    CHECK(write(ends[1], bytes, sizeof(bytes)) == sizeof(bytes));
    close(ends[1]);
  });
  std::size_t total = 0;
  for (;;) {
    CHECK(poll(list, 1, 5000) == 1);
    char bytes[1000];
    const ssize_t got = read(ends[0], bytes, sizeof(bytes));
    CHECK(got >= 0);
    if (got == 0) break;
    total += static_cast<std::size_t>(got);
  }
  large.join();
  CHECK(total == 20000);
  CHECK(poll(list, 1, 0) == 1 && list[0].revents == POLLHUP);
  close(ends[0]);
  CHECK(poll(list, 1, 0) == 1 && list[0].revents == POLLNVAL);

  const int file = open("/dev/zero", O_RDONLY);
  pollfd many[40];
  for (pollfd& entry : many) entry = {file, POLLIN, 0};
  CHECK(poll(many, 40, -1) == 40);
  return success();
}
