// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// See error.h.

#include "wickfs/error.h"

namespace wick::wickfs {

const char* text_of(Error error) {
  switch (error) {
    case Error::none:
      return "all is well";
    case Error::empty:
      return "it is empty: it was never formatted";
    case Error::foreign:
      return "it holds something else than a wickfs volume";
    case Error::newer:
      return "it was made by a newer version, whose format isn't known here";
    case Error::too_small:
      return "the disk is smaller than its volume";
    case Error::too_large:
      return "it is larger than 8 TiB";
    case Error::input_output:
      return "its disk failed";
    case Error::corrupt:
      return "it is damaged";
    case Error::read_only:
      return "it can only be read";
    case Error::no_space:
      return "it is full";
    case Error::not_found:
      return "there is no such file";
    case Error::exists:
      return "there is such a file already";
    case Error::not_directory:
      return "a file stands where a folder should be";
    case Error::is_directory:
      return "it is a folder";
    case Error::not_empty:
      return "the folder isn't empty";
    case Error::name_too_long:
      return "the name has more than 255 bytes";
    case Error::invalid:
      return "the name can't be one";
    case Error::file_too_large:
      return "the file would have more than 64 TiB";
  }
  return "";
}

}  // namespace wick::wickfs
