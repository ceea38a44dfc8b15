// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/vsock/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "monitor/base/sentence.h"
#include "monitor/jail/jail.h"
#include "monitor/vsock/host.h"

namespace wick::monitor {
namespace {

/// Nobody listens there any more: an earlier run's.
bool is_left_over(const sockaddr_un& name) {
  struct stat found;
  if (lstat(name.sun_path, &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const bool refused =
      connect(file, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 && errno == ECONNREFUSED;
  close(file);
  return refused;
}

std::expected<int, std::string> listen_at(const std::string& path) {
  constexpr int kBacklog = 128;
  const auto name = unix_name(path);
  if (!name || !unix_name(path + "_4294967295"))
    return sentence("--vsock %s is too long for the name of a Unix socket", path.c_str());
  if (is_left_over(*name)) unlink(name->sun_path);
  const int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0 || bind(file, reinterpret_cast<const sockaddr*>(&*name), sizeof *name) != 0 ||
      listen(file, kBacklog) != 0) {
    const int why = errno;
    if (file >= 0) close(file);
    return sentence("--vsock %s can't be listened at: %s", path.c_str(), std::strerror(why));
  }
  return file;
}

[[noreturn]] void work(int packets, int listener, const std::string& path) {
  prctl(PR_SET_NAME, "wick-vsock");
  setsid();  // the terminal's signals are the appliance's
  signal(SIGPIPE, SIG_IGN);
  for (const int number : {SIGINT, SIGTERM, SIGHUP}) signal(number, SIG_IGN);  // it ends with the other side
  constexpr int kPackets = 3, kListener = 4;
  packets = fcntl(packets, F_DUPFD_CLOEXEC, kListener + 1);
  listener = fcntl(listener, F_DUPFD_CLOEXEC, kListener + 1);
  if (dup2(packets, kPackets) < 0 || dup2(listener, kListener) < 0) _exit(1);
  closefrom(kListener + 1);
  if (!enter_vsock_jail()) _exit(1);
  VsockHost(kPackets, kListener, path).run();
  _exit(0);
}

}  // namespace

std::expected<int, std::string> start_vsock(const std::string& path) {
  auto listener = listen_at(path);
  if (!listener) return listener;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0)
    return sentence("there is no socket pair for vsock: %s", std::strerror(errno));
  const pid_t process = fork();
  if (process < 0) return sentence("there is no process for vsock: %s", std::strerror(errno));
  if (process == 0) work(ends[1], *listener, path);
  close(ends[1]);
  close(*listener);
  return ends[0];
}

}  // namespace wick::monitor
