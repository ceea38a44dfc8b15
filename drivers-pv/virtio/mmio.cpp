// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// virtio over MMIO (virtio 1.2 §4.2), version 2: a page of 32-bit registers and one interrupt for everything.

#include "virtio/transport.h"

namespace wick::drivers::virtio {
namespace {

/// §4.2.2, in the order of the table there.
enum class Register : std::uint16_t {
  magic = 0x000,
  version = 0x004,
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

constexpr std::uint32_t kMagic = 0x74726976;  // "virt"
constexpr std::uint32_t kVersion = 2;
constexpr std::uint32_t kLegacyVersion = 1;
constexpr std::uint32_t kEveryInterrupt = 3;  // used buffer, configuration change
constexpr std::uint32_t kMaxQueueSize = 0x8000;

class MmioTransport final : public Transport {
 public:
  constexpr MmioTransport() = default;

  Status open(const Access& access, const char*& trouble) {
    registers_ = NamedRegisters<Register>(access.device.windows[0]);
    if (!registers_.covers(0, registers_.offset(Register::configuration)) || registers_.read(Register::magic) != kMagic)
      return explain(trouble, Status::not_found, "no virtio-mmio device at this address");
    if (const std::uint32_t version = registers_.read(Register::version); version != kVersion) {
      trouble = version == kLegacyVersion
                    ? "the virtio-mmio device is legacy (version 1); QEMU needs -global virtio-mmio.force-legacy=off"
                    : "the virtio-mmio device has an unknown version";
      return Status::unsupported;
    }
    return Status::ok;
  }

  std::uint8_t status() override { return static_cast<std::uint8_t>(registers_.read(Register::status)); }
  void set_status(std::uint8_t bits) override { registers_.write(Register::status, bits); }

  std::uint64_t offered_features() override { return read_features(registers_); }
  void accept_features(std::uint64_t features) override { write_features(registers_, features); }

  std::uint16_t most_entries(std::uint16_t queue) override {
    registers_.write(Register::queue_select, queue);
    const std::uint32_t most = registers_.read(Register::queue_most);
    return static_cast<std::uint16_t>(most > kMaxQueueSize ? kMaxQueueSize : most);
  }

  Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t) override {
    registers_.write(Register::queue_select, queue);
    if (registers_.read(Register::queue_ready) != 0) return Status::io_error;
    registers_.write(Register::queue_size, memory.size);
    registers_.write_address(Register::queue_descriptors, memory.descriptors);
    registers_.write_address(Register::queue_available, memory.available);
    registers_.write_address(Register::queue_used, memory.used);
    registers_.write(Register::queue_ready, 1);
    return Status::ok;
  }

  Doorbell doorbell(std::uint16_t queue) override {
    return {registers_, registers_.offset(Register::queue_notify), queue, Doorbell::Width::bits32};
  }

  std::uint32_t configuration(std::uint32_t offset, unsigned width) override {
    return registers_.read_field(registers_.offset(Register::configuration) + offset, width);
  }
  std::uint32_t generation() override { return registers_.read(Register::generation); }
  void acknowledge_interrupt() override { registers_.write(Register::interrupt_acknowledge, kEveryInterrupt); }

 private:
  NamedRegisters<Register> registers_;
};

WICK_REGISTERED("transports") constexpr TransportKind transport = {Bus::virtio_mmio, open_transport<MmioTransport>};

}  // namespace
}  // namespace wick::drivers::virtio
