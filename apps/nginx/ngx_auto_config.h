/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 * What nginx's configure would find out about compiler and system, and where its files are. */
#define NGX_CONFIGURE " (apps/nginx/wick.toml)"
#define NGX_COMPILER "clang"

#define NGX_HAVE_GCC_ATOMIC 1
#define NGX_HAVE_C99_VARIADIC_MACROS 1
#define NGX_HAVE_GCC_VARIADIC_MACROS 1
#define NGX_HAVE_GCC_BSWAP64 1
#define NGX_HAVE_LITTLE_ENDIAN 1
#define NGX_HAVE_NONALIGNED 1
#define NGX_CPU_CACHE_LINE 64
#define NGX_PTR_SIZE 8
#define NGX_SIG_ATOMIC_T_SIZE 4
#define NGX_MAX_SIZE_T_VALUE 9223372036854775807LL
#define NGX_SIZE_T_LEN (sizeof("-9223372036854775808") - 1)
#define NGX_MAX_OFF_T_VALUE 9223372036854775807LL
#define NGX_OFF_T_LEN (sizeof("-9223372036854775808") - 1)
#define NGX_TIME_T_SIZE 8
#define NGX_TIME_T_LEN (sizeof("-9223372036854775808") - 1)
#define NGX_MAX_TIME_T_VALUE 9223372036854775807LL
#define NGX_KQUEUE_UDATA_T (void*)

// Where no system is named, nginx includes no header of epoll.
#include <sys/epoll.h>
#define NGX_HAVE_EPOLL 1
#define NGX_HAVE_EPOLLRDHUP 1
#define NGX_HAVE_CLEAR_EVENT 1
#define NGX_HAVE_UNIX_DOMAIN 1
#define NGX_HAVE_ACCEPT4 1
#define NGX_HAVE_STATVFS 1
#define NGX_HAVE_SCHED_YIELD 1
#define NGX_HAVE_INET6 1
#define NGX_HAVE_PREAD 1
#define NGX_HAVE_PWRITE 1
#define NGX_HAVE_LOCALTIME_R 1
#define NGX_HAVE_CLOCK_MONOTONIC 1
#define NGX_HAVE_POSIX_MEMALIGN 1
#define NGX_HAVE_MAP_ANON 1
#define NGX_HAVE_MSGHDR_MSG_CONTROL 1
#define NGX_HAVE_FIONBIO 1
#define NGX_HAVE_GMTOFF 1
#define NGX_HAVE_OPENAT 1
#define NGX_HAVE_GETADDRINFO 1
#define NGX_HTTP_CACHE 1
#define NGX_HTTP_X_FORWARDED_FOR 1

#define NGX_PREFIX "/"
#define NGX_CONF_PREFIX "/etc/"
#define NGX_SBIN_PATH "/nginx"
#define NGX_CONF_PATH "/etc/nginx.conf"
#define NGX_PID_PATH "/tmp/nginx.pid"
#define NGX_LOCK_PATH "/tmp/nginx.lock"
#define NGX_ERROR_LOG_PATH ""
#define NGX_ERROR_LOG_STDERR 1
#define NGX_HTTP_LOG_PATH "/dev/null"
#define NGX_HTTP_CLIENT_TEMP_PATH "/tmp/client_body"
#define NGX_HTTP_PROXY_TEMP_PATH "/tmp/proxy"
#define NGX_SUPPRESS_WARN 1
#define NGX_USER "root"
#define NGX_GROUP "root"
