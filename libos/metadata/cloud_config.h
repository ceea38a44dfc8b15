// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// meta-data and user-data. Of meta-data the host's name counts. User-data is a #cloud-config: of its keys an appliance
// knows `hostname`, `fqdn`, `write_files`, and `wick`, which is Wick's own, for arguments and environment. Another key
// of cloud-init's is passed over; within those that count everything must be known. Host-testable.

#include "metadata/fault.h"
#include "metadata/instance.h"
#include "metadata/tree.h"

namespace wick::metadata {

/// Whether the text says itself that it is one, as it must.
bool is_cloud_config(std::string_view text);

/// To be read first: where several name the host, the first one counts.
Fault read_cloud_config(const Node& root, Instance& to);
Fault read_meta_data(const Node& root, Instance& to);

/// OpenStack's meta_data.json.
Fault read_openstack_data(const Node& root, Instance& to);
/// A host's name as a cloud gives it, with a domain of the cloud's behind it, which is left out; empty: it gives none.
Fault read_given_name(std::string_view name, Instance& to);

}  // namespace wick::metadata
