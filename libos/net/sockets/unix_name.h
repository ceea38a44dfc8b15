// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Names of Unix sockets: a path of a file system, where a node stands for the socket, or an abstract one, which begins
// with a zero byte and is in no file system.

#include <sys/socket.h>
#include <sys/un.h>

#include <cstdint>

namespace wick::fs {
class FileSystem;
}

namespace wick::net {

struct UnixName {
  sockaddr_un address{};
  socklen_t length = 0;  ///< 0: no name

  /// @return 0 or -errno; a name of the family alone is none
  int set(const sockaddr* from, socklen_t bytes);
  void tell(sockaddr* to, socklen_t* bytes) const;
  bool abstract() const { return address.sun_path[0] == '\0'; }
};

/// What tells two names apart: for a path the node that it leads to.
struct UnixPlace {
  const fs::FileSystem* file_system = nullptr;
  std::uint64_t node = 0;

  bool operator==(const UnixPlace&) const = default;
  /// Of a path that is there. @return 0 or -errno
  int find(const UnixName& name);
  /// Makes the node.
  int make(const UnixName& name);
};

bool same_abstract(const UnixName& one, const UnixName& other);

}  // namespace wick::net
