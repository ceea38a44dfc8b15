// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The process that has the host's sockets of a guest's vsock device: whoever connects to the Unix socket PATH and says
// "CONNECT port" reaches a port of the guest's, and the guest's connections to port P go to PATH_P, as Firecracker has
// it. Of its own because it reads what the guest and clients send; it sits in a jail.

#include <expected>
#include <string>

#include "abi/virtio/vsock.h"

namespace wick::monitor {

inline constexpr std::uint32_t kGuestCid = 3;  ///< the first that guests have
/// Of a word to the process, a packet without an operation: flags 0, the guest's connections are gone, or this.
inline constexpr std::uint32_t kEndOfGuest = 1;

/// A Unix socket, in the place of one that nobody listens at any more. @param what it is, for the sentence that tells
/// what is wrong  @param mode of its name, without what the umask takes
std::expected<int, std::string> listen_at(const char* what, const std::string& path, int kind, unsigned mode);

/// Forks; to be called before the guest's memory is mapped. @return a non-blocking SOCK_SEQPACKET, one packet of
/// virtio's a message; it has its end when the process has. Else what is wrong, in one sentence
std::expected<int, std::string> start_vsock(const std::string& path);

}  // namespace wick::monitor
