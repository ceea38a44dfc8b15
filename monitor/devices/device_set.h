// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The guest's devices: for each a source of the host's (tap or user-mode network, disk, terminal) and hv's back end
// that serves its rings. Whoever holds the devices looks at all of them, so no doorbell is needed: the guest's own
// thread whenever the guest has given it back, the one of io_thread.h meanwhile. Never both at once.

#include <poll.h>

#include <memory>
#include <vector>

#include "backend/block.h"
#include "backend/console.h"
#include "backend/device_table.h"
#include "backend/keys/key_backend.h"
#include "backend/network.h"
#include "base/fixed_list.h"
#include "monitor/base/sentence.h"
#include "monitor/devices/device_options.h"
#include "monitor/devices/disk.h"
#include "monitor/devices/frame_socket.h"
#include "monitor/devices/terminal.h"
#include "monitor/devices/vsock_backend.h"
#include "monitor/guest/memory.h"
#include "monitor/jail/confine.h"
#include "monitor/keys/keys.h"
#include "monitor/network/user_network.h"

namespace wick::monitor {

class DeviceSet {
 public:
  static constexpr unsigned kMaxDisks = 2;

  /// Opens what devices the image wants, so that nothing can fail later. Before the guest's memory is mapped: the
  /// user-mode network is a process of its own. In a copy that is another one's child, which has never had it.
  Outcome open(const DeviceOptions& options, const GuestImage& image);
  /// Behind that, and whatever there was to do meanwhile: whether the network's process has started.
  Outcome wait_for_network();
  /// Before copies of this process open theirs.
  Outcome prepare_clones(const GuestImage& image);
  /// Writes the guest's device pages and their entries for BootInfo.
  void offer(SharedPages& pages);
  /// The network gets the address of a snapshot's guest. Before that is restored.
  void use_address(const Mac& mac, SharedPages& pages);
  const hv::FixedList<DeviceEntry, kMaxDevices>& entries() const { return entries_; }
  const hv::PageDevice& device(unsigned index) const { return table_[index]; }
  /// Threads of disks. After the last fork.
  Outcome start();

  Status notify(std::uint32_t number) { return table_.notify(number); }
  /// Moves what guest and host have for each other, a bounded amount.
  /// @return whether there is more to do at once
  bool serve();
  /// Sleeps until a device has something or `signals` is readable, at most for `most`.
  void wait(Nanoseconds most, int signals);
  /// For whoever waits instead, until one of `files` has what it asks for: entries().count of them. After that, hear().
  void list(pollfd* files) const;
  void hear(const pollfd* files);
  /// Before that. @return false: there is something to do at once
  bool listen() { return !has_network_ || network_.wait(); }
  bool has_network() const { return has_network_; }
  /// Whether one of them has something at moments of its own; what somebody types can wait for the end of a time slice.
  bool is_urgent() const { return has_network_ || disk_count_ || vsock_ >= 0; }

  /// After the guest's end: waits until what it has sent has left this host's hands, for a moment at most. The end of a
  /// container's first process is that of all.
  void finish();

  void reset() { table_.reset(); }  ///< for another guest
  using Saved = hv::PageDevice::Saved[kMaxDevices];
  void save(Saved& to) { table_.save(to); }
  /// @return bad_argument when a ring of it doesn't lie in DMA memory
  Status restore(const Saved& from) { return table_.restore(from); }

  const FrameSocket& network() const { return network_; }
  void permit(Permissions& permissions) const;

 private:
  Outcome open_network(const DeviceOptions& options, const GuestImage& image);
  Outcome open_disks(const DeviceOptions& options, const GuestImage& image);
  Outcome open_vsock(const DeviceOptions& options, const GuestImage& image);
  void lose(unsigned index);

  hv::DeviceTable table_;
  hv::FixedList<DeviceEntry, kMaxDevices> entries_;
  int files_[kMaxDevices] = {};  ///< readable when the device has something for the guest

  bool has_network_ = false, has_terminal_ = false;
  int network_starter_ = -1;  ///< of whom clones ask for the processes of their network
  int vsock_ = -1;
  unsigned disk_count_ = 0;
  UserNetwork user_network_;
  FrameSocket network_;
  hv::NetworkBackend network_backend_;
  Terminal terminal_;
  Keys keys_;
  struct Drive {
    Disk disk;
    hv::BlockBackend backend;
  };
  std::unique_ptr<Drive> drives_[kMaxDisks];
  // What few have comes last: a copy shares pages that nobody writes.
  hv::ConsoleBackend terminal_backend_;
  hv::KeyBackend key_backend_;
  VsockBackend vsock_backend_;
};

}  // namespace wick::monitor
