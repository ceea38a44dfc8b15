// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "hyperv/vmbus.h"

namespace wick::drivers::hyperv {
namespace {

constexpr unsigned kMostWaits = 500;      ///< of 10 ms
constexpr unsigned kMostMessages = 4096;  ///< that are looked at for an answer, as a host may never stop to talk

/// Newest first.
constexpr Version kVersions[] = {Version::v5_0, Version::v4_0, Version::v3_0, Version::v2_4};

/// Where the first message goes (VMBus' ports are no part of TLFS), and which SINT the host's come by.
constexpr std::uint32_t kConnection = 1, kConnectionSince5 = 4, kSint = 2;

}  // namespace

Status Vmbus::post(const void* message, std::uint32_t length) {
  __builtin_memcpy(mailbox_->out, message, length);
  mailbox_->out_length = length;
  return notify_(kPost);
}

MessageType Vmbus::next() {
  for (unsigned i = 0; i < kMostWaits; ++i) {
    mailbox_->in_length = 0;
    __builtin_memset(mailbox_->in, 0, sizeof mailbox_->in);
    (void)notify_(kWaitMessage);
    if (mailbox_->in_length >= sizeof(MessageHeader)) return message<MessageHeader>().type;
  }
  return MessageType::none;
}

Status Vmbus::answer(MessageType type, std::uint32_t channel, std::uint32_t other) {
  for (unsigned i = 0; i < kMostMessages; ++i) {
    const MessageType came = next();
    if (came == MessageType::none) break;
    const auto& answer = message<Answer>();
    if (came == type && mailbox_->in_length >= sizeof answer && answer.channel == channel && answer.other == other)
      return answer.status == 0 ? Status::ok : Status::io_error;
  }
  return Status::io_error;
}

Status Vmbus::connect(const void* monitor_pages) {
  for (const Version version : kVersions) {
    const bool since_5 = version >= Version::v5_0;
    const std::uint64_t monitor = raw(device_address(monitor_pages));
    const InitiateContact contact{.version = version,
                                  .processor = 0,
                                  .interrupts = since_5 ? kSint : 0,
                                  .monitor_pages = {monitor, monitor + kPage}};
    mailbox_->connection = since_5 ? kConnectionSince5 : kConnection;
    if (!ok(post(&contact, sizeof contact))) continue;  // a host of before 5.0 has no such connection
    MessageType came = next();
    for (unsigned i = 0; i < kMostMessages && came != MessageType::version_response && came != MessageType::none; ++i)
      came = next();
    const auto& response = message<VersionResponse>();
    if (came != MessageType::version_response) return Status::io_error;
    if (!response.supported) continue;
    if (response.state != 0) return Status::io_error;
    if (since_5) mailbox_->connection = response.connection;
    return Status::ok;
  }
  return Status::unsupported;
}

Status Vmbus::list_offers(void (*take)(const Offer& offer)) {
  if (const RequestOffers request; !ok(post(&request, sizeof request))) return Status::io_error;
  for (unsigned i = 0; i < kMostMessages; ++i) {
    const MessageType came = next();
    if (came == MessageType::all_offers) return Status::ok;
    if (came == MessageType::none) break;
    const auto& offer = message<Offer>();
    if (came == MessageType::offer && mailbox_->in_length >= sizeof offer && offer.channel != 0 &&
        offer.channel < kMostChannels)
      take(offer);
  }
  return Status::io_error;
}

Status Vmbus::share(std::uint32_t channel, std::uint32_t handle, const void* start, std::uint32_t bytes) {
  std::uint64_t page = raw(device_address(start)) / kPage;
  std::uint32_t left = bytes / kPage;
  const auto post_with_pages = [&](auto& message) {
    unsigned count = 0;
    while (count < message.kMostPages && left) message.pages[count++] = page++, --left;
    mailbox_->out_length = static_cast<std::uint32_t>(sizeof message - (message.kMostPages - count) * sizeof page);
    return notify_(kPost);
  };
  auto& header = *reinterpret_cast<GpadlHeader*>(mailbox_->out);
  header.header = {MessageType::gpadl_header, 0};
  header.channel = channel;
  header.gpadl = handle;
  header.range_bytes = static_cast<std::uint16_t>(2 * sizeof(std::uint32_t) + left * sizeof page);
  header.ranges = 1;
  header.bytes = bytes;
  header.offset = 0;
  Status status = post_with_pages(header);
  for (std::uint32_t number = 1; ok(status) && left; ++number) {
    auto& body = *reinterpret_cast<GpadlBody*>(mailbox_->out);
    body.header = {MessageType::gpadl_body, 0};
    body.number = number;
    body.gpadl = handle;
    status = post_with_pages(body);
  }
  return ok(status) ? answer(MessageType::gpadl_created, channel, handle) : status;
}

Status Vmbus::open(std::uint32_t channel, std::uint32_t handle, std::uint32_t receive_ring) {
  const OpenChannel open{
      .channel = channel, .open = channel, .gpadl = handle, .processor = 0, .receive_ring = receive_ring};
  const Status status = post(&open, sizeof open);
  return ok(status) ? answer(MessageType::open_result, channel, channel) : status;
}

void Vmbus::close(std::uint32_t channel) { tell(MessageType::close, channel); }
void Vmbus::release(std::uint32_t channel) { tell(MessageType::released, channel); }

void Vmbus::tell(MessageType type, std::uint32_t channel) {
  const OfChannel message{{type, 0}, channel};
  (void)post(&message, sizeof message);
}

}  // namespace wick::drivers::hyperv
