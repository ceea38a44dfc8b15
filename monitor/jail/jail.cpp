// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/jail/jail.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "monitor/jail/filter.h"
#include "monitor/jail/privileges.h"

namespace wick::monitor {
namespace {

constexpr unsigned kSocketKind = ~static_cast<unsigned>(SOCK_CLOEXEC | SOCK_NONBLOCK);

// Whatever is not here fails with EPERM, rather than with the process's death: the C library knows how to
// go on without, and a network that dies of a newer library's curiosity helps nobody.
constexpr Rule kRules[] = {
    // Frames and connections.
    {SYS_epoll_pwait},
    {SYS_epoll_ctl},
    {SYS_recvmmsg},
    {SYS_sendmmsg},
    {SYS_recvfrom},
    {SYS_recvmsg},
    {SYS_sendto},
    {SYS_accept4},
    {SYS_connect},
    {SYS_shutdown},
    {SYS_close},
    {SYS_getsockname},
    {SYS_getpeername},
    {SYS_getsockopt},
    // Raw sockets would let a guest forge packets when root starts it, and other protocols (MPTCP, SMC, SCTP, L2TP …)
    // are code of the kernel's that nobody needs.
    {SYS_socket, {0, ~0u, AF_INET, AF_INET6}, {1, kSocketKind, SOCK_STREAM, SOCK_STREAM}, {2, ~0u, 0, IPPROTO_TCP}},
    {SYS_socket, {0, ~0u, AF_INET, AF_INET6}, {1, kSocketKind, SOCK_DGRAM, SOCK_DGRAM}, {2, ~0u, 0, IPPROTO_UDP}},
    {SYS_setsockopt, {1, ~0u, SOL_SOCKET, SOL_SOCKET}, {2, ~0u, SO_LINGER, SO_LINGER}},
    {SYS_setsockopt, {1, ~0u, IPPROTO_TCP, IPPROTO_TCP}, {2, ~0u, TCP_NODELAY, TCP_NODELAY}},
    {SYS_pread64},  // resolv.conf
    // Memory, never executable.
    {SYS_brk},
    {SYS_mmap, {2, PROT_EXEC, 0, 0}, {3, MAP_ANONYMOUS, MAP_ANONYMOUS, MAP_ANONYMOUS}},
    {SYS_mremap},
    {SYS_munmap},
    {SYS_madvise},
    // Time, chance, last words, the end.
    {SYS_clock_gettime},
    {SYS_getrandom},
    {SYS_write, {0, ~0u, STDERR_FILENO, STDERR_FILENO}},
    {SYS_restart_syscall},
    {SYS_rt_sigreturn},
    {SYS_sigaltstack},  // AddressSanitizer, before whatever does not return
    {SYS_exit_group},
};

constexpr Rule kVsockRules[] = {
    {SYS_ppoll},
    {SYS_recvfrom},
    {SYS_sendto},
    {SYS_accept4},
    {SYS_connect},
    {SYS_shutdown},
    {SYS_close},
    {SYS_socket, {0, ~0u, AF_UNIX, AF_UNIX}, {1, kSocketKind, SOCK_STREAM, SOCK_STREAM}, {2, ~0u, 0, 0}},
    {SYS_brk},
    {SYS_mmap, {2, PROT_EXEC, 0, 0}, {3, MAP_ANONYMOUS, MAP_ANONYMOUS, MAP_ANONYMOUS}},
    {SYS_mremap},
    {SYS_munmap},
    {SYS_madvise},
    {SYS_clock_gettime},
    {SYS_restart_syscall},
    {SYS_rt_sigreturn},
    {SYS_exit_group},
};

/// Bytes that count against RLIMIT_DATA already: nearly none, unless a sanitizer has mapped its shadow.
unsigned long data_so_far() {
  int file = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  char text[128] = "";
  if (file < 0 || read(file, text, sizeof text - 1) < 0) text[0] = 0;
  if (file >= 0) close(file);
  // The sixth number: pages of data and stack, proc(5).
  const char* at = text;
  for (int skipped = 0; skipped < 5 && at; ++skipped) at = (at = std::strchr(at, ' ')) ? at + 1 : nullptr;
  return at ? std::strtoul(at, nullptr, 10) * static_cast<unsigned long>(sysconf(_SC_PAGESIZE)) : 0;
}

std::unexpected<std::string> refused(const char* what) {
  return std::unexpected(std::string("the system refuses ") + what + " to the network's process (" + strerror(errno) +
                         ")");
}

}  // namespace

namespace {

Outcome enter(std::span<const Rule> rules) {
  if (!limit(RLIMIT_CORE, 0) || !limit(RLIMIT_NOFILE, kJailFiles) || !limit(RLIMIT_DATA, data_so_far() + kJailMemory)) {
    return refused("limits");
  }
  if (!drop_privileges()) return refused("to drop privileges");
  if (landlock(Connecting::allowed) == Landlock::refused) return refused("Landlock");
  if (!install_filter(rules)) return refused("a seccomp filter");
  return {};
}

}  // namespace

Outcome enter_network_jail() { return enter(kRules); }
Outcome enter_vsock_jail() { return enter(kVsockRules); }

}  // namespace wick::monitor
