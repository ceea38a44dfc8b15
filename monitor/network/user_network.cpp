// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/user_network.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "monitor/network/process.h"
#include "monitor/network/starter.h"

namespace wick::monitor {
namespace {

[[noreturn]] void child(int frames, int rings, pid_t parent, std::vector<std::string>& words, const char* program) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // outlives execve()
  if (getppid() != parent) _exit(0);
  static char name[] = "wick-network", option[32];
  std::strcpy(option, kNetworkProcess);
  std::vector<char*> list{name, option};
  for (auto& word : words) list.push_back(word.data());
  const bool kept = keep_files(frames, rings, list);
  if (!program) _exit(kept ? network_process({list.begin() + 2, list.end()}) : 1);
  list.push_back(nullptr);
  char* const no_environment[] = {nullptr};
  if (kept) execve(program, list.data(), no_environment);
  const std::string why = std::string("the network's process can't be executed (") + strerror(errno) + ")";
  send(STDIN_FILENO, why.data(), why.size(), MSG_NOSIGNAL);
  _exit(1);
}

std::unexpected<std::string> failed(const char* what) {
  return std::unexpected(std::string("the user-mode network can't start: ") + what + " (" + strerror(errno) + ")");
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

std::expected<UserNetwork, std::string> begin_user_network(std::vector<std::string> words, const char* program,
                                                           int starter) {
  UserNetwork network;
  int ends[2] = {-1, -1}, rings = -1;
  const auto undo = [&](std::unexpected<std::string> why) {
    for (const int file : {ends[0], ends[1], rings})
      if (file >= 0) close(file);
    if (network.rings) munmap(network.rings, sizeof *network.rings);
    return why;
  };
  if (std::ranges::find(words, "--rings") != words.end()) {
    rings = make_frame_rings();
    if (rings < 0 || !(network.rings = map_frame_rings(rings))) return undo(failed("no memory for frames"));
  }
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) < 0) return undo(failed("no socket pair"));
  const pid_t parent = getpid(), process = starter < 0 ? fork() : ask_starter(starter, words, ends[1], rings) ? 1 : -1;
  if (process < 0) return undo(failed("no process"));
  if (process == 0) child(ends[1], rings, parent, words, program);

  close(std::exchange(ends[1], -1));
  if (rings >= 0) close(std::exchange(rings, -1));
  network.frames = ends[0];
  network.process = starter < 0 ? process : -1;
  return network;
}

Outcome finish_user_network(UserNetwork& network) {
  std::string report = report_of(network.frames);
  if (report == kReady) {
    fcntl(network.frames, F_SETFL, O_NONBLOCK);
    return {};
  }
  close(std::exchange(network.frames, -1));
  if (network.rings) munmap(std::exchange(network.rings, nullptr), sizeof *network.rings);
  while (network.process > 0 && waitpid(network.process, nullptr, 0) < 0 && errno == EINTR) {
  }
  return std::unexpected(std::move(report));
}

std::expected<UserNetwork, std::string> start_user_network(std::vector<std::string> words, const char* program) {
  auto network = begin_user_network(std::move(words), program);
  if (!network) return network;
  if (auto done = finish_user_network(*network); !done) return std::unexpected(done.error());
  return network;
}

}  // namespace wick::monitor
