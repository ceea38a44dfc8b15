// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// virtio over PCI (virtio 1.2 §4.1), modern devices only. hv has found the four structures, mapped them and set up one
// message interrupt an event; this never sees configuration space.

#include "virtio/transport.h"

namespace wick::drivers::virtio {
namespace {

/// struct virtio_pci_common_cfg, §4.1.4.3.
enum class Register : std::uint16_t {
  device_features_select = 0x00,  ///< 32 bits
  device_features = 0x04,         ///< 32
  driver_features_select = 0x08,  ///< 32
  driver_features = 0x0c,         ///< 32
  configuration_vector = 0x10,    ///< 16
  queue_count = 0x12,             ///< 16
  status = 0x14,                  ///< 8
  generation = 0x15,              ///< 8
  queue_select = 0x16,            ///< 16
  queue_size = 0x18,              ///< 16
  queue_vector = 0x1a,            ///< 16
  queue_enable = 0x1c,            ///< 16
  queue_notify_offset = 0x1e,     ///< 16
  queue_descriptors = 0x20,       ///< 64, as two halves (§4.1.3.1)
  queue_available = 0x28,
  queue_used = 0x30,
};

constexpr std::uint64_t kCommonBytes = 0x38;

class PciTransport final : public Transport {
 public:
  constexpr PciTransport() = default;

  Status open(const Access& access, const char*& trouble) {
    const auto window = [&](VirtioPciWindow which) { return access.device.windows[static_cast<unsigned>(which)]; };
    common_ = NamedRegisters<Register>(window(VirtioPciWindow::common));
    notify_ = Registers(window(VirtioPciWindow::notify));
    device_ = Registers(window(VirtioPciWindow::device));
    notify_multiplier_ = access.device.notify_multiplier;
    if (common_.covers(0, kCommonBytes) && notify_.covers(0, 2)) return Status::ok;
    return explain(
        trouble, Status::unsupported,
        "the virtio PCI device has no modern interface (QEMU needs disable-legacy=on or a transitional device)");
  }

  std::uint8_t status() override { return common_.read<std::uint8_t>(Register::status); }
  void set_status(std::uint8_t bits) override { common_.write<std::uint8_t>(Register::status, bits); }

  std::uint64_t offered_features() override { return read_features(common_); }
  void accept_features(std::uint64_t features) override {
    write_features(common_, features);
    common_.write<std::uint16_t>(Register::configuration_vector, 0);  // DeviceEntry::event_count
  }

  std::uint16_t most_entries(std::uint16_t queue) override {
    if (queue >= common_.read<std::uint16_t>(Register::queue_count)) return 0;
    common_.write<std::uint16_t>(Register::queue_select, queue);
    return common_.read<std::uint16_t>(Register::queue_size);
  }

  Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t vector) override {
    if (!notify_.covers(doorbell_offset(queue), 2)) return Status::io_error;
    if (common_.read<std::uint16_t>(Register::queue_enable) != 0) return Status::io_error;
    common_.write<std::uint16_t>(Register::queue_size, memory.size);
    common_.write<std::uint16_t>(Register::queue_vector, vector);
    // The device answers with "none" when it could not set the vector aside (§4.1.5.1.2).
    if (common_.read<std::uint16_t>(Register::queue_vector) != vector) return Status::io_error;
    common_.write_address(Register::queue_descriptors, memory.descriptors);
    common_.write_address(Register::queue_available, memory.available);
    common_.write_address(Register::queue_used, memory.used);
    common_.write<std::uint16_t>(Register::queue_enable, 1);
    return Status::ok;
  }

  Doorbell doorbell(std::uint16_t queue) override {
    return {notify_, doorbell_offset(queue), queue, Doorbell::Width::bits16};
  }

  std::uint32_t configuration(std::uint32_t offset, unsigned width) override {
    return device_.read_field(offset, width);
  }
  std::uint32_t generation() override { return common_.read<std::uint8_t>(Register::generation); }
  void acknowledge_interrupt() override {}  // a message is never "still asserted"

 private:
  std::uint64_t doorbell_offset(std::uint16_t queue) const {
    common_.write<std::uint16_t>(Register::queue_select, queue);
    return std::uint64_t{common_.read<std::uint16_t>(Register::queue_notify_offset)} * notify_multiplier_;
  }

  NamedRegisters<Register> common_;
  Registers notify_, device_;
  std::uint32_t notify_multiplier_ = 0;
};

WICK_REGISTERED("transports") constexpr TransportKind transport = {Bus::virtio_pci, open_transport<PciTransport>};

}  // namespace
}  // namespace wick::drivers::virtio
