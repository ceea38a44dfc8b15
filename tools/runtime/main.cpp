// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// wick-runtime: an OCI runtime whose containers are appliances. It is a translator: it finds the appliance in a bundle,
// writes the configuration of a container that runs its monitor, and hands that to runc or crun, which make
// namespaces, control groups and processes as they do for everybody. So whatever is the guest's own is here, and
// nothing else.

#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <cstring>

#include "execution.h"
#include "log.h"
#include "pod_network.h"
#include "run/kvm.h"
#include "state.h"
#include "translate.h"

namespace wick::runtime {
namespace {

constexpr std::string_view kSpecification = "1.0.2";

std::optional<std::uint64_t> kvm_device() {
  struct stat found{};
  if (!tool::probe_kvm().usable || stat("/dev/kvm", &found) != 0) return {};
  return found.st_rdev;
}

volatile pid_t running = 0;

/// Runs the engine in the foreground, with what signals ask of us. @return its exit code
Result<int> run_engine(const tool::Arguments& words) {
  auto child = tool::start_program(words);
  if (!child) return std::unexpected(child.error());
  running = child->pid;
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2})
    std::signal(number, [](int asked) { kill(running, asked); });
  return tool::wait_program(*child);
}

/// Becomes the engine.
Result<int> become(const tool::Arguments& words) {
  std::vector<char*> argv;
  for (const std::string& word : words) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  execv(argv[0], argv.data());
  return fail(fmt::format("{} can't be started: {}.", words[0], std::strerror(errno)));
}

/// The container's configuration in the place of the engine's, and the pod whose interface the guest has.
struct Change {
  Json config;
  fs::path pod = {};
  bool questions = false;  ///< whether it wants to listen
};

Result<Change> changed_for(Json config, Host host) {
  if (is_sandbox(config)) return Change{move_out(std::move(config), host)};
  auto appliance = find_appliance(config, host.rootfs);
  if (!appliance) return std::unexpected(appliance.error());
  auto tap = asks_for_tap(config);
  if (!tap) return std::unexpected(tap.error());
  fs::path pod;
  if (*tap && appliance->image.has(DeviceKind::network)) {
    auto found = pod_namespace(config);
    if (!found) return std::unexpected(found.error());
    auto words = attach(*found, config);
    if (!words) return std::unexpected(words.error());
    pod = *found;
    host.tap = *words;
  }
  const bool questions = takes_questions(config, *appliance);
  if (!questions) host.questions = 0;
  auto changed = translate(std::move(config), *appliance, host);
  if (changed) return Change{std::move(*changed), pod, questions};
  if (!pod.empty()) detach(pod);
  return std::unexpected(changed.error());
}

/// `create` and `run`.
Result<int> make(const CommandLine& line) {
  auto creation = read_creation(line.words);
  if (!creation) return std::unexpected(creation.error());
  std::error_code error;
  const fs::path bundle = fs::canonical(creation->bundle, error);
  if (error) return fail(fmt::format("The bundle {} isn't there: {}.", creation->bundle.string(), error.message()));
  auto config = read_config(bundle);
  if (!config) return std::unexpected(config.error());
  auto rootfs = rootfs_of(*config, bundle);
  if (!rootfs) return std::unexpected(rootfs.error());
  auto engine = find_engine();
  if (!engine) return std::unexpected(engine.error());
  const unsigned number = questions_number(creation->preserved);
  auto changed = changed_for(std::move(*config), {kvm_device(), bundle, *rootfs, {}, number});
  if (!changed) return std::unexpected(changed.error());
  const Container container(line, creation->id);
  auto created = container.create(changed->config, bundle, *engine);
  if (created && !changed->pod.empty()) created = container.keep_pod(changed->pod);
  if (created && changed->questions) created = listen_for_questions(container.folder(), number);
  if (!created) {
    if (!changed->pod.empty()) detach(changed->pod);
    return std::unexpected(created.error());
  }
  tool::Arguments words = container.engine(line.command);
  words.insert(words.end(), {"--bundle", container.folder().string()});
  if (const unsigned open = creation->preserved + changed->questions)
    words.insert(words.end(), {"--preserve-fds", std::to_string(open)});
  words.insert(words.end(), creation->passed.begin(), creation->passed.end());
  words.push_back(container.id());
  auto code = run_engine(words);
  if (!code || *code != 0 || line.command == "run") container.tidy();
  return code;
}

/// The container that a command is about.
Result<Container> named(const CommandLine& line, std::string_view word) {
  auto id = read_id(word);
  if (!id) return std::unexpected(id.error());
  Container container(line, *id);
  if (!container.exists()) return fail(fmt::format("There is no container {}.", *id));
  return container;
}

Result<int> hand_over(const CommandLine& line, bool more) {
  auto id = read_name(line.command, line.words, more);
  if (!id) return std::unexpected(id.error());
  auto container = named(line, *id);
  if (!container) return std::unexpected(container.error());
  tool::Arguments words = container->engine(line.command);
  words.insert(words.end(), line.words.begin(), line.words.end());
  return become(words);
}

Result<int> pass_on(const CommandLine& line) { return hand_over(line, false); }
/// Behind the name stands what is to be done: a signal, options of ps.
Result<int> pass_all_on(const CommandLine& line) { return hand_over(line, true); }

