// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Landlock as far as this kernel's version goes: what a process that has asked for it can't do any more.
#include <doctest.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <initializer_list>

#include "monitor/jail/privileges.h"

using namespace wick::monitor;

namespace {

constexpr unsigned kNet = 4, kScopes = 6;  // versions

int tcp(int (*call)(int, const sockaddr*, socklen_t), std::uint16_t port) {
  const int file = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int error = call(file, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0 ? 0 : errno;
  close(file);
  return error;
}

int abstract_socket(int (*call)(int, const sockaddr*, socklen_t), int file) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path + 1, "wick-unit-test", 14);
  return call(file, reinterpret_cast<const sockaddr*>(&address), sizeof(sa_family_t) + 15) == 0 ? 0 : errno;
}

/// @return which step went wrong; 0: none
int try_as(Connecting reach, std::uint16_t port) {
  const int before = open("/dev/null", O_RDWR | O_CLOEXEC);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return 1;
  if (landlock(reach) != Landlock::on) return 2;
  if (open("/etc/passwd", O_RDONLY | O_CLOEXEC) >= 0 || errno != EACCES) return 3;
  if (open("/tmp/wick-unit-test", O_WRONLY | O_CREAT | O_CLOEXEC, 0600) >= 0 || errno != EACCES) return 4;
  if (write(before, "x", 1) != 1) return 5;
  if (landlock_version() >= kNet) {
    if (tcp(bind, 0) != EACCES) return 6;
    if (tcp(connect, port) != (reach == Connecting::forbidden ? EACCES : 0)) return 7;
  }
  if (landlock_version() >= kScopes) {
    if (kill(getppid(), 0) == 0 || errno != EPERM) return 8;
    if (abstract_socket(connect, socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) != EPERM) return 9;
  }
  return kill(getpid(), 0) == 0 ? 0 : 10;
}

}  // namespace

TEST_CASE("Landlock: all that this kernel's version has is used") {
  if (!landlock_version()) {
    CHECK(landlock(Connecting::forbidden) == Landlock::missing);
    return;
  }
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
            local = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  REQUIRE(bind(listener, reinterpret_cast<sockaddr*>(&address), length) == 0);
  REQUIRE(listen(listener, 4) == 0);
  REQUIRE(getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  REQUIRE(abstract_socket(bind, local) == 0);
  REQUIRE(listen(local, 4) == 0);
  for (const auto reach : {Connecting::forbidden, Connecting::allowed}) {
    const pid_t process = fork();
    REQUIRE(process >= 0);
    if (process == 0) _exit(try_as(reach, ntohs(address.sin_port)));
    int status = -1;
    REQUIRE(waitpid(process, &status, 0) == process);
    CHECK(status == 0);
  }
  close(listener);
  close(local);
}
