// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Packets of streams between guest and host (virtio 1.2 §5.10). What they mean is the layer above's business.

#include <span>

#include "abi/virtio/vsock.h"

namespace wick::drivers {

class Vsock {
 public:
  class Receiver {
   public:
    /// @param data as many bytes as the header says
    virtual void arrived(const wick::virtio::VsockHeader& header, std::span<const std::uint8_t> data) = 0;
    /// All connections are gone: the other end has been replaced (§5.10.6.7).
    virtual void lost() = 0;

   protected:
    ~Receiver() = default;
  };

  virtual std::uint64_t cid() const = 0;  ///< the guest's address
  virtual EventMask events() const = 0;
  /// Packets that transmit() takes now.
  virtual unsigned room() = 0;
  /// Queues a packet; header and data are copied. @param data at most kVsockData
  /// @return would_block without room, io_error of a device that was given up
  virtual Status transmit(const wick::virtio::VsockHeader& header, std::span<const std::uint8_t> data) = 0;
  virtual void flush() = 0;  ///< one doorbell at most
  /// Hands out at most `most` packets that have arrived. @return their number
  virtual unsigned poll(Receiver& receiver, unsigned most) = 0;
  virtual bool idle() = 0;  ///< whether all that was queued is out
  virtual bool broken() const = 0;
  virtual bool arm() = 0;  ///< as Network::arm; room() counts as something

 protected:
  ~Vsock() = default;
};

}  // namespace wick::drivers
