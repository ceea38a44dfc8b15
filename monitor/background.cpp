// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/background.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "abi/call.h"
#include "abi/console.h"
#include "abi/host/names.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {
namespace {

int parent = -1;  ///< in the child: takes what the parent is to say; empty: all is well
int list = -1;    ///< in a clone: takes its name and process id
std::string log_path, state_path, socket_path;

/// Where this user's programs keep what is gone after the next start of the machine.
std::expected<std::string, std::string> runtime_directory() {
  const std::string user = std::to_string(getuid());
  const char* given = std::getenv("XDG_RUNTIME_DIR");
  std::string base = given && *given ? given : "/run/user/" + user;
  struct stat status{};
  std::string path = stat(base.c_str(), &status) == 0 ? base + "/wick" : "/tmp/wick-" + user;
  if (mkdir(path.c_str(), 0700) != 0 && errno != EEXIST)
    return sentence("the folder %s can't be made: %s", path.c_str(), std::strerror(errno));
  const bool fine = lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == getuid() &&
                    (status.st_mode & 022) == 0;
  if (!fine) return sentence("%s is no folder that only this user can write", path.c_str());
  return path;
}

/// Field 22 of proc(5)'s stat: with it, a pid names a process for ever.
std::string start_time() {
  char text[1024] = "";
  const int file = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);
  if (file >= 0 && read(file, text, sizeof text - 1) < 0) text[0] = 0;
  if (file >= 0) close(file);
  const char* at = std::strrchr(text, ')');  // behind the name, which may hold anything
  for (int field = 2; at && field < 22; ++field) at = std::strchr(at + 1, ' ');
  return at ? std::string(at + 1, std::strcspn(at + 1, " ")) : "0";
}

std::string own_path() {
  char path[4096];
  const auto length = readlink("/proc/self/exe", path, sizeof path);
  return length > 0 ? std::string(path, static_cast<std::size_t>(length)) : "";
}

[[noreturn]] void report_for(const Detached& child) {
  const auto runs = hear_of(child);
  if (runs)
    std::printf("%d\n", child.process);
  else
    std::fprintf(stderr, "%s%s.\n", console_line::kCannotStart.data(), runs.error().c_str());
  std::exit(runs ? 0 : raw(ExitCode::cannot_start));
}

}  // namespace

Outcome hear_of(const Detached& child) {
  char why[512];
  const auto length = read(child.report, why, sizeof why);
  close(child.report);
  if (length == 1) return {};
  if (length > 1) return std::unexpected(std::string(why, static_cast<std::size_t>(length)));
  int status = 0;
  waitpid(child.process, &status, 0);
  return sentence("the process in the background has died (status %d)", status);
}

Outcome go_to_background(const std::string& name) {
  auto child = fork_to_background(name, Clone::no);
  if (!child) return std::unexpected(child.error());
  if (child->process) report_for(*child);
  return {};
}

std::expected<Detached, std::string> fork_to_background(const std::string& name, Clone clone) {
  auto folder = runtime_directory();
  if (!folder) return std::unexpected(folder.error());
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return sentence("there is no way into the background: %s", std::strerror(errno));
  std::fflush(nullptr);
  const pid_t before = getpid(), child = fork();
  if (child != 0) {
    close(ends[1]);
    if (child < 0) return sentence("there is no way into the background: %s", std::strerror(errno));
    return Detached{child, ends[0]};
  }
  close(ends[0]);
  parent = ends[1];
  if (clone == Clone::yes) {  // one that nobody has heard of would be nobody's to end
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != before) _exit(0);
    list = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  }
  setsid();
  const std::string stem = *folder + "/" + name + "-" + std::to_string(getpid());
  log_path = stem + ".log";
  state_path = stem + ".state";
  socket_path = stem + ".control";
  const int log = open(log_path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
  const int nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (log < 0 || nothing < 0) {  // told from here: among clones, the caller hears of the others, too
    give_up("the file " + log_path + " can't be written: " + std::strerror(errno));
    _exit(raw(ExitCode::cannot_start));
  }
  dup2(nothing, STDIN_FILENO);
  dup2(log, STDOUT_FILENO);
  dup2(log, STDERR_FILENO);
  close(nothing);
  close(log);
  return Detached{0, -1};
}

Outcome announce(const std::string& name, Wall wall, const std::vector<std::string>& publish) {
  if (parent < 0) return {};
  std::string text = "pid=" + std::to_string(getpid()) + "\nstart=" + start_time() + "\nname=" + name +
                     "\nimage=" + own_path() + "\nwall=" + std::string(wall_name(wall)) +
                     "\nstarted=" + std::to_string(time(nullptr)) + "\nlog=" + log_path + "\n";
  for (const auto& forward : publish) text += "publish=" + forward + "\n";
  const std::string fresh = state_path + ".new";  // whoever reads finds all of it or nothing
  const int file = open(fresh.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
  const bool fine = file >= 0 && write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size()) &&
                    rename(fresh.c_str(), state_path.c_str()) == 0;
  if (!fine) return sentence("%s can't be written: %s", state_path.c_str(), std::strerror(errno));
  close(file);
  if (list >= 0) {
    prctl(PR_SET_PDEATHSIG, 0);  // from here on nothing keeps it from being named
    const std::string line = name + " " + std::to_string(getpid()) + "\n";
    (void)!write(list, line.data(), line.size());
    close(list);
  }
  (void)!write(parent, "", 1);
  close(parent);
  parent = -1;
  return {};
}

std::string control_path() { return socket_path; }

bool give_up(const std::string& why) {
  if (parent < 0) return false;
  (void)!write(parent, why.data(), why.size());
  for (const auto& path : {log_path, socket_path})
    if (!path.empty()) unlink(path.c_str());
  return true;
}

}  // namespace wick::monitor
