// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

/// Nanoseconds, which are instructions here.
long long now(void);

void threads(void);
