// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "virtio/mmio.h"

namespace wick::drivers::virtio {

/// §4.2.2, in the order of the table there.
enum class MmioTransport::Register : std::uint16_t {
  magic = 0x000,
  version = 0x004,
  device_id = 0x008,
  device_features = 0x010,
  device_features_select = 0x014,
  driver_features = 0x020,
  driver_features_select = 0x024,
  queue_select = 0x030,
  queue_most = 0x034,
  queue_size = 0x038,
  queue_ready = 0x044,
  queue_notify = 0x050,
  interrupt_status = 0x060,
  interrupt_acknowledge = 0x064,
  status = 0x070,
  queue_descriptors = 0x080,  ///< low half; the high half follows, as for the next two
  queue_available = 0x090,
  queue_used = 0x0a0,
  generation = 0x0fc,
  configuration = 0x100,
};

namespace {

constexpr std::uint32_t kMagic = 0x74726976;  // "virt"
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kLegacyVersion = 1;
constexpr std::uint32_t kEveryInterrupt = 3;  // used buffer, configuration change

}  // namespace

std::uint32_t MmioTransport::read(Register which) const {
  return registers_.read<std::uint32_t>(static_cast<std::uint16_t>(which));
}

void MmioTransport::write(Register which, std::uint32_t value) const {
  registers_.write(static_cast<std::uint16_t>(which), value);
}

void MmioTransport::write_address(Register low, Gpa address) const {
  const std::uint16_t offset = static_cast<std::uint16_t>(low);
  registers_.write(offset, static_cast<std::uint32_t>(raw(address)));
  registers_.write(offset + 4u, static_cast<std::uint32_t>(raw(address) >> 32));
}

Status MmioTransport::open(const DeviceEntry& entry, const char*& trouble) {
  registers_ = Registers(entry.windows[0]);
  if (!registers_.covers(0, static_cast<std::uint16_t>(Register::configuration)) || read(Register::magic) != kMagic) {
    trouble = "no virtio-mmio device at this address";
    return Status::not_found;
  }
  if (const std::uint32_t version = read(Register::version); version != kVersion) {
    trouble = version == kLegacyVersion
                  ? "the virtio-mmio device is legacy (version 1); QEMU needs -global virtio-mmio.force-legacy=off"
                  : "the virtio-mmio device has an unknown version";
    return Status::unsupported;
  }
  return Status::ok;
}

std::uint8_t MmioTransport::status() { return static_cast<std::uint8_t>(read(Register::status)); }

void MmioTransport::set_status(std::uint8_t bits) { write(Register::status, bits); }

std::uint64_t MmioTransport::offered_features() {
  write(Register::device_features_select, 0);
  const std::uint64_t low = read(Register::device_features);
  write(Register::device_features_select, 1);
  return static_cast<std::uint64_t>(read(Register::device_features)) << 32 | low;
}

void MmioTransport::accept_features(std::uint64_t features) {
  write(Register::driver_features_select, 0);
  write(Register::driver_features, static_cast<std::uint32_t>(features));
  write(Register::driver_features_select, 1);
  write(Register::driver_features, static_cast<std::uint32_t>(features >> 32));
}

std::uint16_t MmioTransport::most_entries(std::uint16_t queue) {
  write(Register::queue_select, queue);
  const std::uint32_t most = read(Register::queue_most);
  return most > 0x8000 ? 0x8000 : static_cast<std::uint16_t>(most);
}

Status MmioTransport::attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t) {
  write(Register::queue_select, queue);
  if (read(Register::queue_ready) != 0) return Status::io_error;
  write(Register::queue_size, memory.size);
  write_address(Register::queue_descriptors, memory.descriptors);
  write_address(Register::queue_available, memory.available);
  write_address(Register::queue_used, memory.used);
  write(Register::queue_ready, 1);
  return Status::ok;
}

Doorbell MmioTransport::doorbell(std::uint16_t queue) {
  return {registers_, static_cast<std::uint16_t>(Register::queue_notify), queue, Doorbell::Width::bits32};
}

std::uint32_t MmioTransport::configuration(std::uint32_t offset, unsigned width) {
  const std::uint64_t at = std::uint64_t{static_cast<std::uint16_t>(Register::configuration)} + offset;
  if (!registers_.covers(at, width)) return 0;
  switch (width) {
    case 1:
      return registers_.read<std::uint8_t>(at);
    case 2:
      return registers_.read<std::uint16_t>(at);
    default:
      return registers_.read<std::uint32_t>(at);
  }
}

std::uint32_t MmioTransport::generation() { return read(Register::generation); }

void MmioTransport::acknowledge_interrupt() { write(Register::interrupt_acknowledge, kEveryInterrupt); }

}  // namespace wick::drivers::virtio
