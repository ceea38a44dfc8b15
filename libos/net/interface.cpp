// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "net/interface.h"

#include <algorithm>
#include <cstring>

#include "lwip/etharp.h"
#include "lwip/ethip6.h"
#include "lwip/ip4.h"
#include "lwip/ip6.h"
#include "lwip/mld6.h"
#include "lwip/prot/ethernet.h"
#include "lwip/prot/iana.h"
#include "net/announce.h"
#include "net/prediction.h"
#include "net/segmentation.h"
#include "net/stack.h"
#include "net/transmit.h"
#include "netif/ethernet.h"

namespace wick::net {

using drivers::ReceiveBuffer;

/// lives in ReceiveBuffer::stack_space
struct Interface::Slot {
  pbuf_custom packet;
  Interface* owner;
  ReceiveBuffer* buffer;
};

namespace {

constexpr std::uint16_t kMinMtu = 576;  ///< RFC 791: what every host takes
constexpr std::uint16_t kReceiveChecks = NETIF_CHECKSUM_CHECK_TCP | NETIF_CHECKSUM_CHECK_UDP;

}  // namespace

void Interface::start(drivers::Network& device, std::uint16_t mtu_limit) {
  device_ = &device;
  drivers::NetworkInfo info = device.info();
  offload_ = info.offload;
  if (info.most_held != 0) most_held_ = std::min<unsigned>(info.most_held, most_held_);
  checksum_flags_ = NETIF_CHECKSUM_ENABLE_ALL;
  if (offload_.transmit_checksum) checksum_flags_ &= static_cast<std::uint16_t>(~NETIF_CHECKSUM_GEN_TCP);
  mtu_ = most_mtu_ = mtu_limit != 0 && mtu_limit < info.mtu ? mtu_limit : info.mtu;
  netif_.hwaddr_len = ETH_HWADDR_LEN;
  std::memcpy(netif_.hwaddr, info.mac, ETH_HWADDR_LEN);
  if (offload_.transmit_checksum) enable_segmentation(offload_.segment4, offload_.segment6, mtu_);
  netif_add_noaddr(&netif_, this, initialize, [](pbuf*, netif*) -> err_t { return ERR_IF; });
  netif_set_link_up(&netif_);
  netif_set_up(&netif_);
}

void Interface::limit_mtu(std::uint16_t mtu) {
  mtu_ = std::clamp(mtu, std::min(kMinMtu, most_mtu_), most_mtu_);
  netif_.mtu = mtu_;
  netif_.mtu6 = std::min(most_mtu_, std::max(mtu_, kMinMtu6));
  if (offload_.transmit_checksum) enable_segmentation(offload_.segment4, offload_.segment6, mtu_);
}

err_t Interface::initialize(netif* self) {
  auto& interface = *static_cast<Interface*>(self->state);
  self->name[0] = 'e';
  self->name[1] = 'n';
  self->mtu = interface.mtu_;
  self->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP | NETIF_FLAG_ETHERNET | NETIF_FLAG_MLD6;
  self->output = output4;
  self->output_ip6 = ethip6_output;
  self->linkoutput = transmit;
  NETIF_SET_CHECKSUM_CTRL(self, interface.checksum_flags_);
  return ERR_OK;
}

void Interface::release(pbuf* packet) {
  auto* slot = reinterpret_cast<Slot*>(packet);
  --slot->owner->held_;
  slot->owner->device_->release(slot->buffer);
}

/// Makes a pbuf chain of a frame's buffers, in the space that each has for it. The Ethernet header is left out, which
/// keeps the longest coalesced frame within lwIP's 16-bit lengths.
pbuf* Interface::wrap(ReceiveBuffer* frame) {
  static_assert(sizeof(Slot) <= sizeof(ReceiveBuffer::stack_space));
  pbuf* previous = nullptr;
  pbuf* first = nullptr;
  std::uint32_t total = 0;
  std::uint32_t skip = SIZEOF_ETH_HDR;
  for (ReceiveBuffer* buffer = frame; buffer; buffer = buffer->next) {
    auto* slot = reinterpret_cast<Slot*>(buffer->stack_space);
    slot->packet.custom_free_function = release;
    slot->owner = this;
    slot->buffer = buffer;
    pbuf& packet = slot->packet.pbuf;
    packet.next = nullptr;
    packet.payload = buffer->data + skip;
    packet.len = static_cast<std::uint16_t>(buffer->length - skip);
    packet.type_internal = static_cast<std::uint8_t>(PBUF_ROM);
    packet.flags = PBUF_FLAG_IS_CUSTOM;
    packet.ref = 1;
    packet.if_idx = netif_get_index(&netif_);
    total += packet.len;
    skip = 0;
    ++held_;
    if (!previous) {
      first = &packet;
    } else {
      previous->next = &packet;
    }
    previous = &packet;
  }
  if (total > 0xffff) {
    pbuf_free(first);
    return nullptr;
  }
  first->tot_len = static_cast<std::uint16_t>(total);
  std::uint32_t rest = total - first->len;
  for (pbuf* packet = first->next; packet; packet = packet->next) {
    packet->tot_len = static_cast<std::uint16_t>(rest);
    rest -= packet->len;
  }
  return first;
}

void Interface::received(ReceiveBuffer* frame) {
  ++statistics_.received_frames;
  if (frame->length < SIZEOF_ETH_HDR) {
    for (ReceiveBuffer* next; frame; frame = next) {
      next = frame->next;
      device_->release(frame);
    }
    ++statistics_.dropped;
    return;
  }
  const auto& header = *reinterpret_cast<const eth_hdr*>(frame->data);
  const std::uint16_t type = header.type;
  const std::uint8_t group = (header.dest.addr[0] & 1) == 0             ? 0
                             : eth_addr_eq(&header.dest, &ethbroadcast) ? PBUF_FLAG_LLBCAST
                                                                        : PBUF_FLAG_LLMCAST;
  bool good = frame->checksum_good || frame->checksum_partial;
  NETIF_SET_CHECKSUM_CTRL(&netif_,
                          good ? static_cast<std::uint16_t>(checksum_flags_ & ~kReceiveChecks) : checksum_flags_);
  pbuf* packet = wrap(frame);
  if (!packet) {
    ++statistics_.dropped;
    return;
  }
  statistics_.received_bytes += packet->tot_len;
  if (held_ > most_held_) {
    pbuf* copy = pbuf_clone(PBUF_RAW, PBUF_RAM, packet);
    pbuf_free(packet);
    if (!copy) {
      ++statistics_.dropped;
      return;
    }
    copy->if_idx = netif_get_index(&netif_);
    packet = copy;
  }
  packet->flags |= group;
  if (good && group == 0 && type == PP_HTONS(ETHTYPE_IP) && packet->len >= IP_HLEN && take_predicted(packet, netif_)) {
    return;
  }
  take_in(packet, type);
}

/// @param type network order
void Interface::take_in(pbuf* packet, std::uint16_t type) {
  // lwIP reads these headers before it looks at lengths; those within them it checks itself (tests/fuzz/packet.cpp).
  switch (type) {
    case PP_HTONS(ETHTYPE_IP):
      if (packet->len >= IP_HLEN) [[likely]]
        return static_cast<void>(ip4_input(packet, &netif_));
      break;
    case PP_HTONS(ETHTYPE_IPV6):
      if (packet->len >= IP6_HLEN) [[likely]]
        return static_cast<void>(ip6_input(packet, &netif_));
      break;
    case PP_HTONS(ETHTYPE_ARP):
      forget_hops();
      if (packet->len >= SIZEOF_ETHARP_HDR) return etharp_input(packet, &netif_);
      break;
    case PP_HTONS(ETHTYPE_VLAN): {
      // IEEE 802.1Q 6.9: VLAN 0 is no VLAN, its tag carries a priority only. Others are not ours.
      eth_vlan_hdr tag;
      if (pbuf_copy_partial(packet, &tag, sizeof(tag), 0) != sizeof(tag) || VLAN_ID(&tag) != 0 ||
          tag.tpid == PP_HTONS(ETHTYPE_VLAN) || pbuf_remove_header(packet, sizeof(tag)) != 0) {
        break;
      }
      return take_in(packet, tag.tpid);
    }
    default:
      pbuf_free(packet);
      return;
  }
  pbuf_free(packet);
  ++statistics_.dropped;
}

err_t Interface::output4(netif* self, pbuf* packet, const ip4_addr_t* to) {
  auto& interface = *static_cast<Interface*>(self->state);
  const eth_hdr* header = interface.hops_.find(to->addr);
  if (header && pbuf_add_header(packet, SIZEOF_ETH_HDR) == 0) [[likely]] {
    std::memcpy(packet->payload, header, SIZEOF_ETH_HDR);
    return interface.send(packet, true);
  }
  interface.hops_.start(to->addr);
  const err_t result = etharp_output(self, packet, next_hop(*self, to));
  interface.hops_.stop();
  return result;
}

err_t Interface::transmit(netif* self, pbuf* frame) {
  auto& interface = *static_cast<Interface*>(self->state);
  interface.hops_.sent(*static_cast<const eth_hdr*>(frame->payload));
  return interface.send(frame, true);
}

err_t Interface::send(pbuf* frame, bool may_copy) {
  [[clang::uninitialized]] drivers::TransmitSegment segments[kMaxSegments];
  unsigned count = collect_segments(frame, segments);
  if (count == 0) {
    pbuf* copy = may_copy ? pbuf_clone(PBUF_RAW, PBUF_RAM, frame) : nullptr;
    if (!copy) return ERR_MEM;
    err_t result = send(copy, false);
    pbuf_free(copy);
    return result;
  }
  pbuf_ref(frame);
  if (waiting_ == 0) {
    Status status = offer(frame, {segments, count});
    if (status == Status::ok) return ERR_OK;
    if (status != Status::would_block) {
      pbuf_free(frame);
      ++statistics_.dropped;
      return ERR_IF;
    }
  }
  if (waiting_ == kMaxWaiting) {
    pbuf_free(frame);
    ++statistics_.dropped;
    return ERR_MEM;
  }
  waiting_frames_[(first_waiting_ + waiting_++) % kMaxWaiting] = frame;
  return ERR_OK;
}

/// Gives a frame to the device, which frees it when it has read it.
Status Interface::offer(pbuf* frame, std::span<const drivers::TransmitSegment> segments) {
  drivers::TransmitHints hints;
  if (offload_.transmit_checksum) hints = prepare_offload(*frame, mtu_);
  const std::uint16_t length = frame->tot_len;
  Status status = device_->transmit(segments, hints, frame);
  if (status != Status::ok) return status;
  ++statistics_.sent_frames;
  statistics_.sent_bytes += length;
  if (!queued_) {
    queued_ = true;
    stack().ask_for_turn();
  }
  return Status::ok;
}

void Interface::send_waiting() {
  while (waiting_ != 0) {
    pbuf* frame = waiting_frames_[first_waiting_];
    [[clang::uninitialized]] drivers::TransmitSegment segments[kMaxSegments];
    unsigned count = collect_segments(frame, segments);
    Status status = offer(frame, {segments, count});
    if (status == Status::would_block) return;
    if (status != Status::ok) {
      pbuf_free(frame);
      ++statistics_.dropped;
    }
    first_waiting_ = (first_waiting_ + 1) % kMaxWaiting;
    --waiting_;
  }
}

void Interface::transmitted(void* token) {
  ++transmitted_;
  pbuf_free(static_cast<pbuf*>(token));
}

/// Switches learn where we are by now, and what the network has given us (a lease, a router's prefix) is asked for
/// again. lwIP is told of a link that fell only now: until it returns, what is sent is lost as on any wire, and no
/// route or connection is given up.
void Interface::link_returned() {
  netif_set_link_down(&netif_);
  netif_set_link_up(&netif_);
  announce6(netif_);
}

void Interface::flush_queued() {
  queued_ = false;
  ++statistics_.flushes;
  device_->flush();
}

}  // namespace wick::net
