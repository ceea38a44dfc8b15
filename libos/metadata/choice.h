// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Which of a document's network interfaces is this machine's: the one with its hardware address, else the only one that
// names none.

#include "metadata/fault.h"
#include "metadata/tree.h"

namespace wick::metadata {

struct HardwareAddress {
  std::uint8_t bytes[6];
};

class Choice {
 public:
  explicit Choice(const HardwareAddress& own) : own_(own) {}

  /// @param address the hardware address that the interface is for; nullptr: it names none
  void offer(const Node& interface, const Node* address);

  /// @param at where the interfaces are
  Fault choose(const Node& at, const Node*& chosen) const;

 private:
  const HardwareAddress& own_;
  const Node* match_ = nullptr;
  const Node* other_ = nullptr;
  unsigned matches_ = 0, others_ = 0;
  bool seen_ = false;
};

}  // namespace wick::metadata
