// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// One reader a section of the manifest. Each fills its part of the Manifest and reports faults to the table's list.
// read_features comes last: drivers and defaults follow from the sections before.

#include "manifest/manifest.h"
#include "manifest/table.h"

namespace wick::tool {

/// What platform.wall may be.
const std::vector<std::string>& wall_names();

void read_appliance(Table& root, Manifest& manifest);
void read_platform(Table& root, Manifest& manifest);
void read_restart(Table& root, Manifest& manifest);
void read_application(Table& root, Manifest& manifest);
void read_files(Table& root, Manifest& manifest);
void read_network(Table& root, Manifest& manifest);
void read_log(Table& root, Manifest& manifest);  ///< behind [network]
void read_volumes(Table& root, Manifest& manifest);
void read_metadata(Table& root, Manifest& manifest);  ///< behind [platform] and [network]
void read_keys(Table& root, Manifest& manifest);      ///< behind [platform]
void read_slots(Table& root, Manifest& manifest);     ///< behind [platform]
void read_run(Table& root, Manifest& manifest);
void read_features(Table& root, Manifest& manifest);
void read_drivers(Table& root, Manifest& manifest);  ///< where wall and profile are known
void read_memory(Table& root, Manifest& manifest);
void read_threads(Table& root, Manifest& manifest);

}  // namespace wick::tool
