// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The folder that the manifests beside it are read for.

int main(void) { return 0; }
