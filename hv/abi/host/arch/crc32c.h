// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// CRC-32C by the processor, by architecture: has_crc32c_instruction() and crc32c_by_instruction(), for checksum.h
// alone.

#if defined(__x86_64__)
#include "abi/host/arch/x86_64/crc32c.h"
#else
#error "nobody has said whether this processor has an instruction for CRC-32C"
#endif
