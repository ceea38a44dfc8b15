// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Compression by zlib into a file that is being made: a piece at a time, or one stream. Which bytes come of the same
// input is up to the version of zlib.

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/output_file.h"

namespace wick::tool {

/// One piece as a stream of its own in zlib's format (RFC 1950).
std::vector<std::byte> deflated(std::span<const std::byte> bytes);

/// The same as one member of gzip (RFC 1952), without name and time.
std::string gzipped(std::string_view bytes);

/// Appends to a file as one member of gzip (RFC 1952), without name and time.
class GzipStream {
 public:
  explicit GzipStream(OutputFile& to);
  ~GzipStream();
  GzipStream(const GzipStream&) = delete;
  GzipStream& operator=(const GzipStream&) = delete;

  /// Fewer than 4 GiB. @return false: the file can't be written, and its finish() says why
  bool append(std::span<const std::byte> bytes);
  bool end();

 private:
  struct State;
  bool run(std::span<const std::byte> bytes, bool last);

  OutputFile& to_;
  std::unique_ptr<State> state_;
};

}  // namespace wick::tool
