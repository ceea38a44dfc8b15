// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The floor of every start-up time: a static program that does nothing but write its first byte. No appliance can be
// there sooner than Linux starts this.

#include <unistd.h>

int main(void) { return write(STDOUT_FILENO, "\n", 1) == 1 ? 0 : 1; }
