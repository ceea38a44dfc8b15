// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/handed_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace wick::tool {
namespace {

using Room = std::array<char, CMSG_SPACE(sizeof(int))>;

/// A message of one byte, as there must be one, with room for a file.
struct Parcel {
  char byte = 0;
  iovec bytes{&byte, sizeof byte};
  alignas(cmsghdr) Room room{};
  msghdr message{};

  Parcel() {
    message.msg_iov = &bytes;
    message.msg_iovlen = 1;
    message.msg_control = room.data();
    message.msg_controllen = room.size();
  }
};

}  // namespace

/// A Unix socket's name has room for 107 bytes, so its folder is named by a descriptor.
int connect_to(const fs::path& path) {
  const int folder = open(path.parent_path().c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC);
  const int file = folder < 0 ? -1 : socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  const auto end = fmt::format_to_n(name.sun_path, sizeof name.sun_path - 1, "/proc/self/fd/{}/{}", folder,
                                    path.filename().string());
  const bool fine = file >= 0 && end.size < sizeof name.sun_path &&
                    connect(file, reinterpret_cast<const sockaddr*>(&name), sizeof name) == 0;
  const int error = errno;
  if (folder >= 0) close(folder);
  if (!fine && file >= 0) close(file);
  errno = error;
  return fine ? file : -1;
}

bool send_file(int to, int file, std::span<const std::byte> words) {
  Parcel parcel;
  parcel.bytes = {const_cast<std::byte*>(words.data()), words.size()};
  cmsghdr* rights = CMSG_FIRSTHDR(&parcel.message);
  rights->cmsg_level = SOL_SOCKET;
  rights->cmsg_type = SCM_RIGHTS;
  rights->cmsg_len = CMSG_LEN(sizeof file);
  std::memcpy(CMSG_DATA(rights), &file, sizeof file);
  return sendmsg(to, &parcel.message, MSG_DONTWAIT | MSG_NOSIGNAL) == static_cast<ssize_t>(words.size());
}

int receive_file(int from) {
  Parcel parcel;
  if (recvmsg(from, &parcel.message, MSG_DONTWAIT | MSG_CMSG_CLOEXEC) <= 0) return -1;
  const cmsghdr* rights = CMSG_FIRSTHDR(&parcel.message);
  int file = -1;
  if (rights && rights->cmsg_type == SCM_RIGHTS) std::memcpy(&file, CMSG_DATA(rights), sizeof file);
  return file;
}

}  // namespace wick::tool
