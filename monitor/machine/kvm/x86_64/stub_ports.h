/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Ports by which the stubs (vectors.S) leave the guest; C++ and assembly read this. */
#pragma once

#define CALL_PORT 0x10
#define FAULT_PORT 0x11
