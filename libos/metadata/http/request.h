// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What clouds' services of instance data are asked by HTTP/1.1, and how that may end.

#include <string_view>

namespace wick::metadata::http {

struct Header {
  std::string_view name, value;  ///< without a name there is none
};

struct Request {
  std::string_view method, target;
  Header header;     ///< sent besides the usual ones
  Header signature;  ///< without it in the answer, the answer is nobody's
};

struct [[nodiscard]] Outcome {
  enum class Is {
    given,    ///< status 200, and all of what was asked for
    nothing,  ///< status 404: there is no such thing
    fault,
  };
  Is is = Is::fault;
  const char* what = nullptr;  ///< of a fault: "answers in chunks"
};

}  // namespace wick::metadata::http
