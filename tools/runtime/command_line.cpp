// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "command_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdlib>
#include <fstream>

namespace wick::runtime {
namespace {

struct Option {
  std::string_view name;
  bool has_value = false;
  std::string_view letter = {};
  bool is_path = false;
};

constexpr unsigned kMaxPreserved = 1024;

constexpr Option kGlobal[] = {
    {"root", true},           {"log", true},        {"log-format", true}, {"debug"},
    {"systemd-cgroup"},       {"criu", true},       {"rootless", true},   {"cgroup-manager", true},
    {"version", false, "-v"}, {"help", false, "-h"}};
constexpr Option kCreation[] = {{"bundle", true, "-b"},
                                {"pid-file", true, "", true},
                                {"console-socket", true, "", true},
                                {"preserve-fds", true},
                                {"no-pivot"},
                                {"no-new-keyring"},
                                {"no-subreaper"},
                                {"keep"},
                                {"detach", false, "-d"}};

constexpr Option kExecution[] = {{"process", true, "-p", true},
                                 {"pid-file", true, "", true},
                                 {"console-socket", true, "", true},
                                 {"detach", false, "-d"},
                                 {"tty", false, "-t"},
                                 {"cwd", true},
                                 {"env", true, "-e"},
                                 {"user", true, "-u"},
                                 {"additional-gids", true, "-g"},
                                 {"process-label", true},
                                 {"apparmor", true},
                                 {"no-new-privs"},
                                 {"cap", true, "-c"},
                                 {"preserve-fds", true},
                                 {"cgroup", true},
                                 {"ignore-paused"}};
constexpr Option kKill[] = {{"all", false, "-a"}};
constexpr Option kDelete[] = {{"force", false, "-f"}};
constexpr Option kListing[] = {{"format", true, "-f"}, {"quiet", false, "-q"}};
constexpr Option kProcesses[] = {{"format", true, "-f"}};
constexpr Option kUpdate[] = {{"resources", true, "-r"}, {"blkio-weight", true},       {"cpu-period", true},
                              {"cpu-quota", true},       {"cpu-share", true},          {"cpu-rt-period", true},
                              {"cpu-rt-runtime", true},  {"cpuset-cpus", true},        {"cpuset-mems", true},
                              {"memory", true},          {"memory-reservation", true}, {"memory-swap", true},
                              {"pids-limit", true},      {"l3-cache-schema", true},    {"mem-bw-schema", true},
                              {"kernel-memory", true},   {"kernel-memory-tcp", true}};

std::span<const Option> options_of(std::string_view command) {
  if (command == "kill") return kKill;
  if (command == "delete") return kDelete;
  if (command == "ps") return kProcesses;
  if (command == "update") return kUpdate;
  return {};
}

/// An option as it stands among words, and where the next one begins.
struct Found {
  const Option* option = nullptr;
  std::string value;
};

/// "--name value", "--name=value"; a flag may have "=true".
Result<fs::path> absolute(const std::string& path) {
  std::error_code error;
  fs::path whole = fs::absolute(path, error);
  if (!error) return whole;
  return fail(fmt::format("\"{:.100}\" is no path: {}.", path, error.message()));
}

Result<Found> take_option(std::span<const Option> options, const tool::Arguments& words, std::size_t& at) {
  const std::string_view word = words[at++];
  const std::size_t equals = std::min(word.find('='), word.size());
  const std::string_view name = word.substr(0, equals);
  const auto found = std::ranges::find_if(options, [&](const Option& option) {
    return (name.starts_with("--") && name.substr(2) == option.name) ||
           (!option.letter.empty() && name == option.letter);
  });
  if (found == options.end()) return fail(fmt::format("There is no option {}.", name));
  if (!found->has_value || equals < word.size())
    return Found{&*found, std::string(word.substr(std::min(equals + 1, word.size())))};
  if (at == words.size()) return fail(fmt::format("{} wants a value.", name));
  return Found{&*found, words[at++]};
}

tool::Arguments as_words(const Found& found) {
  const std::string name = "--" + std::string(found.option->name);
  if (found.option->has_value) return {name, found.value};
  return {found.value.empty() ? name : name + "=" + found.value};
}

/// Of the machine: who runs containers without rights is root in a user namespace of its own.
bool is_root() {
  std::uint32_t inside = 0, outside = 0, count = 0;
  std::ifstream("/proc/self/uid_map") >> inside >> outside >> count;
  return geteuid() == 0 && outside == 0 && count == UINT32_MAX;
}

fs::path default_root() {
  const char* folder = std::getenv("XDG_RUNTIME_DIR");
  return !is_root() && folder && *folder ? fs::path(folder) / "wick-runtime" : "/run/wick-runtime";
}

}  // namespace

Result<void> read_command_line(std::span<char* const> given, CommandLine& line) {
  const tool::Arguments words(given.begin(), given.end());
  line.root = default_root();
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with('-')) {
    auto found = take_option(kGlobal, words, at);
    if (!found) return std::unexpected(found.error());
    const std::string_view name = found->option->name;
    if (name == "version" || name == "help") {
      line.command = name;
      return {};
    }
    if (name == "root") {
      auto path = absolute(found->value);
      if (!path) return std::unexpected(path.error());
      line.root = *path;
      continue;
    }
    if (name == "log") line.log = found->value;
    if (name == "log-format") line.json_log = found->value == "json";
    for (std::string& word : as_words(*found)) line.passed.push_back(std::move(word));
  }
  if (at == words.size()) return fail("A command is missing.", "`wick-runtime --help` lists them.");
  line.command = words[at];
  line.words.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  return {};
}

