// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// Order of steps: 8254x manual §14.3 to §14.5, 82574L datasheet §4.6.

#include "devices/e1000/e1000.h"

#include <utility>

#include "class/probe.h"

namespace wick::hv::e1000 {
namespace {

constexpr std::uint16_t kMtu = 1500;
constexpr std::uint32_t kFewestEntries = 8;
constexpr std::uint32_t kWanted = kReceived | kReceiveOverrun | kReceiveLow | kLinkChanged;

// Waits are counted in register reads, which take a round trip on the bus of some 0.3 µs at least: 1 ms for a reset,
// and 100 ms until it has to be over.
constexpr unsigned kResetReads = 3'000, kMaxReads = 300'000;

// The chip learns of free buffers in such lots, to spread the cost of the register write over them.
constexpr std::uint32_t kRefillShare = 8;

constexpr std::uint32_t entries_for(std::uint32_t ring_size) {
  return ring_entries(ring_size, kFewestEntries, kMaxEntries);
}

}  // namespace

std::uint64_t Device::dma_bytes(std::uint32_t ring_size) {
  const std::uint32_t entries = entries_for(ring_size);
  return ReceiveRing::dma_bytes(entries) + TransmitRing::dma_bytes(entries);
}

Status Device::start(const Access& access, Tables& tables, const char*& trouble) {
  registers_ = NamedRegisters<Register>(access.device.windows[0]);
  if (!registers_.covers(0, kRegisterBytes) || access.device.event_count == 0)
    return explain(trouble, Status::bad_argument, "the network chip shows too few registers or has no interrupt");
  if (!read_mac()) return explain(trouble, Status::io_error, "the network chip has no address of its own");
  if (!reset()) return explain(trouble, Status::io_error, "the network chip does not end its reset");
  const std::uint32_t entries = entries_for(access.ring_size);
  if (!ok(receive_.place(access.pool, entries, tables.buffers)) ||
      !ok(transmit_.place(access.pool, entries, tables.sent)))
    return explain(trouble, Status::no_memory, "the DMA pool is too small for the network chip");
  info_.mtu = kMtu;
  info_.offload = {.transmit_checksum = true, .receive_checksum = true};
  info_.events = event_bit(access.device.events[0]);
  start_rings();
  refill();
  registers_.write(Register::interrupt_set, kWanted);
  return Status::ok;
}

/// As firmware or the chip's own memory left it in the first receive address, since a reset may lose it for
/// milliseconds; else from the EEPROM, whose first three words it is.
bool Device::read_mac() {
  std::uint32_t low = registers_.read(Register::address_low), high = registers_.read(Register::address_high);
  if (!(high & kAddressValid)) {
    std::uint32_t words[3];
    for (unsigned i = 0; i < 3; ++i)
      if (!read_eeprom(i, words[i])) return false;
    low = words[0] | words[1] << 16;
    high = words[2] | kAddressValid;
    if ((low == 0 && words[2] == 0) || (low == ~0u && words[2] == 0xffff)) return false;
  }
  for (unsigned i = 0; i < 4; ++i) info_.mac[i] = static_cast<std::uint8_t>(low >> 8 * i);
  for (unsigned i = 0; i < 2; ++i) info_.mac[4 + i] = static_cast<std::uint8_t>(high >> 8 * i);
  return true;
}

/// §13.4.4, of the 8254x: the 8257x, which has another layout, always fills in its address by itself.
bool Device::read_eeprom(std::uint32_t word, std::uint32_t& value) const {
  constexpr std::uint32_t kStart = 1, kDone = 1 << 4;
  registers_.write(Register::eeprom_read, word << 8 | kStart);
  for (unsigned i = 0; i < kMaxReads; ++i) {
    const std::uint32_t answer = registers_.read(Register::eeprom_read);
    value = answer >> 16;
    if (answer & kDone) return true;
  }
  return false;
}

bool Device::reset() const {
  // §14.9 and 82574L §5.2.3.4: nothing may be under way on the bus. The 82540EM's bit is always clear.
  registers_.write(Register::interrupt_clear, ~0u);
  registers_.write(Register::receive_control, 0);
  registers_.write(Register::transmit_control, 0);
  registers_.write(Register::control, registers_.read(Register::control) | kMasterDisable);
  for (unsigned i = 0; i < kMaxReads && (registers_.read(Register::status) & kMasterEnabled); ++i) {
  }
  registers_.write(Register::control, registers_.read(Register::control) | kReset);
  for (unsigned i = 0; i < kResetReads; ++i) registers_.read(Register::status);
  for (unsigned i = 0; i < kMaxReads; ++i) {
    if (registers_.read(Register::control) & kReset) continue;
    registers_.write(Register::interrupt_clear, ~0u);
    registers_.read(Register::interrupt_cause);
    return true;
  }
  return false;
}

void Device::start_rings() const {
  std::uint32_t mac[2] = {0, kAddressValid};
  for (unsigned i = 0; i < 6; ++i) mac[i / 4] |= std::uint32_t{info_.mac[i]} << i % 4 * 8;
  registers_.write(Register::address_low, mac[0]);
  registers_.write(Register::address_high, mac[1]);
  registers_.write(Register::control, (registers_.read(Register::control) & ~kMasterDisable) | kSetLinkUp);

  registers_.write_address(Register::transmit_base, transmit_.base());
  registers_.write(Register::transmit_length, transmit_.bytes());
  registers_.write(Register::transmit_head, 0);
  registers_.write(Register::transmit_tail, 0);
  registers_.write(Register::transmit_gap, kCopperGap);
  registers_.write(Register::transmit_control, (registers_.read(Register::transmit_control) & ~kCollisionMask) |
                                                   kTransmitEnable | kPadShort | kCollisions);

  registers_.write_address(Register::receive_base, receive_.base());
  registers_.write(Register::receive_length, receive_.bytes());
  registers_.write(Register::receive_head, 0);
  registers_.write(Register::receive_tail, 0);
  registers_.write(Register::receive_checksum, kCheckSums);
  registers_.write(Register::receive_control, kReceiveEnable | kAllMulticast | kAcceptBroadcast | kStripChecksum);
}

NetworkInfo Device::info() const {
  NetworkInfo info = info_;
  info.link_up = (registers_.read(Register::status) & kLinkUp) != 0;
  return info;
}

Status Device::transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  const Status status = transmit_.put(segments, hints, token);
  if (status == Status::would_block) starved_ = true;
  return status;
}

