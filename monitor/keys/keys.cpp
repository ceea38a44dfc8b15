// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/keys/keys.h"

#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monitor/keys/process.h"

namespace wick::monitor {
namespace {

Outcome check(const std::vector<KeyOption>& options, const GuestImage& image) {
  for (const auto& option : options) {
    if (std::ranges::find(image.keys, option.name) == image.keys.end())
      return sentence("%s knows no key \"%s\": keys.names in its wick.toml has the names that --key may give a file",
                      image.name.c_str(), option.name.c_str());
    if (std::ranges::count(options, option.name, &KeyOption::name) > 1)
      return sentence("the key \"%s\" is given twice", option.name.c_str());
  }
  return {};
}

/// The process's first message.
std::string report_of(int file) {
  char text[512];
  ssize_t length;
  do {
    length = recv(file, text, sizeof text, 0);
  } while (length < 0 && errno == EINTR);
  if (length <= 0) return "the process of the keys ended before it was ready";
  return {text, static_cast<std::size_t>(length)};
}

/// All or nothing, as messages are. @return false when the other side is gone
template <typename Transfer>
bool whole(std::size_t bytes, Transfer transfer) {
  ssize_t done;
  do {
    done = transfer();
  } while (done < 0 && errno == EINTR);
  return done == static_cast<ssize_t>(bytes);
}

}  // namespace

Outcome Keys::start(const std::vector<KeyOption>& options, const GuestImage& image) {
  if (auto fine = check(options, image); !fine) return fine;
  if (!image.has(DeviceKind::key)) return {};
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
    return sentence("there is no way to the process of the keys: %s", std::strerror(errno));
  const pid_t parent = getpid(), child = fork();
  if (child == 0) keep_keys(ends[1], options, parent);
  close(ends[1]);
  const std::string report = child < 0 ? std::string("there is no process for the keys") : report_of(ends[0]);
  if (report != kKeysReady) {
    close(ends[0]);
    if (child > 0) waitpid(child, nullptr, 0);
    return std::unexpected(report);
  }
  file_ = ends[0];
  return {};
}

void Keys::answer(const KeyRequest& request, KeyAnswer& answer) {
  const bool fine = whole(sizeof request, [&] { return write(file_, &request, sizeof request); }) &&
                    whole(sizeof answer, [&] { return read(file_, &answer, sizeof answer); });
  if (fine) return;
  answer = {};
  answer.status = Status::io_error;  // the process has died
}

void Keys::permit(Permissions& permissions) const {
  permissions.read.push_back(file_);
  permissions.write.push_back(file_);
}

}  // namespace wick::monitor
