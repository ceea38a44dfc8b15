// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/network.h"

#include "class/probe.h"

namespace wick::drivers::xen {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

constexpr std::uint16_t kMtu = 1500, kSmallestMtu = 68;

/// A received frame takes a page, whatever its size: fewer of them do what a ring of small buffers does.
constexpr std::uint32_t buffers_for(std::uint32_t ring_size) {
  return ring_entries(ring_size / 4, 8, Receive::kMostBuffers);
}
static_assert(Receive::kMostBuffers == Transmit::kMostPlaces);
constexpr std::uint32_t kRefillShare = 8;

constexpr unsigned kTransmitRingGrant = 0, kReceiveRingGrant = 1, kFirstTransmitGrant = 2;
constexpr unsigned kFirstReceiveGrant = kFirstTransmitGrant + Transmit::kMostPlaces / Transmit::kPlacesOfPage;
static_assert(kFirstReceiveGrant + Receive::kMostBuffers <= kGrantShare);

constexpr std::uint32_t kRingPages = 2;
constexpr std::uint64_t pool_bytes(std::uint32_t buffers) {
  return (kRingPages + buffers / Transmit::kPlacesOfPage + buffers) * kPage;
}

}  // namespace

std::uint64_t NetworkDevice::dma_bytes(std::uint32_t ring_size) {
  return dma_share(pool_bytes(buffers_for(ring_size)), kPage);
}

Status NetworkDevice::start(const Access& access, Tables& tables, const char*& trouble) {
  if (const Status status = connection_.open(access, "vif", trouble); !ok(status)) return status;
  const std::uint32_t buffers = buffers_ = buffers_for(access.ring_size);
  rings_ = static_cast<std::uint8_t*>(access.pool.take_uncleared(pool_bytes(buffers), kPage));
  if (!rings_) return explain(trouble, Status::no_memory, "the DMA pool is too small for the network device");
  std::uint8_t* const transmit_pages = rings_ + kRingPages * kPage;
  // What a back end may read is never what somebody else has left there.
  __builtin_memset(transmit_pages, 0, buffers * Transmit::kPlaceBytes);
  grants_ = connection_.grants();
  transmit_.use(grants_, kFirstTransmitGrant, transmit_pages, buffers);
  receive_.use(grants_, kFirstReceiveGrant, transmit_pages + buffers * Transmit::kPlaceBytes, tables.buffers, buffers);
  lot_ = buffers / kRefillShare;
  Text text;
  const auto mac = ok(connection_.own("mac", text)) ? parse_mac(text.view()) : std::nullopt;
  if (!mac) return explain(trouble, Status::not_found, "the store names no address of it");
  for (unsigned i = 0; i < mac->size(); ++i) info_.mac[i] = (*mac)[i];
  const auto mtu = ok(connection_.own("mtu", text)) ? parse_decimal(text.view(), kMtu) : std::nullopt;
  info_.mtu = mtu && *mtu >= kSmallestMtu ? static_cast<std::uint16_t>(*mtu) : kMtu;
  info_.events = connection_.events();
  info_.most_held = static_cast<std::uint16_t>(buffers / 2);
  return connect(trouble);
}

Status NetworkDevice::connect(const char*& trouble) {
  Status status = connection_.meet(trouble);
  if (!ok(status)) return status;
  if (!connection_.flag("feature-rx-copy"))
    return explain(trouble, Status::unsupported, "its back end can't copy what it has received (feature-rx-copy)");
  const Offload able = read_features();
  const Offload& told = info_.offload;
  if (told.transmit_checksum > able.transmit_checksum || told.segment4 > able.segment4 || told.segment6 > able.segment6)
    return explain(trouble, Status::unsupported, "its new back end can't do what the stack was told of the last one");
  if (!told.receive_checksum) info_.offload = able;  // nothing was told yet
  std::uint8_t* const receive_ring = rings_ + kPage;
  if (!grants_.take_back(kTransmitRingGrant) || !grants_.take_back(kReceiveRingGrant) ||
      !transmit_.place(rings_, info_.offload) || !receive_.place(receive_ring))
    return explain(trouble, Status::io_error, "its last back end hasn't let go of its pages");
  grants_.give(kTransmitRingGrant, rings_, false);
  grants_.give(kReceiveRingGrant, receive_ring, false);
  (void)receive_.publish();
  status = tell(trouble);
  if (ok(status)) status = connection_.wait_for_connected(trouble);
  stage_ = ok(status) ? Stage::connected : Stage::closed;
  if (ok(status))
    connection_.doorbell().ring();  // for the buffers
  else
    (void)connection_.enter(PeerState::closed);
  return status;
}

