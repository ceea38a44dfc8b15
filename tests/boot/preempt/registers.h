// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Fills the processor's registers, those below the stack's end included, and looks again and again whether they still
// hold what was put there.

/// Some ten thousand looks. @param which of several contents  @return how often one was another's
unsigned long registers_changed(int which);
