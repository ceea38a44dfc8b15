// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick completion SHELL: completion of commands and options, made from the very declarations that are parsed.

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/terminal.h"
#include "base/text.h"
#include "commands/commands.h"

namespace wick::tool {
namespace {

/// Collects option names instead of parsing them.
class OptionNames final : public Syntax {
 public:
  struct Option {
    std::string name, help;
  };

  void flag(const std::string& names, bool&, const std::string& help) override { add(names, help); }
  void option(const std::string& names, std::string&, const std::string& help, const std::string&) override {
    add(names, help);
  }
  void options(const std::string& names, std::vector<std::string>&, const std::string& help,
               const std::string&) override {
    add(names, help);
  }
  void optional_value(const std::string& names, std::string&, const std::string& help, const std::string&,
                      const std::string&) override {
    add(names, help);
  }
  void argument(const std::string&, std::string&, const std::string&, bool) override {}
  void arguments(const std::string&, std::vector<std::string>&, const std::string&) override {}

  std::vector<Option> list{{"--help", "show how it is used"}};

 private:
  void add(const std::string& names, const std::string& help) {
    for (const std::string& name : split(names, ',')) {
      if (name.starts_with("--")) list.push_back({name, help});
    }
  }
};

struct Entry {
  std::string name, summary;
  std::vector<OptionNames::Option> options;
};

std::string bash(const std::vector<Entry>& entries) {
  std::string names, cases;
  for (const Entry& entry : entries) {
    std::string words;
    for (const auto& option : entry.options) words += " " + option.name;
    names += " " + entry.name;
    cases += fmt::format("    {}) words=\"{}\" ;;\n", entry.name, trim(words));
  }
  return fmt::format(R"(_wick() {{
  local current=${{COMP_WORDS[COMP_CWORD]}} words
  if ((COMP_CWORD == 1)); then
    COMPREPLY=($(compgen -W "{} --help --version" -- "$current"))
    return
  fi
  case ${{COMP_WORDS[1]}} in
{}    *) words=--help ;;
  esac
  if [[ $current == -* ]]; then COMPREPLY=($(compgen -W "$words" -- "$current")); else COMPREPLY=($(compgen -f -- "$current")); fi
}}
complete -o filenames -F _wick wick ./wick)",
                     trim(names), cases);
}

std::string zsh(const std::vector<Entry>& entries) {
  auto plain = [](std::string text) {
    for (char& c : text) {
      if (c == '\'' || c == '[' || c == ']' || c == ':') c = ' ';
    }
    return text;
  };
  std::string commands, cases;
  for (const Entry& entry : entries) {
    commands += fmt::format("    '{}:{}'\n", entry.name, plain(entry.summary));
    cases += fmt::format("    {}) _arguments", entry.name);
    for (const auto& option : entry.options) cases += fmt::format(" '{}[{}]'", option.name, plain(option.help));
    cases += " '*:file:_files' ;;\n";
  }
  return fmt::format(R"(#compdef wick
_wick() {{
  local -a commands=(
{}  )
  if ((CURRENT == 2)); then
    _describe command commands
    return
  fi
  case $words[2] in
{}  esac
}}
compdef _wick wick)",
                     commands, cases);
}

std::string fish(const std::vector<Entry>& entries) {
  auto quoted = [](const std::string& text) { return shell_word(text); };
  std::string out = "complete -c wick -f -n __fish_use_subcommand -l version";
  for (const Entry& entry : entries) {
    fmt::format_to(std::back_inserter(out), "\ncomplete -c wick -f -n __fish_use_subcommand -a {} -d {}", entry.name,
                   quoted(entry.summary));
    for (const auto& option : entry.options) {
      fmt::format_to(std::back_inserter(out), "\ncomplete -c wick -n '__fish_seen_subcommand_from {}' -l {} -d {}",
                     entry.name, option.name.substr(2), quoted(option.help));
    }
  }
  return out;
}

class Completion final : public Command {
 public:
  explicit Completion(const Commands& commands) {
    for (const auto& command : commands) {
      if (command->hidden()) continue;
      OptionNames names;
      command->describe(names);
      const std::string first = split(command->name(), ' ')[0];
      if (entries_.empty() || entries_.back().name != first) {
        entries_.push_back({first, command->summary(), std::move(names.list)});
        continue;
      }
      for (const auto& option : names.list) {  // several commands share the word
        auto& known = entries_.back().options;
        if (std::ranges::find(known, option.name, &OptionNames::Option::name) == known.end()) known.push_back(option);
      }
    }
  }

  std::string name() const override { return "completion"; }
  std::string summary() const override { return "Print a completion script for a shell"; }
  std::string example() const override { return "source <(wick completion bash)"; }
  void describe(Syntax& syntax) override { syntax.argument("SHELL", shell_, "bash, zsh or fish"); }

  Result<int> run() override {
    if (shell_ == "bash")
      print(bash(entries_));
    else if (shell_ == "zsh")
      print(zsh(entries_));
    else if (shell_ == "fish")
      print(fish(entries_));
    else
      return fail(fmt::format("There is no completion for \"{}\".", shell_), "there is one for bash, zsh and fish.");
    return 0;
  }

 private:
  std::vector<Entry> entries_;
  std::string shell_;
};

}  // namespace

std::unique_ptr<Command> make_completion(const Commands& commands) { return std::make_unique<Completion>(commands); }

}  // namespace wick::tool
