// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Errors as servers say them, by Linux' numbers, in this C library's, which differ beyond the first.

#include "fs/9p/shared.h"

namespace wick::fs {

namespace {

struct Pair {
  std::uint32_t theirs;
  int ours;
};
constexpr std::uint32_t kLastCommon = 34;  // ERANGE
static_assert(ERANGE == kLastCommon && ENOENT == 2 && EROFS == 30 && ENOSPC == 28);
constexpr Pair kPairs[] = {{35, EDEADLK},    {36, ENAMETOOLONG}, {37, ENOLCK},    {38, ENOSYS}, {39, ENOTEMPTY},
                           {40, ELOOP},      {61, ENODATA},      {75, EOVERFLOW}, {84, EILSEQ}, {95, EOPNOTSUPP},
                           {110, ETIMEDOUT}, {116, ESTALE},      {122, EDQUOT}};

}  // namespace

Outcome outcome_of(ninep::Error error) {
  const auto number = static_cast<std::uint32_t>(error);
  if (number <= kLastCommon) return -static_cast<Outcome>(number);
  for (const Pair& pair : kPairs)
    if (pair.theirs == number) return -pair.ours;
  return -EIO;
}

}  // namespace wick::fs
