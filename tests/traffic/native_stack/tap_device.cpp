// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "tap_device.h"

#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cstring>

#include "virtio/network_header.h"

namespace wick::native_stack {

using namespace drivers::virtio;

bool TapDevice::open(const char* name, bool offloads) {
  descriptor_ = ::open("/dev/net/tun", O_RDWR | O_NONBLOCK);
  if (descriptor_ < 0) return false;
  ifreq request{};
  std::strncpy(request.ifr_name, name, IFNAMSIZ - 1);
  request.ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR;
  if (ioctl(descriptor_, TUNSETIFF, &request) != 0) return false;
  int header_bytes = sizeof(NetworkHeader);
  if (ioctl(descriptor_, TUNSETVNETHDRSZ, &header_bytes) != 0) return false;
  offloads_ = offloads;
  if (ioctl(descriptor_, TUNSETOFFLOAD, offloads ? TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO6 : 0) != 0) return false;
  buffers_.resize(kBuffers);
  memory_.resize(kBuffers, std::vector<std::uint8_t>(kBufferBytes));
  for (unsigned number = 0; number < kBuffers; ++number) {
    buffers_[number].index = static_cast<std::uint16_t>(number);
    free_.push_back(&buffers_[number]);
  }
  return true;
}

drivers::NetworkInfo TapDevice::info() const {
  drivers::NetworkInfo info{};
  const std::uint8_t mac[6] = {0x52, 0x54, 0, 0x12, 0x34, 0x56};
  std::memcpy(info.mac, mac, sizeof(mac));
  info.mtu = 1500;
  info.link_up = true;
  if (offloads_) {
    info.offload = {
        .transmit_checksum = true, .receive_checksum = true, .segment4 = true, .segment6 = true, .coalesce = true};
  }
  return info;
}

Status TapDevice::transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                           void* token) {
  NetworkHeader header;
  write_header(header, hints);
  iovec pieces[32] = {{&header, sizeof(header)}};
  int count = 1;
  for (const auto& segment : segments) pieces[count++] = {const_cast<void*>(segment.data), segment.length};
  if (writev(descriptor_, pieces, count) < 0) return Status::would_block;
  sent_.push_back(token);
  return Status::ok;
}

unsigned TapDevice::poll(Receiver& receiver, unsigned budget) {
  while (!sent_.empty()) {
    void* token = sent_.back();
    sent_.pop_back();
    receiver.transmitted(token);
  }
  unsigned frames = 0;
  while (frames < budget && !free_.empty()) {
    drivers::ReceiveBuffer* buffer = free_.back();
    std::uint8_t* memory = memory_[buffer->index].data();
    ssize_t length = read(descriptor_, memory, kBufferBytes);
    if (length < static_cast<ssize_t>(sizeof(NetworkHeader))) break;
    free_.pop_back();
    NetworkHeader header;
    std::memcpy(&header, memory, sizeof(header));
    buffer->next = nullptr;
    buffer->data = memory + sizeof(header);
    buffer->length = static_cast<std::uint32_t>(length) - static_cast<std::uint32_t>(sizeof(header));
    read_flags(header.flags, *buffer);
    receiver.received(buffer);
    ++frames;
  }
  return frames;
}

void TapDevice::release(drivers::ReceiveBuffer* buffer) { free_.push_back(buffer); }

}  // namespace wick::native_stack
