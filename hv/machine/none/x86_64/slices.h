/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 *
 * Where entry code finds the stack of interrupts to a guest with time slices: slices.cpp checks it. */

/* From the begin of the processor's Cpu: the top of that stack, which the processor reads at each interrupt. */
#define INTERRUPT_STACK 316
/* What one interrupt may use of it. */
#define INTERRUPT_ROOM 2048
