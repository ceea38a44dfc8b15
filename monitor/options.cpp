// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/options.h"

#include <algorithm>
#include <cstring>

#include "abi/host/names.h"
#include "abi/settings.h"
#include "base/number.h"
#include "monitor/debug/observer.h"
#include "monitor/network/destinations.h"

namespace wick::monitor {
namespace {

/// `take` gets the option's value, which is nullptr for one without.
struct OwnOption {
  Option option;
  Outcome (*take)(Options& options, const char* value);
};

template <auto Member>
Outcome keep(Options& options, const char* value) {
  return keep_name(options.*Member, value);
}
template <auto Member>
Outcome turn_on(Options& options, const char*) {
  options.*Member = true;
  return {};
}

Outcome add_disk(Options& options, const char* value) {
  const std::string text = value;
  const auto equals = text.find('=');
  if (equals == text.npos || equals > text.find('/'))  // no serial has a slash, so the equals sign is the path's
    options.disks.push_back({"", text});
  else
    options.disks.push_back({text.substr(0, equals), text.substr(equals + 1)});
  return {};
}

Outcome add_key(Options& options, const char* value) {
  const char* const equals = std::strchr(value, '=');
  if (!equals || equals == value || !equals[1])
    return sentence("\"%s\" is no key: write --key NAME=FILE, with a name of the manifest's", value);
  options.keys.push_back({std::string(value, equals), equals + 1});
  return {};
}

Outcome read_memory(Options& options, const char* value) {
  const auto number = hv::parse_number(value);
  std::uint64_t unit = 0;
  if (number.rest == "K") unit = 1 << 10;
  if (number.rest == "M") unit = 1 << 20;
  if (number.rest == "G") unit = 1 << 30;
  constexpr std::uint64_t kMax = 64ull << 30;
  if (!number.ok || !unit || number.value == 0 || number.value > kMax / unit)
    return sentence("\"%s\" is no size of memory: write for example --memory 64M", value);
  options.memory = number.value * unit;
  return {};
}

Outcome add_setting(Options& options, const std::string& key, const std::string& value) {
  if (value.find_first_of("\n\r") != value.npos)
    return sentence("the value of %s holds a line break, and settings are single lines", key.c_str());
  options.settings.push_back(key + "=" + value);
  return {};
}

Outcome add_argument(Options& options, const char* value) { return add_setting(options, "arg", value); }

Outcome add_variable(Options& options, const char* value) {
  const char* equals = std::strchr(value, '=');
  if (!equals || equals == value) return sentence("\"%s\" is no environment variable: write --env NAME=value", value);
  return add_setting(options, "env." + std::string(value, equals), equals + 1);
}

Outcome append(Options& options, const char* value) {
  options.command_line += options.command_line.empty() ? "" : " ";
  options.command_line += value;
  return {};
}

Outcome read_mac(Options& options, const char* value) {
  Mac mac{};
  const std::string_view text = value;
  const auto digit = [](char c) { return std::string_view("0123456789abcdef").find(static_cast<char>(c | 0x20)); };
  bool fine = text.size() == 3 * mac.size() - 1;
  for (std::size_t i = 0; fine && i < mac.size(); ++i) {
    const auto high = digit(text[3 * i]), low = digit(text[3 * i + 1]);
    fine = high < 16 && low < 16 && (i + 1 == mac.size() || text[3 * i + 2] == ':');
    mac[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  if (!fine) return sentence("\"%s\" is no MAC address: write for example --mac 02:57:49:00:00:01", value);
  if (!is_a_machines(mac))
    return sentence("the MAC address %s is no single machine's: its first byte is even, and not all are 0", value);
  options.mac = mac;
  return {};
}

Outcome choose_wall(Options& options, const char* value) {
  const auto wall = wall_of(value);
  if (!wall || !runs_on_linux(*wall))
    return sentence("an appliance has no wall \"%s\": write --wall hosted or --wall process", value);
  options.wall = *wall;
  return {};
}

Outcome publish(Options& options, const char* value) {
  options.publish.emplace_back(value);
  return {};
}

/// It becomes part of files' names and stands on command lines, where a number means a process.
Outcome name_instance(Options& options, const char* value) {
  constexpr std::size_t kMax = 63;
  const std::string_view name = value;
  const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const bool fine =
      !name.empty() && name.size() <= kMax && is_letter(name[0]) && std::ranges::all_of(name, [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '_' || c == '-';
      });
  if (!fine) return sentence("--name wants a letter and then up to 62 letters, digits, dots, underscores and hyphens");
  options.name = name;
  return {};
}

Outcome count_clones(Options& options, const char* value) {
  constexpr unsigned kMost = 10'000;
  const auto number = hv::parse_number(value);
  if (!number.ok || !number.rest.empty() || number.value == 0 || number.value > kMost)
    return sentence("\"%s\" is no number of copies: write 1 to %u", value, kMost);
  options.clones = static_cast<unsigned>(number.value);
  return {};
}

Outcome open_loopback(Options& options, const char* value) {
  if (auto ports = parse_ports(value); !ports) return std::unexpected(ports.error());
  options.host_loopback += (options.host_loopback.empty() ? "" : ",") + std::string(value);
  return {};
}

constexpr OwnOption kOptions[] = {
    {{'p', "publish", "[ADDRESS:]HOST:GUEST[/udp]", "forward a port of this host; may be given again"}, publish},
    {{0, "keeper", "/dev/fd/N", "socket of who lets the appliance sleep, as wick serve does"}, keep<&Options::keeper>},
    {{0, "host-loopback", "PORT[,PORT]", "let the guest reach these ports of 127.0.0.1, at 10.0.2.2"}, open_loopback},
    {{0, "tap", "INTERFACE", "attach the network to this tap interface instead"}, keep<&Options::tap>},
    {{0, "mac", "XX:XX:XX:XX:XX:XX", "the guest's MAC address instead of a chosen one, or its snapshot's"}, read_mac},
    {{0, "disk", "[SERIAL=]FILE", "file behind a volume, in the manifest's order or by serial"}, add_disk},
    {{0, "vsock", "PATH", "Unix socket for the guest's ports (\"CONNECT port\"); PATH_PORT for those it calls"},
     keep<&Options::vsock>},
    {{0, "key", "NAME=FILE", "private key in PEM that the guest may use and never sees"}, add_key},
    {{0, "memory", "SIZE", "memory of the guest instead of the manifest's"}, read_memory},
    {{0, "config", "FILE", "file with the configuration block"}, keep<&Options::configuration>},
    {{0, "arg", "TEXT", "argument of the application instead of the manifest's"}, add_argument},
    {{0, "env", "NAME=VALUE", "environment variable of the application"}, add_variable},
    {{0, "append", "TEXT", "more words for the guest's command line"}, append},
    {{0, "wall", "NAME", "hosted (a KVM guest) or process (no KVM) instead of the image's own"}, choose_wall},
    {{0, "snapshot", "FILE", "write the guest to FILE when it first calls checkpoint()"}, keep<&Options::snapshot>},
    {{0, "restore", "FILE", "start from a snapshot instead of the first instruction"}, keep<&Options::restore>},
    {{0, "verify", nullptr, "check the snapshot's memory, all of it, before the start"}, turn_on<&Options::verify>},
    {{0, "control", "PATH", "Unix socket for requests such as those of `wick snapshot`; /dev/fd/N: questions alone"},
     keep<&Options::control>},
    {{'d', "detach", nullptr, "go on in the background once the guest can run"}, turn_on<&Options::detach>},
    {{0, "clones", "N", "start so many from the snapshot in the background, at ports behind each other"}, count_clones},
    {{0, "name", "NAME", "name of a detached appliance instead of the image's"}, name_instance},
    {{'h', "help", nullptr, "print this"}, turn_on<&Options::help>},
    {{0, "version", nullptr, "print name and version of the appliance"}, turn_on<&Options::version>},
};

/// Every option of this program. @param visit gets an Option, and what takes its value
template <typename Visit>
void each_option(Options& options, Visit visit) {
  for (const auto& own : kOptions) visit(own.option, [&](const char* value) { return own.take(options, value); });
  for (auto* observer : observers()) visit(observer->option, [&](const char* value) { return observer->take(value); });
}

/// Whether `word` names the option. @param value of "--name=value", else nullptr
bool names(std::string_view word, const Option& option, const char*& value) {
  const std::string_view name = option.name;
  value = nullptr;
  if (word.size() == 2 && option.letter && word[1] == option.letter) return true;
  if (!word.starts_with("--") || word.substr(2, name.size()) != name) return false;
  if (word.size() == 2 + name.size()) return true;
  if (word[2 + name.size()] != '=') return false;
  value = word.data() + 3 + name.size();
  return true;
}

}  // namespace

std::expected<Options, std::string> read_options(std::span<char* const> words) {
  Options options;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const char* word = words[i];
    std::optional<Outcome> done;
    each_option(options, [&](const Option& option, auto take) {
      const char* value;
      if (done || !names(word, option, value)) return;
      if (!option.value && value)
        done = sentence("--%s takes no value", option.name);
      else if (option.value && !value && i + 1 == words.size())
        done = sentence("--%s wants a value: %s", option.name, option.value);
      else
        done = take(option.value && !value ? words[++i] : value);
    });
    if (!done) return sentence("there is no option %s: --help lists them", word);
    if (!*done) return std::unexpected(done->error());
  }
  if (options.command_line.size() > kMaxCommandLineBytes)
    return sentence(
        "the guest's command line has %zu bytes, and more than %zu don't fit: give them in a file by --config",
        options.command_line.size(), kMaxCommandLineBytes);
  if (options.verify && options.restore.empty())
    return sentence("--verify checks a snapshot: say by --restore FILE which");
  if (options.clones && (options.restore.empty() || !options.snapshot.empty()))
    return sentence("copies begin from a snapshot and write none: say by --restore FILE from which");
  if (options.clones && !(options.tap.empty() && options.disks.empty() && options.vsock.empty() &&
                          options.control.empty() && options.keeper.empty()))
    return sentence("copies can't share an interface, a disk or a socket: leave out --clones, or what names one");
  if (!options.tap.empty() && !options.publish.empty())
    return sentence("a tap interface has no port forwards: leave out --tap or -p");
  if (!options.tap.empty() && !options.keeper.empty())
    return sentence("a tap interface has no keeper: leave out --tap or --keeper");
  if (!options.tap.empty() && !options.host_loopback.empty())
    return sentence("a tap interface has no way to the host's loopback: leave out --tap or --host-loopback");
  return options;
}

std::string help_text(const char* program) {
  std::string text = "Usage: " + std::string(program) + " [OPTION]...\nExample: " + program + " -p 8080:80\n\n";
  Options unused;
  each_option(unused, [&](const Option& option, auto) {
    std::string left = option.letter ? std::string("  -") + option.letter + ", --" : "      --";
    left += option.name;
    if (option.value) left += std::string(" ") + option.value;
    constexpr std::size_t kColumn = 42;
    left.resize(std::max(left.size() + 1, kColumn), ' ');
    text += left + option.meaning + "\n";
  });
  return text;
}

}  // namespace wick::monitor
