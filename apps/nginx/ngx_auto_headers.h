/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 * What nginx's configure would find out about the headers of Wick; it can't ask a system that it doesn't run on. No
 * system is named, so that nginx takes its plain POSIX paths. */
#define NGX_HAVE_UNISTD_H 1
#define NGX_HAVE_INTTYPES_H 1
#define NGX_HAVE_LIMITS_H 1
#define NGX_HAVE_SYS_PARAM_H 1
#define NGX_HAVE_SYS_STATVFS_H 1
