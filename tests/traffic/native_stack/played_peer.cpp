// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "played_peer.h"

#include <cstring>
#include <utility>

namespace wick::test {
namespace {

constexpr unsigned kPort = 80;
constexpr std::size_t kEthernet = 14, kIp = 20, kTcp = 20;
constexpr std::string_view kAddresses("\x0a\0\0\x01\x0a\0\0\x02", 8);  // the peers', the stack's
constexpr std::string_view kOwnMac("\x02\0\0\0\0\x02", 6), kPeersMac("\x02\0\0\0\0\x01", 6);

void put16(std::string& to, unsigned value) {
  to += static_cast<char>(value >> 8);
  to += static_cast<char>(value);
}

void put32(std::string& to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value & 0xffff);
}

unsigned get16(std::string_view from, std::size_t at) {
  return static_cast<unsigned>(static_cast<std::uint8_t>(from[at]) << 8 | static_cast<std::uint8_t>(from[at + 1]));
}

std::uint32_t get32(std::string_view from, std::size_t at) { return get16(from, at) << 16 | get16(from, at + 2); }

std::uint16_t checksum(std::string bytes) {
  if (bytes.size() % 2 != 0) bytes += '\0';
  std::uint32_t sum = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 2) sum += get16(bytes, at);
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<std::uint16_t>(~sum);
}

void set16(std::string& in, std::size_t at, unsigned value) {
  in[at] = static_cast<char>(value >> 8);
  in[at + 1] = static_cast<char>(value);
}

}  // namespace

Status PlayedDevice::transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints&,
                              void* token) {
  std::string frame;
  for (const auto& segment : segments) frame.append(static_cast<const char*>(segment.data), segment.length);
  tokens_.push_back(token);
  if (get16(frame, 12) == 0x0800 && frame[kEthernet + 9] == IP_PROTO_TCP) {
    sent_[static_cast<std::uint16_t>(get16(frame, kEthernet + kIp + 2))].push_back(frame.substr(kEthernet));
    destination_ = frame[5];
  }
  return Status::ok;
}

unsigned PlayedDevice::poll(Receiver& receiver, unsigned) {
  for (std::vector<void*> done = std::move(tokens_); void* token : done) receiver.transmitted(token);
  unsigned count = 0;
  for (auto waiting = std::move(waiting_); auto& frame : waiting) {
    drivers::ReceiveBuffer* buffer = &frame->buffer;
    frames_.emplace(buffer, std::move(frame));
    receiver.received(buffer);
    ++count;
  }
  return count;
}

/// lwIP turns the ports of a header that it looks at into numbers of the processor's.
void PlayedDevice::release(drivers::ReceiveBuffer* buffer) {
  const auto found = frames_.find(buffer);
  const Frame& frame = *found->second;
  if (frame.is_tcp) {
    const bool untouched = get16(frame.bytes, kEthernet + kIp + 2) == kPort;
    ++(untouched ? foretold_[frame.word] : others_);
  }
  frames_.erase(found);
}

void PlayedDevice::deliver(std::string bytes, bool word) {
  auto frame = std::make_unique<Frame>();
  frame->bytes = std::move(bytes);
  frame->word = word;
  frame->is_tcp = get16(frame->bytes, 12) == 0x0800;
  frame->buffer.data = reinterpret_cast<std::uint8_t*>(frame->bytes.data());
  frame->buffer.length = static_cast<std::uint32_t>(frame->bytes.size());
  frame->buffer.checksum_good = word;
  waiting_.push_back(std::move(frame));
}

void PlayedDevice::tell_arp(char station) {
  const std::string mac = std::string(kPeersMac.substr(0, 5)) + station;
  std::string frame(kOwnMac);
  frame += mac;
  frame += std::string_view("\x08\x06\0\x01\x08\0\x06\x04\0\x01", 10);  // who has ...
  frame += mac;
  frame += kAddresses.substr(0, 4);
  frame += std::string(6, '\0');
  frame += kAddresses.substr(4);
  deliver(std::move(frame), false);
}

std::vector<std::string> PlayedDevice::sent_to(std::uint16_t port) { return std::exchange(sent_[port], {}); }

void Peer::send(std::uint32_t sequence, const Segment& segment) {
  std::string tcp;
  put16(tcp, port_);
  put16(tcp, kPort);
  put32(tcp, start_ + sequence);
  put32(tcp, theirs_ + segment.acknowledged);
  put16(tcp, static_cast<unsigned>((kTcp + segment.options) / 4 << 12) | segment.flags);
  put16(tcp, segment.window);
  put32(tcp, 0);
  tcp += std::string(segment.options, '\1');  // NOP
  tcp += segment.text;
  std::string pseudo(kAddresses);
  put16(pseudo, IP_PROTO_TCP);
  put16(pseudo, static_cast<unsigned>(tcp.size()));
  set16(tcp, 16, checksum(pseudo + tcp));

  std::string ip("\x45\0", 2);
  put16(ip, static_cast<unsigned>(kIp + tcp.size()));
  put32(ip, 0x00004000);  // never fragment
  put16(ip, 64 << 8 | IP_PROTO_TCP);
  put16(ip, 0);
  ip += kAddresses;
  set16(ip, 10, checksum(ip));
  std::string frame(kOwnMac);
  frame += kPeersMac;
  frame += std::string_view("\x08\0", 2);
  device_.deliver(frame + ip + tcp + std::string(segment.padding, '\x5a'), word_);
}

void Peer::open() { send(0, {.window = 60000, .flags = TCP_SYN}); }

void Peer::say(const Segment& segment) {
  send(next_ + static_cast<std::uint32_t>(segment.ahead), segment);
  if (segment.ahead == 0) next_ += static_cast<std::uint32_t>(segment.text.size());
}

void Peer::reset(std::uint32_t sequence) { send(sequence, {.acknowledged = heard_, .flags = TCP_RST | TCP_ACK}); }

std::string Peer::listen() {
  std::string lines;
  for (const std::string& packet : device_.sent_to(port_)) {
    const std::uint32_t sequence = get32(packet, kIp + 4), acknowledged = get32(packet, kIp + 8);
    const unsigned form = get16(packet, kIp + 12), window = get16(packet, kIp + 14);
    const std::size_t headers = kIp + form / 4096 * 4;
    if (!open_ && (form & TCP_SYN)) {
      theirs_ = sequence;
      heard_ = next_ = 1;
      open_ = true;
    }
    std::uint32_t end = sequence - theirs_ + static_cast<std::uint32_t>(packet.size() - headers);
    if (form & (TCP_SYN | TCP_FIN)) ++end;
    if (static_cast<std::int32_t>(end - heard_) > 0) heard_ = end;
    lines += std::to_string(sequence - theirs_) + "+" + std::to_string(packet.size() - headers) + " ack " +
             std::to_string(form & TCP_ACK ? acknowledged - start_ : 0) + " flags " + std::to_string(form & 0xff) +
             " window " + std::to_string(window) + " " + packet.substr(headers) + "\n";
  }
  return lines;
}

}  // namespace wick::test
