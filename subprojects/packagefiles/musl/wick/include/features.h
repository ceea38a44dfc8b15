/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
/* musl's <stdio.h> asks for this name; what is visible is picolibc's to say. */
#include <sys/features.h>
