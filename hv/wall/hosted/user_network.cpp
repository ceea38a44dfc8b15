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

#include "wall/hosted/network/process.h"

namespace wick::hosted {
namespace {

/// Leaves open the frames' socket as 0, nothing as 1 and what errors go to as 2.
bool keep_files(int frames) {
  frames = fcntl(frames, F_DUPFD_CLOEXEC, 3);
  const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (frames < 0 || nothing < 0 || dup2(frames, STDIN_FILENO) < 0 || dup2(nothing, STDOUT_FILENO) < 0) return false;
  closefrom(3);
  return true;
}

[[noreturn]] void child(int frames, pid_t parent, std::vector<std::string>& words, const char* program) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // outlives execve()
  if (getppid() != parent) _exit(0);
  static char name[] = "wick-network", option[32];
  std::strcpy(option, kNetworkProcess);
  std::vector<char*> list{name, option};
  for (auto& word : words) list.push_back(word.data());
  if (!program) _exit(keep_files(frames) ? network_process({list.begin() + 2, list.end()}) : 1);
  list.push_back(nullptr);
  char* const no_environment[] = {nullptr};
  if (keep_files(frames)) execve(program, list.data(), no_environment);
  const std::string why = std::string("the network's process cannot be executed (") + strerror(errno) + ")";
  send(STDIN_FILENO, why.data(), why.size(), MSG_NOSIGNAL);
  _exit(1);
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

std::expected<UserNetwork, std::string> start_user_network(std::vector<std::string> words, const char* program) {
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
  if (process == 0) child(ends[1], parent, words, program);

  close(ends[1]);
  std::string report = report_of(ends[0]);
  if (report != kReady) {
    close(ends[0]);
    while (waitpid(process, nullptr, 0) < 0 && errno == EINTR) {
    }
    return std::unexpected(std::move(report));
  }
  fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return UserNetwork{ends[0], process};
}

}  // namespace wick::hosted
