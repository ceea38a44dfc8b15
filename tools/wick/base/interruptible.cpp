// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "base/interruptible.h"

namespace wick::tool {
namespace {

volatile std::sig_atomic_t noted = 0;

}  // namespace

Interruptible::Interruptible() {
  noted = 0;
  struct sigaction action{};
  action.sa_handler = [](int number) {
    if (!noted) noted = number;
  };
  for (std::size_t i = 0; i < std::size(kSignals); ++i) {
    sigaction(kSignals[i], &action, &before_[i]);
    // What the caller wants nobody to notice, as nohup does, stays so.
    if (before_[i].sa_handler == SIG_IGN) sigaction(kSignals[i], &before_[i], nullptr);
  }
}

Interruptible::~Interruptible() {
  for (std::size_t i = 0; i < std::size(kSignals); ++i) sigaction(kSignals[i], &before_[i], nullptr);
}

int Interruptible::signal() { return noted; }

}  // namespace wick::tool
