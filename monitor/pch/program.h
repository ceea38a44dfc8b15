// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// What the compiler reads once for the monitor without its network: the machine's headers, and the story of a guest's
// life, which nearly every room follows. A file includes what it uses all the same.
#pragma once
#include "library.h"
#include "monitor/appliance.h"
#include "monitor/debug/observer.h"
#include "monitor/guest_machine.h"
