// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See service.h.

#include "metadata/sources/service.h"

namespace wick::metadata {

using http::Outcome;

Finding absent(const char* who, const Outcome& outcome) {
  return {false, who, {outcome.is == Outcome::Is::nothing ? "knows nothing of such data" : outcome.what}};
}

Finding read_paths(Surroundings& around, const char* who, const http::Header& header, const http::Header& signature,
                   std::span<const WantedPath> wanted) {
  for (const auto& [path, text] : wanted) {
    const Outcome outcome = around.ask({"GET", path, header, signature}, text);
    if (outcome.is == Outcome::Is::fault) return {true, who, {outcome.what}};
  }
  return {true, who, {}};
}

}  // namespace wick::metadata
