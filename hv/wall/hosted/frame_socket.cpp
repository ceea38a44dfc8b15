// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "wall/hosted/frame_socket.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "wall/hosted/entropy.h"
#include "wall/hosted/sentence.h"

namespace wick::hosted {

using drivers::virtio::kDataValid;
using drivers::virtio::kNeedsChecksum;

namespace {

constexpr std::uint16_t kMtu = 1500;
constexpr unsigned kMostPieces = 66;

/// A locally administered address of "WIC" and three random bytes: appliances on one bridge must differ.
void choose_address(std::uint8_t (&mac)[6]) {
  constexpr std::uint8_t kOurs[3] = {0x02, 0x57, 0x49};
  std::copy_n(kOurs, 3, mac);
  fill_random({mac + 3, 3});
}

/// The Internet checksum (RFC 1071) of bytes that hold the pseudo-header's sum in the place of the result.
std::uint16_t checksum(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t sum = 0;
  for (; count >= 4; bytes += 4, count -= 4) {
    std::uint32_t word;
    std::memcpy(&word, bytes, sizeof word);
    sum += word;
  }
  std::uint32_t rest = 0;
  std::memcpy(&rest, bytes, count);
  sum += rest;
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

}  // namespace

std::expected<void, std::string> FrameSocket::open_tap(const std::string& interface) {
  const char* name = interface.c_str();
  if (interface.empty() || interface.size() >= IFNAMSIZ) return sentence("\"%s\" is no name of an interface", name);
  if (if_nametoindex(name) == 0)  // the kernel would make one, which nobody has given an address
    return sentence("there is no interface %s: `ip tuntap add %s mode tap` makes one", name, name);
  const int file = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file < 0) return sentence("/dev/net/tun can't be opened: %s", std::strerror(errno));
  ifreq request{};
  std::memcpy(request.ifr_name, name, interface.size());
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  int header = sizeof(Header);
  if (ioctl(file, TUNSETIFF, &request) != 0 || ioctl(file, TUNSETVNETHDRSZ, &header) != 0 ||
      ioctl(file, TUNSETOFFLOAD, TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6) != 0) {
    const int why = errno;
    close(file);
    if (why == EBUSY) return sentence("the tap interface %s is in use by another program", name);
    return sentence("the tap interface %s can't be used: %s", name, std::strerror(why));
  }
  use(file);
  has_header_ = true;
  info_.offload = {
      .transmit_checksum = true, .receive_checksum = true, .segment4 = true, .segment6 = true, .coalesce = true};
  return {};
}

void FrameSocket::use_user_network(int file) {
  use(file);
  // libslirp takes whole TCP segments up to 64 KiB by IPv4: six times as fast as one Ethernet frame after another.
  info_.offload = {.transmit_checksum = true, .segment4 = true};
}

void FrameSocket::use(int file) {
  file_ = file;
  choose_address(info_.mac);
  info_.mtu = kMtu;
  info_.link_up = true;
}

Status FrameSocket::transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                             void* token) {
  if (segments.size() >= kMostPieces) return Status::bad_argument;
  if (token_count_ == kMostTokens) return Status::would_block;
  Header header{};
  if (hints.checksum) {
    header.flags = kNeedsChecksum;
    header.checksum_start = hints.checksum_start;
    header.checksum_offset = hints.checksum_offset;
    if (hints.segment_size) {
      header.segmentation = hints.ipv6 ? drivers::virtio::kSegmentTcp6 : drivers::virtio::kSegmentTcp4;
      header.segment_size = hints.segment_size;
      header.header_length = hints.header_length;
    }
  }
  iovec pieces[kMostPieces];
  int count = 0;
  drivers::TransmitSegment whole;
  if (!has_header_ && hints.checksum) {
    const auto frame = summed(segments, hints);
    if (frame.empty()) return Status::bad_argument;
    whole = {frame.data(), static_cast<std::uint32_t>(frame.size())};
    segments = {&whole, 1};
  }
  if (has_header_) pieces[count++] = {&header, sizeof header};
  for (const auto& segment : segments) pieces[count++] = {const_cast<void*>(segment.data), segment.length};
  const auto written = writev(file_, pieces, count);
  blocked_ = written < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS);
  if (blocked_) return Status::would_block;
  ++frames_;
  tokens_[token_count_++] = token;  // a frame that the host refuses is lost, as on any wire
  return Status::ok;
}

/// A copy of the frame with its checksum filled in, for a receiver that knows of no offloads but takes frames of any
/// size.
std::span<const std::uint8_t> FrameSocket::summed(std::span<const drivers::TransmitSegment> segments,
                                                  const drivers::TransmitHints& hints) {
  std::size_t length = 0;
  for (const auto& segment : segments) {
    if (segment.length > kMostFrame - length) return {};
    std::memcpy(sent_ + length, segment.data, segment.length);
    length += segment.length;
  }
  const std::size_t start = hints.checksum_start, place = start + hints.checksum_offset;
  if (place + 2 > length) return {};
  const auto sum = checksum(sent_ + start, length - start);
  std::memcpy(sent_ + place, &sum, sizeof sum);
  return {sent_, length};
}

unsigned FrameSocket::poll(Receiver& receiver, unsigned budget) {
  for (unsigned i = 0; i < token_count_; ++i) receiver.transmitted(tokens_[i]);
  token_count_ = 0;
  unsigned frames = 0;
  while (frames < budget && receive(receiver)) ++frames;
  if (frames) burst_ += frames - burst_ / 8;
  frames_ += frames;
  return frames;
}

bool FrameSocket::receive(Receiver& receiver) {
  const auto got = read(file_, frame_, sizeof frame_);
  const auto skip = static_cast<ssize_t>(has_header_ ? sizeof(Header) : 0);
  if (got <= skip) return false;
  Header header{};
  if (has_header_) std::memcpy(&header, frame_, sizeof header);
  drivers::ReceiveBuffer buffer{};
  buffer.data = frame_ + skip;
  buffer.length = static_cast<std::uint32_t>(got - skip);
  buffer.checksum_partial = (header.flags & kNeedsChecksum) != 0;
  buffer.checksum_good = (header.flags & (kNeedsChecksum | kDataValid)) != 0;
  receiver.received(&buffer);
  return true;
}

}  // namespace wick::hosted
