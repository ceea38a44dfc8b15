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

constexpr const char* kOption = "--vsock";

std::unexpected<std::string> too_long(const char* what, const std::string& path) {
  return sentence("%s %s is too long for the name of a Unix socket", what, path.c_str());
}

/// Nobody listens there any more: an earlier run's.
bool is_left_over(const sockaddr_un& name, int kind) {
  struct stat found;
  if (lstat(name.sun_path, &found) != 0 || !S_ISSOCK(found.st_mode)) return false;
  const int file = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
  const bool refused =
      connect(file, reinterpret_cast<const sockaddr*>(&name), sizeof name) != 0 && errno == ECONNREFUSED;
  close(file);
  return refused;
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

std::expected<int, std::string> listen_at(const char* what, const std::string& path, int kind, unsigned mode) {
  constexpr int kBacklog = 128;
  const auto name = unix_name(path);
  if (!name) return too_long(what, path);
  if (is_left_over(*name, kind)) unlink(name->sun_path);
  const int file = socket(AF_UNIX, kind | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (file < 0 || fchmod(file, mode) != 0 || bind(file, reinterpret_cast<const sockaddr*>(&*name), sizeof *name) != 0 ||
      listen(file, kBacklog) != 0) {
    const int why = errno;
    if (file >= 0) close(file);
    return sentence("%s %s can't be listened at: %s", what, path.c_str(), std::strerror(why));
  }
  return file;
}

std::expected<int, std::string> start_vsock(const std::string& path) {
  if (!unix_name(path + "_4294967295")) return too_long(kOption, path);
  auto listener = listen_at(kOption, path, SOCK_STREAM, 0777);
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
