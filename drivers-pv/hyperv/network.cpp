// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "hyperv/network.h"

#include <bit>

#include "class/probe.h"

namespace wick::drivers::hyperv {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

constexpr std::uint16_t kMtu = 1500;
constexpr std::uint32_t kMaxFrame = 1518;  // with a VLAN tag
constexpr std::uint32_t kFewestSection = sizeof(RndisPacket) + kMaxFrame;
constexpr std::uint32_t kRingData = 4 * kPage, kSendBytes = 96 << 10;
constexpr std::uint32_t kSharedBytes = Channel::ring_bytes(kRingData) + NetworkDevice::kReceiveBytes + kSendBytes;

constexpr unsigned kMostPackets = 256;  ///< that come before an answer

constexpr std::uint32_t frames_for(std::uint32_t ring_size) {
  return ring_entries(ring_size / 4, 16, NetworkDevice::kMostFrames);
}

}  // namespace

std::uint64_t NetworkDevice::dma_bytes(std::uint32_t ring_size) {
  return dma_share(kSharedBytes, kPage) + dma_share(std::uint64_t{frames_for(ring_size)} * kFrameBytes, 8);
}

Status NetworkDevice::start(const Access& access, Tables& tables, const char*& trouble) {
  tables_ = &tables;
  // What a host may read is never what somebody else has left there.
  auto* const shared = static_cast<std::uint8_t*>(access.pool.take(kSharedBytes, kPage));
  const std::uint32_t frames = frames_for(access.ring_size);
  frames_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(std::uint64_t{frames} * kFrameBytes, 8));
  if (const Status status = channel_.open(access, frames_ ? shared : nullptr, kRingData, trouble); !ok(status))
    return status;
  receive_buffer_ = shared + Channel::ring_bytes(kRingData);
  send_buffer_ = receive_buffer_ + kReceiveBytes;
  for (std::uint16_t i = 0; i < frames; ++i) {
    tables.buffers[i].index = i;
    release(&tables.buffers[i]);
  }
  info_.mtu = kMtu;
  info_.offload = {.receive_checksum = true};
  info_.events = event_bit(access.device.events[0]);
  const Status status = connect(trouble);
  channel_.kick();  // the last answer's memory is the host's again
  if (!ok(status)) give_up(nullptr);
  return status;
}

Status NetworkDevice::connect(const char*& trouble) {
  if (!agree_on_version()) return explain(trouble, Status::unsupported, "its host speaks no version of NVSP in common");
  if (!share_buffers()) return explain(trouble, Status::io_error, "its host doesn't take the buffers");
  if (!ask({{RndisType::init, 0}, 0, 1, 0, 0x4000, 0, 0}, kInitBytes) ||
      !ask({{RndisType::query, 0}, 0, kObjectAddress, 0, 0, 0, 0}, kQueryBytes, info_.mac, sizeof info_.mac))
    return explain(trouble, Status::io_error, "its host doesn't tell its address");
  std::uint32_t disconnected = 0;
  info_.link_up =
      !ask({{RndisType::query, 0}, 0, kObjectLink, 0, 0, 0, 0}, kQueryBytes, &disconnected, sizeof disconnected) ||
      !disconnected;
  if (!ask({{RndisType::set, 0}, 0, kObjectFilter, sizeof kFilter, kValueOffset, 0, kFilter}, sizeof(RndisRequest)))
    return explain(trouble, Status::io_error, "its host doesn't begin to receive");
  return Status::ok;
}

bool NetworkDevice::agree_on_version() {
  NvspAnswer answer;
  for (const std::uint32_t version : kNvspVersions) {
    if (!ask({NvspType::init, version, version}, answer) || answer.type != NvspType::init_done) return false;
    if (read<std::uint32_t>(packet_.body.subspan(sizeof answer)) != kNvspSuccess) continue;
    const NvspMessage config{.type = NvspType::ndis_config, .a = kMtu + kMinFrame};
    const NvspMessage ndis{.type = NvspType::ndis_version, .a = 6, .b = version >= kNvspVersions[0] ? 30u : 1u};
    return ok(channel_.put(PacketType::inband, 0, 0, {}, bytes_of(config))) &&
           ok(channel_.put(PacketType::inband, 0, 0, {}, bytes_of(ndis)));
  }
  return false;
}

bool NetworkDevice::share_buffers() {
  NvspAnswer answer;
  const std::uint32_t receive = channel_.share(receive_buffer_, kReceiveBytes);
  if (!receive || !ask({NvspType::receive_buffer, receive, kReceiveBufferId}, answer) ||
      answer.type != NvspType::receive_buffer_done || answer.a != kNvspSuccess)
    return false;
  const std::uint32_t send = channel_.share(send_buffer_, kSendBytes);
  if (!send || !ask({NvspType::send_buffer, send}, answer) || answer.type != NvspType::send_buffer_done ||
      answer.a != kNvspSuccess || answer.b < kFewestSection || answer.b > kSendBytes)
    return false;
  section_ = answer.b;
  const std::uint32_t places = kSendBytes / section_;
  static_assert(kSendBytes / kFewestSection <= kMostPlaces);
  all_ = ~0ull >> (64 - places);
  return true;
}

