// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/guest/snapshot_file.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>

#include "monitor/base/sentence.h"
#include "monitor/jail/filter.h"
#include "monitor/jail/privileges.h"

namespace wick::monitor {
namespace {

constexpr char kDone = '+', kFailed = '-';

/// Where the file is to stand: a folder, and names in it.
struct Place {
  int folder = -1;
  std::string name, fresh;
};

/// A link leads to the file that it names; anything but a file that may be written stays what it is.
std::expected<Place, std::string> find_place(const std::string& wanted) {
  std::string path = wanted;
  struct stat status{};
  if (stat(wanted.c_str(), &status) == 0) {
    if (!S_ISREG(status.st_mode))
      return sentence("the file %s can't be written: it is no ordinary file", wanted.c_str());
    if (access(wanted.c_str(), W_OK) != 0)
      return sentence("the file %s can't be written: %s", wanted.c_str(), std::strerror(errno));
    if (char* whole = realpath(wanted.c_str(), nullptr)) {
      path = whole;
      std::free(whole);
    }
  }
  const auto slash = path.rfind('/');
  Place place;
  place.name = slash == std::string::npos ? path : path.substr(slash + 1);
  place.fresh = "." + place.name.substr(0, 200) + "." + std::to_string(getpid());
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  place.folder = open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (place.folder < 0 || place.name.empty())
    return sentence("the file %s can't be written: %s", wanted.c_str(),
                    std::strerror(place.name.empty() ? EISDIR : errno));
  return place;
}

bool put_in_place(const Place& place, int file) {
  if (fsync(file) != 0 || renameat(place.folder, place.fresh.c_str(), place.folder, place.name.c_str()) != 0)
    return false;
  (void)fsync(place.folder);  // which not every file system can; the name is right in any case
  return true;
}

void close_others(int one, int two, int three) {
  int kept[] = {one, two, three};
  unsigned from = STDERR_FILENO + 1;
  for (unsigned rounds = 0; rounds < 4; ++rounds) {
    unsigned next = ~0u;  // the lowest of `kept` from there on
    for (const int file : kept)
      if (static_cast<unsigned>(file) >= from && static_cast<unsigned>(file) < next) next = static_cast<unsigned>(file);
    if (from < next) syscall(SYS_close_range, from, next == ~0u ? ~0u : next - 1, 0);
    if (next == ~0u) return;
    from = next + 1;
  }
}

/// The process: ends with the monitor, whatever becomes of that, or when the file has its name.
[[noreturn]] void keep(const Place& place, int file, int monitor) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGUSR1}) ::signal(signal, SIG_IGN);  // the monitor's to obey
  close_others(place.folder, file, monitor);
  constexpr Rule kRules[] = {{SYS_read}, {SYS_write}, {SYS_fsync}, {SYS_renameat}, {SYS_unlinkat}, {SYS_exit_group}};
  // Without it a file that the monitor has finished could not get its name: that is told when it asks.
  const bool jailed = limit(RLIMIT_CORE, 0) && forbid_privileges() && install_filter(kRules);
  bool done = false;
  char byte;
  while (!done && jailed && read(monitor, &byte, 1) == 1) {
    done = put_in_place(place, file);
    (void)!write(monitor, done ? &kDone : &kFailed, 1);
  }
  if (!done) unlinkat(place.folder, place.fresh.c_str(), 0);
  _exit(0);
}

}  // namespace

Outcome SnapshotFile::open(const std::string& name) {
  auto place = find_place(name);
  if (!place) return std::unexpected(place.error());
  const int file =
      openat(place->folder, place->fresh.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  int ends[2] = {-1, -1};
  const bool fine = file >= 0 && socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0;
  const pid_t child = fine ? fork() : -1;
  const int why = errno;
  if (child == 0) keep(*place, file, ends[1]);
  if (child < 0 && file >= 0) unlinkat(place->folder, place->fresh.c_str(), 0);
  ::close(place->folder);
  if (ends[1] >= 0) ::close(ends[1]);
  if (child < 0) {
    for (const int open : {file, ends[0]})
      if (open >= 0) ::close(open);
    return sentence("the file %s can't be written: %s", name.c_str(), std::strerror(why));
  }
  file_ = file;
  keeper_ = ends[0];
  return {};
}

bool SnapshotFile::publish() {
  char answer = 0;
  if (write(keeper_, "", 1) != 1) return false;
  while (read(keeper_, &answer, 1) < 0)
    if (errno != EINTR) return false;
  published_ = answer == kDone;
  return published_;
}

void SnapshotFile::close() {
  ::close(file_);
  file_ = -1;
}

}  // namespace wick::monitor
