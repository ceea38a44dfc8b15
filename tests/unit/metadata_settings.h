// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What instance data become, as a test compares it: settings, or the sentence that refuses all of them.

#include <string>

#include "metadata/documents.h"

namespace wick::metadata {

/// The settings that the documents become for the machine of that address, or "user-data:3 sentence".
inline std::string settings_of(const Documents& documents, const HardwareAddress& own) {
  Instance instance;
  const char* of = nullptr;
  if (const Fault fault = read_documents(documents, &own, instance, of))
    return std::string(of) + ":" + std::to_string(fault.line) + " " + fault.what;
  return std::string(instance.settings());
}

}  // namespace wick::metadata
