// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What a volume should hold while the load of test-power goes on, as one number for each moment. For power_check.cpp.

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>

#include "tests/guest/power/load.h"

namespace wick::power {

inline std::uint64_t of_entry(const std::string& path, const std::string* content) {
  const std::uint64_t name = std::hash<std::string>{}(path);
  const std::uint64_t value = content ? std::hash<std::string>{}(*content) * 3 + 1 : 0x517cc1b727220a95;
  return Random(name ^ Random(value).next()).next();
}

/// Every entry's number; the sum doesn't depend on their order.
using Tree = std::map<std::string, std::uint64_t>;
inline std::uint64_t sum_of(const Tree& tree) {
  std::uint64_t sum = 0;
  for (const auto& [path, number] : tree) sum += number;
  return sum;
}

class Model {
 public:
  void run(const Change& change) {
    const std::string from = name_of(change.from), to = name_of(change.to);
    switch (change.kind) {
      case Kind::make_folder:
        tree_[name_of_folder(change.from.folder)] = of_entry(name_of_folder(change.from.folder), nullptr);
        break;
      case Kind::remove_folder:
        tree_.erase(name_of_folder(change.from.folder));
        break;
      case Kind::rename_folder:
        rename_folder(change);
        break;
      case Kind::create:
        put(from, "");
        break;
      case Kind::write: {
        std::string text = files_[from];
        text.resize(std::max<std::size_t>(text.size(), change.offset + change.bytes));
        fill(&text[change.offset], change.bytes, change.seed);
        put(from, std::move(text));
        break;
      }
      case Kind::truncate: {
        std::string text = files_[from];
        text.resize(change.bytes);
        put(from, std::move(text));
        break;
      }
      case Kind::remove:
        take(from);
        break;
      case Kind::rename:
        put(to, take(from));
        break;
      case Kind::sync:
        break;
    }
  }
  std::uint64_t sum() const { return sum_of(tree_); }

 private:
  void put(const std::string& path, std::string text) {
    tree_[path] = of_entry(path, &text);
    files_[path] = std::move(text);
  }
  std::string take(const std::string& path) {
    std::string text = std::move(files_[path]);
    files_.erase(path);
    tree_.erase(path);
    return text;
  }
  void rename_folder(const Change& change) {
    tree_.erase(name_of_folder(change.from.folder));
    tree_[name_of_folder(change.to.folder)] = of_entry(name_of_folder(change.to.folder), nullptr);
    for (unsigned file = 0; file < kFiles; file++) {
      const std::string from = name_of({change.from.folder, file});
      if (files_.contains(from)) put(name_of({change.to.folder, file}), take(from));
    }
  }

  std::map<std::string, std::string> files_;
  Tree tree_;
};

}  // namespace wick::power
