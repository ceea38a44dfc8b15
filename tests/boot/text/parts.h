// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The parts of this test.

void locales(void);
void wide_characters(void);
void wide_streams(void);
void conversions(void);
void patterns(void);
void numbers(void);
