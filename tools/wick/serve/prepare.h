// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// From what is to be served to what can be: images built and checked, sockets opened, guests warmed up. Whatever can
// fail does so here, before the first client is waited for.

#include "run/options.h"
#include "serve/listening.h"
#include "serve/plan.h"
#include "serve/reception.h"
#include "serve/snapshots.h"

namespace wick::tool {

struct Prepared {
  std::vector<Origin> origins;
  std::vector<Appliance> appliances;
  std::vector<Gate> gates;
};

/// Builds the images of the services and names those that have no name.
/// Entrances without a port of the guest get its first.
/// @param origin_of gets the number of the image of each service
Result<std::vector<Origin>> prepare_images(std::vector<Service>& services, const RunOptions& options,
                                           const std::string& profile, std::vector<std::uint32_t>& origin_of);

/// Opens all sockets. @param origin_of as prepare_images() has filled it
Result<void> open_doors(const std::vector<Service>& services, const std::vector<std::uint32_t>& origin_of,
                        std::vector<Activated>& activated, Prepared& prepared);

/// Room for as many files as there will be.
Result<void> raise_limits(const std::vector<Service>& services, unsigned most_awake);

/// Runs a guest of each image up to its checkpoint.
Result<void> warm_all(std::vector<Origin>& origins, SnapshotFolder& folder);

}  // namespace wick::tool
