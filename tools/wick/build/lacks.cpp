// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "build/lacks.h"

#include <sched.h>
#include <sys/wait.h>
#include <unistd.h>

namespace wick::tool {
namespace {

/// Asked in a child: a namespace can't be left again.
bool makes_network_namespaces() {
  const pid_t child = fork();
  if (child == 0) _exit(unshare(CLONE_NEWNET) == 0 ? 0 : 1);
  int status = 1;
  return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

}  // namespace

std::string named_lack(std::string_view last_line) {
  constexpr std::string_view kBegin = "skipped: lacks ";
  if (!last_line.starts_with(kBegin)) return {};
  const std::string_view rest = last_line.substr(kBegin.size());
  return std::string(rest.substr(0, rest.find(':')));
}

bool machine_lacks(std::string_view what) {
  if (what == "kvm") return access("/dev/kvm", R_OK | W_OK) != 0;
  if (what == "root") return geteuid() != 0;
  if (what == "namespaces") return geteuid() != 0 || access("/dev/net/tun", F_OK) != 0 || !makes_network_namespaces();
  return false;
}

}  // namespace wick::tool
