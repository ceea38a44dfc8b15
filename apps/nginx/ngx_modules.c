// SPDX-FileCopyrightText: The Wick authors
// SPDX-License-Identifier: Apache-2.0
// The modules that this nginx has, in the order that they ask for: filters work from the last to the first.

#include <ngx_config.h>
// Behind ngx_config.h, which it needs.
#include <ngx_core.h>

// With TLS: apps/nginx-tls.
#if NGX_HTTP_SSL
#define OF_TLS(M) M(ngx_openssl_module)
#define OF_HTTPS(M) M(ngx_http_ssl_module)
#else
#define OF_TLS(M)
#define OF_HTTPS(M)
#endif

#define MODULES(M)                       \
  M(ngx_core_module)                     \
  M(ngx_errlog_module)                   \
  M(ngx_conf_module)                     \
  OF_TLS(M)                              \
  M(ngx_events_module)                   \
  M(ngx_event_core_module)               \
  M(ngx_epoll_module)                    \
  M(ngx_http_module)                     \
  M(ngx_http_core_module)                \
  M(ngx_http_log_module)                 \
  M(ngx_http_upstream_module)            \
  M(ngx_http_static_module)              \
  M(ngx_http_autoindex_module)           \
  M(ngx_http_index_module)               \
  M(ngx_http_try_files_module)           \
  M(ngx_http_access_module)              \
  M(ngx_http_limit_conn_module)          \
  M(ngx_http_limit_req_module)           \
  M(ngx_http_geo_module)                 \
  M(ngx_http_map_module)                 \
  M(ngx_http_referer_module)             \
  OF_HTTPS(M)                            \
  M(ngx_http_proxy_module)               \
  M(ngx_http_upstream_keepalive_module)  \
  M(ngx_http_write_filter_module)        \
  M(ngx_http_header_filter_module)       \
  M(ngx_http_chunked_filter_module)      \
  M(ngx_http_range_header_filter_module) \
  M(ngx_http_postpone_filter_module)     \
  M(ngx_http_charset_filter_module)      \
  M(ngx_http_headers_filter_module)      \
  M(ngx_http_copy_filter_module)         \
  M(ngx_http_range_body_filter_module)   \
  M(ngx_http_not_modified_filter_module)

#define DECLARE(module) extern ngx_module_t module;
#define ADDRESS(module) &module,
#define NAME(module) #module,

MODULES(DECLARE)

ngx_module_t* ngx_modules[] = {MODULES(ADDRESS) NULL};
char* ngx_module_names[] = {MODULES(NAME) NULL};
