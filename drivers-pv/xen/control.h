// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Owns the domain's one client of XenStore, which its devices borrow, and follows what the tools write there for the
// domain as a whole: that it shall end, or be saved (Xen docs/misc/xenstore-paths, control/shutdown). A watch's event
// doesn't say whose it is: whoever takes one counts it, and each device and this object look for themselves.

#include "xen/bus.h"
#include "xen/store.h"

namespace wick::drivers::xen {

class Control {
 public:
  constexpr Control() = default;

  /// The same page again changes nothing.
  void use(StorePage& page, Notify notify);
  Store& store() { return store_; }

  bool has_news() const { return store_.has_news(seen_); }
  /// Does what the tools have asked for, once. Not while a device is being connected: when this returns the domain may
  /// be elsewhere.
  void follow();

 private:
  void begin();

  Store store_;
  Notify notify_ = nullptr;
  std::uint32_t seen_ = 0;
};

}  // namespace wick::drivers::xen
