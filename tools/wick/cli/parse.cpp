// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The option parser: CLI11 behind Syntax.

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "base/terminal.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/version.h"

namespace wick::tool {
namespace {

class Cli11Syntax final : public Syntax {
 public:
  explicit Cli11Syntax(CLI::App& app) : app_(app) {}

  void flag(const std::string& names, bool& to, const std::string& help) override { app_.add_flag(names, to, help); }

  void option(const std::string& names, std::string& to, const std::string& help, const std::string& value) override {
    app_.add_option(names, to, help)->type_name(value);
  }

  void options(const std::string& names, std::vector<std::string>& to, const std::string& help,
               const std::string& value) override {
    app_.add_option(names, to, help)->type_name(value)->allow_extra_args(false);
  }

  void optional_value(const std::string& names, std::string& to, const std::string& help, const std::string& value,
                      const std::string& fallback) override {
    app_.add_option(names, to, help)->type_name("[" + value + "]")->expected(0, 1)->default_str(fallback);
  }

  void argument(const std::string& name, std::string& to, const std::string& help, bool required) override {
    app_.add_option(name, to, help)->required(required)->type_name("");
  }

  void arguments(const std::string& name, std::vector<std::string>& to, const std::string& help) override {
    app_.add_option(name, to, help)->type_name("");
  }

 private:
  CLI::App& app_;
};

/// CLI11's words as one sentence of ours.
int usage_error(const CLI::ParseError& error, const std::string& command) {
  std::string sentence = error.what();
  if (!sentence.ends_with('.')) sentence += '.';
  complain({sentence, fmt::format("`wick {}--help` shows how it is used.", command)});
  return 2;
}

/// The command that the first argument names, or the first two, before any option is looked at; nothing when it is an
/// option, or only the first of two words.
Result<Command*> named_command(const Commands& commands, int argc, char** argv) {
  std::string word = argc > 1 ? argv[1] : "-";
  if (word.starts_with('-')) return nullptr;
  std::vector<std::string> names;
  const bool group =
      std::ranges::any_of(commands, [&](const auto& command) { return command->name().starts_with(word + " "); });
  const std::string second = group && argc > 2 ? argv[2] : "-";
  if (group && second.starts_with('-')) return nullptr;
  if (group) word += " " + second;
  for (const auto& command : commands) {
    if (command->name() == word) return command.get();
    if (!command->hidden()) names.push_back(command->name());
  }
  auto meant = nearest(word, names);
  return fail(fmt::format("There is no command \"{}\".", word),
              meant ? fmt::format("did you mean \"{}\"?", *meant) : "`wick --help` lists them.");
}

/// Where a command is declared: beside the others, or below the word that it shares.
CLI::App* parent_of(CLI::App& app, const Command& command) {
  const std::string first = split(command.name(), ' ')[0];
  if (first == command.name()) return &app;
  const auto there = app.get_subcommands([&](const CLI::App* below) { return below->get_name() == first; });
  if (!there.empty()) return there[0];
  CLI::App* const made = app.add_subcommand(first, fmt::format("Several commands: see `wick {} --help`", first));
  return made->group("Commands")->require_subcommand(1);
}

}  // namespace

int run_command_line(const Commands& commands, int argc, char** argv) {
  auto named = named_command(commands, argc, argv);
  if (!named) {
    complain(named.error());
    return 2;
  }
  CLI::App app{"Wick builds one workload into one bootable appliance, and runs it.", "wick"};
  app.set_version_flag("--version", version_text());
  app.require_subcommand(1);
  app.footer("Example: wick run apps/http\nEach command has a --help of its own.");
  Command* chosen = nullptr;
  for (const auto& command : commands) {
    // An empty group hides a command from the help, as CLI11 documents.
    CLI::App* sub = parent_of(app, *command)
                        ->add_subcommand(split(command->name(), ' ').back(), command->summary())
                        ->group(command->hidden() ? "" : "Commands");
    sub->footer("Example: " + command->example());
    Cli11Syntax syntax(*sub);
    command->describe(syntax);
    sub->callback([&chosen, &command] { chosen = command.get(); });
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) return app.exit(error);
    return usage_error(error, *named ? (*named)->name() + " " : "");
  }
  auto code = chosen->run();
  if (code) return *code;
  complain(code.error());
  return 1;
}

}  // namespace wick::tool
