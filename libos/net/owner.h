// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who owns a TCP control block. lwIP frees one on many ways (TIME_WAIT runs out or is cut short, a table is full, a
// timer gives up), and on some of them it calls no error callback; it calls this on all. A listening block has no
// owner: only its own close() frees it.

#include "lwip/tcp.h"

namespace wick::net {

struct Owner {
  tcp_ext_arg_callbacks callbacks;  ///< destroy: the block is about to be freed, whatever the reason; forget it
  void (*end)(void* owner);         ///< the program ends: close as close() does, without a word to the program
};

inline void own(tcp_pcb* block, const Owner& owner, void* object) {
  block->ext_args[0] = {.callbacks = &owner.callbacks, .data = object};
}

/// From now on the stack ends and frees the block by itself.
inline void disown(tcp_pcb* block) { block->ext_args[0] = {}; }

/// @return null when nobody owns the block
inline const Owner* owner_of(const tcp_pcb* block) {
  static_assert(offsetof(Owner, callbacks) == 0);
  return reinterpret_cast<const Owner*>(block->ext_args[0].callbacks);
}

}  // namespace wick::net
