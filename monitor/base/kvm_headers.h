// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// KVM's structures. Debian 12's kernel headers give flexible arrays a member of one byte in C++, which makes sizes and
// so ioctl numbers wrong.

#include <linux/stddef.h>
#undef __DECLARE_FLEX_ARRAY
#define __DECLARE_FLEX_ARRAY(type, name) type name[0]
#include <linux/kvm.h>
