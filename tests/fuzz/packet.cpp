// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Frames of all kinds into the network stack as images contain it: lwIP with our options, memory pools, timers,
// interface and event API, with an echo application on top. The fuzzer's bytes choose frames that are nearly right
// (addresses, checksums and, for TCP, sequence numbers of the connection under way), how they are cut into buffers and
// short, and when time passes. Held: no crash, no assertion of lwIP, no look behind a frame's end, and every receive
// buffer and frame comes back.

#include <sanitizer/asan_interface.h>
#include <wick/net.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "lwip/prot/ip.h"
#include "net/configure.h"
#include "net/stack.h"

using namespace wick;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

constexpr unsigned kBuffers = 64, kBufferBytes = 1522;
/// lwIP reads the two bytes that an extension header or an option of IPv6 begins with before it looks at the length,
/// which then decides alone (ip6_input()).
constexpr unsigned kReadAhead = 2;

/// What the peer knows of the connection it plays with.
struct Conversation {
  std::uint32_t mine = 1000, theirs = 0;
};
Conversation conversation;

std::uint16_t get16(const std::uint8_t* at) { return static_cast<std::uint16_t>(at[0] << 8 | at[1]); }
std::uint32_t get32(const std::uint8_t* at) { return std::uint32_t{get16(at)} << 16 | get16(at + 2); }
void put16(std::uint8_t* at, std::uint32_t value) {
  at[0] = static_cast<std::uint8_t>(value >> 8), at[1] = static_cast<std::uint8_t>(value);
}
void put32(std::uint8_t* at, std::uint32_t value) { put16(at, value >> 16), put16(at + 2, value); }

class Device final : public drivers::Network {
 public:
  Device() {
    for (unsigned number = 0; number < kBuffers; ++number) free_.push_back(&buffers_[number]);
  }

  drivers::NetworkInfo info() const override {
    return {.mac = {2, 0, 0, 0, 0, 1},
            .mtu = 1500,
            .link_up = true,
            .offload = {true, true, true, true, true},
            .events = EventMask{1}};
  }

  Status transmit(std::span<const drivers::TransmitSegment> segments, const drivers::TransmitHints& hints,
                  void* token) override {
    std::vector<std::uint8_t> frame;
    for (const auto& segment : segments) {
      require(segment.length != 0);
      auto* bytes = static_cast<const std::uint8_t*>(segment.data);
      frame.insert(frame.end(), bytes, bytes + segment.length);
    }
    require(frame.size() <= 65535 && (hints.segment_size != 0 || frame.size() <= 1514));
    if (refuse_) return Status::would_block;
    if (frame.size() >= 54 && get16(&frame[12]) == 0x800 && frame[23] == IP_PROTO_TCP) {
      const std::uint8_t* tcp = &frame[14 + (frame[14] & 15u) * 4u];
      conversation.theirs = get32(tcp + 4) + ((tcp[13] & 3) != 0 ? 1 : 0);
    }
    sent_.push_back(token);
    return Status::ok;
  }
  void flush() override {}
  bool arm() override { return true; }

  unsigned poll(Receiver& receiver, unsigned) override {
    std::vector<void*> done;
    done.swap(sent_);
    for (void* token : done) receiver.transmitted(token);
    if (next_ == nullptr) return 0;
    drivers::ReceiveBuffer* frame = next_;
    next_ = nullptr;
    receiver.received(frame);
    return 1;
  }
  void release(drivers::ReceiveBuffer* buffer) override {
    ASAN_UNPOISON_MEMORY_REGION(memory_[buffer - buffers_], kBufferBytes);
    free_.push_back(buffer);
  }

