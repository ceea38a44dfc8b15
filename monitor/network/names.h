// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Questions for names, where the guest has a list of those that it may reach (RFC 1035). Nothing of what the guest
// wrote goes on: its question is read, and one for the list's own name is written afresh, so that a name can carry
// nothing out. The answer is read for addresses, which the list opens. Pure, but for random numbers.

#include <functional>
#include <string>
#include <vector>

#include "monitor/network/address.h"
#include "monitor/network/bytes.h"

namespace wick::monitor {

class Names {
 public:
  using Message = std::vector<std::uint8_t>;
  struct Question {
    Message query;    ///< for the name server, unless empty
    Message refusal;  ///< for the guest, unless empty
  };
  struct Answer {
    Message message;  ///< for the guest; empty: it was nobody's
    Message refusal;  ///< for the guest instead, where the addresses aren't for it
    std::string name;
    std::vector<Address> addresses;
  };

  Question ask(Bytes message, const Endpoint& guest, const std::function<bool(std::string_view)>& allowed);
  Answer answer(Bytes message, const Endpoint& guest);

 private:
  struct Waiting {
    Endpoint guest;
    std::uint16_t id, own_id, type;
    std::string name;
  };
  static constexpr std::size_t kMaxWaiting = 64;
  std::vector<Waiting> waiting_;  ///< oldest first
};

}  // namespace wick::monitor
