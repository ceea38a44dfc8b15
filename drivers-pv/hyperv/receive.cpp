// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What comes on a network's channel: what is done of that which was sent, and messages in the receive buffer. The host
// may write there at any time, so that each header is copied before it is looked at, and frames, too.

#include "hyperv/network.h"

namespace wick::drivers::hyperv {

/// What has just come. @return whether it is messages, which are now under way
bool NetworkDevice::take_packet(Receiver* receiver) {
  if (packet_.type == PacketType::completion) take_completion(receiver);
  if (packet_.type != PacketType::transfer_pages) return false;  // news by which nothing changes here
  const auto header = read<TransferHeader>(packet_.head);
  const auto message = read<NvspAnswer>(packet_.body);
  broken_ = broken_ || !header || header->buffer != kReceiveBufferId ||
            header->ranges > (packet_.head.size() - sizeof *header) / sizeof(TransferRange) || !message ||
            message->type != NvspType::rndis;
  if (broken_) return false;
  packet_.head = packet_.head.subspan(sizeof *header);
  ranges_ = header->ranges;
  under_way_ = true;
  return true;
}

void NetworkDevice::take_completion(Receiver* receiver) {
  if (asked_ && packet_.transaction == kQuestion) {
    asked_ = false;
    const auto answer = read<NvspAnswer>(packet_.body);
    broken_ = broken_ || !answer;
    if (answer) nvsp_answer_ = *answer;
    return;
  }
  const std::uint64_t place = packet_.transaction - 1;
  if (place >= kMostPlaces || !(used_ >> place & 1)) {
    broken_ = true;
    return;
  }
  used_ &= ~(1ull << place);
  void* const token = tables_->tokens[place];
  if (receiver && token != this) receiver->transmitted(token);
}

/// The messages under way, up to `budget` frames. The host has its memory back when it is through with all of them.
unsigned NetworkDevice::take_messages(Receiver* receiver, unsigned budget) {
  unsigned frames = 0;
  for (; ranges_ && frames < budget && !broken_; --ranges_) {
    const TransferRange range = *read<TransferRange>(packet_.head);
    packet_.head = packet_.head.subspan(sizeof range);
    broken_ = range.bytes > kReceiveBytes || range.offset > kReceiveBytes - range.bytes;
    if (broken_) break;
    const bool was_up = info_.link_up;
    ReceiveBuffer* const frame = take_message(receive_buffer_ + range.offset, range.bytes);
    if (receiver && info_.link_up && !was_up) receiver->link_returned();
    if (!frame) continue;
    if (!receiver) {
      release(frame);
      continue;
    }
    ++frames;
    receiver->received(frame);
  }
  if (ranges_ && !broken_) return frames;
  under_way_ = false;
  const NvspMessage done{.type = NvspType::rndis_done, .a = kNvspSuccess};
  broken_ = broken_ || !ok(channel_.put(PacketType::completion, 0, packet_.transaction, {}, bytes_of(done)));
  return frames;
}

/// One message of RNDIS. @return a frame, if it is one that arrives
ReceiveBuffer* NetworkDevice::take_message(const std::uint8_t* at, std::uint32_t length) {
  const auto header = read<RndisHeader>({at, length});
  broken_ = !header || header->length > length;
  if (broken_) return nullptr;
  if (header->type == RndisType::packet) return take_frame(at, header->length);
  if (header->type == RndisType::indicate) {
    const auto news = read<RndisIndication>({at, header->length});
    broken_ = !news;
    if (news && (news->status == kMediaConnected || news->status == kMediaDisconnected))
      info_.link_up = news->status == kMediaConnected;
  } else {
    take_answer(at, header->length);
  }
  return nullptr;
}

void NetworkDevice::take_answer(const std::uint8_t* at, std::uint32_t length) {
  RndisAnswer answer{};
  const std::uint32_t there = length < sizeof answer ? length : sizeof answer;
  __builtin_memcpy(&answer, at, there);
  const std::uint64_t value = sizeof(RndisHeader) + std::uint64_t{answer.value_offset};
  if (answer.header.type != RndisType::query_done) {
    answer.value_length = 0;
  } else if (value + answer.value_length > length) {
    broken_ = true;
  } else {
    if (answer.value_length > sizeof value_) answer.value_length = sizeof value_;
    __builtin_memcpy(value_, at + value, answer.value_length);
  }
  answer_ = answer;
}

ReceiveBuffer* NetworkDevice::take_frame(const std::uint8_t* at, std::uint32_t length) {
  const auto copy = read<RndisPacket>({at, length});
  const RndisPacket packet = copy.value_or(RndisPacket{});
  broken_ = !copy;
  const std::uint64_t start = sizeof(RndisHeader) + std::uint64_t{packet.data_offset};
  const std::uint64_t info = sizeof(RndisHeader) + std::uint64_t{packet.info_offset};
  broken_ =
      broken_ || start + packet.data_length > length || (packet.info_length && info + packet.info_length > length);
  bool good = false;
  if (broken_ || (packet.info_length && !read_checksum(at + info, packet.info_length, good))) return nullptr;
  ReceiveBuffer* const frame = free_;
  if (!frame || packet.data_length < kMinFrame || packet.data_length > kFrameBytes - kPadding) return nullptr;  // lost
  free_ = frame->next;
  frame->next = nullptr;
  frame->data = frames_ + std::size_t{frame->index} * kFrameBytes + kPadding;
  frame->length = packet.data_length;
  frame->checksum_good = good;
  frame->checksum_partial = false;
  __builtin_memcpy(frame->data, at + start, packet.data_length);
  return frame;
}

/// @return false when the facts aren't what they say
bool NetworkDevice::read_checksum(const std::uint8_t* at, std::uint32_t length, bool& good) {
  constexpr std::uint32_t kFewest = sizeof(RndisInfo) - sizeof(RndisInfo::value);
  while (length >= kFewest) {
    RndisInfo info{};
    __builtin_memcpy(&info, at, length < sizeof info ? length : sizeof info);
    broken_ = broken_ || info.bytes < kFewest || info.bytes > length;
    if (broken_) return false;
    if (info.type == kInfoChecksum && info.bytes >= sizeof info && info.offset == kFewest)
      good = (info.value & kChecksumGood) && !(info.value & kChecksumFailed);
    at += info.bytes;
    length -= info.bytes;
  }
  return true;
}

}  // namespace wick::drivers::hyperv
