// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The three documents of an instance's data, whoever has brought them, become one instance: all of them are right, or
// nothing counts. Host-testable.

#include <string_view>

#include "metadata/fault.h"
#include "metadata/network_config.h"

namespace wick::metadata {

struct Documents {
  std::string_view meta_data, user_data, network_config;  ///< empty: it isn't there
};

/// @param own nullptr: this image has no network, and network-config isn't looked at
/// @param of the document that the fault is in
Fault read_documents(const Documents& documents, const HardwareAddress* own, Instance& to, const char*& of);

}  // namespace wick::metadata
