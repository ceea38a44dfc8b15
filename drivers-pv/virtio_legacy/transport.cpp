// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// virtio over PCI as it was before version 1.0 (virtio 1.2 §4.1.4.10, of virtio 0.9.5): a block of I/O ports, a queue's
// place as the number of a page. hv reaches the ports (bus.h).

#include "virtio/transport.h"

#include "virtio_legacy/bus.h"

namespace wick::drivers::virtio_legacy {
namespace {

using virtio::QueueMemory;

/// §4.1.4.10, in the order of the table there.
enum class Register : std::uint16_t {
  device_features = 0,        ///< 32 bits
  driver_features = 4,        ///< 32
  queue_page = 8,             ///< 32: the number of the queue's first page, of 4 KiB; 0: it isn't live
  queue_size = 12,            ///< 16: the device's choice
  queue_select = 14,          ///< 16
  queue_notify = 16,          ///< 16
  status = 18,                ///< 8
  interrupt_status = 19,      ///< 8: reading takes the interrupt back
  configuration_vector = 20,  ///< 16, this and the next one with MSI-X alone
  queue_vector = 22,          ///< 16
  without_vectors = 20,       ///< here the device's own configuration begins
  with_vectors = 24,
};
static_assert(static_cast<std::uint16_t>(Register::queue_notify) == kQueueNotify);

constexpr unsigned kPageBits = 12;

constexpr std::uint16_t offset_of(Register which) { return static_cast<std::uint16_t>(which); }

class LegacyTransport final : public virtio::Transport {
 public:
  constexpr LegacyTransport() = default;

  Status open(const Access& access, const char*& trouble) {
    const DeviceWindow& window = access.device.windows[0];
    if (window.length < sizeof(Ports) || !access.notify)
      return explain(trouble, Status::bad_argument, "nobody reaches the ports of the legacy virtio device");
    ports_ = reinterpret_cast<Ports*>(raw(window.start));
    notify_ = access.notify;
    number_ = access.device.number;
    if (ports_->length < ports_->configuration)
      return explain(trouble, Status::unsupported, "the legacy virtio device has fewer ports than registers");
    return Status::ok;
  }

  bool legacy() const override { return true; }

  std::uint8_t status() override { return read<std::uint8_t>(Register::status); }
  void set_status(std::uint8_t bits) override { write(Register::status, bits); }

  std::uint64_t offered_features() override { return read<std::uint32_t>(Register::device_features); }
  void accept_features(std::uint64_t features) override {
    write(Register::driver_features, static_cast<std::uint32_t>(features));
    if (has_vectors()) write(Register::configuration_vector, std::uint16_t{0});  // DeviceEntry::event_count
  }

  std::uint16_t most_entries(std::uint16_t queue) override {
    if (queue >= kMostQueues) return 0;
    write(Register::queue_select, queue);
    const auto entries = read<std::uint16_t>(Register::queue_size);
    return entries <= kMaxEntries && std::has_single_bit(entries) ? entries : 0;
  }

  QueueMemory lay_out(DmaPool& pool, std::uint16_t entries) override {
    const auto* piece = entries ? pool.take_uncleared(queue_bytes(entries), kAlignment) : nullptr;
    if (!piece) return {entries, Gpa{}, Gpa{}, Gpa{}};
    const Gpa start = device_address(piece);
    return {entries, start, start + sizeof(Descriptor) * entries, start + used_offset(entries)};
  }

  Status attach(std::uint16_t queue, const QueueMemory& memory, std::uint16_t vector) override {
    const std::uint64_t page = raw(memory.descriptors) >> kPageBits;
    if (queue >= kMostQueues || page == 0 || page > 0xffff'ffff || raw(memory.descriptors) != page << kPageBits)
      return Status::bad_argument;
    write(Register::queue_select, queue);
    if (read<std::uint32_t>(Register::queue_page) != 0) return Status::io_error;
    if (has_vectors()) {
      write(Register::queue_vector, vector);
      // The device answers with "none" when it could not set the vector aside (§4.1.5.1.2).
      if (read<std::uint16_t>(Register::queue_vector) != vector) return Status::io_error;
    }
    write(Register::queue_page, static_cast<std::uint32_t>(page));
    return Status::ok;
  }

  Doorbell doorbell(std::uint16_t queue) override { return Doorbell(notify_, number_ + 1 + queue); }

  std::uint32_t configuration(std::uint32_t offset, unsigned width) override {
    if (offset > 0xff) return 0;
    return reach(static_cast<std::uint16_t>(ports_->configuration + offset), static_cast<std::uint8_t>(width));
  }
  std::uint32_t generation() override { return 0; }  // it has none: Device knows
  void acknowledge_interrupt() override {
    if (!has_vectors()) (void)read<std::uint8_t>(Register::interrupt_status);
  }

 private:
  bool has_vectors() const { return ports_->configuration == offset_of(Register::with_vectors); }

  std::uint32_t reach(std::uint16_t offset, std::uint8_t width, bool writes = false, std::uint32_t value = 0) {
    ports_->value = value;
    ports_->offset = offset;
    ports_->width = width;
    ports_->writes = writes;
    (void)notify_(number_);
    return ports_->value;
  }
  template <typename T>
  T read(Register which) {
    return static_cast<T>(reach(offset_of(which), sizeof(T)));
  }
  template <typename T>
  void write(Register which, T value) {
    (void)reach(offset_of(which), sizeof(T), true, value);
  }

  Ports* ports_ = nullptr;
  Notify notify_ = nullptr;
  std::uint32_t number_ = 0;
};

WICK_REGISTERED("transports")
constexpr virtio::TransportKind transport = {kBus, virtio::open_transport<LegacyTransport>};

}  // namespace
}  // namespace wick::drivers::virtio_legacy
