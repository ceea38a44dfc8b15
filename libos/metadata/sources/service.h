// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Sources that are a service of the cloud's: documents by their paths, each a request of its own.

#include <span>

#include "metadata/source.h"

namespace wick::metadata {

struct WantedPath {
  std::string_view path;
  Text& text;
};

/// Those that the service has. @param who "ec2's service" @param header, signature as in a request
Finding read_paths(Surroundings& around, const char* who, const http::Header& header, const http::Header& signature,
                   std::span<const WantedPath> wanted);

/// That the service isn't there, by what came of the first question; nothing: it is there.
Finding absent(const char* who, const http::Outcome& outcome);

}  // namespace wick::metadata
