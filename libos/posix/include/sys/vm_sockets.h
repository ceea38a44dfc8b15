// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// <sys/vm_sockets.h>, as some programs have it.

#include <linux/vm_sockets.h>
