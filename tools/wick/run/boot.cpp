// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/boot.h"

#include <poll.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>

#include "base/terminal.h"
#include "base/text.h"

namespace wick::tool {
namespace {

using Clock = std::chrono::steady_clock;

constexpr double kTimeout = 5;  ///< seconds from asking to killing

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

/// SIGINT and SIGTERM as a file to poll instead of sudden death; and the terminal as it was, whatever QEMU did to it.
class Guard {
 public:
  Guard() {
    sigset_t wanted;
    sigemptyset(&wanted);
    sigaddset(&wanted, SIGINT);
    sigaddset(&wanted, SIGTERM);
    sigaddset(&wanted, SIGHUP);
    sigprocmask(SIG_BLOCK, &wanted, &before_);
    signals = signalfd(-1, &wanted, SFD_CLOEXEC | SFD_NONBLOCK);
    has_terminal_ = tcgetattr(STDIN_FILENO, &terminal_) == 0;
  }
  ~Guard() {
    if (has_terminal_ && tcgetpgrp(STDIN_FILENO) == getpgrp()) tcsetattr(STDIN_FILENO, TCSANOW, &terminal_);
    close(signals);
    sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  Guard(const Guard&) = delete;
  Guard& operator=(const Guard&) = delete;

  int signals = -1;

 private:
  sigset_t before_{};
  termios terminal_{};
  bool has_terminal_ = false;
};

/// A terminal whose foreground we are not: reading from it would stop QEMU.
bool is_in_background() { return isatty(STDIN_FILENO) && tcgetpgrp(STDIN_FILENO) != getpgrp(); }

/// QEMU's own words, line by line, but for the remark that we ended it.
class QemuWords {
 public:
  /// @return false at their end
  bool read_from(int file) {
    std::array<char, 4096> buffer;
    ssize_t n = read(file, buffer.data(), buffer.size());
    if (n <= 0) return n < 0 && errno == EINTR;
    text_.append(buffer.data(), static_cast<std::size_t>(n));
    for (std::size_t end; (end = text_.find('\n')) != text_.npos; text_.erase(0, end + 1)) {
      std::string line = text_.substr(0, end);
      if (!line.contains("terminating on signal")) remark(line);
    }
    return true;
  }

 private:
  std::string text_;
};

}  // namespace

std::optional<int> exit_code_in_qemu(int status, std::optional<unsigned> said) {
  if (status % 2 == 0 || !said) return {};
  const unsigned by_port = static_cast<unsigned>(status) >> 1;
  const unsigned code = (*said & 0x7f) == by_port ? *said : by_port;
  // A process's exit code has eight bits; what is not success must not become it.
  return code == 0 ? 0 : std::max(1, static_cast<int>(code & 0xff));
}

Result<BootResult> boot_machine(const Arguments& command, Console& console, const BootOptions& options) {
  Guard guard;
  auto child = start_program(command, options.empty_input || is_in_background(),
                             options.runs_itself ? Errors::pass : Errors::pipe);
  if (!child) return std::unexpected(child.error());

  BootResult result;
  QemuWords words;
  const auto none = Clock::time_point::max();
  auto end = options.timeout > 0 ? Clock::now() + seconds(options.timeout) : none;
  std::array<pollfd, 3> files{{{child->output, POLLIN, 0}, {guard.signals, POLLIN, 0}, {child->errors, POLLIN, 0}}};
  std::array<char, 65536> buffer;
  auto stop = [&](Ending ending, bool told_already) {
    if (result.ending == Ending::by_itself) {
      result.ending = ending;
      end = Clock::now() + seconds(kTimeout);
    }
    if (!told_already) kill(child->pid, SIGTERM);
  };
  for (bool open = true; open;) {
    int wait = -1;
    if (end != none) {
      auto left = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now()).count();
      wait = static_cast<int>(std::max<decltype(left)>(left, 0));
    }
    int ready = poll(files.data(), files.size(), wait);
    if (ready < 0 && errno != EINTR) break;
    if (ready == 0 && result.ending != Ending::by_itself) {
      kill(child->pid, SIGKILL);
      end = none;
    } else if (ready == 0) {
      stop(Ending::timeout, false);
    }
    signalfd_siginfo info;
    if ((files[1].revents & POLLIN) && read(guard.signals, &info, sizeof info) == sizeof info) {
      result.signal = static_cast<int>(info.ssi_signo);
      // What the terminal sends has reached the appliance, too; a second one would end it at once.
      stop(Ending::signal, options.runs_itself && info.ssi_code == SI_KERNEL);
    }
    if (files[2].revents != 0 && !words.read_from(child->errors)) files[2].fd = -1;
    if (files[0].revents == 0) continue;
    ssize_t n = read(child->output, buffer.data(), buffer.size());
    if (n <= 0)
      open = n < 0 && errno == EINTR;
    else
      console.feed({buffer.data(), static_cast<std::size_t>(n)});
    if (options.until && result.ending == Ending::by_itself && options.until()) stop(Ending::enough, false);
  }
  console.finish();
  result.exit_code = wait_program(*child);
  return result;
}

}  // namespace wick::tool
