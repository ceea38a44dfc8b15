// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "run/instance.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>

#include "base/text.h"
#include "run/control.h"

namespace wick::tool {
namespace {

constexpr std::chrono::hours kKeepLog{24};

template <typename T>
bool number(std::string_view text, T& to) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), to);
  return error == std::errc{} && end == text.data() + text.size();
}

/// Whoever could write here could have us stop any process of ours. @return false when there is no such folder
Result<bool> check_folder(const fs::path& folder) {
  struct stat about;
  if (lstat(folder.c_str(), &about) != 0) return false;
  if (S_ISDIR(about.st_mode) && about.st_uid == geteuid() && (about.st_mode & (S_IWGRP | S_IWOTH)) == 0) return true;
  return fail(fmt::format("{} is not a folder of yours alone.", folder.string()),
              "remove it, or set XDG_RUNTIME_DIR to a folder of yours.");
}

bool take(std::string_view key, const std::string& value, Instance& instance) {
  if (key == "pid") return number(value, instance.pid);
  if (key == "start") return number(value, instance.start);
  if (key == "started") return number(value, instance.started);
  if (key == "name") instance.name = value;
  if (key == "image") instance.image = value;
  if (key == "wall") instance.wall = value;
  if (key == "log") instance.log = value;
  if (key == "publish") instance.publish.push_back(value);
  return true;
}

/// Consoles without a living appliance, once nobody will ask for them any more: the folder is in memory. And control
/// sockets of those that were killed before they had a state file, or by the end of their `wick serve`.
void remove_old(const fs::path& folder, const std::vector<Instance>& alive) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    const fs::path log = fs::path(entry.path()).replace_extension(".log");
    const bool is_log = entry.path() == log && entry.is_regular_file(error);
    if (!is_log && !(entry.path() == control_socket(log) && entry.is_socket(error))) continue;
    const bool used = std::ranges::any_of(alive, [&](const Instance& one) { return one.log == log; });
    const auto written = entry.last_write_time(error);
    if (!used && !error && fs::file_time_type::clock::now() - written > kKeepLog) fs::remove(entry.path(), error);
  }
}

}  // namespace

fs::path runtime_folder() {
  const char* given = std::getenv("XDG_RUNTIME_DIR");
  const fs::path base = given && *given ? given : fmt::format("/run/user/{}", geteuid());
  std::error_code error;
  return fs::exists(base, error) ? base / "wick" : fs::path(fmt::format("/tmp/wick-{}", geteuid()));
}

Result<Instance> parse_instance(const std::string& text) {
  Instance instance;
  for (const std::string& line : split(text, '\n')) {
    const std::size_t equals = line.find('=');
    if (equals == line.npos) continue;
    if (!take(line.substr(0, equals), line.substr(equals + 1), instance))
      return fail(fmt::format("The state file has a wrong line: {}.", line));
  }
  if (instance.pid <= 1 || instance.start == 0 || instance.name.empty() || !text.ends_with('\n'))
    return fail("The state file is not whole.");
  return instance;
}

std::uint64_t start_of_process(int pid) {
  const auto text = read_file(fmt::format("/proc/{}/stat", pid));
  if (!text) return 0;
  // The second field is the program's name in parentheses, which may itself hold blanks and parentheses.
  const std::size_t name_end = text->rfind(") ");
  if (name_end == text->npos) return 0;
  const auto fields = split(std::string_view(*text).substr(name_end + 2), ' ');
  constexpr std::size_t kState = 0, kStart = 19;  // proc(5): fields 3 and 22
  std::uint64_t start = 0;
  if (fields.size() <= kStart || fields[kState] == "Z" || fields[kState] == "X" || !number(fields[kStart], start))
    return 0;
  return start;
}

Result<std::vector<Instance>> instances(const fs::path& folder) {
  auto there = check_folder(folder);
  if (!there) return std::unexpected(there.error());
  std::vector<Instance> list;
  if (!*there) return list;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() != ".state") continue;
    auto text = read_file(entry.path());
    if (!text) continue;  // it ended this moment
    auto instance = parse_instance(*text);
    if (!instance) continue;  // half written, or of a newer version: not ours to judge
    if (start_of_process(instance->pid) == instance->start)
      list.push_back(std::move(*instance));
    else
      for (const char* of_a_dead_one : {".control", ".state"})
        fs::remove(fs::path(entry.path()).replace_extension(of_a_dead_one), error);
  }
  std::ranges::sort(list, {}, [](const Instance& instance) { return std::pair(instance.start, instance.pid); });
  remove_old(folder, list);
  return list;
}

Result<Instance> find_instance(const std::string& word, const std::vector<Instance>& all) {
  int pid = 0;
  const bool by_pid = number(word, pid);
  std::vector<const Instance*> meant;
  std::vector<std::string> names, pids;
  for (const Instance& instance : all) {
    names.push_back(instance.name);
    if (by_pid ? instance.pid != pid : instance.name != word) continue;
    meant.push_back(&instance);
    pids.push_back(fmt::format("{}", instance.pid));
  }
  if (meant.size() == 1) return *meant[0];
  if (meant.size() > 1)
    return fail(fmt::format("{} appliances are called {}.", meant.size(), word),
                fmt::format("name one by its process id: {}.", join(pids, ", ")));
  auto near = by_pid ? std::nullopt : nearest(word, names);
  return fail(fmt::format("No appliance {} runs in the background.", word),
              near ? fmt::format("did you mean \"{}\"?", *near) : "`wick ps` lists them.");
}

Result<std::vector<Instance>> find_instances(const std::string& word, const std::vector<Instance>& all) {
  if (!word.ends_with('*')) {
    auto one = find_instance(word, all);
    if (!one) return std::unexpected(one.error());
    return std::vector{*one};
  }
  const std::string_view beginning(word.data(), word.size() - 1);
  std::vector<Instance> meant;
  std::ranges::copy_if(all, std::back_inserter(meant),
                       [&](const Instance& instance) { return instance.name.starts_with(beginning); });
  if (!meant.empty()) return meant;
  return fail(fmt::format("No appliance whose name begins with \"{}\" runs in the background.", beginning),
              "`wick ps` lists them.");
}

std::string uptime_text(std::int64_t seconds) {
  seconds = std::max<std::int64_t>(seconds, 0);
  if (seconds < 60) return fmt::format("{} s", seconds);
  if (seconds < 3600) return fmt::format("{} min", seconds / 60);
  if (seconds < 48 * 3600) return fmt::format("{} h {} min", seconds / 3600, seconds / 60 % 60);
  return fmt::format("{} days", seconds / 86400);
}

}  // namespace wick::tool
