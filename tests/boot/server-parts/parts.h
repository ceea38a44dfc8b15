// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of this test, a file each. mappings.c holds on Linux as well.

void mappings(void);
void proc(void);
void settings(void);
