// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/spawner.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/close_range.h>
#include <sched.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstring>

namespace wick::tool {
namespace {

struct Order {
  char* const* words;
  int output, files;
  pid_t parent;
};

/// Shares memory with the parent, which waits: only system calls.
int become(void* argument) {
  const auto& order = *static_cast<const Order*>(argument);
  const auto end = static_cast<unsigned>(Spawner::kFirst + order.files);
  // Each change of the table from here on would be the parent's, too.
  if (close_range(end + 1, ~0u, CLOSE_RANGE_UNSHARE) != 0 && unshare(CLONE_FILES) != 0) _exit(127);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != order.parent) _exit(127);
  setpgid(0, 0);  // what a terminal's keys ask of the parent is the parent's business
  std::signal(SIGPIPE, SIG_DFL);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  dup2(order.output, STDOUT_FILENO);
  dup2(order.output, STDERR_FILENO);
  close(order.output);
  close(STDIN_FILENO);  // the appliance puts /dev/null in its place
  execv(order.words[0], order.words);
  _exit(127);
}

}  // namespace

Result<void> Spawner::reserve() {
  const int file = open("/dev/null", O_RDWR | O_CLOEXEC);
  nothing_ = file < 0 ? -1 : fcntl(file, F_DUPFD_CLOEXEC, kSlots);
  if (nothing_ < 0)
    return fail(
        fmt::format("/dev/null can't be opened as a file behind the first {}: {}.", kSlots, std::strerror(errno)),
        "see `ulimit -n`, or LimitNOFILE= of the service.");
  for (int slot = STDERR_FILENO + 1; slot < kSlots; ++slot)
    if (dup3(nothing_, slot, O_CLOEXEC) < 0) return fail(fmt::format("There are no files: {}.", std::strerror(errno)));
  return {};
}

int Spawner::start(const Arguments& words, std::span<const int> files, int output) {
  const int count = static_cast<int>(files.size());
  if (kFirst + count >= kSlots) {
    errno = EMFILE;
    return -1;
  }
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  for (int i = 0; i < count; ++i) dup2(files[static_cast<std::size_t>(i)], kFirst + i);
  dup2(output, kFirst + count);
  Order order{argv.data(), kFirst + count, count, getpid()};
  alignas(16) static std::array<std::uint8_t, 64 * 1024> stack;
  const int pid = clone(become, stack.data() + stack.size(), CLONE_VM | CLONE_VFORK | CLONE_FILES | SIGCHLD, &order);
  const int error = errno;
  for (int slot = kFirst; slot <= kFirst + count; ++slot) dup3(nothing_, slot, O_CLOEXEC);
  errno = error;
  return pid;
}

}  // namespace wick::tool