  /// Puts a frame into buffers of the given size; drops it when there are too few.
  void deliver(const std::vector<std::uint8_t>& frame, unsigned piece, bool good) {
    drivers::ReceiveBuffer** end = &next_;
    std::size_t at = 0;
    do {
      if (free_.empty()) return drop();
      drivers::ReceiveBuffer* buffer = free_.back();
      free_.pop_back();
      std::size_t length = at == 0 && piece < 80 ? 80 : piece;
      if (length > frame.size() - at) length = frame.size() - at;
      auto* memory = memory_[buffer - buffers_];
      std::memcpy(memory, frame.data() + at, length);
      if (length + kReadAhead < kBufferBytes)
        ASAN_POISON_MEMORY_REGION(memory + length + kReadAhead, kBufferBytes - length - kReadAhead);
      *buffer = {};
      buffer->data = memory_[buffer - buffers_];
      buffer->length = static_cast<std::uint32_t>(length);
      buffer->checksum_good = good;
      *end = buffer;
      end = &buffer->next;
      at += length;
    } while (at < frame.size());
  }
  void refuse(bool yes) { refuse_ = yes; }
  std::size_t free() const { return free_.size(); }

 private:
  void drop() {
    for (drivers::ReceiveBuffer* next; next_ != nullptr; next_ = next) {
      next = next_->next;
      release(next_);
    }
  }
  drivers::ReceiveBuffer buffers_[kBuffers];
  std::uint8_t memory_[kBuffers][kBufferBytes];
  std::vector<drivers::ReceiveBuffer*> free_;
  std::vector<void*> sent_;
  drivers::ReceiveBuffer* next_ = nullptr;
  bool refuse_ = false;
};

/// Sends back what it gets, with all the calls that the event API has.
class Echo final : public net::Connection {
 public:
  void opened() override { set_timer(5); }
  std::size_t received(std::string_view bytes) override {
    if (bytes.find('!') != bytes.npos) return close(), bytes.size();
    if (bytes.find('#') != bytes.npos) return abort(), bytes.size();
    if (bytes.find('/') != bytes.npos) return finish_sending(), bytes.size();
    const std::size_t taken = write(bytes, net::Memory::changing);
    if (taken < bytes.size()) notify_writable(true);
    return taken;
  }
  void writable() override {
    notify_writable(false);
    resume();
  }
  void timer() override { close(); }
  void closed() override { delete this; }
};

