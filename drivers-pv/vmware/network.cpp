// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "vmware/network.h"

#include "class/probe.h"

namespace wick::drivers::vmware {
namespace {

/// VMware's numbers of PCI: vendor and adapter. The windows are those of doorbells and registers; sent frames want an
/// interrupt of their own, so that they wake nobody.
constexpr Match kMatches[] = {{.bus = Bus::pci, .identity = 0x07b015ad, .windows = 2, .events = 2}};

constexpr std::uint16_t kMtu = 1500;
constexpr std::uint32_t kVersion = 0x0001'0000;
constexpr std::uint32_t kSystem64Bits = 2;
constexpr std::uint8_t kReceiveInterrupt = 0, kTransmitInterrupt = 1;

constexpr std::uint32_t entries_for(std::uint32_t ring_size) {
  return ring_entries(ring_size, kFewestEntries, kMaxEntries);
}

}  // namespace

std::uint64_t NetworkDevice::dma_bytes(std::uint32_t ring_size) {
  const std::uint32_t entries = entries_for(ring_size);
  return Receive::dma_bytes(entries) + Transmit::dma_bytes(entries) + dma_share(sizeof(Settings), kQueuesAlignment) +
         dma_share(sizeof(Queues), kQueuesAlignment);
}

Status NetworkDevice::start(const Access& access, Tables& tables, const char*& trouble) {
  doorbells_ = NamedRegisters<DoorbellRegister>(access.device.windows[0]);
  registers_ = NamedRegisters<Register>(access.device.windows[1]);
  if (!doorbells_.covers(0, kDoorbellBytes) || !registers_.covers(0, kRegisterBytes) || access.device.event_count == 0)
    return explain(trouble, Status::bad_argument, "the adapter shows too few registers or has no interrupt");
  (void)ask(Command::reset);
  if (!(registers_.read(Register::revision) & kFirstRevision) ||
      !(registers_.read(Register::upt_revision) & kFirstRevision))
    return explain(trouble, Status::unsupported, "the adapter has none of the revisions that are known");
  registers_.write(Register::revision, kFirstRevision);
  registers_.write(Register::upt_revision, kFirstRevision);
  const std::uint32_t entries = entries_for(access.ring_size);
  settings_ = static_cast<Settings*>(access.pool.take(sizeof(Settings), kQueuesAlignment));
  queues_ = static_cast<Queues*>(access.pool.take(sizeof(Queues), kQueuesAlignment));
  if (!settings_ || !queues_ || !receive_.place(access.pool, entries, tables.buffers) ||
      !transmit_.place(access.pool, entries, tables.sent))
    return explain(trouble, Status::no_memory, "the DMA pool is too small for the network adapter");
  read_mac();
  info_.mtu = kMtu;
  info_.offload = {.transmit_checksum = true, .receive_checksum = true};
  two_events_ = access.device.event_count > 1;
  for (unsigned i = 0; i < access.device.event_count; ++i)
    info_.events = info_.events | event_bit(access.device.events[i]);
  if (!activate()) return explain(trouble, Status::io_error, "the adapter doesn't take its settings");
  return Status::ok;
}

std::uint32_t NetworkDevice::ask(Command command) const {
  registers_.write(Register::command, static_cast<std::uint32_t>(command));
  return registers_.read(Register::command);
}

void NetworkDevice::read_mac() {
  const std::uint32_t low = registers_.read(Register::mac_low), high = registers_.read(Register::mac_high);
  for (unsigned i = 0; i < 6; ++i) info_.mac[i] = static_cast<std::uint8_t>(i < 4 ? low >> 8 * i : high >> 8 * (i - 4));
  registers_.write(Register::mac_low, low);  // it takes in what is sent to this address
  registers_.write(Register::mac_high, high);
}

/// @return whether the device has taken its settings
bool NetworkDevice::activate() {
  receive_.describe(queues_->receive);
  transmit_.describe(queues_->transmit);
  queues_->receive.interrupt = kReceiveInterrupt;
  queues_->transmit.interrupt = two_events_ ? kTransmitInterrupt : kReceiveInterrupt;
  Settings& settings = *settings_;
  settings.magic = kSettingsMagic;
  settings.driver_version = kVersion;
  settings.operating_system = kSystem64Bits;
  settings.revisions = settings.upt_revisions = kFirstRevision;
  settings.features = kReceiveChecksum;
  settings.queues = raw(device_address(queues_));
  settings.queues_bytes = sizeof(Queues);
  settings.mtu = kMtu;
  settings.most_receive_pieces = 1;
  settings.transmit_queues = settings.receive_queues = 1;
  settings.mask_itself = 1;
  settings.interrupts = two_events_ ? 2 : 1;
  settings.event_interrupt = kReceiveInterrupt;
  settings.receive_mode = kUnicast | kBroadcast | kAllMulticast;
  const std::uint64_t shared = raw(device_address(settings_));
  registers_.write(Register::shared_low, static_cast<std::uint32_t>(shared));
  registers_.write(Register::shared_high, static_cast<std::uint32_t>(shared >> 32));
  if (ask(Command::activate) != 0) return false;
  doorbells_.write(DoorbellRegister::receive, receive_.end());
  registers_.write(Register::command, static_cast<std::uint32_t>(Command::receive_mode));
  return true;
}

NetworkInfo NetworkDevice::info() const {
  NetworkInfo info = info_;
  info.link_up = (ask(Command::get_link) & kLinkUp) != 0;
  return info;
}

Status NetworkDevice::transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  const Status status = transmit_.put(segments, hints, token);
  if (status == Status::would_block) starved_ = true;
  return status;
}

