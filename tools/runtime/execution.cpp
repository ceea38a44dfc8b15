// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "execution.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <optional>
#include <span>

#include "base/handed_file.h"
#include "files.h"

namespace wick::runtime {
namespace {

bool write_all(int file, std::string_view text) {
  while (!text.empty()) {
    const auto done = write(file, text.data(), text.size());
    if (done < 0 && errno == EINTR) continue;
    if (done <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(done));
  }
  return true;
}

/// Text that nobody takes is no success.
int code_of(const Said& said, int output, int error) {
  const bool fine = write_all(output, said.output) && write_all(error, said.error);
  return fine || said.code ? said.code : 1;
}

/// A terminal whose other end the engine has, by that socket of its (runc's docs/terminals.md).
Result<File> terminal_for(const fs::path& socket_path) {
  const auto failed = [&] {
    return fail(fmt::format("{} can't be given a terminal: {}.", socket_path.string(), std::strerror(errno)));
  };
  const File master(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC));
  if (master.number() < 0 || grantpt(master.number()) != 0 || unlockpt(master.number()) != 0) return failed();
  char name[64];
  if (ptsname_r(master.number(), name, sizeof name) != 0) return failed();
  File terminal(open(name, O_RDWR | O_NOCTTY | O_CLOEXEC));
  const File connection(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_un to{};
  to.sun_family = AF_UNIX;
  const std::string path = socket_path.string();
  if (path.size() >= sizeof to.sun_path) return fail(fmt::format("{} is too long for a socket's name.", path));
  path.copy(to.sun_path, path.size());
  const bool fine =
      terminal.number() >= 0 && connection.number() >= 0 &&
      connect(connection.number(), reinterpret_cast<const sockaddr*>(&to), sizeof to) == 0 &&
      tool::send_file(connection.number(), master.number(), std::as_bytes(std::span(name, std::strlen(name))));
  return fine ? Result<File>(std::move(terminal)) : failed();
}

Result<void> write_pid(const fs::path& file, pid_t process) {
  return file.empty() ? Result<void>{} : tool::write_file(file, std::to_string(process));
}

}  // namespace

Result<int> say(const Said& said, const Execution& how) {
  int output = STDOUT_FILENO, error = STDERR_FILENO;
  std::optional<File> terminal;
  if (!how.console_socket.empty()) {
    auto made = terminal_for(how.console_socket);
    if (!made) return std::unexpected(made.error());
    terminal.emplace(std::move(*made));
    output = error = terminal->number();
  }
  if (!how.detach) {
    if (auto done = write_pid(how.pid_file, getpid()); !done) return std::unexpected(done.error());
    return code_of(said, output, error);
  }
  const pid_t child = fork();
  if (child < 0) return fail(fmt::format("There is no process for exec: {}.", std::strerror(errno)));
  if (child == 0) _exit(code_of(said, output, error));
  if (auto done = write_pid(how.pid_file, child); !done) return std::unexpected(done.error());
  return 0;
}

}  // namespace wick::runtime
