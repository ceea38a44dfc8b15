// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Parts of the hosted monitor's user-mode network: name servers, queues of frames, the jail.
#include <arpa/inet.h>
#include <doctest.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "abi/host/forward.h"
#include "monitor/jail/jail.h"
#include "monitor/network/frame_queue.h"
#include "monitor/network/name_server.h"

using namespace wick::monitor;
using wick::address_text;

TEST_CASE("hosted name servers: the first of a family; this machine when none is named") {
  auto v4 = [](const char* text) {
    auto found = find_name_server(text);
    return found ? address_text(found->s_addr) : "none";
  };
  CHECK(v4("# nameserver 1.1.1.1\nsearch x\nnameserver\t 192.0.2.7 \nnameserver 192.0.2.8") == "192.0.2.7");
  CHECK(v4("nameserver 2001:db8::1\nnameserver 192.0.2.8\n") == "192.0.2.8");
  CHECK(v4("nameserver 2001:db8::1\n") == "none");
  CHECK(v4("nameserver\nnameserverx 1.2.3.4\n") == "none");
  CHECK(v4("") == "127.0.0.1");
  auto found = find_name_server6("nameserver 192.0.2.8\nnameserver fe80::1%lo\n");
  REQUIRE(found);
  CHECK((found->address.s6_addr[0] == 0xfe && found->scope == 1));
  CHECK(!find_name_server6("nameserver 192.0.2.8\n"));
}

TEST_CASE("hosted frames: what has no room waits, in order; what never fits is lost") {
  int ends[2];
  REQUIRE(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
  auto out = std::make_unique<Outgoing>();
  auto in = std::make_unique<Incoming>();
  std::vector<std::uint8_t> frame(1514);
  unsigned pushed = 0, seen = 0;
  while (out->push(frame)) frame[0] = static_cast<std::uint8_t>(++pushed);
  CHECK(pushed == Outgoing::kCapacity / 1518);
  CHECK(!out->push(std::vector<std::uint8_t>(kMaxFrame + 1)));
  for (unsigned rounds = 0; rounds < 1000 && seen < pushed; ++rounds) {
    CHECK(out->flush(ends[0]));
    while (in->receive(ends[1]) == Incoming::Result::some) {
      for (unsigned index = 0; index < in->count(); ++index, ++seen)
        CHECK((in->frame(index).size() == 1514 && in->frame(index)[0] == static_cast<std::uint8_t>(seen)));
    }
    if (rounds == 0) CHECK(!out->empty());  // a full socket is no loss
    if (rounds == 0) CHECK(out->push(frame));
    if (rounds == 0) ++pushed;
  }
  CHECK(seen == pushed);
  CHECK(out->empty());
  close(ends[0]);
  CHECK(in->receive(ends[1]) == Incoming::Result::closed);
  CHECK(out->push(frame));
  CHECK(!out->flush(ends[1]));
  close(ends[1]);
}

namespace {

/// Names the first thing that the jail lets through, in a process of its own.
[[noreturn]] void try_everything(int report) {
  auto check = [&](bool refused, std::string_view what) {
    if (!refused) {
      syscall(SYS_write, STDERR_FILENO, what.data(), what.size());
      _exit(1);
    }
  };
  for (int number : {SIGSEGV, SIGABRT}) signal(number, SIG_DFL);  // doctest's handlers belong to the parent
  alarm(30);
  if (!enter_network_jail()) _exit(2);
  check(syscall(SYS_openat, AT_FDCWD, "/", O_RDONLY) < 0 && errno == EPERM, "opens a file\n");
  check(syscall(SYS_execve, "/bin/true", nullptr, nullptr) < 0 && errno == EPERM, "starts a program\n");
  check(syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0) < 0 && errno == EPERM, "makes a process\n");
  check(syscall(SYS_kill, getppid(), 0) < 0 && errno == EPERM, "reaches a process\n");
  check(syscall(SYS_write, report, "x", 1) < 0 && errno == EPERM, "writes to a descriptor\n");
  check(syscall(SYS_socket, AF_UNIX, SOCK_STREAM, 0) < 0 && errno == EPERM, "makes a local socket\n");
  check(syscall(SYS_socket, AF_NETLINK, SOCK_DGRAM, 0) < 0 && errno == EPERM, "makes a netlink socket\n");
  check(syscall(SYS_socket, AF_INET, SOCK_RAW, 1) < 0 && errno == EPERM, "makes a raw socket\n");
  check(syscall(SYS_socket, AF_INET, SOCK_STREAM, 262) < 0 && errno == EPERM, "makes a socket of MPTCP\n");
  check(syscall(SYS_socket, AF_INET6, SOCK_DGRAM, 115) < 0 && errno == EPERM, "makes a socket of L2TP\n");
  check(syscall(SYS_socket, AF_INET, SOCK_STREAM, IPPROTO_TCP) >= 0, "refuses TCP by name\n");
  check(syscall(SYS_listen, 0, 1) < 0 && errno == EPERM, "listens\n");
  check(syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) < 0 && errno == EPERM,
        "gets executable memory\n");
  check(syscall(SYS_mmap, 0, 4096, PROT_READ, MAP_PRIVATE, 0, 0) < 0 && errno == EPERM, "maps a file\n");
  check(syscall(SYS_mprotect, 0, 4096, PROT_EXEC) < 0 && errno == EPERM, "changes rights of memory\n");
  long socket = syscall(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int on = 1;
  check(socket >= 0, "refuses an ordinary socket\n");
  check(syscall(SYS_setsockopt, socket, SOL_SOCKET, SO_ATTACH_FILTER, &on, sizeof on) < 0 && errno == EPERM,
        "loads a program\n");
  check(syscall(SYS_setsockopt, socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0, "refuses an ordinary option\n");
  check(syscall(SYS_mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) > 0, "refuses memory\n");
  check(syscall(SYS_mmap, 0, 2 * kJailMemory, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) < 0,
        "gets too much memory\n");
  _exit(0);
}

}  // namespace

TEST_CASE("hosted jail: what the network's process may not do, and what it may") {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  pid_t process = fork();
  REQUIRE(process >= 0);
  if (process == 0) try_everything(ends[1]);
  int status = -1;
  REQUIRE(waitpid(process, &status, 0) == process);
  CHECK(status == 0);
  close(ends[0]);
  close(ends[1]);
}
