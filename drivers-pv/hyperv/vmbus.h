// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The dialogue with VMBus, by messages that hv carries: which version is spoken, what is offered, memory that a channel
// shares, and the opening of channels. Answers are matched with what was asked; what else comes meanwhile is passed
// over.

#include "class/access.h"
#include "hyperv/message.h"

namespace wick::drivers::hyperv {

/// All of it is cold: it runs once, and images are counted in bytes.
class Vmbus {
 public:
  constexpr Vmbus() = default;
  Vmbus(Mailbox& mailbox, Notify notify) : mailbox_(&mailbox), notify_(notify) {}

  /// Agrees on the newest version that both speak. @param monitor_pages two, which the host may have
  /// @return unsupported when there is none
  [[gnu::cold]] Status connect(const void* monitor_pages);

  /// Asks what there is. @param take gets each offer in turn, whose numbers are within bounds
  [[gnu::cold]] Status list_offers(void (*take)(const Offer& offer));

  /// Shares whole pages with the other side of `channel`. @param handle none of this machine's others
  [[gnu::cold]] Status share(std::uint32_t channel, std::uint32_t handle, const void* start, std::uint32_t bytes);

  /// @param handle of both rings, the second of which begins at page `receive_ring`
  [[gnu::cold]] Status open(std::uint32_t channel, std::uint32_t handle, std::uint32_t receive_ring);
  /// Nobody waits for an answer: there is none.
  [[gnu::cold]] void close(std::uint32_t channel);
  /// Of one that was taken away, behind its closing: the host may use its number for another one.
  [[gnu::cold]] void release(std::uint32_t channel);

  Notify notify() const { return notify_; }

 private:
  [[gnu::cold]] void tell(MessageType type, std::uint32_t channel);
  [[gnu::cold]] Status post(const void* message, std::uint32_t length);
  /// Waits for a message. @return none: there was none for 5 seconds
  [[gnu::cold]] MessageType next();
  /// The one that stands in the mailbox; what it is too short for is 0.
  template <typename Message>
  const Message& message() const {
    static_assert(sizeof(Message) <= kMostMessage);
    return *reinterpret_cast<const Message*>(mailbox_->in);
  }
  /// Waits for the answer that repeats both numbers.
  [[gnu::cold]] Status answer(MessageType type, std::uint32_t channel, std::uint32_t other);

  Mailbox* mailbox_ = nullptr;
  Notify notify_ = nullptr;
};

}  // namespace wick::drivers::hyperv
