// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "manifest/table.h"

#include <fmt/format.h>

#include "base/text.h"

namespace wick::tool {
namespace {

std::string_view type_name(const toml::node& node) {
  switch (node.type()) {
    case toml::node_type::string:
      return "a string";
    case toml::node_type::integer:
      return "an integer";
    case toml::node_type::floating_point:
      return "a floating-point number";
    case toml::node_type::boolean:
      return "a boolean";
    case toml::node_type::array:
      return "an array";
    case toml::node_type::table:
      return "a table";
    default:
      return "a date or time";
  }
}

std::string_view example(std::string_view wanted) {
  if (wanted == "a string") return "put the value between double quotes.";
  if (wanted == "an integer") return "write a plain number without quotes.";
  if (wanted == "a boolean") return "write true or false without quotes.";
  if (wanted == "a table") return "begin it with its name in brackets on a line of its own.";
  if (wanted == "an array of strings") return "write [\"one\", \"two\"].";
  return "see docs/manifest.md for an example.";
}

Error syntax_error(const toml::parse_error& error, const fs::path& file) {
  std::string what(error.description());
  auto at = error.source().begin;
  bool twice = what.contains("redefine");
  return {fmt::format("This is not TOML: {}{}", what, what.ends_with('.') ? "" : "."),
          twice ? "a key or table may stand only once; remove or rename one of the two."
                : "strings need double quotes, and a table begins with [name] on a line of its own.",
          fmt::format("{}:{}:{}", file.string(), at.line, at.column)};
}

}  // namespace

Result<toml::table> parse_toml(const std::string& text, const fs::path& file) {
  try {
    return toml::parse(text, file.string());
  } catch (const toml::parse_error& error) {
    return std::unexpected(syntax_error(error, file));
  }
}

Place Table::place_of(const toml::node& node) {
  auto position = node.source().begin;
  return {position.line, position.column};
}

Place Table::place_of_key(const std::string& key) const {
  for (auto&& [k, value] : table_) {
    if (k.str() == key) return {k.source().begin.line, k.source().begin.column};
  }
  return place();
}

void Table::wrong_type(const toml::node& node, const std::string& what, std::string_view wanted) {
  faults_.add(place_of(node), fmt::format("{} must be {}, not {}.", what, wanted, type_name(node)),
              std::string(example(wanted)));
}

const toml::node* Table::node(const std::string& key) {
  known_.insert(key);
  return table_.get(key);
}

std::optional<Located<std::string>> Table::string(const std::string& key) {
  const toml::node* value = node(key);
  if (!value) return {};
  if (auto text = value->value_exact<std::string>()) return Located{*text, place_of(*value)};
  wrong_type(*value, full(key), "a string");
  return {};
}

std::optional<Located<std::int64_t>> Table::integer(const std::string& key, std::int64_t least, std::int64_t most) {
  const toml::node* value = node(key);
  if (!value) return {};
  auto number = value->value_exact<std::int64_t>();
  if (!number) {
    wrong_type(*value, full(key), "an integer");
    return {};
  }
  if (*number < least || *number > most) {
    faults_.add(place_of(*value), fmt::format("{} must be between {} and {}, not {}.", full(key), least, most, *number),
                "choose a number of that range, or leave the key out for the default.");
    return {};
  }
  return Located{*number, place_of(*value)};
}

std::optional<Located<bool>> Table::boolean(const std::string& key) {
  const toml::node* value = node(key);
  if (!value) return {};
  if (auto flag = value->value_exact<bool>()) return Located{*flag, place_of(*value)};
  wrong_type(*value, full(key), "a boolean");
  return {};
}

std::vector<Located<std::string>> Table::strings(const std::string& key) {
  const toml::node* value = node(key);
  if (!value) return {};
  if (!value->is_array()) {
    wrong_type(*value, full(key), "an array of strings");
    return {};
  }
  std::vector<Located<std::string>> list;
  for (const toml::node& element : *value->as_array()) {
    if (auto text = element.value_exact<std::string>())
      list.push_back({*text, place_of(element)});
    else
      wrong_type(element, "Each element of " + full(key), "a string");
  }
  return list;
}

std::optional<Table> Table::table(const std::string& key) {
  const toml::node* value = node(key);
  if (!value) return {};
  if (const toml::table* found = value->as_table()) return Table(*found, full(key), faults_);
  wrong_type(*value, full(key), "a table");
  return {};
}

std::vector<Table> Table::tables(const std::string& key) {
  const toml::node* value = node(key);
  if (!value) return {};
  std::vector<Table> list;
  if (const toml::array* array = value->as_array(); array && array->is_array_of_tables()) {
    for (const toml::node& element : *array) list.emplace_back(*element.as_table(), full(key), faults_);
  } else {
    faults_.add(place_of(*value), fmt::format("{} must be an array of tables, not {}.", full(key), type_name(*value)),
                fmt::format("begin each of them with [[{}]].", full(key)));
  }
  return list;
}

std::vector<std::pair<Located<std::string>, Located<std::string>>> Table::pairs() {
  std::vector<std::pair<Located<std::string>, Located<std::string>>> list;
  for (auto&& [key, value] : table_) {
    std::string name(key.str());
    known_.insert(name);
    if (auto text = value.value_exact<std::string>()) {
      list.push_back({{name, {key.source().begin.line, key.source().begin.column}}, {*text, place_of(value)}});
    } else {
      wrong_type(value, full("\"" + name + "\""), "a string");
    }
  }
  return list;
}

void Table::finish() {
  std::vector<std::string> candidates(known_.begin(), known_.end());
  for (auto&& [key, value] : table_) {
    std::string name(key.str());
    if (known_.contains(name)) continue;
    Place place{key.source().begin.line, key.source().begin.column};
    std::string where = name_.empty() ? "The manifest" : "[" + name_ + "]";
    auto meant = nearest(name, candidates);
    faults_.add(
        place, fmt::format("{} has no key \"{}\".", where, name),
        meant ? fmt::format("did you mean \"{}\"?", *meant) : fmt::format("it knows {}.", join(candidates, ", ")));
  }
}

}  // namespace wick::tool
