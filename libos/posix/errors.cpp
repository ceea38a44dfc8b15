// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// What strerror() says of a number that is no error's: picolibc asks here, and says nothing by itself.

#include <cstdio>

extern "C" char* _user_strerror(int number, int, int*) {
  static thread_local char sentence[32];
  std::snprintf(sentence, sizeof(sentence), "Unknown error %d", number);
  return sentence;
}
