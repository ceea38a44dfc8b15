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
constexpr std::uint16_t kNoVector = 0xffff;

constexpr std::uint16_t offset_of(Register which) { return static_cast<std::uint16_t>(which); }

Registers window(const DeviceEntry& entry, VirtioPciWindow which) {
  return Registers(entry.windows[static_cast<unsigned>(which)]);
}

class PciTransport final : public Transport {
 public:
  constexpr PciTransport() = default;

  Status open(const Access& access, const char*& trouble) {
    const DeviceEntry& entry = access.device;
    common_ = window(entry, VirtioPciWindow::common);
    notify_ = window(entry, VirtioPciWindow::notify);
    device_ = window(entry, VirtioPciWindow::device);
    notify_multiplier_ = entry.notify_multiplier;
    if (common_.covers(0, kCommonBytes) && notify_.covers(0, 2)) return Status::ok;
    return drivers::fail(
        trouble, Status::unsupported,
        "the virtio PCI device has no modern interface (QEMU needs disable-legacy=on or a transitional device)");
  }

  std::uint8_t status() override { return read<std::uint8_t>(Register::status); }
  void set_status(std::uint8_t bits) override { write(Register::status, bits); }

  std::uint64_t offered_features() override {
    write<std::uint32_t>(Register::device_features_select, 0);
    const std::uint64_t low = read<std::uint32_t>(Register::device_features);
    write<std::uint32_t>(Register::device_features_select, 1);
    return static_cast<std::uint64_t>(read<std::uint32_t>(Register::device_features)) << 32 | low;
  }

  void accept_features(std::uint64_t features) override {
    write<std::uint32_t>(Register::driver_features_select, 0);
    write(Register::driver_features, static_cast<std::uint32_t>(features));
    write<std::uint32_t>(Register::driver_features_select, 1);
    write(Register::driver_features, static_cast<std::uint32_t>(features >> 32));
    // Nobody here waits for configuration changes: no interrupt for them.
    write(Register::configuration_vector, kNoVector);
  }

  std::uint16_t most_entries(std::uint16_t queue) override {
    if (queue >= read<std::uint16_t>(Register::queue_count)) return 0;
    write(Register::queue_select, queue);
    return read<std::uint16_t>(Register::queue_size);
  }

  Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t vector) override {
    if (!notify_.covers(doorbell_offset(queue), 2)) return Status::io_error;
    if (read<std::uint16_t>(Register::queue_enable) != 0) return Status::io_error;
    write(Register::queue_size, memory.size);
    write(Register::queue_vector, vector);
    // The device answers with "none" when it could not set the vector aside (§4.1.5.1.2).
    if (read<std::uint16_t>(Register::queue_vector) != vector) return Status::io_error;
    common_.write_halves(offset_of(Register::queue_descriptors), memory.descriptors);
    common_.write_halves(offset_of(Register::queue_available), memory.available);
    common_.write_halves(offset_of(Register::queue_used), memory.used);
    write<std::uint16_t>(Register::queue_enable, 1);
    return Status::ok;
  }

  Doorbell doorbell(std::uint16_t queue) override {
    return {notify_, doorbell_offset(queue), queue, Doorbell::Width::bits16};
  }

  std::uint32_t configuration(std::uint32_t offset, unsigned width) override {
    return device_.read_field(offset, width);
  }
  std::uint32_t generation() override { return read<std::uint8_t>(Register::generation); }
  void acknowledge_interrupt() override {}  // a message is never "still asserted"

 private:
  template <typename T>
  T read(Register which) const {
    return common_.read<T>(offset_of(which));
  }
  template <typename T>
  void write(Register which, T value) const {
    common_.write(offset_of(which), value);
  }

  std::uint64_t doorbell_offset(std::uint16_t queue) const {
    write(Register::queue_select, queue);
    return std::uint64_t{read<std::uint16_t>(Register::queue_notify_offset)} * notify_multiplier_;
  }

  Registers common_, notify_, device_;
  std::uint32_t notify_multiplier_ = 0;
};

WICK_REGISTERED("transports") constexpr TransportKind transport = {Bus::virtio_pci, open_transport<PciTransport>};

}  // namespace
}  // namespace wick::drivers::virtio