Result<int> remove(const CommandLine& line) {
  const bool force = std::ranges::any_of(line.words, [](auto& word) { return word == "--force" || word == "-f"; });
  auto id = read_name(line.command, line.words, false);
  if (!id) return std::unexpected(id.error());
  auto container = named(line, *id);
  if (!container && force) return 0;
  if (!container) return std::unexpected(container.error());
  tool::Arguments words = container->engine(line.command);
  words.insert(words.end(), line.words.begin(), line.words.end());
  auto code = run_engine(words);
  container->tidy();
  return code;
}

Result<int> state(const CommandLine& line) {
  auto id = read_name(line.command, line.words, false);
  if (!id) return std::unexpected(id.error());
  auto container = named(line, *id);
  if (!container) return std::unexpected(container.error());
  auto state = container->state();
  if (!state) return std::unexpected(state.error());
  fmt::print("{}\n", state->dump(2));
  return 0;
}

/// In runc's columns. What an engine doesn't say stays empty.
void print_table(const std::vector<Json>& states) {
  constexpr const char* kRow = "{:<40} {:<8} {:<9} {:<40} {:<30} {}\n";
  fmt::print(kRow, "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER");
  for (const Json& state : states) {
    const Json* const pid = find(state, {"pid"});
    fmt::print(kRow, text_at(state, {"id"}), pid ? pid->dump() : "", text_at(state, {"status"}),
               text_at(state, {"bundle"}), text_at(state, {"created"}), text_at(state, {"owner"}));
  }
}

Result<int> list(const CommandLine& line) {
  auto asked = read_listing(line.words);
  if (!asked) return std::unexpected(asked.error());
  std::vector<Json> states;
  for (const Container& container : all_containers(line))
    if (auto state = container.state()) states.push_back(*state);
  if (asked->quiet)
    for (const Json& state : states) fmt::print("{}\n", text_at(state, {"id"}));
  else if (asked->json)
    fmt::print("{}\n", Json(states).dump());
  else
    print_table(states);
  return 0;
}

Result<int> features(const CommandLine&) {
  fmt::print("{}\n", Json{{"ociVersionMin", "1.0.0"}, {"ociVersionMax", kSpecification}}.dump());
  return 0;
}

Result<int> version(const CommandLine&) {
  fmt::print("wick-runtime version {}\nspec: {}\n", WICK_VERSION, kSpecification);
  return 0;
}

/// Nothing is started in the container: its appliance is asked, and what it says is what the process would have said.
Result<int> exec(const CommandLine& line) {
  auto execution = read_execution(line.words);
  if (!execution) return std::unexpected(execution.error());
  auto container = named(line, execution->id);
  if (!container) return std::unexpected(container.error());
  auto state = container->state();
  if (!state) return std::unexpected(state.error());
  if (const std::string status = text_at(*state, {"status"}); status != "running")
    return fail(fmt::format("The container {} is {}, and only one that runs can be asked.", execution->id, status));
  if (!execution->process.empty()) {
    auto process = read_process(execution->process);
    auto words = process ? texts_at(*process, {"args"}) : std::unexpected(process.error());
    if (!words) return std::unexpected(words.error());
    execution->words = *words;
  }
  if (execution->words.empty()) return fail("exec wants a word: metrics, threads, crash or help.");
  auto said = answer(execution->words, container->folder());
  if (!said) return std::unexpected(said.error());
  return say(*said, *execution);
}

Result<int> help(const CommandLine& line);

struct Command {
  std::string_view name, summary;
  Result<int> (*run)(const CommandLine& line);
};

constexpr Command kCommands[] = {
    {"create", "--bundle DIR ID: make a container of the appliance in a bundle", make},
    {"start", "ID: let it run", pass_on},
    {"run", "--bundle DIR ID: both, and wait for its end", make},
    {"state", "ID: what is known of it, in JSON", state},
    {"kill", "[--all] ID [SIGNAL]: SIGTERM ends the guest in order", pass_all_on},
    {"delete", "[--force] ID", remove},
    {"list", "[--format json] [--quiet]", list},
    {"ps", "[--format json] ID [OPTION OF PS]...: its processes", pass_all_on},
    {"pause", "ID", pass_on},
    {"resume", "ID", pass_on},
    {"update", "OPTION... ID: change its limits", pass_on},
    {"exec", "ID metrics|threads|crash|help: what the appliance answers", exec},
    {"features", "what this runtime can do, in JSON", features},
    {"version", "", version},
    {"help", "", help},
};

Result<int> help(const CommandLine&) {
  fmt::print("Usage: wick-runtime [--root DIR] [--log FILE] [--log-format json] [--systemd-cgroup] COMMAND ...\n\n");
  for (const Command& command : kCommands)
    if (!command.summary.empty()) fmt::print("  {:<9} {}\n", command.name, command.summary);
  fmt::print("\nExample: podman --runtime /usr/local/bin/wick-runtime run -d -p 8080:80 localhost/http\n");
  return 0;
}

Result<int> run(const CommandLine& line) {
  const auto found = std::ranges::find(kCommands, line.command, &Command::name);
  if (found == std::end(kCommands))
    return fail(fmt::format("There is no command {:.100}.", line.command), "`wick-runtime --help` lists them.");
  return found->run(line);
}

}  // namespace
}  // namespace wick::runtime

int main(int count, char** words) {
  using namespace wick::runtime;
  CommandLine line;
  auto read = read_command_line({words + 1, static_cast<std::size_t>(std::max(count, 1) - 1)}, line);
  const auto code = read ? run(line) : Result<int>(std::unexpected(read.error()));
  if (code) return *code;
  report(line, code.error());
  return 1;
}
