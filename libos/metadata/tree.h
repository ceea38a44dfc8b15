// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A YAML document as a tree, read by libyaml. Of YAML 1.1 it is what configuration is written in: anchors, aliases,
// tags, several documents in a text, keys that are no plain texts or stand there twice are refused, each by its line.
// Bounded in size, depth and number of nodes, as anybody may have written the text. Host-testable.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "metadata/fault.h"

namespace wick::metadata {

inline constexpr std::size_t kMaxDocumentBytes = 64 << 10;

enum class Kind : std::uint8_t { scalar, sequence, mapping };

/// Belongs to its document.
struct Node {
  std::string_view key;  ///< in a mapping
  std::string_view text;
  const Node* first = nullptr;  ///< of what is in it
  const Node* next = nullptr;   ///< in what it is in
  unsigned line = 0;
  Kind kind = Kind::scalar;
  bool quoted = false;

  /// Written as nothing, "~" or "null".
  bool is_null() const;
  /// @return nullptr when a mapping has no such key, or this is none
  const Node* child(std::string_view key) const;
};

class Document {
 public:
  Document() = default;
  Document(const Document&) = delete;
  ~Document();

  /// Once. @param text need not stay @param malformed what a text is that can't be read
  Fault read(std::string_view text, const char* malformed = "is no YAML");

  /// nullptr when there is nothing in it
  const Node* root() const { return count_ ? nodes_ : nullptr; }

 private:
  friend class Builder;
  Node* nodes_ = nullptr;
  char* texts_ = nullptr;
  unsigned count_ = 0;
};

}  // namespace wick::metadata
