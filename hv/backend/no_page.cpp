// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
//
// hv's instances of the drivers have no device pages below them: hv is who serves those.

#include "virtio/page.h"

namespace wick::drivers::virtio {

Transport* open_page(const DeviceEntry&, const char*& trouble) {
  trouble = "hv serves device pages and drives none";
  return nullptr;
}

}  // namespace wick::drivers::virtio
