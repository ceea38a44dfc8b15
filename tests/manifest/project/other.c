// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Left out by a pattern of everything.toml.
int other(void) { return 0; }
