// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/keys/process.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "backend/keys/key_service.h"
#include "monitor/base/entropy.h"
#include "monitor/jail/filter.h"
#include "monitor/jail/privileges.h"

namespace wick::monitor {
namespace {

constexpr std::size_t kMost = 64 << 10;  ///< bytes of a file

std::uint64_t seconds() {
  timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::uint64_t>(now.tv_sec);
}

/// @param text of kMost bytes, for its last user to wipe
Outcome read_key(hv::KeyService& service, const KeyOption& option, char* text) {
  const char* const path = option.file.c_str();
  const int file = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (file < 0) return sentence("the key %s can't be read: %s", path, std::strerror(errno));
  std::size_t length = 0;
  ssize_t got = 0;
  while (length < kMost && (got = read(file, text + length, kMost - length)) > 0)
    length += static_cast<std::size_t>(got);
  const int why = errno;
  close(file);
  if (got < 0) return sentence("the key %s can't be read: %s", path, std::strerror(why));
  const char* const wrong = service.add(option.name, {text, length});
  return wrong ? sentence("the key %s %s", path, wrong) : Outcome{};
}

Outcome read_keys(hv::KeyService& service, const std::vector<KeyOption>& options) {
  std::vector<char> text(kMost);
  Outcome outcome;
  for (const auto& option : options)
    if (outcome) outcome = read_key(service, option, text.data());
  hv::wipe(text.data(), text.size());
  return outcome;
}

/// To take requests and answer them, by the clock, and no more.
bool enter_jail() {
  constexpr Rule kRules[] = {{SYS_read}, {SYS_write}, {SYS_clock_gettime}, {SYS_exit_group}};
  return limit(RLIMIT_CORE, 0) && drop_privileges() && landlock(Connecting::forbidden) != Landlock::refused &&
         install_filter(kRules, {.otherwise = Refusal::kill});
}

}  // namespace

void keep_keys(int socket, const std::vector<KeyOption>& options, pid_t parent) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != parent) _exit(0);
  prctl(PR_SET_NAME, "wick-keys");
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::signal(signal, SIG_IGN);  // the monitor's to obey
  static hv::KeyService service;
  (void)mlock(&service, sizeof service);  // never swapped out, where the limits allow it
  std::uint8_t seed[48];
  fill_random(seed);
  service.start(seed, seconds());
  hv::wipe(seed, sizeof seed);
  Outcome outcome = read_keys(service, options);  // of /dev/fd perhaps: before all other files go
  if (dup2(socket, STDIN_FILENO) < 0) _exit(1);
  closefrom(STDOUT_FILENO);
  if (outcome && !enter_jail()) outcome = std::unexpected("the system refuses the jail of the keys");
  const std::string report = outcome ? kKeysReady : outcome.error();
  (void)!write(STDIN_FILENO, report.data(), report.size());
  KeyRequest request;
  static KeyAnswer answer;
  while (outcome && read(STDIN_FILENO, &request, sizeof request) == sizeof request) {
    service.answer(request, seconds(), answer);
    if (write(STDIN_FILENO, &answer, sizeof answer) != sizeof answer) break;
  }
  hv::wipe(&service, sizeof service);
  _exit(0);
}

}  // namespace wick::monitor
