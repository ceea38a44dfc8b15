// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// Pipes: a ring of bytes between two descriptors.

#include "fs/file.h"

namespace wick::fs {

/// Makes both ends. @return 0 or -ENOMEM
Outcome make_pipe(FileOperations*& reader, FileOperations*& writer);

}  // namespace wick::fs
