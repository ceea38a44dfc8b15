/* SPDX-FileCopyrightText: The Wick authors */
/* SPDX-License-Identifier: Apache-2.0 */
#pragma once
struct spwd; /* musl's pwf.h names it; nobody reads shadow passwords here */
