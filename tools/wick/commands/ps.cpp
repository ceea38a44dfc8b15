// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// wick ps: the appliances that run in the background.

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <nlohmann/json.hpp>

#include "base/terminal.h"
#include "base/text.h"
#include "commands/commands.h"
#include "run/instance.h"

namespace wick::tool {
namespace {

using Row = std::array<std::string, 6>;

void print_table(const std::vector<Row>& rows) {
  std::array<std::size_t, std::tuple_size_v<Row>> widths{};
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], row[i].size());
  }
  for (const Row& row : rows) {
    std::string line;
    for (std::size_t i = 0; i + 1 < row.size(); ++i) line += fmt::format("{:<{}}  ", row[i], widths[i]);
    print(line + row.back());
  }
}

class Ps final : public Command {
 public:
  std::string name() const override { return "ps"; }
  std::string summary() const override { return "List the appliances that run in the background"; }
  std::string example() const override { return "wick ps"; }
  void describe(Syntax& syntax) override { syntax.flag("--json", json_, "as JSON"); }

  Result<int> run() override {
    auto all = instances();
    if (!all) return std::unexpected(all.error());
    const std::int64_t now = std::time(nullptr);
    json_ ? show_json(*all, now) : show(*all, now);
    return 0;
  }

 private:
  static void show(const std::vector<Instance>& all, std::int64_t now) {
    std::vector<Row> rows{{"NAME", "PID", "WALL", "UPTIME", "PORTS", "IMAGE"}};
    for (const Instance& one : all) {
      rows.push_back({one.name, fmt::format("{}", one.pid), one.wall, uptime_text(now - one.started),
                      one.publish.empty() ? "-" : join(one.publish, ", "), one.image});
    }
    print_table(rows);
  }

  static void show_json(const std::vector<Instance>& all, std::int64_t now) {
    auto list = nlohmann::ordered_json::array();
    for (const Instance& one : all) {
      list.push_back({{"name", one.name},
                      {"pid", one.pid},
                      {"wall", one.wall},
                      {"uptime", std::max<std::int64_t>(now - one.started, 0)},
                      {"ports", one.publish},
                      {"image", one.image},
                      {"log", one.log.string()}});
    }
    print(list.dump(2));
  }

  bool json_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ps() { return std::make_unique<Ps>(); }

}  // namespace wick::tool
