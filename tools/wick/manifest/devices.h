// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// What devices of a manifest's classes need, as their drivers declare it.

#include "manifest/manifest.h"

namespace wick::tool {

/// Whose drivers reach what hv and the monitor serve.
inline constexpr std::string_view kServedFamily = "virtio";

/// Of a driver's name, "family/class".
std::string_view family_of(std::string_view driver);

/// Bytes of DMA memory: rings and buffers of the drivers, and what the library OS takes for each disk.
std::uint64_t dma_needed(const Manifest& manifest);

}  // namespace wick::tool
