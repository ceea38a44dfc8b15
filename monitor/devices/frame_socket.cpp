// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "monitor/devices/frame_socket.h"

#include <fcntl.h>
#include <linux/if_tun.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "monitor/base/entropy.h"
#include "monitor/base/sentence.h"

namespace wick::monitor {

namespace {

constexpr std::uint16_t kMtu = 1500;
constexpr unsigned kMaxPieces = 66;

/// A locally administered address of "WIC" and three random bytes: appliances on one bridge must differ.
void choose_address(std::uint8_t (&mac)[6]) {
  constexpr std::uint8_t kOurs[3] = {0x02, 0x57, 0x49};
  std::copy_n(kOurs, 3, mac);
  fill_random({mac + 3, 3});
}

std::unexpected<std::string> no_interface(const char* name) {
  return sentence("there is no interface %s: `ip tuntap add %s mode tap` makes one", name, name);
}

}  // namespace

Outcome FrameSocket::open_tap(const std::string& interface) {
  const char* name = interface.c_str();
  if (interface.empty() || interface.size() >= IFNAMSIZ) return sentence("\"%s\" is no name of an interface", name);
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
    if (if_nametoindex(name) == 0) return no_interface(name);
    if (why == EBUSY) return sentence("the tap interface %s is in use by another program", name);
    return sentence("the tap interface %s can't be used: %s", name, std::strerror(why));
  }
  // The kernel makes one where there is none, which nobody has given an address. That one goes with its file, others
  // stay.
  if (ioctl(file, TUNGETIFF, &request) == 0 && !(request.ifr_flags & IFF_PERSIST)) {
    close(file);
    return no_interface(name);
  }
  frame_ = std::make_unique_for_overwrite<std::uint8_t[]>(kMaxFrame);
  use(file);
  offer_all();
  return {};
}

void FrameSocket::use_user_network(int file, FrameRings& rings) {
  has_rings_ = true;
  from_.open(rings.to_guest);
  to_.open(rings.from_guest);
  use(file);
  offer_all();
}

/// Both kinds of file put a header before each frame, and with it come all offloads.
void FrameSocket::offer_all() {
  info_.offload = {
      .transmit_checksum = true, .receive_checksum = true, .segment4 = true, .segment6 = true, .coalesce = true};
}

void FrameSocket::use(int file) {
  file_ = file;
  choose_address(info_.mac);
  info_.mtu = kMtu;
  info_.link_up = true;
}

bool FrameSocket::say(Word word) {
  const iovec piece{&word, sizeof word};
  return writev(file_, &piece, 1) == sizeof word;
}

void FrameSocket::hear() {
  Word word;  // whatever it is: who has heard it looks at the rings
  if (has_rings_) (void)!read(file_, &word, sizeof word);
}

bool FrameSocket::wait() {
  if (!has_rings_ || lost_ || broken()) return true;
  if (blocked_ && !to_.wait_for(kRoomForOne)) return false;
  return from_.wait();
}

void FrameSocket::awake() {
  if (has_rings_) from_.awake();
}

/// @return whether it is in the ring, or nobody will ever read it
bool FrameSocket::put(std::span<const iovec> pieces) {
  std::size_t length = 0;
  for (const auto& piece : pieces) length += piece.iov_len;
  std::uint8_t* to = nullptr;
  if (lost_ || length > kMaxFrame + kMaxOffloadHeader) return true;
  while (!(to = to_.reserve(length))) {
    if (to_.broken()) return true;
    if (to_.wait_for(kRoomForOne)) return false;
  }
  for (const auto& piece : pieces)
    to = std::copy_n(static_cast<const std::uint8_t*>(piece.iov_base), piece.iov_len, to);
  to_.commit(length);
  return true;
}

void FrameSocket::flush() {
  if (has_rings_ && to_.publish()) (void)say(Word::look);
}

Status FrameSocket::transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                             void* token) {
  if (segments.size() >= kMaxPieces) return Status::bad_argument;
  if (token_count_ == kMaxTokens) return Status::would_block;
  Header header;
  drivers::virtio::write_header(header, hints);
  iovec pieces[kMaxPieces];
  int count = 0;
  pieces[count++] = {&header, sizeof header};
  for (const auto& segment : segments) pieces[count++] = {const_cast<void*>(segment.data), segment.length};
  if (has_rings_) {
    blocked_ = !put({pieces, static_cast<std::size_t>(count)});
  } else {
    const auto written = writev(file_, pieces, count);
    blocked_ = written < 0 && (errno == EAGAIN || errno == EINTR || errno == ENOBUFS);
  }
  if (blocked_) return Status::would_block;
  ++frames_;
  tokens_[token_count_++] = token;  // a frame that the host refuses is lost, as on any wire
  return Status::ok;
}

unsigned FrameSocket::poll(Receiver& receiver, unsigned budget) {
  for (unsigned i = 0; i < token_count_; ++i) receiver.transmitted(tokens_[i]);
  token_count_ = 0;
  unsigned frames = 0;
  while (frames < budget && receive(receiver)) ++frames;
  if (has_rings_ && from_.release()) (void)say(Word::look);
  if (frames) burst_ += frames - burst_ / 8;
  frames_ += frames;
  return frames;
}

/// @return nothing: there is none, or the file has its end
std::span<std::uint8_t> FrameSocket::next() {
  if (has_rings_) {
    if (from_.holds_much() && from_.release()) (void)say(Word::look);
    const auto frame = from_.next();  // copied once it is known to be for the guest: what it says doesn't matter here
    return frame ? std::span(const_cast<std::uint8_t*>(frame->data()), frame->size()) : std::span<std::uint8_t>{};
  }
  const auto got = read(file_, frame_.get(), kMaxFrame);
  return {frame_.get(), got > 0 ? static_cast<std::size_t>(got) : 0};
}

bool FrameSocket::receive(Receiver& receiver) {
  const auto frame = next();
  Header header;
  if (frame.size() <= sizeof header) return false;
  std::memcpy(&header, frame.data(), sizeof header);
  drivers::ReceiveBuffer buffer{};
  buffer.data = frame.data() + sizeof header;
  buffer.length = static_cast<std::uint32_t>(frame.size() - sizeof header);
  drivers::virtio::read_flags(header.flags, buffer);
  receiver.received(&buffer);
  return true;
}

}  // namespace wick::monitor
