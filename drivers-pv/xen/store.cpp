// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/store.h"

#include "class/shared.h"
#include "xen/bus.h"

namespace wick::drivers::xen {
namespace {

constexpr unsigned kMostWaits = 500;  ///< of 10 ms each, without a byte in between
constexpr std::string_view kNul{"", 1};
constexpr std::string_view kToken{"wick", 5};  ///< with its NUL

}  // namespace

Store::Store(StorePage& page, Notify notify)
    : page_(&page),
      notify_(notify),
      put_(load(page.requests_put)),
      taken_(load(page.replies_taken)),
      broken_(!notify) {}

void Store::begin_anew() {
  put_ = load(page_->requests_put);
  taken_ = load(page_->replies_taken);
  broken_ = false;
  ++changes_;
}

Status Store::fail() {
  broken_ = true;
  return Status::io_error;
}

bool Store::send(std::string_view bytes) {
  unsigned waits = 0;
  while (!bytes.empty()) {
    const std::uint32_t used = put_ - load_acquire(page_->requests_taken);
    if (used > kStoreRing) return false;
    if (used == kStoreRing) {
      if (++waits > kMostWaits) return false;
      (void)notify_(kNumbers);
      continue;
    }
    store(page_->requests[put_ % kStoreRing], bytes.front());
    bytes.remove_prefix(1);
    store_release(page_->requests_put, ++put_);
    waits = 0;
  }
  return true;
}

bool Store::receive(std::span<char> bytes) {
  unsigned waits = 0;
  for (std::size_t i = 0; i < bytes.size();) {
    const std::uint32_t there = load_acquire(page_->replies_put) - taken_;
    if (there > kStoreRing) return false;
    if (there == 0) {
      if (++waits > kMostWaits) return false;
      (void)notify_(kNumbers);
      continue;
    }
    bytes[i++] = load(page_->replies[taken_ % kStoreRing]);
    store_release(page_->replies_taken, ++taken_);
    waits = 0;
  }
  return true;
}

bool Store::drop(std::uint32_t bytes) {
  char nobodys[1];
  for (; bytes != 0; --bytes)
    if (!receive(nobodys)) return false;
  return true;
}

/// The next message's, unless the daemon makes it longer than messages are.
bool Store::receive(StoreHeader& header) {
  char bytes[sizeof header];
  if (!receive(bytes)) return false;
  __builtin_memcpy(&header, bytes, sizeof header);
  return header.length <= kMostStoreBytes;
}

Status Store::ask(StoreType type, std::string_view path, std::string_view more, std::span<char>* answer) {
  if (broken_) return Status::io_error;
  const StoreHeader header{type, ++request_, 0, static_cast<std::uint32_t>(path.size() + 1 + more.size())};
  char bytes[sizeof header];
  __builtin_memcpy(bytes, &header, sizeof header);
  if (!send({bytes, sizeof bytes}) || !send(path) || !send(kNul) || !send(more)) return fail();
  (void)notify_(kNumbers);

  StoreHeader reply;
  for (;;) {
    if (!receive(reply)) return fail();
    if (reply.type != StoreType::watch_event) break;
    if (!drop(reply.length)) return fail();
    ++changes_;
  }
  if (reply.request != request_ || (reply.type != type && reply.type != StoreType::error)) return fail();
  const std::span<char> room = answer ? *answer : std::span<char>();
  const std::span<char> taken = room.first(reply.length < room.size() ? reply.length : room.size());
  if (!receive(taken) || !drop(static_cast<std::uint32_t>(reply.length - taken.size()))) return fail();
  // So that it can go on when its ring was full.
  if (reply.length >= kStoreRing) (void)notify_(kNumbers);
  if (reply.type == StoreType::error) return Status::not_found;
  if (answer) *answer = taken;
  return answer && taken.size() < reply.length ? Status::no_memory : Status::ok;
}

Status Store::ask(StoreType type, std::string_view path, Text& answer) {
  char bytes[Text::kRoom];
  std::span<char> taken = bytes;
  const Status status = ask(type, path, {}, &taken);
  if (ok(status)) answer = Text({taken.data(), taken.size()});
  return status;
}

Status Store::write(std::string_view path, std::string_view value) {
  return ask(StoreType::write, path, value, nullptr);
}
Status Store::watch(std::string_view path) { return ask(StoreType::watch, path, kToken, nullptr); }

bool Store::unread() const { return !broken_ && load_acquire(page_->replies_put) != taken_; }

// With no request under way only events of watches come.
std::uint32_t Store::changes() {
  while (unread()) {
    StoreHeader event;
    if (!receive(event) || event.type != StoreType::watch_event || !drop(event.length)) {
      (void)fail();
      break;
    }
    ++changes_;
  }
  return changes_;
}

}  // namespace wick::drivers::xen
