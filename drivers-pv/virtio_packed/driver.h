// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What the drivers of this family are made of: virtio's own driver of a class with packed rings where the device offers
// them, with split ones where it doesn't. An image that has this family has it in the place of virtio's drivers.

#include <algorithm>
#include <new>

#include "class/probe.h"
#include "virtio_packed/queue.h"

namespace wick::drivers::virtio_packed {

inline constexpr Match kMatches[] = {{Bus::virtio_mmio}, {Bus::virtio_pci}};

template <template <typename> typename Class>
class Either {
 public:
  using Split = Class<virtio::SplitRings>;
  using Packed = Class<PackedRings>;
  static constexpr unsigned kMaxDevices = Split::kMaxDevices;
  using Tables = typename Split::Tables;
  static_assert(std::is_same_v<Tables, typename Packed::Tables>);

  static std::uint64_t dma_bytes(std::uint32_t ring_size) {
    return std::max(Split::dma_bytes(ring_size), Packed::dma_bytes(ring_size));
  }

  /// @param transport nullptr: the one that the device entry names
  Status start(const Access& access, Tables& tables, const char*& trouble, virtio::Transport* transport = nullptr) {
    if (!transport) transport = virtio::transport_of(access, trouble);
    if (!transport) return Status::unsupported;
    packed_ = (transport->offered_features() & PackedRings::kFeature) != 0;
    return packed_ ? (new (memory_) Packed)->start(access, tables, trouble, transport)
                   : (new (memory_) Split)->start(access, tables, trouble, transport);
  }

  void present(Instance& instance) {
    if (packed_)
      instance.is(*std::launder(reinterpret_cast<Packed*>(memory_)));
    else
      instance.is(*std::launder(reinterpret_cast<Split*>(memory_)));
  }

 private:
  alignas(Split) alignas(Packed) std::byte memory_[std::max(sizeof(Split), sizeof(Packed))];
  bool packed_ = false;
};

template <template <typename> typename Class>
constexpr Driver driver_of(const char* name, DeviceKind kind) {
  return {name, kind, kMatches, Either<Class>::dma_bytes, probe<Either<Class>>};
}

}  // namespace wick::drivers::virtio_packed
