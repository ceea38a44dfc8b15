// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "serve/clients.h"

#include <sys/socket.h>
#include <unistd.h>

#include "base/handed_file.h"

namespace wick::tool {

int take_client(const Door& door) {
  return door.bring < 0 ? accept4(door.file, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC) : receive_file(door.file);
}

void refuse(int client) {
  const linger now{1, 0};
  setsockopt(client, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  close(client);
}

}  // namespace wick::tool
