// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Who runs first: policies and priorities of POSIX.

void priorities();
