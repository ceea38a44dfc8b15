// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of this test, a file each.

void users(void);
void processes(void);
void signals(void);
void files(void);
void system_itself(void);
