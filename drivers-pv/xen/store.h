// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A client of XenStore, where front and back ends find each other. One request is under way at a time and is waited
// for, a bounded time; the daemon is believed in nothing: a reply that isn't one to what was asked ends the talk for
// good.

#include <span>
#include <string_view>

#include "class/access.h"
#include "xen/store_page.h"
#include "xen/text.h"

namespace wick::drivers::xen {

class Store {
 public:
  constexpr Store() = default;
  /// @param page shared with the daemon  @param notify has the number of the store (kNumbers)
  Store(StorePage& page, Notify notify);

  /// @return not_found: there is no such node, or it isn't ours to see; no_memory: its value is longer than a Text
  Status read(std::string_view path, Text& value) { return ask(StoreType::read, path, value); }
  /// The same of a longer one: kMostStoreBytes are room for any. @param value becomes as long as it is
  Status read(std::string_view path, std::span<char>& value) { return ask(StoreType::read, path, {}, &value); }
  /// The names in a folder, each with a NUL behind it.
  Status list(std::string_view path, Text& names) { return ask(StoreType::directory, path, names); }
  Status write(std::string_view path, std::string_view value);
  /// From now on changes() counts what happens to the node.
  Status watch(std::string_view path);

  /// Another daemon has the page's other side, and knows of no watches. Counts as a change.
  void begin_anew();

  bool is_on(const StorePage& page) const { return page_ == &page; }

  /// How often watched nodes have changed, modulo 2^32, with what the daemon has said by now.
  std::uint32_t changes();
  /// Whether changes() would return something else than `seen`.
  bool has_news(std::uint32_t seen) const { return changes_ != seen || unread(); }

  /// The daemon broke the rules or answers no more.
  bool broken() const { return broken_; }

 private:
  bool unread() const;
  Status ask(StoreType type, std::string_view path, Text& answer);
  Status ask(StoreType type, std::string_view path, std::string_view more, std::span<char>* answer);
  bool send(std::string_view bytes);
  bool receive(std::span<char> bytes);
  bool drop(std::uint32_t bytes);
  bool receive(StoreHeader& header);
  Status fail();

  StorePage* page_ = nullptr;
  Notify notify_ = nullptr;
  std::uint32_t put_ = 0, taken_ = 0;
  std::uint32_t request_ = 0, changes_ = 0;
  bool broken_ = true;
};

}  // namespace wick::drivers::xen
