// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/control.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "abi/host/control.h"
#include "base/handed_file.h"
#include "base/interruptible.h"
#include "base/stored.h"

namespace wick::tool {
namespace {

/// An open file, closed with this object.
struct OpenFile {
  int number = -1;
  OpenFile() = default;
  explicit OpenFile(int its) : number(its) {}
  ~OpenFile() {
    if (number >= 0) close(number);
  }
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
};

/// The file under its own name, until it is renamed or given up.
class FreshFile {
 public:
  explicit FreshFile(const fs::path& wanted) : wanted_(wanted) {
    path_ = wanted.parent_path() / fmt::format(".{}.{}", wanted.filename().string().substr(0, 200), getpid());
    number_ = open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  }
  ~FreshFile() {
    if (number_ < 0) return;
    close(number_);
    if (!kept_) unlink(path_.c_str());
  }
  FreshFile(const FreshFile&) = delete;
  FreshFile& operator=(const FreshFile&) = delete;

  int number() const { return number_; }
  bool put_in_place() {
    if (rename(path_.c_str(), wanted_.c_str()) != 0) return false;
    kept_ = true;
    const OpenFile folder(open(wanted_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    (void)fsync(folder.number);  // which not every file system can; the name is right in any case
    return true;
  }

 private:
  fs::path wanted_, path_;
  int number_ = -1;
  bool kept_ = false;
};

/// A link leads to the file that it names; anything but an ordinary file stays what it is.
Result<fs::path> find_place(const fs::path& file) {
  std::error_code error;
  const auto kind = fs::status(file, error).type();
  if (kind == fs::file_type::directory)
    return fail(fmt::format("{} is a folder, and no file for a snapshot.", file.string()));
  if (kind != fs::file_type::not_found && kind != fs::file_type::regular)
    return fail(fmt::format("{} is no ordinary file, and none for a snapshot.", file.string()));
  fs::path whole = kind == fs::file_type::regular ? fs::canonical(file, error) : fs::absolute(file, error);
  if (error || whole.filename().empty()) return fail(fmt::format("{} can't be written.", file.string()));
  return whole;
}

/// @return the connection for the answer
Result<int> send_request(const SnapshotWish& wish, int file) {
  const int connection = connect_to(wish.socket);
  if (connection < 0 && errno == ENOENT)
    return fail(fmt::format("{} takes no snapshots: its wick.toml does not allow the call checkpoint.", wish.appliance),
                "add \"checkpoint\" to platform.calls, build it and start it again.");
  const ControlRequest request{.flags = wish.end_afterwards ? ControlRequest::kEndAfterwards : 0};
  if (connection >= 0 && send_file(connection, file, bytes_of(request))) return connection;
  const int error = errno;
  if (connection >= 0) close(connection);
  return fail(fmt::format("{} can't be asked: {}.", wish.appliance, std::strerror(error)));
}

/// However long it takes: that depends on the memory and the disk, and who waits can end it.
Result<ControlAnswer> wait_for_answer(const SnapshotWish& wish, int connection) {
  constexpr int kLook = 200;  // milliseconds
  ControlAnswer answer;
  pollfd comes{connection, POLLIN, 0};
  while (!Interruptible::signal()) {
    if (poll(&comes, 1, kLook) <= 0) continue;
    const auto got = recv(connection, &answer, sizeof answer, MSG_TRUNC);
    if (got == static_cast<ssize_t>(sizeof answer) && answer.magic == kControlMagic &&
        answer.version == kControlVersion)
      return answer;
    if (got > 0) return fail(fmt::format("{} speaks another version of Wick.", wish.appliance), "build it again.");
    return fail(fmt::format("{} has ended before its snapshot was written.", wish.appliance));
  }
  return fail(fmt::format("The snapshot of {} was interrupted.", wish.appliance));
}

}  // namespace

fs::path control_socket(const fs::path& log) { return fs::path(log).replace_extension(".control"); }

Result<SnapshotTaken> take_snapshot(const SnapshotWish& wish, const fs::path& file) {
  auto place = find_place(file);
  if (!place) return std::unexpected(place.error());
  const auto not_written = [&] {
    return fail(fmt::format("{} can't be written: {}.", file.string(), std::strerror(errno)));
  };
  const Interruptible interruptible;
  FreshFile fresh(*place);
  if (fresh.number() < 0) return not_written();
  auto sent = send_request(wish, fresh.number());
  if (!sent) return std::unexpected(sent.error());
  const OpenFile connection(*sent);
  auto answer = wait_for_answer(wish, connection.number);
  if (!answer) return std::unexpected(answer.error());
  if (answer->result != ControlAnswer::Result::done) {
    answer->sentence[sizeof answer->sentence - 1] = 0;
    return fail(fmt::format("There is no snapshot of {}: {}.", wish.appliance, answer->sentence));
  }
  struct stat written{};
  if (fstat(fresh.number(), &written) != 0 || !fresh.put_in_place()) return not_written();
  return SnapshotTaken{static_cast<std::uint64_t>(written.st_blocks) * 512, answer->stopped_ns};
}

}  // namespace wick::tool
