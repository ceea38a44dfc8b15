// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// XenStore's daemon and the tools beside it, for tests of front ends: nodes in a map, watches, and the page that both
// sides share, written from Xen's public headers and apart from the driver. It can behave, and it can lie.

#include <cstring>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "class/access.h"
#include "xen/bus.h"
#include "xen/grants.h"
#include "xen/store_page.h"

namespace wick::test {

class FakeXen {
 public:
  using Header = drivers::xen::StoreHeader;
  using Type = drivers::xen::StoreType;

  std::map<std::string, std::string> nodes;
  /// After a front end has written a node.
  std::function<void(const std::string& path, const std::string& value)> on_write = [](auto&, auto&) {};
  /// The device's event channel was rung.
  std::function<void()> on_ring = [] {};
  /// The tools lay devices out on the other machine.
  std::function<void()> on_move = [] {};
  /// Answers instead of the daemon. @return false: it shall answer itself
  std::function<bool(Header asked, const std::string& text)> instead = [](auto, auto&) { return false; };
  unsigned waits = 0;
  /// What the domain was asked for, in order, and what suspending it comes to.
  std::vector<drivers::xen::Wish> wishes;
  Status suspension = Status::ok;

  FakeXen() : page_(new_page()) { current = this; }
  ~FakeXen() { current = nullptr; }
  FakeXen(const FakeXen&) = delete;
  FakeXen& operator=(const FakeXen&) = delete;

  drivers::xen::StorePage& page() { return *page_; }
  std::vector<drivers::xen::GrantEntry>& grants() { return grants_; }

  /// A device whose back end waits in domain `facts.domain`.
  drivers::Access access(DeviceKind kind) {
    entry_ = {};
    entry_.bus = drivers::xen::kBus;
    entry_.kind = kind;
    entry_.event_count = 2;
    entry_.events[0] = 9;
    entry_.events[1] = 10;
    entry_.number = drivers::xen::kNumbers + facts.port;
    entry_.windows[0] = {drivers::device_address(grants_.data()), grants_.size() * sizeof grants_[0]};
    entry_.windows[1] = {drivers::device_address(page_), sizeof *page_};
    entry_.windows[2] = {drivers::device_address(&facts), sizeof facts};
    pool_ = drivers::DmaPool(drivers::device_address(pool_memory), kPoolBytes);
    return {entry_, pool_, 256, notify};
  }
  drivers::DmaPool& pool() { return pool_; }

  /// What the grant with that reference gives away; nullptr: nothing, or not to the back end.
  std::uint8_t* granted(std::uint32_t reference, bool to_write) {
    const std::uint32_t index = reference - facts.first_grant;
    if (index >= grants_.size()) return nullptr;
    const auto& entry = grants_[index];
    const bool allows = (entry.flags & 3) == drivers::xen::kPermitAccess && entry.domain == facts.domain &&
                        !(to_write && (entry.flags & drivers::xen::kReadOnly));
    return allows ? reinterpret_cast<std::uint8_t*>(std::uint64_t{entry.frame} << 12 | high_bits_) : nullptr;
  }
  unsigned grants_given() const {
    unsigned count = 0;
    for (const auto& entry : grants_) count += entry.flags != 0;
    return count;
  }

  /// As somebody in dom0: writes a node, and whoever watches it hears of it.
  void set(const std::string& path, const std::string& value) {
    nodes[path] = value;
    for (const auto& watched : watches_)
      if (path == watched) say({Type::watch_event, 0, 0, 0}, path + '\0' + "wick" + '\0');
  }

  /// Puts a message into the page, as soon as there is room.
  void say(Header header, const std::string& text) {
    header.length = static_cast<std::uint32_t>(text.size());
    say_raw(header, text);
  }
  void say_raw(const Header& header, const std::string& text) {
    out_.append(reinterpret_cast<const char*>(&header), sizeof header);
    out_ += text;
    move();
  }

  drivers::xen::Facts facts{51712, 7, 8, 3, 0, "data", "x86_64-abi"};

 private:
  static constexpr std::uint64_t kPoolBytes = 1 << 20;
  static inline FakeXen* current = nullptr;
  /// One for all: there is one FakeXen at a time, and no driver may rely on what was in it before.
  alignas(4096) static inline std::uint8_t pool_memory[kPoolBytes];

  /// Of another address than those before: drivers know by it whether they talk to the same daemon.
  static drivers::xen::StorePage* new_page() {
    static drivers::xen::StorePage pages[64];
    static unsigned count = 0;
    return &(pages[++count % std::size(pages)] = {});
  }

  static Status notify(std::uint32_t number) {
    if (!current) return Status::unsupported;
    if (number == drivers::xen::kNumbers + current->facts.port) current->on_ring();
    if (number == drivers::xen::kNumbers) current->serve();
    if (number < static_cast<std::uint32_t>(drivers::xen::Wish::power_off)) return Status::ok;
    current->wishes.push_back(drivers::xen::Wish{number});
    if (current->wishes.back() != drivers::xen::Wish::suspend) return Status::ok;
    if (ok(current->suspension)) current->move_domain();
    return current->suspension;
  }

  /// The domain is on another machine: memory is all that came along.
  void move_domain() {
    for (auto& entry : grants_) entry = {};
    *page_ = {};
    watches_.clear();
    in_.clear();
    out_.clear();
    ++facts.life;
    ++facts.port;
    on_move();
  }

  void serve() {
    ++waits;
    move();
    while (page_->requests_taken != page_->requests_put)
      in_ += page_->requests[page_->requests_taken++ % drivers::xen::kStoreRing];
    Header header;
    while (in_.size() >= sizeof header) {
      std::memcpy(&header, in_.data(), sizeof header);
      if (in_.size() < sizeof header + header.length) break;
      const std::string text = in_.substr(sizeof header, header.length);
      in_.erase(0, sizeof header + header.length);
      if (!instead(header, text)) answer(header, text);
    }
    move();
  }

  void answer(Header header, const std::string& text) {
    const std::string path = absolute(text.c_str());
    const std::string more = text.substr(std::strlen(text.c_str()) + 1);
    if (header.type == Type::write) {
      say(header, std::string("OK", 3));
      set(path, more);
      return on_write(path, more);
    }
    if (header.type == Type::watch) {
      watches_.push_back(path);
      say(header, std::string("OK", 3));
      return say({Type::watch_event, 0, 0, 0}, text);
    }
    const auto found = nodes.find(path);
    if (header.type == Type::read && found != nodes.end()) return say(header, found->second);
    header.type = Type::error;
    say(header, std::string("ENOENT", 7));
  }

  static std::string absolute(const std::string& path) { return path[0] == '/' ? path : "/local/domain/5/" + path; }

  void move() {
    std::size_t moved = 0;
    while (moved != out_.size() && page_->replies_put - page_->replies_taken < drivers::xen::kStoreRing)
      page_->replies[page_->replies_put++ % drivers::xen::kStoreRing] = out_[moved++];
    out_.erase(0, moved);
  }

  drivers::xen::StorePage* page_;
  /// A grant has 32 bits for the number of a page: those of the host's addresses above them are the pool's.
  std::uint64_t high_bits_ = reinterpret_cast<std::uint64_t>(pool_memory) >> 44 << 44;
  std::vector<drivers::xen::GrantEntry> grants_{drivers::xen::kGrantShare};
  std::vector<std::string> watches_;
  std::string in_, out_;
  DeviceEntry entry_{};
  drivers::DmaPool pool_;
};

}  // namespace wick::test
