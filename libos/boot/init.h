// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Steps that a component wants to have run between the heap's start and main(). Whoever is linked registers itself;
// the start routine knows no names. Order by section: 10 memory and time, 20 entropy, 30 devices, 35 instance data, 40
// file systems, 50 network.

#include "abi/types.h"

namespace wick {

struct InitStep {
  const char* name;
  Status (*run)();  ///< anything but ok ends the boot; the step has logged a sentence that says why
};

}  // namespace wick

/// Registers `function` to run at `order` (two digits).
#define WICK_INIT_STEP(order, step_name, function) \
  [[gnu::section(".wick.init." #order), gnu::used, \
    gnu::retain]] constinit const ::wick::InitStep wick_init_step_##function = {step_name, function}

extern "C" const wick::InitStep wick_init_start[], wick_init_end[];
