// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// <linux/fs.h>, where Linux has some of the requests about block devices.

#include <sys/mount.h>
