// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A network device as the stack above sees it, whoever is underneath. Frames go out as lists of segments that stay
// where they are until the device has read them, and come in as buffers that the stack keeps until it is done: no
// byte is copied here.

#include <span>

#include "abi/types.h"

namespace wick::drivers {

/// What the device takes off the stack's hands, as negotiated.
struct Offload {
  bool transmit_checksum = false;  ///< fills in a TCP or UDP checksum (frame carries the pseudo-header sum)
  bool receive_checksum = false;   ///< says which received frames need no check
  bool segment4 = false;           ///< cuts large IPv4 TCP frames (TSO)
  bool segment6 = false;           ///< the same for IPv6
  bool coalesce = false;           ///< hands up received TCP frames of up to 64 KiB
};

struct NetworkInfo {
  std::uint8_t mac[6];
  std::uint16_t mtu;
  bool link_up;  ///< as of this call
  Offload offload;
  EventMask events;
  std::uint16_t most_held = 0;  ///< buffers that the stack may keep before the device runs dry; 0: as it likes
};

struct TransmitSegment {
  const void* data;
  std::uint32_t length;  ///< never 0: devices may take an empty piece for a broken ring
};

/// How the device shall finish a frame. All zero: as it is.
struct TransmitHints {
  bool checksum = false;
  std::uint16_t checksum_start = 0;   ///< from here on the sum is taken, bytes from the frame's start
  std::uint16_t checksum_offset = 0;  ///< where it goes, bytes from `checksum_start`
  std::uint16_t segment_size = 0;     ///< payload bytes a packet; 0: no segmentation
  std::uint16_t header_length = 0;    ///< bytes repeated in each packet
  bool ipv6 = false;
};

/// A received piece of memory. The device owns it until it is handed up, the stack until `release`.
struct ReceiveBuffer {
  ReceiveBuffer* next;  ///< rest of the same frame
  std::uint8_t* data;
  std::uint32_t length;
  std::uint16_t index;                      ///< the driver's own
  bool checksum_good;                       ///< of the whole frame; set on its first buffer
  bool checksum_partial;                    ///< the sender left the checksum to a device: data is good, the field isn't
  alignas(8) std::uint8_t stack_space[96];  ///< for the stack above (a pbuf lives here)
};

class Network {
 public:
  /// Called for each frame; the receiver must `release` every buffer of it sooner or later.
  class Receiver {
   public:
    virtual void received(ReceiveBuffer* frame) = 0;
    /// The device has read the frame that was transmitted with `token`.
    virtual void transmitted(void* token) = 0;
    /// The link is up again, perhaps at another place of the network: it may never have been seen to fall.
    virtual void link_returned() {}

   protected:
    ~Receiver() = default;
  };

  virtual NetworkInfo info() const = 0;

  /// Queues a frame; nothing reaches the device before `flush`. The segments must stay until `transmitted(token)`.
  /// @return would_block when the ring is full: poll first
  virtual Status transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) = 0;

  /// Tells the device of what was queued, with one doorbell at most.
  virtual void flush() = 0;

  /// Hands up to `budget` received frames and all finished transmissions to `receiver`. @return frames handed up
  virtual unsigned poll(Receiver& receiver, unsigned budget) = 0;

  /// Gives a buffer (alone, not its `next`) back for new frames.
  virtual void release(ReceiveBuffer* buffer) = 0;

  /// After an event that brought no frame. A device that doesn't say by itself what it was for is asked: its link may
  /// have returned. @return whether it is up
  virtual bool look_at_link(Receiver&) { return true; }

  /// Asks for an event at the next frame. @return false when one came in the meantime: poll again first
  virtual bool arm() = 0;

 protected:
  ~Network() = default;
};

}  // namespace wick::drivers
