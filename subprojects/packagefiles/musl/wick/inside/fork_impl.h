/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
extern hidden volatile int* const __stdio_ofl_lockptr; /* nobody forks here */
