// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// A test may skip itself only where this machine lacks something that no package brings. Its last line names it,
// "skipped: lacks kvm: …"; here is looked whether that is so.

#include <string>
#include <string_view>

namespace wick::tool {

/// What the skipped test says that the machine lacks: "kvm"; empty when it names nothing.
std::string named_lack(std::string_view last_line);

/// Whether this machine lacks `kvm`, `root` or `namespaces`. Nothing else can be lacked.
bool machine_lacks(std::string_view what);

}  // namespace wick::tool