Status NetworkDevice::tell(const char*& trouble) {
  const struct {
    const char* name;
    std::uint64_t value;
  } words[] = {
      {"tx-ring-ref", grants_.reference(kTransmitRingGrant)},
      {"rx-ring-ref", grants_.reference(kReceiveRingGrant)},
      {"request-rx-copy", 1},
      {"feature-rx-notify", 1},
      {"feature-no-csum-offload", 0},
      {"feature-ipv6-csum-offload", 1},
      {"feature-sg", info_.offload.coalesce},
      {"feature-gso-tcpv4", info_.offload.coalesce},
      {"feature-gso-tcpv6", info_.offload.coalesce},
  };
  bool told = ok(connection_.tell_port());
  for (const auto& word : words) told = told && ok(connection_.tell(word.name, word.value));
  if (told && ok(connection_.enter(PeerState::connected))) return Status::ok;
  return explain(trouble, Status::io_error, "the store doesn't take what its back end must know");
}

/// The stack leaves a sum to the device for both versions of IP, or for none. Frames to be cut come in several slots
/// and without a sum.
Offload NetworkDevice::read_features() {
  const bool sums = !connection_.flag("feature-no-csum-offload") && connection_.flag("feature-ipv6-csum-offload");
  const bool cuts = sums && buffers_ >= Transmit::kPlacesForLarge && connection_.flag("feature-sg");
  return {
      .transmit_checksum = sums,
      .receive_checksum = true,
      .segment4 = cuts && connection_.flag("feature-gso-tcpv4"),
      .segment6 = cuts && connection_.flag("feature-gso-tcpv6"),
      .coalesce = buffers_ >= Receive::kBuffersForLarge,
  };
}

NetworkInfo NetworkDevice::info() const {
  NetworkInfo info = info_;
  info.link_up = stage_ == Stage::connected;
  return info;
}

Status NetworkDevice::transmit(std::span<const TransmitSegment> segments, const TransmitHints& hints, void* token) {
  if (stage_ != Stage::connected) return Status::io_error;
  const Status status = transmit_.put(segments, hints, token);
  if (status == Status::would_block) starved_ = true;
  return status;
}

void NetworkDevice::flush() {
  if (stage_ == Stage::connected && transmit_.publish()) connection_.doorbell().ring();
}

void NetworkDevice::publish_buffers() {
  if (stage_ == Stage::connected && receive_.publish()) connection_.doorbell().ring();
}

unsigned NetworkDevice::poll(Receiver& receiver, unsigned budget) {
  if (connection_.changed())
    follow_back_end(receiver);  // first: rings of before a suspension aren't to be read any more
  for (void* token; stage_ == Stage::connected && transmit_.take(token);) {
    starved_ = false;
    receiver.transmitted(token);
  }
  unsigned frames = 0;
  for (unsigned seen = 0; stage_ == Stage::connected && seen < budget && receive_.ready(); ++seen) {
    ReceiveBuffer* const frame = receive_.take();
    if (!frame) continue;
    receiver.received(frame);
    ++frames;
  }
  if (receive_.unpublished() >= lot_) publish_buffers();
  if (stage_ == Stage::connected && (receive_.broken() || transmit_.broken())) leave(Stage::given_up, receiver);
  return frames;
}

void NetworkDevice::follow_back_end(Receiver& receiver) {
  const char* trouble = nullptr;  // nobody to tell: the link stays down
  const bool moved = connection_.resumed();
  if (moved) drop_all(Stage::closed, receiver);
  if (stage_ == Stage::connected && connection_.peer() != PeerState::connected) return leave(Stage::closed, receiver);
  if (stage_ == Stage::closed && (moved || connection_.offered_again()) && ok(connect(trouble)))
    receiver.link_returned();
}

/// What the back end was to send goes back to the stack.
void NetworkDevice::drop_all(Stage stage, Receiver& receiver) {
  stage_ = stage;
  receive_.mark_broken();
  transmit_.mark_broken();
  for (void* token; transmit_.abandon(token);) receiver.transmitted(token);
  starved_ = false;  // else arm() would wait for a response to one of nothing
}

/// The back end is told. After it broke the rules it isn't met again.
void NetworkDevice::leave(Stage stage, Receiver& receiver) {
  drop_all(stage, receiver);
  (void)connection_.enter(PeerState::closed);
}

bool NetworkDevice::arm() {
  if (stage_ != Stage::connected) return !connection_.has_news();
  publish_buffers();
  bool quiet = receive_.arm() && !connection_.has_news();
  if (starved_) quiet = transmit_.arm() && quiet;
  return quiet && !receive_.broken() && !transmit_.broken();
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"xen/network", DeviceKind::network, kMatches, NetworkDevice::dma_bytes,
                           probe<NetworkDevice>};

}  // namespace

}  // namespace wick::drivers::xen
