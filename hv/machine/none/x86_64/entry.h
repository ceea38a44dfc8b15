/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * What entry code and the C++ code beside it have to agree on: slices.cpp checks it. */

/* From the begin of a Cpu: the top of the stack for interrupts to a guest with time slices. The processor reads it. */
#define INTERRUPT_STACK 316
/* What one interrupt may use of it. */
#define INTERRUPT_ROOM 2048
/* In RFLAGS: interrupts may come. */
#define INTERRUPTS_ON (1ull << 9)