Device device;
Nanoseconds now{1'000'000'000};
net::Listener listener;

void start() {
  net::stack().start(64);
  net::Interface* interface = net::stack().attach(device, 0);
  net::use_address4(*interface, "10.0.0.2/24", "10.0.0.1");
  net::use_automatic6(*interface);
  require(listener.open(80, [](void*) -> net::Connection* { return new Echo; }));
}

void pass(std::uint64_t milliseconds) {
  now = now + Nanoseconds{milliseconds * 1'000'000};
  net::stack().turn(now);
}

/// Fills in what a frame of that kind must have to be looked at. @param end its length as the headers tell it
void complete(std::vector<std::uint8_t>& frame, std::uint8_t kind, std::uint8_t flags, std::size_t end) {
  const std::uint8_t mac[6] = {2, 0, 0, 0, 0, 1};
  std::memcpy(frame.data(), mac, 6);
  if (kind == 4) frame[0] = 0x33, frame[1] = 0x33;
  auto* ip = &frame[14];
  const auto length = static_cast<std::uint32_t>(end - 14);
  if (kind == 0) return put16(&frame[12], 0x806);
  if (kind == 4 || kind == 5) {
    put16(&frame[12], 0x86dd);
    ip[0] = 0x60;
    put16(ip + 4, length - 40);
    if (kind == 5) ip[6] = (flags & 1) != 0 ? IP_PROTO_TCP : 58;
    ip[7] = 255;
    const std::uint8_t own[16] = {0xfe, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xfe, 0, 0, 1};
    std::memcpy(ip + 24, own, 16);
    return;
  }
  put16(&frame[12], 0x800);
  ip[0] = kind == 6 ? ip[0] : 0x45;
  put16(ip + 2, length);
  if (kind != 6) put16(ip + 6, (flags & 0x80) != 0 ? 0x2000 : 0);
  ip[8] = 64;
  const std::uint8_t addresses[8] = {10, 0, 0, 1, 10, 0, 0, 2};
  std::memcpy(ip + 12, addresses, 8);
  if (kind == 1) ip[9] = IP_PROTO_ICMP;
  if (kind == 2) ip[9] = IP_PROTO_UDP;
  if (kind == 3) {
    auto* tcp = ip + 20;
    ip[9] = IP_PROTO_TCP;
    put16(tcp, 40000);
    put16(tcp + 2, 80);
    put32(tcp + 4,
          conversation.mine + static_cast<std::uint32_t>(static_cast<std::int8_t>(tcp[4])) * ((flags >> 5) & 1));
    put32(tcp + 8, conversation.theirs);
    if ((flags & 0x40) == 0) tcp[12] = 0x50;
    const std::uint32_t header = (tcp[12] >> 4) * 4u;
    if ((flags & 0x20) == 0)
      conversation.mine += (length > 20 + header ? length - 20 - header : 0) + ((tcp[13] & 3) != 0 ? 1 : 0);
  }
  put16(ip + 10, 0);
  const std::uint32_t header = (ip[0] & 15u) * 4u;
  std::uint32_t sum = 0;
  for (std::uint32_t at = 0; at + 1 < header && at + 1 < length; at += 2) sum += get16(ip + at);
  sum = (sum & 0xffff) + (sum >> 16);
  put16(ip + 10, ~((sum & 0xffff) + (sum >> 16)));
}

/// Frames of every kind, cut anywhere in their headers, which tell of the cut or don't.
void every_length() {
  constexpr unsigned kRoom = 128, kMaxLength = 110;
  const std::uint8_t request[] = {0, 1, 8, 0, 6, 4, 0, 1, 2, 0, 0, 0, 0, 9, 10, 0, 0, 1, 0, 0, 0, 0, 0, 0, 10, 0, 0, 2};
  for (unsigned kind = 0; kind < 8; ++kind) {
    for (unsigned protocol = 0; protocol < 256; ++protocol) {
      if (kind != 4 && kind != 6 && protocol > 1) continue;
      for (unsigned length = 0; length < kMaxLength; ++length) {
        for (const bool honest : {false, true}) {
          std::vector<std::uint8_t> frame(kRoom);
          if (kind == 6) frame[14] = 0x45, frame[23] = static_cast<std::uint8_t>(protocol);
          complete(frame, static_cast<std::uint8_t>(kind), static_cast<std::uint8_t>(protocol),
                   honest && length >= 54 ? length : kRoom);
          if (kind == 4) frame[20] = static_cast<std::uint8_t>(protocol);
          if (kind == 0) std::memcpy(&frame[14], request, sizeof request);
          frame.resize(length);
          device.deliver(frame, kBufferBytes, true);
          pass(1);
        }
      }
    }
  }
}

}  // namespace

extern "C" std::uint32_t wick_net_random() {
  static std::uint32_t state = 1;
  return state = state * 1664525 + 1013904223;
}

extern "C" void wick_net_assertion(const char*) { std::abort(); }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const bool started = (start(), every_length(), true);
  require(started);
  conversation = {};
  std::size_t at = 0;
  while (size - at >= 4) {
    const std::uint8_t kind = data[at], flags = data[at + 1], length = data[at + 2], piece = data[at + 3];
    at += 4;
    device.refuse((kind & 0x40) != 0);
    if ((kind & 0x80) != 0) pass(std::uint64_t{length} * 40);
    std::size_t bytes = std::size_t{length} * ((flags & 8) != 0 ? 16 : 1);
    if (bytes > size - at) bytes = size - at;
    std::vector<std::uint8_t> frame(data + at, data + at + bytes);
    at += bytes;
    if (frame.size() < 54 || (kind & 7) >= 6) frame.resize(frame.size() < 74 ? 74 : frame.size());
    complete(frame, kind & 7, flags, frame.size());
    if ((flags & 0x10) != 0) frame.resize(bytes);  // shorter than it says
    device.deliver(frame, piece * 6 + 1, true);
    pass(1);
  }
  device.refuse(false);
  for (int round = 0; round < 400; ++round) pass(250);  // connections end, fragments and neighbours time out
  require(net::statistics().connections == 0);
  require(device.free() == kBuffers);
  return 0;
}
