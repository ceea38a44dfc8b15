// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Of a project whose application is another's as well.
int part(void) { return 0; }
