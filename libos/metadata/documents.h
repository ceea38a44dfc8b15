// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The documents of an instance's data, whoever has brought them, become one instance: all of them are right, or nothing
// counts. Host-testable.

#include <string_view>

#include "metadata/fault.h"
#include "metadata/network_config.h"

namespace wick::metadata {

/// Whose meta-data and network-config these are; user-data is the same everywhere.
enum class Form {
  cloud_init,
  openstack,  ///< meta_data.json and network_data.json
};

struct Documents {
  std::string_view meta_data, user_data, network_config;  ///< empty: it isn't there
  std::string_view host_name{};                           ///< by itself, as most clouds give it
  Form form = Form::cloud_init;
};

/// @param own nullptr: this image has no network, and network-config isn't looked at
/// @param of the document that the fault is in
Fault read_documents(const Documents& documents, const HardwareAddress* own, Instance& to, const char*& of);

}  // namespace wick::metadata
