// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "base/text.h"

namespace wick::tool {
namespace {

/// What the new process does between fork and exec: only async-signal-safe calls.
[[noreturn]] void become(char* const* argv, const char* directory, bool empty_input, int output, int errors,
                         Keys keys) {
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (keys == Keys::for_us) setpgid(0, 0);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  std::signal(SIGPIPE, SIG_DFL);
  if (empty_input) {
    int null = open("/dev/null", O_RDONLY);
    dup2(null, STDIN_FILENO);
  }
  if (output >= 0) dup2(output, STDOUT_FILENO);
  if (errors >= 0) dup2(errors, STDERR_FILENO);
  if (*directory == '\0' || chdir(directory) == 0) execvp(argv[0], argv);
  constexpr std::string_view kWords = ": can't be started\n";
  [[maybe_unused]] auto n = write(STDERR_FILENO, argv[0], std::strlen(argv[0]));
  n = write(STDERR_FILENO, kWords.data(), kWords.size());
  _exit(127);
}

Result<int> spawn(const Arguments& arguments, const fs::path& directory, bool empty_input, int output, int errors,
                  Keys keys = Keys::for_both) {
  if (!arguments[0].contains('/') && find_program(arguments[0]).empty()) {
    return fail(fmt::format("The program {} is not installed.", arguments[0]),
                "`wick doctor` says which package has it.");
  }
  std::vector<char*> argv;
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  std::string where = directory.string();
  int pid = fork();
  if (pid < 0) return fail(fmt::format("No process can be started for {}: {}.", arguments[0], std::strerror(errno)));
  if (pid == 0) become(argv.data(), where.c_str(), empty_input, output, errors, keys);
  return pid;
}

/// A pipe that only the program to be started inherits by name.
struct Pipe {
  std::array<int, 2> ends{-1, -1};

  bool open() { return pipe2(ends.data(), O_CLOEXEC) == 0; }
  void close_write() {
    if (ends[1] >= 0) close(ends[1]);
  }
  void close_read() {
    if (ends[0] >= 0) close(ends[0]);
  }
};

}  // namespace

Result<int> run_program(const Arguments& arguments, const fs::path& directory) {
  auto pid = spawn(arguments, directory, false, -1, -1);
  if (!pid) return std::unexpected(pid.error());
  return wait_program({*pid, -1});
}

Result<Child> start_program(const Arguments& arguments) {
  auto pid = spawn(arguments, {}, false, -1, -1);
  if (!pid) return std::unexpected(pid.error());
  return Child{*pid};
}

Result<Child> start_program(const Arguments& arguments, bool empty_input, Errors errors, const fs::path& directory,
                            Keys keys) {
  Pipe output, error;
  if (!output.open() || (errors == Errors::pipe && !error.open())) {
    return fail(fmt::format("No pipe can be made: {}.", std::strerror(errno)));
  }
  int errors_to = errors == Errors::merge ? output.ends[1] : error.ends[1];
  auto pid = spawn(arguments, directory, empty_input, output.ends[1], errors_to, keys);
  output.close_write();
  error.close_write();
  if (!pid) {
    output.close_read();
    error.close_read();
    return std::unexpected(pid.error());
  }
  return Child{*pid, output.ends[0], error.ends[0]};
}

int wait_program(const Child& child) {
  int status = 0;
  while (waitpid(child.pid, &status, 0) < 0 && errno == EINTR) {
  }
  if (child.output >= 0) close(child.output);
  if (child.errors >= 0) close(child.errors);
  return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

Finished finish_program(const Child& child) {
  Finished finished;
  std::array<char, 65536> buffer;
  for (ssize_t n; (n = read(child.output, buffer.data(), buffer.size())) != 0;) {
    if (n > 0)
      finished.output.append(buffer.data(), static_cast<std::size_t>(n));
    else if (errno != EINTR)
      break;
  }
  finished.exit_code = wait_program(child);
  return finished;
}

Result<Finished> capture_program(const Arguments& arguments, const Capture& how) {
  auto child = start_program(arguments, true, how.merge_errors ? Errors::merge : Errors::pass, how.directory);
  if (!child) return std::unexpected(child.error());
  return finish_program(*child);
}

fs::path find_program(const std::string& program) {
  const char* path = std::getenv("PATH");
  for (const std::string& folder : split(path ? path : "/usr/bin:/bin", ':')) {
    fs::path candidate = fs::path(folder) / program;
    if (access(candidate.c_str(), X_OK) == 0) return candidate;
  }
  return {};
}

std::string command_line(const Arguments& arguments) {
  std::string line;
  for (const std::string& argument : arguments) line += (line.empty() ? "" : " ") + shell_word(argument);
  return line;
}

}  // namespace wick::tool
