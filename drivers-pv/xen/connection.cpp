// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "xen/connection.h"

namespace wick::drivers::xen {
namespace {

/// Looks at the back end's state, 10 ms apart unless something happens: disks behind slow scripts take seconds.
constexpr unsigned kMostLooks = 1000;

/// All devices share the store, and so its client.
constinit Control the_control;

const DeviceWindow& window(const DeviceEntry& device, Window which) {
  return device.windows[static_cast<unsigned>(which)];
}

template <typename T>
T* as(const DeviceWindow& window) {
  return reinterpret_cast<T*>(raw(window.start));
}

constexpr bool is_path(std::string_view text) {
  for (const char c : text)
    if (c <= ' ' || c > '~') return false;
  return text.size() > 1 && text.front() == '/' && text.back() != '/';
}

}  // namespace

Status Connection::open(const Access& access, std::string_view folder, const char*& trouble) {
  const DeviceWindow& grants = window(access.device, Window::grants);
  const DeviceWindow& page = window(access.device, Window::store);
  const DeviceWindow& facts = window(access.device, Window::facts);
  if (grants.length < kGrantShare * sizeof(GrantEntry) || page.length < sizeof(StorePage) ||
      facts.length < sizeof(Facts) || access.device.event_count < 2 || !access.notify)
    return explain(trouble, Status::bad_argument, "its bus has left something out");
  grants_ = as<GrantEntry>(grants);
  facts_ = as<const Facts>(facts);
  the_control.use(*as<StorePage>(page), access.notify);
  control_ = &the_control;
  store_ = &the_control.store();
  folder_ = folder;
  notify_ = access.notify;
  doorbell_ = Doorbell(access.notify, access.device.number);
  life_ = load(facts_->life);
  for (unsigned i = 0; i < access.device.event_count; ++i) events_ = events_ | event_bit(access.device.events[i]);
  return Status::ok;
}

Grants Connection::grants() const { return {grants_, facts_->first_grant, facts_->domain}; }

Text Connection::path(std::string_view name) const {
  return Text("device/").add(folder_).add('/').decimal(facts_->handle).add('/').add(name);
}

Status Connection::own(std::string_view name, Text& value) { return store_->read(path(name).view(), value); }

Status Connection::tell(std::string_view name, std::string_view value) {
  return store_->write(path(name).view(), value);
}

Status Connection::enter(PeerState state) { return tell("state", static_cast<std::uint64_t>(state)); }

std::uint64_t Connection::number(std::string_view name, std::uint64_t most, std::uint64_t otherwise) {
  Text value, path = back_end_;
  path.add(name);
  if (path.overflowed() || !ok(store_->read(path.view(), value))) return otherwise;
  return parse_decimal(value.view(), most).value_or(otherwise);
}

PeerState Connection::peer() {
  return PeerState{static_cast<std::uint32_t>(number("state", static_cast<std::uint32_t>(PeerState::closed), 0))};
}

/// The event channel waits for one domain alone: a back end that has moved to another isn't met.
Status Connection::find_back_end() {
  Text path, domain;
  if (!ok(own("backend", path)) || !is_path(path.view()) || !ok(own("backend-id", domain)) ||
      parse_decimal(domain.view(), facts_->domain) != facts_->domain)
    return Status::not_found;
  path.add('/');
  const bool known = path.view() == back_end_.view();
  back_end_ = path;
  if (known) return Status::ok;
  return store_->watch(path.add("state").view());
}

Status Connection::meet(const char*& trouble) {
  if (!ok(find_back_end())) return explain(trouble, Status::not_found, "the store doesn't say where its back end is");
  for (unsigned look = 0; look < kMostLooks && !store_->broken(); ++look) {
    (void)note_changes();
    const PeerState state = peer();
    if (state == PeerState::init_wait || state == PeerState::initialised) return Status::ok;
    (void)notify_(kNumbers);
  }
  return explain(trouble, Status::io_error, "its back end doesn't come up");
}

Status Connection::wait_for_connected(const char*& trouble) {
  for (unsigned look = 0; look < kMostLooks && !store_->broken(); ++look) {
    (void)note_changes();
    const PeerState state = peer();
    if (state == PeerState::connected) return Status::ok;
    if (state == PeerState::closing || state == PeerState::closed) break;
    (void)notify_(kNumbers);
  }
  return explain(trouble, Status::io_error, "its back end doesn't take what it was told");
}

bool Connection::note_changes() {
  const std::uint32_t changes = store_->changes();
  const bool changed = changes != seen_changes_;
  seen_changes_ = changes;
  return changed;
}

bool Connection::resumed() {
  const std::uint16_t life = load(facts_->life);
  if (life == life_) return false;
  life_ = life;
  back_end_.clear();  // the new store watches it for nobody
  doorbell_ = Doorbell(notify_, kNumbers + facts_->port);
  return true;
}

bool Connection::is_laid_out() {
  Text path;
  return ok(own("backend", path));
}

bool Connection::offered_again() {
  constexpr auto kInitialising = static_cast<std::uint32_t>(PeerState::initialising);
  Text state;
  return ok(own("state", state)) && parse_decimal(state.view(), kInitialising) == kInitialising &&
         ok(find_back_end()) && peer() == PeerState::init_wait;
}

}  // namespace wick::drivers::xen
