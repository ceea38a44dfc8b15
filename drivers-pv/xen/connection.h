// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// How a front end meets its back end: each shows its state in the store, and what the other must know before it goes
// on (Xen public/io/xenbus.h). A front end comes to Connected when the device starts, and goes to Closed when the back
// end takes the device away or breaks the rules; one that comes back under the same name is met anew.

#include "class/access.h"
#include "class/doorbell.h"
#include "xen/control.h"
#include "xen/grants.h"

namespace wick::drivers::xen {

enum class PeerState : std::uint32_t {
  unknown = 0,  ///< none of those below
  initialising = 1,
  init_wait = 2,
  initialised = 3,
  connected = 4,
  closing = 5,
  closed = 6,
};

class Connection {
 public:
  constexpr Connection() = default;

  /// @param folder of the class's devices in the store  @param trouble as Driver::probe has it
  Status open(const Access& access, std::string_view folder, const char*& trouble);

  /// Waits until the back end is ready to be told of rings.
  Status meet(const char*& trouble);
  /// Tells it something under `name`.
  Status tell(std::string_view name, std::string_view value);
  Status tell(std::string_view name, std::uint64_t value) { return tell(name, Text().decimal(value).view()); }
  Status tell_port() { return tell("event-channel", facts_->port); }
  Status enter(PeerState state);
  /// Waits until the back end has taken what it was told.
  Status wait_for_connected(const char*& trouble);

  /// Node `name` of the back end's. @return `otherwise` when there is none, or it is no number up to `most`
  std::uint64_t number(std::string_view name, std::uint64_t most, std::uint64_t otherwise);
  bool flag(std::string_view name) { return number(name, 1, 0) != 0; }
  /// Node `name` of the device's own.
  Status own(std::string_view name, Text& value);

  /// Whether something in the store has changed since this was asked last. Costs nothing when nothing has. The domain
  /// may have been suspended meanwhile: resumed() tells.
  bool changed() {
    control_->follow();
    return note_changes();
  }
  bool has_news() const { return control_->has_news() || store_->has_news(seen_changes_); }
  /// Whether the domain has gone on elsewhere since this was asked last: the device must be met anew.
  bool resumed();
  PeerState peer();
  /// Whether the tools still have the device, whatever its back end does.
  bool is_laid_out();
  /// Whether the tools have laid the device out anew, and its back end waits.
  bool offered_again();

  const Facts& facts() const { return *facts_; }
  Grants grants() const;
  EventMask events() const { return events_; }
  const Doorbell& doorbell() const { return doorbell_; }

 private:
  Text path(std::string_view name) const;
  Status find_back_end();
  bool note_changes();

  Control* control_ = nullptr;
  Store* store_ = nullptr;
  const Facts* facts_ = nullptr;
  GrantEntry* grants_ = nullptr;
  std::string_view folder_;
  Text back_end_;  ///< its folder in the store, with a slash at the end
  Notify notify_ = nullptr;
  Doorbell doorbell_;
  EventMask events_{};
  std::uint32_t seen_changes_ = 0;
  std::uint16_t life_ = 0;
};

}  // namespace wick::drivers::xen
