// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Collects what is wrong with a manifest while reading goes on. Only the first fault by position is told: later ones
// may be its consequence.

#include <optional>
#include <string>

#include "base/result.h"

namespace wick::tool {

struct Place {
  unsigned line = 1;
  unsigned column = 1;
  auto operator<=>(const Place&) const = default;
};

class Faults {
 public:
  explicit Faults(std::string file) : file_(std::move(file)) {}

  void add(Place place, std::string sentence, std::string hint) {
    add(place, Error{std::move(sentence), std::move(hint)});
  }
  /// @param error with the place of its own, where it is a fault of another file
  void add(Place place, Error error) {
    if (first_ && first_place_ <= place) return;
    first_place_ = place;
    if (error.location.empty())
      error.location = file_ + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    first_ = std::move(error);
  }

  const std::optional<Error>& first() const { return first_; }

 private:
  std::string file_;
  Place first_place_;
  std::optional<Error> first_;
};

}  // namespace wick::tool
