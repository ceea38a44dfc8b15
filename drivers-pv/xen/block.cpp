// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/block.h"

#include "class/probe.h"

namespace wick::drivers::xen {
namespace {

constexpr Match kMatches[] = {{.bus = kBus}};

/// That so many segments hold, whatever sector of a page they begin in: whole blocks of any disk.
constexpr std::uint32_t bytes_of(unsigned segments) { return (segments - 1) * kPage; }
constexpr std::uint32_t kDirectBytes = bytes_of(kDirectSegments);
constexpr std::uint32_t kMostDiscard = 1u << 30;
constexpr std::uint64_t kMostSectors = ~0ull / kSectorBytes;

/// Entry 0 is the ring's, then come those of each request, then each list's own and those beyond its request's.
constexpr unsigned kRingGrant = 0;
constexpr unsigned first_grant(unsigned place) { return 1 + place * kDirectSegments; }
constexpr unsigned list_grant(unsigned list) {
  return first_grant(BlockDevice::kRequests) + list * (1 + BlockDevice::kMostSegments - kDirectSegments);
}
constexpr unsigned grant_of(unsigned place, unsigned list, unsigned segment) {
  return segment < kDirectSegments ? first_grant(place) + segment : list_grant(list) + 1 + segment - kDirectSegments;
}
static_assert(list_grant(BlockDevice::kLists) <= kGrantShare);
static_assert(BlockDevice::kMostSegments * sizeof(DiskSegment) <= kPage && BlockDevice::kMostSegments < 256);
static_assert(BlockDevice::kRequests == 32, "a bit each");

constexpr DiskOperation kOperations[] = {DiskOperation::read, DiskOperation::write, DiskOperation::flush,
                                         DiskOperation::discard};
constexpr DiskOperation operation_of(BlockOperation operation) { return kOperations[static_cast<unsigned>(operation)]; }
static_assert(operation_of(BlockOperation::discard) == DiskOperation::discard);

constexpr bool moves_data(BlockOperation operation) {
  return operation == BlockOperation::read || operation == BlockOperation::write;
}

Status status_of(std::int16_t status) {
  if (status == kDiskGood) return Status::ok;
  return status == kDiskUnsupported ? Status::unsupported : Status::io_error;
}

}  // namespace

std::uint64_t BlockDevice::dma_bytes(std::uint32_t) { return dma_share((1 + kLists) * kPage, kPage); }

Status BlockDevice::start(const Access& access, Tables& tables, const char*& trouble) {
  if (const Status status = connection_.open(access, "vbd", trouble); !ok(status)) return status;
  tables_ = &tables;
  pages_ = static_cast<std::uint8_t*>(access.pool.take((1 + kLists) * kPage, kPage));
  if (!pages_) return explain(trouble, Status::no_memory, "the DMA pool is too small for the disk's ring");
  grants_ = connection_.grants();
  const auto& name = connection_.facts().name;
  __builtin_memcpy(info_.serial, name, sizeof info_.serial - 1);
  info_.events = connection_.events();
  return connect(trouble);
}

/// What the disk is may be another thing than before. Requests that wait are sent, and again those that were under way
/// when the domain was suspended: nobody knows whether the last back end did them, and to do them twice is as good.
Status BlockDevice::connect(const char*& trouble) {
  Status status = connection_.meet(trouble);
  if (!ok(status)) return status;
  if (!grants_.take_back(kRingGrant))
    return explain(trouble, Status::io_error, "its last back end hasn't let go of the ring");
  ring_.place(pages_);
  sent_ = 0;
  grants_.give(kRingGrant, pages_, false);
  const bool told = ok(connection_.tell("protocol", connection_.facts().layout)) &&
                    ok(connection_.tell("ring-ref", std::uint64_t{grants_.reference(kRingGrant)})) &&
                    ok(connection_.tell_port()) && ok(connection_.enter(PeerState::initialised));
  if (!told) return explain(trouble, Status::io_error, "the store doesn't take what its back end must know");
  status = connection_.wait_for_connected(trouble);
  if (ok(status)) status = describe(trouble);
  if (ok(status)) status = connection_.enter(PeerState::connected);
  stage_ = ok(status) ? Stage::connected : Stage::gone;
  if (!ok(status)) (void)connection_.enter(PeerState::closed);
  if (!ok(status) || !used_) return status;
  for (unsigned place = 0; place < kRequests; ++place)
    if (used_ >> place & 1) send(place);
  flush_queue();
  return status;
}

Status BlockDevice::describe(const char*& trouble) {
  info_.sectors = connection_.number("sectors", kMostSectors, 0);
  info_.block_size = static_cast<std::uint32_t>(connection_.number("sector-size", ~0u, kSectorBytes));
  if (!usable_block_size(info_.block_size) || info_.block_size > kPage || info_.sectors == 0)
    return explain(trouble, Status::unsupported, "its back end names no size of the disk, or blocks over 4096 bytes");
  if (!grant_lists(connection_.number("feature-max-indirect-segments", ~0u, 0)))
    return explain(trouble, Status::io_error, "its last back end hasn't let go of a list of segments");
  // It stays what it was at first: another back end that takes less gets pieces.
  if (!info_.most_bytes) info_.most_bytes = free_lists_ ? bytes_of(most_segments_) : kDirectBytes;
  info_.read_only = (connection_.number("info", ~0u, 0) & kDiskReadOnly) != 0;
  info_.can_flush = connection_.flag("feature-flush-cache");
  // Pieces of what is dropped at once (discard-granularity) may be asked for: a back end drops of them what it can.
  info_.can_discard = connection_.flag("feature-discard");
  info_.most_discard = info_.can_discard ? kMostDiscard : 0;
  return Status::ok;
}

/// @param offer segments that the back end takes in one request  @return false when one has a list still
bool BlockDevice::grant_lists(std::uint64_t offer) {
  most_segments_ = offer < kMostSegments ? static_cast<unsigned>(offer) : kMostSegments;
  free_lists_ = most_segments_ > kDirectSegments ? (1u << kLists) - 1 : 0;
  for (unsigned list = 0; list < kLists; ++list) {
    if (!grants_.take_back(list_grant(list))) return false;
    if (free_lists_) grants_.give(list_grant(list), list_of(list), true);
  }
  return true;
}

BlockInfo BlockDevice::look_again() {
  if (stage_ == Stage::connected) info_.sectors = connection_.number("sectors", kMostSectors, info_.sectors);
  return info_;
}

/// As much of what is left of a request as the back end takes at once.
void BlockDevice::grant_pages(unsigned place, DiskRequest& message) {
  Tables::Pending& pending = tables_->pending[place];
  const BlockRequest& request = *pending.request;
  DiskSegment* to = message.segment;
  std::uint32_t most = kDirectBytes;
  if (pending.piece > most && free_lists_) {
    pending.list = static_cast<std::uint8_t>(__builtin_ctz(free_lists_));
    free_lists_ &= free_lists_ - 1;
    to = list_of(pending.list);
    most = bytes_of(most_segments_);
  }
  if (pending.piece > most) pending.piece = most;
  std::uint64_t at = raw(device_address(request.data)) + pending.done;
  const std::uint64_t end = at + pending.piece;
  unsigned count = 0;
  for (; at < end; ++count) {
    const std::uint64_t page = at & ~(kPage - 1), stop = page + kPage < end ? page + kPage : end;
    const unsigned grant = grant_of(place, pending.list, count);
    grants_.give(grant, reinterpret_cast<const void*>(page), request.operation == BlockOperation::write);
    to[count] = {grants_.reference(grant), static_cast<std::uint8_t>((at - page) / kSectorBytes),
                 static_cast<std::uint8_t>((stop - page) / kSectorBytes - 1), 0};
    at = stop;
  }
  pending.segments = message.segments = static_cast<std::uint8_t>(count);
  if (pending.list == kLists) return;
  const DiskIndirectRequest indirect{DiskOperation::indirect,
                                     message.operation,
                                     message.segments,
                                     0,
                                     message.id,
                                     message.sector,
                                     message.handle,
                                     0,
                                     grants_.reference(list_grant(pending.list))};
  __builtin_memcpy(&message, &indirect, sizeof indirect);
}

Status BlockDevice::submit(BlockRequest& request) {
  if (connection_.changed()) follow_back_end();
  if (stage_ == Stage::gone || stage_ == Stage::given_up) return Status::io_error;
  if (const Status status = check_request(request, info_); !ok(status)) return status;
  if (moves_data(request.operation) && raw(device_address(request.data)) % kSectorBytes != 0)
    return Status::bad_argument;
  if (!~used_) return Status::would_block;
  const auto place = static_cast<unsigned>(__builtin_ctz(~used_));
  request.status = Status::would_block;
  used_ |= 1u << place;
  tables_->pending[place] = {&request, 0, 0, 0, kLists};
  if (stage_ == Stage::connected) send(place);
  return Status::ok;
}

void BlockDevice::send(unsigned place) {
  Tables::Pending& pending = tables_->pending[place];
  const BlockRequest& request = *pending.request;
  pending = {pending.request, pending.done, request.length - pending.done, 0, kLists};
  DiskRequest message{};
  message.operation = operation_of(request.operation);
  message.handle = static_cast<std::uint16_t>(connection_.facts().handle);
  message.id = place;
  message.sector = request.operation == BlockOperation::flush ? 0 : request.sector + pending.done / kSectorBytes;
  if (moves_data(request.operation)) grant_pages(place, message);
  if (request.operation == BlockOperation::discard) {
    const std::uint64_t sectors = request.length / kSectorBytes;
    __builtin_memcpy(reinterpret_cast<std::uint8_t*>(&message) + kDiscardSectorsOffset, &sectors, sizeof sectors);
  }
  sent_ |= 1u << place;
  ring_.put(message);
}

void BlockDevice::flush_queue() {
  if (!ring_.broken() && ring_.unpublished() != 0 && ring_.publish()) connection_.doorbell().ring();
}

bool BlockDevice::take_pages_back(unsigned place) {
  Tables::Pending& pending = tables_->pending[place];
  bool all = true;
  for (unsigned i = 0; i < pending.segments; ++i) all = grants_.take_back(grant_of(place, pending.list, i)) && all;
  if (pending.list != kLists) free_lists_ |= 1u << pending.list;
  return all;
}

/// @return nullptr when the back end broke the rules; else what it has answered, which goes on if its status says so
BlockRequest* BlockDevice::finish(const DiskResponse& response) {
  if (response.id >= kRequests || !(sent_ >> response.id & 1)) return nullptr;
  const auto place = static_cast<unsigned>(response.id);
  Tables::Pending& pending = tables_->pending[place];
  BlockRequest& request = *pending.request;
  if (response.operation != operation_of(request.operation) || !take_pages_back(place)) return nullptr;
  sent_ &= ~(1u << place);
  pending = {&request, pending.done + pending.piece, 0, 0, kLists};
  if (response.status == kDiskGood && pending.done < request.length) {
    if (stage_ == Stage::connected) send(place);
    return &request;
  }
  used_ &= ~(1u << place);
  request.status = status_of(response.status);
  return &request;
}

unsigned BlockDevice::poll(void (*done)(BlockRequest&)) {
  if (connection_.changed()) follow_back_end();  // first: a ring of before a suspension isn't to be read any more
  unsigned count = 0;
  for (std::uint32_t ready = ring_.ready(); ready != 0; --ready) {
    BlockRequest* const request = finish(ring_.take());
    if (!request) {
      ring_.mark_broken();
      break;
    }
    if (request->status == Status::would_block) continue;
    ++count;
    done(*request);
  }
  flush_queue();  // of pieces
  if (ring_.broken()) count += give_up(done);
  if (stage_ == Stage::leaving && !sent_) leave();
  if (stage_ == Stage::gone) count += fail_all(done);
  return count;
}

// A back end that broke the rules is told so, and whoever waits for it hears of an error. What it still has of their
// pages Xen alone can take from it: it isn't met again.
unsigned BlockDevice::give_up(void (*done)(BlockRequest&)) {
  if (stage_ == Stage::given_up) return 0;
  stage_ = Stage::given_up;
  (void)connection_.enter(PeerState::closed);
  return fail_all(done);
}

unsigned BlockDevice::fail_all(void (*done)(BlockRequest&)) {
  unsigned count = 0;
  for (sent_ = 0; used_; ++count) {
    const auto place = static_cast<unsigned>(__builtin_ctz(used_));
    used_ &= used_ - 1;
    (void)take_pages_back(place);
    BlockRequest& request = *tables_->pending[place].request;
    request.status = Status::io_error;
    done(request);
  }
  return count;
}

void BlockDevice::follow_back_end() {
  const char* trouble = nullptr;  // nobody to tell: requests go on waiting, or failing
  if (connection_.resumed()) return resume();
  if ((stage_ == Stage::closed || stage_ == Stage::gone) && connection_.offered_again()) (void)connect(trouble);
  if (stage_ == Stage::closed && !connection_.is_laid_out()) stage_ = Stage::gone;
  if (stage_ != Stage::connected) return;
  const PeerState peer = connection_.peer();
  if (peer == PeerState::connected) return;
  stage_ = Stage::leaving;
  flush_queue();
}

/// Xen has let go of every page. A disk that is no more is given up by the next poll.
void BlockDevice::resume() {
  const char* trouble = nullptr;
  stage_ = Stage::closed;
  if (!ok(connect(trouble))) ring_.mark_broken();
}

/// With nothing that the back end has: it may let go of the ring.
void BlockDevice::leave() {
  stage_ = Stage::closed;
  (void)connection_.enter(PeerState::closed);
}

bool BlockDevice::arm() {
  const bool quiet = ring_.arm() && !connection_.has_news() && !(stage_ == Stage::gone && used_);
  return quiet && (!ring_.broken() || stage_ == Stage::given_up);
}

namespace {

WICK_REGISTERED("drivers")
constexpr Driver driver = {"xen/block", DeviceKind::block, kMatches, BlockDevice::dma_bytes, probe<BlockDevice>};

}  // namespace

}  // namespace wick::drivers::xen
