// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// JSON as a tree. All of it but one thing is YAML, and that reader is there: YAML knows no pairs of surrogates, by
// which JSON writes characters beyond U+FFFF, so they become YAML's own escapes first. What is YAML and no JSON is
// taken, too. Host-testable.

#include "metadata/tree.h"

namespace wick::metadata {

Fault read_json(Document& document, std::string_view text);

}  // namespace wick::metadata
