// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "wall/hosted/user_network.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "wall/hosted/name_server.h"
#include "wall/hosted/translator.h"

namespace wick::hosted {
namespace {

constexpr std::string_view ready = "+";  ///< what the child says instead of a sentence

/// What the monitor set up for itself must not reach into the child: it dies of signals, but of no terminal's.
void forget_parent(pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);  // it was faster
  setsid();
  prctl(PR_SET_NAME, "wick-network");
  for (int number = 1; number < SIGRTMIN; ++number) signal(number, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);  // libslirp writes to connections that may be gone
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

/// Leaves open the frames' socket as 0, resolv.conf as 1 and what errors go to as 2. The first two go above them in
/// between, as each may already be one of those numbers.
bool keep_files(int frames) {
  int file = open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC);
  frames = fcntl(frames, F_DUPFD_CLOEXEC, 3);
  if (frames < 0 || dup2(frames, 0) < 0) return false;
  close(1);
  if (file >= 0) {
    int above = fcntl(file, F_DUPFD_CLOEXEC, 3);
    if (above < 0 || dup2(above, 1) < 0) return false;
  }
  closefrom(3);
  set_name_server_file(file < 0 ? -1 : 1);
  return true;
}

std::expected<void, std::string> prepare(Translator& translator, std::span<const Forward> forwards) {
  if (auto started = translator.start(0, forwards); !started) return started;
  return enter_network_jail();
}

[[noreturn]] void child(int frames, pid_t parent, std::span<const Forward> forwards) {
  forget_parent(parent);
  if (!keep_files(frames)) _exit(1);
  auto& translator = *new Translator;  // large, and kept to the end: pages of it that nothing reaches are not there
  auto prepared = prepare(translator, forwards);
  std::string_view report = prepared ? ready : std::string_view(prepared.error());
  if (send(0, report.data(), report.size(), MSG_NOSIGNAL) < 0 || !prepared) _exit(1);
  translator.run();
  _exit(0);
}

std::unexpected<std::string> failed(const char* what) {
  return std::unexpected(std::string("the user-mode network cannot start: ") + what + " (" + strerror(errno) + ")");
}

/// The child's one message, for which this socket still waits.
std::string report_of(int frames) {
  char text[512];
  ssize_t length;
  do {
    length = recv(frames, text, sizeof text, 0);
  } while (length < 0 && errno == EINTR);
  if (length <= 0) return "the user-mode network's process ended before it was ready";
  return {text, static_cast<std::size_t>(length)};
}

}  // namespace

std::expected<UserNetwork, std::string> start_user_network(std::span<const Forward> forwards) {
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return failed("no socket pair");
  pid_t parent = getpid();
  pid_t process = fork();
  if (process < 0) {
    auto why = failed("no process");
    close(ends[0]);
    close(ends[1]);
    return why;
  }
  if (process == 0) child(ends[1], parent, forwards);

  close(ends[1]);
  std::string report = report_of(ends[0]);
  if (report != ready) {
    close(ends[0]);
    while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
    return std::unexpected(std::move(report));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return UserNetwork{ends[0], process};
}

}  // namespace wick::hosted