void Device::flush() {
  if (transmit_.unpublished()) registers_.write(Register::transmit_tail, transmit_.publish_tail());
}

void Device::refill() {
  if (receive_.unpublished()) registers_.write(Register::receive_tail, receive_.publish_tail());
}

unsigned Device::poll(Receiver& receiver, unsigned budget) {
  while (transmit_.ready()) {
    starved_ = false;
    receiver.transmitted(transmit_.take());
  }
  unsigned frames = 0;
  for (unsigned seen = 0; seen < budget && receive_.ready(); ++seen) {
    ReceiveBuffer* frame = receive_.take();
    if (!frame) continue;
    receiver.received(frame);
    ++frames;
  }
  if (receive_.unpublished() >= receive_.entries() / kRefillShare) refill();
  if (std::exchange(link_changed_, false) && info().link_up) receiver.link_returned();
  return frames;
}

// Reading the causes takes them away, so the next one is a new interrupt, or a new edge of the line; what they were for
// is looked for afterwards. Transmitted frames wake nobody, unless one waits for room.
bool Device::arm() {
  refill();
  link_changed_ = registers_.read(Register::interrupt_cause) & kLinkChanged;
  if (starved_ != told_of_transmits_) {
    told_of_transmits_ = starved_;
    registers_.write(starved_ ? Register::interrupt_set : Register::interrupt_clear, kTransmitted);
  }
  return !link_changed_ && !receive_.ready() && !(starved_ && transmit_.ready());
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"e1000", DeviceKind::network, kMatches, Device::dma_bytes, probe<Device>};

}  // namespace

}  // namespace wick::hv::e1000
