// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/sockets/control.h"

#include <algorithm>
#include <cstring>

namespace wick::net {

ControlWriter::ControlWriter(msghdr& message)
    : message_(message), capacity_(message.msg_control ? message.msg_controllen : 0) {
  message.msg_controllen = 0;
}

std::size_t ControlWriter::room() const {
  const std::size_t left = capacity_ - message_.msg_controllen;
  return left > CMSG_LEN(0) ? left - CMSG_LEN(0) : 0;
}

void ControlWriter::put(int level, int type, const void* data, std::size_t bytes) {
  const std::size_t fits = std::min(bytes, room());
  if (fits < bytes) message_.msg_flags |= MSG_CTRUNC;
  if (capacity_ - message_.msg_controllen < CMSG_LEN(0)) return;
  auto* const at = static_cast<char*>(message_.msg_control) + message_.msg_controllen;
  cmsghdr header{};
  header.cmsg_len = CMSG_LEN(fits);
  header.cmsg_level = level;
  header.cmsg_type = type;
  std::memcpy(at, &header, sizeof(header));
  std::memcpy(at + CMSG_LEN(0), data, fits);
  message_.msg_controllen = std::min(capacity_, message_.msg_controllen + CMSG_SPACE(fits));
}

}  // namespace wick::net