Result<Creation> read_creation(const tool::Arguments& words) {
  Creation creation;
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with('-')) {
    auto found = take_option(kCreation, words, at);
    if (!found) return std::unexpected(found.error());
    if (found->option->name == "bundle") {
      creation.bundle = found->value;
      continue;
    }
    if (found->option->name == "preserve-fds") {
      const std::string& text = found->value;
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), creation.preserved);
      if (error != std::errc{} || end != text.data() + text.size() || creation.preserved > kMaxPreserved)
        return fail(fmt::format("{:.100} is no number of open files.", text));
      continue;
    }
    // The engine may go to the bundle before it looks for them.
    if (found->option->is_path) {
      auto path = absolute(found->value);
      if (!path) return std::unexpected(path.error());
      found->value = path->string();
    }
    for (std::string& word : as_words(*found)) creation.passed.push_back(std::move(word));
  }
  if (at + 1 != words.size()) return fail("One name is wanted, the container's, behind all options.");
  auto id = read_id(words[at]);
  if (!id) return std::unexpected(id.error());
  creation.id = *id;
  return creation;
}

Result<Execution> read_execution(const tool::Arguments& words) {
  Execution execution;
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with('-')) {
    auto found = take_option(kExecution, words, at);
    if (!found) return std::unexpected(found.error());
    if (found->option->name == "detach") execution.detach = found->value != "false";
    if (found->option->name == "process") execution.process = found->value;
    if (found->option->name == "pid-file") execution.pid_file = found->value;
    if (found->option->name == "console-socket") execution.console_socket = found->value;
  }
  if (at == words.size()) return fail("A name is wanted, the container's, behind all options.");
  auto id = read_id(words[at]);
  if (!id) return std::unexpected(id.error());
  execution.id = *id;
  execution.words.assign(words.begin() + static_cast<std::ptrdiff_t>(at) + 1, words.end());
  return execution;
}

Result<std::string> read_name(std::string_view command, const tool::Arguments& words, bool more) {
  std::size_t at = 0;
  while (at < words.size() && words[at].starts_with('-'))
    if (auto found = take_option(options_of(command), words, at); !found) return std::unexpected(found.error());
  if (at == words.size() || (!more && at + 1 != words.size()))
    return fail("One name is wanted, the container's, behind all options.");
  return read_id(words[at]);
}

Result<Listing> read_listing(const tool::Arguments& words) {
  Listing listing;
  std::size_t at = 0;
  while (at < words.size()) {
    auto found = take_option(kListing, words, at);
    if (!found) return std::unexpected(found.error());
    if (found->option->name == "quiet")
      listing.quiet = found->value != "false";
    else if (found->value == "json" || found->value == "table")
      listing.json = found->value == "json";
    else
      return fail(fmt::format("A list is a table or json, not {:.100}.", found->value));
  }
  return listing;
}

Result<std::string> read_id(std::string_view text) {
  constexpr std::size_t kMaxId = 255;  // it is a folder's name
  const auto is_alphanumeric = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  };
  const bool fine =
      !text.empty() && text.size() <= kMaxId && is_alphanumeric(text[0]) && std::ranges::all_of(text, [&](char c) {
        return is_alphanumeric(c) || c == '_' || c == '-' || c == '.' || c == '+';
      });
  if (!fine)
    return fail(
        "A container's name is a letter or digit and then letters, digits, '_', '-', '.' and '+', 255 at most.");
  return std::string(text);
}

}  // namespace wick::runtime
