// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of this test, a file each. They hold on Linux as well: cc -D_GNU_SOURCE -I.. *.c -lpthread.

void cancellation(void);
void locks(void);
void protocols(void);
void lives(void);
void c11(void);
void lock_trace(void);
