// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The zone that the variable TZ names: a rule, or a time zone file among the appliance's files, where Linux looks for
// it. A zone that is not there is UTC, as everywhere, but not silently: a wrong hour in a log is noticed too late.

#include "posix/time_zone.h"

#include <fcntl.h>
#include <time.h>

#include <cstdlib>
#include <cstring>

#include "fs/file_system.h"
#include "posix/result.h"
#include "sched/mutex.h"
#include "time/zone_file.h"
#include "trace/log.h"

using namespace wick;

extern "C" {
char* tzname[2] = {const_cast<char*>("UTC"), const_cast<char*>("UTC")};
long _timezone = 0;
int _daylight = 0;
}

namespace {

constexpr std::size_t kMaxBytes = 64 * 1024;  // of a time zone file; the largest known one has 4 KiB
constexpr char kFolder[] = "/usr/share/zoneinfo/", kDefault[] = "/etc/localtime";

enum class Kind : std::uint8_t { unread, utc, rule, file };

constinit Kind kind = Kind::unread;
constinit time::ZoneRule rule;
constinit time::ZoneFile file;
constinit void* owned = nullptr;  // the file's content, where it doesn't stand in memory anyway
constinit char read_from[128];    // what TZ was then
constinit sched::RecursiveMutex mutex;

/// @return nullptr, or what is wrong
const char* open_content(fs::FileOperations& source) {
  struct stat facts;
  if (source.stat(facts) < 0 || !S_ISREG(facts.st_mode)) return "is no file";
  if (facts.st_size <= 0 || static_cast<std::size_t>(facts.st_size) > kMaxBytes) return "is no time zone file";
  const auto bytes = static_cast<std::size_t>(facts.st_size);
  if (const void* content = source.content()) return file.open({static_cast<const std::uint8_t*>(content), bytes});
  auto* room = static_cast<std::uint8_t*>(std::malloc(bytes));
  if (!room) return "doesn't fit into memory";
  std::size_t done = 0;
  while (done < bytes) {
    const fs::Outcome count = source.read_at(room + done, bytes - done, done);
    if (count <= 0) break;
    done += static_cast<std::size_t>(count);
  }
  const char* wrong = done < bytes ? "can't be read" : file.open({room, bytes});
  if (wrong) {
    std::free(room);
  } else {
    owned = room;
  }
  return wrong;
}

const char* open_file(const char* path) {
  const sched::Guard guard(sched::State::files);
  fs::FileOperations* opened = nullptr;
  if (fs::open_path(fs::current_directory(), path, O_RDONLY, 0, opened) < 0)
    return "is not among the appliance's files";
  const fs::FileReference source(opened);
  return open_content(*source);
}

/// UTC by one of its names needs no file.
bool names_utc(const char* name) {
  if (std::strncmp(name, "Etc/", 4) == 0) name += 4;
  for (const char* known : {"UTC", "GMT", "UCT", "Zulu", "Universal"}) {
    if (std::strcmp(name, known) == 0) return true;
  }
  return false;
}

void read_zone(const char* text) {
  std::free(owned);
  owned = nullptr;
  kind = Kind::utc;
  if (!text) {
    if (!open_file(kDefault)) kind = Kind::file;
    return;
  }
  if (text[0] != ':' && rule.parse(text)) {
    kind = Kind::rule;
    return;
  }
  const char* name = text[0] == ':' ? text + 1 : text;
  if (name[0] == '\0') return;
  char path[sizeof(kFolder) + sizeof(read_from)] = "";
  if (name[0] != '/') std::strcpy(path, kFolder);
  const char* wrong = "is too long";
  if (std::strlen(name) < sizeof(read_from)) wrong = open_file(std::strcat(path, name));
  if (!wrong) {
    kind = Kind::file;
  } else if (!names_utc(name)) {
    log::write(log::Level::warning, "TZ is \"%.80s\", which is no rule, and %.120s %s: local time is UTC", text, path,
               wrong);
  }
}

void show(const time::Shown& standard, const time::Shown& summer, bool has_summer) {
  tzname[0] = const_cast<char*>(standard.name);
  tzname[1] = const_cast<char*>(has_summer ? summer.name : standard.name);
  _timezone = -standard.offset;
  _daylight = has_summer;
}

/// Reads the zone again when TZ has changed. The caller holds the mutex.
void look() {
  const char* text = std::getenv("TZ");
  // A text that doesn't fit is read each time.
  if (kind != Kind::unread && std::strncmp(text ? text : "\x01", read_from, sizeof(read_from)) == 0) return;
  read_zone(text);
  std::strncpy(read_from, text ? text : "\x01", sizeof(read_from));
  time::Shown standard, summer;
  bool has_summer = false;
  if (kind == Kind::rule) {
    standard = rule.standard();
    summer = rule.summer();
    has_summer = rule.has_summer();
  } else if (kind == Kind::file) {
    standard = file.latest(false).value_or(file.at(0));
    const auto latest = file.latest(true);
    has_summer = latest.has_value();
    summer = latest.value_or(standard);
  }
  show(standard, summer, has_summer);
}

}  // namespace

namespace wick::posix {

time::Shown local_offset(std::int64_t instant) {
  mutex.lock();
  look();
  const time::Shown shown = kind == Kind::rule   ? rule.at(instant)
                            : kind == Kind::file ? file.at(instant)
                                                 : time::Shown{};
  mutex.unlock();
  return shown;
}

}  // namespace wick::posix

extern "C" {

void tzset(void) {
  mutex.lock();
  look();
  mutex.unlock();
}

/// picolibc's strftime() asks for it by this name.
void _tzset_unlocked(void) { tzset(); }

}  // extern "C"
