// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/network/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <ctime>

#include "abi/call.h"
#include "abi/console.h"
#include "monitor/jail/jail.h"
#include "monitor/jail/privileges.h"
#include "monitor/network/name_server.h"
#include "monitor/network/ports.h"
#include "monitor/network/starter.h"
#include "monitor/network/translator.h"

namespace wick::monitor {
namespace {

constexpr int kCannotStart = raw(ExitCode::cannot_start);
constexpr unsigned kMaxRestarts = 8;  ///< in a minute: more is no accident, and no network is better than that one
constexpr std::time_t kMinute = 60;

std::time_t seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec;
}

/// @return false: nobody hears it
bool say(int frames, const std::string& text) {
  return send(frames, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
}

void default_signals() {
  for (int number = 1; number < SIGRTMIN; ++number) signal(number, SIG_DFL);
  signal(SIGPIPE, SIG_IGN);  // connections may be gone
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
}

Outcome prepare(Translator& translator, int frames, FrameRings* rings, const NetworkSettings& settings,
                std::span<const int> ports) {
  if (!translator.start(frames, rings, settings, ports)) return std::unexpected("the network's process gets no files");
  rlimit files{};  // as the jail will leave it
  if (getrlimit(RLIMIT_NOFILE, &files) != 0) return std::unexpected("the network's process gets no files");
  translator.limit(static_cast<unsigned>(std::min<rlim_t>(files.rlim_max, kJailFiles)));
  return enter_network_jail();
}

/// @param first whether somebody waits to hear that it works
[[noreturn]] void work(int frames, FrameRings* rings, const NetworkSettings& settings, std::span<const int> ports,
                       bool first, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);  // which the translator takes once it runs
  if (getppid() != parent) _exit(0);
  auto& translator = *new Translator;  // large, and kept to the end: pages of it that nothing reaches are not there
  const auto prepared = prepare(translator, frames, rings, settings, ports);
  if (first || !prepared) say(frames, prepared ? kReady : prepared.error());
  if (!prepared) _exit(kCannotStart);
  if (!first) translator.go_on();  // its guest runs
  translator.run();
  _exit(0);
}

void tell_end(int status, bool again) {
  const bool killed = WIFSIGNALED(status);
  std::fprintf(stderr, "[wick] the network's process has ended (%s %d): %s\n", killed ? "signal" : "code",
               killed ? WTERMSIG(status) : WEXITSTATUS(status),
               again ? "it is started again, connections are lost" : "it ends too often, the network stays down");
}

/// resolv.conf, which the jail lets nobody open.
void open_name_servers() { set_name_server_file(open("/etc/resolv.conf", O_RDONLY | O_CLOEXEC)); }

/// Of the process that becomes another program: waits for the first word of the one that serves the network.
int become(int frames, pid_t network, const std::vector<const char*>& program) {
  char text[512];
  const ssize_t length = recv(frames, text, sizeof text, 0);
  if (length != sizeof kReady - 1 || text[0] != kReady[0]) {
    std::fprintf(stderr, "%s%.*s.\n", console_line::kCannotStart.data(), length > 0 ? static_cast<int>(length) : 0,
                 text);
    waitpid(network, nullptr, 0);
    return kCannotStart;
  }
  std::vector<char*> words;
  for (const char* word : program) words.push_back(const_cast<char*>(word));
  words.push_back(nullptr);
  execvp(words[0], words.data());
  std::fprintf(stderr, "%s%s: %s.\n", console_line::kCannotStart.data(), words[0], strerror(errno));
  return kCannotStart;
}

}  // namespace

int serve_network(int frames, FrameRings* rings, const NetworkSettings& settings) {
  prctl(PR_SET_NAME, "wick-network");
  setsid();
  default_signals();
  open_name_servers();
  auto ports = open_ports(settings.ports);
  if (!ports || !limit(RLIMIT_CORE, 0) || !drop_privileges()) {
    say(frames, ports ? "the system refuses to drop privileges" : ports.error());
    return kCannotStart;
  }
  std::time_t minute = seconds();
  unsigned restarts = 0;
  for (bool first = true;; first = false) {
    const pid_t parent = getpid(), child = fork();
    if (child == 0) work(frames, rings, settings, *ports, first, parent);
    int status = 0;
    if (child < 0) {
      if (first) say(frames, std::string("there is no process for the network: ") + strerror(errno));
      return kCannotStart;
    }
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    const bool over = WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == kCannotStart);
    if (over) return WEXITSTATUS(status);
    if (seconds() - minute >= kMinute) {
      minute = seconds();
      restarts = 0;
    }
    const bool again = ++restarts <= kMaxRestarts;
    tell_end(status, again);
    if (!again) return kCannotStart;
  }
}

int network_process(std::span<char* const> words) {
  if (words.size() == 1 && std::strcmp(words[0], kNetworkStarter) == 0) return serve_starter(STDIN_FILENO);
  auto settings = read_settings(words);
  int frames = STDIN_FILENO;
  if (!settings) {
    if (!say(frames, settings.error()))  // nobody is there to hear it
      std::fprintf(stderr, "%s%s.\n", console_line::kCannotStart.data(), settings.error().c_str());
    return kCannotStart;
  }
  if (settings->program.empty()) {
    FrameRings* rings = settings->rings ? map_frame_rings(kRingsFile) : nullptr;
    if (settings->rings) close(kRingsFile);
    if (settings->rings && !rings) {
      say(frames, "the network's process gets no memory for frames");
      return kCannotStart;
    }
    return serve_network(frames, rings, *settings);
  }
  // Of the kind that QEMU takes. Its end has a number that the program's own command line names.
  constexpr int kProgramsEnd = 3;
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_DGRAM, 0, ends) != 0 || (frames = fcntl(ends[1], F_DUPFD_CLOEXEC, 10)) < 0 ||
      (ends[0] != kProgramsEnd && dup2(ends[0], kProgramsEnd) < 0)) {
    std::fprintf(stderr, "%sno socket pair (%s).\n", console_line::kCannotStart.data(), strerror(errno));
    return kCannotStart;
  }
  const pid_t parent = getpid(), child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent) return 0;
    dup2(frames, STDIN_FILENO);
    const int nothing = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nothing, STDOUT_FILENO);
    closefrom(3);
    return serve_network(STDIN_FILENO, nullptr, *settings);
  }
  close(frames);
  for (const int end : ends)
    if (end != kProgramsEnd) close(end);
  if (child < 0) return kCannotStart;
  return become(kProgramsEnd, child, settings->program);
}

}  // namespace wick::monitor
