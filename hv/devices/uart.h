// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
#pragma once
// The 16550 UART at the PC's first serial port: console where the platform has no interface of its own.

#include <cstddef>

namespace wick::hv {

/// 115200 8n1, FIFO on, no interrupts. @return false when no UART answers
bool start_uart();
void write_uart(const char* bytes, std::size_t count);

}  // namespace wick::hv