bool NetworkDevice::ask(const NvspMessage& message, NvspAnswer& answer) {
  asked_ = true;
  if (!ok(channel_.put(PacketType::inband, kWantsCompletion, kQuestion, {}, bytes_of(message)))) return false;
  for (unsigned i = 0; i < kMostPackets && asked_ && channel_.wait(tables_->packet, packet_); ++i)
    (void)take_packet(nullptr);
  answer = nvsp_answer_;
  return !asked_ && !broken_;
}

/// Asks the device itself. @param value where the answer's goes, of exactly so many bytes
bool NetworkDevice::ask(RndisRequest request, std::uint32_t length, void* value, std::uint32_t value_length) {
  if (used_ == all_) return false;
  const auto place = static_cast<unsigned>(std::countr_one(used_));
  request.header.length = length;
  request.id = ++question_;
  answer_ = {};
  __builtin_memcpy(place_memory(place), &request, length);
  if (!ok(send(place, kControlChannel, length, this))) return false;
  for (unsigned i = 0; i < kMostPackets && answer_.id != question_ && channel_.wait(tables_->packet, packet_); ++i)
    if (take_packet(nullptr)) (void)take_messages(nullptr, kMostPackets);
  if (broken_ || answer_.id != question_ || answer_.status != 0 || answer_.value_length < value_length) return false;
  __builtin_memcpy(value, value_, value_length);
  return true;
}

Status NetworkDevice::send(unsigned place, std::uint32_t channel, std::uint32_t length, void* token) {
  const NvspMessage message{.type = NvspType::rndis, .a = channel, .b = place, .c = length};
  const Status status = channel_.put(PacketType::inband, kWantsCompletion, place + 1, {}, bytes_of(message));
  if (!ok(status)) return status;
  used_ |= 1ull << place;
  tables_->tokens[place] = token;
  return status;
}

NetworkInfo NetworkDevice::info() const {
  NetworkInfo info = info_;
  info.link_up = info.link_up && !given_up_;
  return info;
}

Status NetworkDevice::transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  if (given_up_) return Status::io_error;
  std::uint64_t length = 0;
  for (const TransmitSegment& segment : segments) length += segment.length;
  if (length < kMinFrame || length > kMaxFrame || hints.checksum || hints.segment_size) return Status::bad_argument;
  if (used_ == all_) return Status::would_block;
  const auto place = static_cast<unsigned>(std::countr_one(used_));
  const auto bytes = static_cast<std::uint32_t>(length);
  RndisPacket packet{};
  packet.header = {RndisType::packet, static_cast<std::uint32_t>(sizeof packet) + bytes};
  packet.data_offset = sizeof packet - sizeof packet.header;
  packet.data_length = bytes;
  std::uint8_t* to = place_memory(place);
  __builtin_memcpy(to, &packet, sizeof packet);
  to += sizeof packet;
  for (const TransmitSegment& segment : segments) {
    __builtin_memcpy(to, segment.data, segment.length);
    to += segment.length;
  }
  return send(place, kDataChannel, packet.header.length, token);
}

unsigned NetworkDevice::poll(Receiver& receiver, unsigned budget) {
  if (given_up_) return 0;
  if (armed_) channel_.disarm();
  armed_ = false;
  unsigned frames = 0;
  while (frames < budget && (under_way_ || (channel_.take(tables_->packet, packet_) && (take_packet(&receiver), true))))
    if (under_way_) frames += take_messages(&receiver, budget - frames);
  channel_.kick();
  if (broken_ || channel_.broken()) give_up(&receiver);
  return frames;
}

void NetworkDevice::release(ReceiveBuffer* buffer) {
  buffer->next = free_;
  free_ = buffer;
}

// The channel is closed, and what was to be sent goes back to the stack. Every later frame is refused with an error.
void NetworkDevice::give_up(Receiver* receiver) {
  given_up_ = true;
  under_way_ = false;
  channel_.close();
  for (; used_; used_ &= used_ - 1) {
    void* const token = tables_->tokens[std::countr_zero(used_)];
    if (receiver && token != this) receiver->transmitted(token);
  }
}

bool NetworkDevice::arm() {
  if (given_up_) return true;
  armed_ = true;
  return channel_.arm() && !under_way_ && !channel_.broken();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"hyperv/network", DeviceKind::network, kMatches, NetworkDevice::dma_bytes,
                           probe<NetworkDevice>};

}  // namespace

}  // namespace wick::drivers::hyperv
