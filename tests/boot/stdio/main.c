// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#include "check.h"

void numbers(void);
void streams(void);
void library(void);
void zones(void);
void copies(void);
void strings(void);

int main(void) {
  numbers();
  streams();
  library();
  zones();
  copies();
  strings();
  return success();
}