void NetworkDevice::flush() {
  if (!given_up_ && transmit_.unpublished()) doorbells_.write(DoorbellRegister::transmit, transmit_.publish());
}

unsigned NetworkDevice::poll(Receiver& receiver, unsigned budget) {
  collect_transmitted(receiver);
  unsigned frames = 0;
  for (unsigned seen = 0; seen < budget && receive_.ready(); ++seen) {
    ReceiveBuffer* frame = receive_.take();
    if (!frame) continue;
    receiver.received(frame);
    ++frames;
  }
  if (const std::uint32_t happened = load(settings_->events)) {
    registers_.write(Register::events, happened);
    if (happened & kLinkEvent && info().link_up) receiver.link_returned();
  }
  if (receive_.broken() || transmit_.broken()) give_up(receiver);
  return frames;
}

void NetworkDevice::collect_transmitted(Receiver& receiver) {
  void* token;
  while (transmit_.ready() && transmit_.take(token)) {
    starved_ = false;
    receiver.transmitted(token);
  }
}

// A device that broke the rules is stopped, and what it was to send goes back to the stack. Every later frame is
// refused with an error.
void NetworkDevice::give_up(Receiver& receiver) {
  if (given_up_) return;
  given_up_ = true;
  receive_.mark_broken();
  transmit_.mark_broken();
  (void)ask(Command::reset);
  void* token;
  while (transmit_.abandon(token)) receiver.transmitted(token);
}

// An interrupt masks itself when it is sent. What came meanwhile may be told of at once: that costs one look in vain.
bool NetworkDevice::arm() {
  if (given_up_) return true;
  if (load(queues_->receive.wants_doorbell)) doorbells_.write(DoorbellRegister::receive, receive_.end());
  doorbells_.write(DoorbellRegister::mask, 0);
  if (starved_ && two_events_) doorbells_.write(DoorbellRegister::second_mask, 0);
  return !receive_.ready() && !(starved_ && transmit_.ready());
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"vmware/network", DeviceKind::network, kMatches, NetworkDevice::dma_bytes,
                           probe<NetworkDevice>};

}  // namespace

}  // namespace wick::drivers::vmware
