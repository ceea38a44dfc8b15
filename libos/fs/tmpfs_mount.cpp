// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// Hangs a tmpfs at /tmp. Linked when the manifest's features say so.

#include "boot/init.h"
#include "fs/tmpfs.h"

namespace wick::fs {

namespace {

constinit Tmpfs temporary("/tmp");
constinit Mount temporary_mount{"/tmp", &temporary};

Status mount_temporary() {
  mount(temporary_mount);
  return Status::ok;
}

}  // namespace

WICK_INIT_STEP(40, "tmpfs", mount_temporary);

}  // namespace wick::fs
