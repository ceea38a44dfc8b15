// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From a descriptor to the socket behind it.

#include "net/sockets/socket.h"
#include "posix/result.h"
#include "sched/lock.h"

namespace wick::net {

/// Runs `operation` on the socket behind a descriptor.
template <typename Operation>
std::int64_t on_socket(int descriptor, Operation&& operation) {
  return posix::result(posix::restarted([&]() -> fs::Outcome {
    const sched::Guard files(sched::State::files), network(sched::State::network);
    const fs::FileReference file = fs::lookup(descriptor);
    if (!file) return -EBADF;
    if (file->kind != fs::FileKind::socket) return -ENOTSOCK;
    return operation(static_cast<Socket&>(*file));
  }));
}

}  // namespace wick::net
