// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The place of a test, and a test that fails: were it run instead of one, each would be said to fail.
int main() { return 99; }
