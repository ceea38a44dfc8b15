// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A table of the manifest, read strictly: each value is asked for by key and type, and what nobody asked for is an
// unknown key. Every value keeps its place, so that later checks can point at it.

#include <toml++/toml.h>

#include <concepts>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/file.h"
#include "manifest/faults.h"

namespace wick::tool {

template <typename T>
struct Located {
  T value{};
  Place place;
  operator const T&() const { return value; }
};

/// @param file for the error's place
Result<toml::table> parse_toml(const std::string& text, const fs::path& file);

class Table {
 public:
  /// @param name as it stands in the manifest, for sentences: "memory"; empty for the root
  Table(const toml::table& table, std::string name, Faults& faults)
      : table_(table), name_(std::move(name)), faults_(faults) {}

  std::optional<Located<std::string>> string(const std::string& key);
  std::optional<Located<std::int64_t>> integer(const std::string& key, std::int64_t least, std::int64_t most);
  std::optional<Located<bool>> boolean(const std::string& key);
  std::vector<Located<std::string>> strings(const std::string& key);
  std::optional<Table> table(const std::string& key);
  std::vector<Table> tables(const std::string& key);
  const toml::node* node(const std::string& key);  ///< any type; the caller checks

  /// Every pair of a table whose keys are the user's own; values must be strings.
  std::vector<std::pair<Located<std::string>, Located<std::string>>> pairs();

  /// Reports the keys that were not asked for. To be called last.
  void finish();

  std::size_t size() const { return table_.size(); }
  Place place() const { return place_of(table_); }
  Place place_of_key(const std::string& key) const;
  Faults& faults() { return faults_; }
  std::string full(const std::string& key) const { return name_.empty() ? key : name_ + "." + key; }
  void wrong_type(const toml::node& node, const std::string& what, std::string_view wanted);

  static Place place_of(const toml::node& node);

 private:
  const toml::table& table_;
  std::string name_;
  Faults& faults_;
  std::set<std::string> known_;
};

}  // namespace wick::tool
