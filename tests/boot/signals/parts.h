// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of this test, a file each. They hold on Linux as well: cc -D_GNU_SOURCE -I.. *.c -lpthread -lrt.

void handlers(void);
void waiting(void);
void interruptions(void);
void timers(void);
void faults(void);
