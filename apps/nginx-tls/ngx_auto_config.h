/* SPDX-FileCopyrightText: The Wick authors
 * SPDX-License-Identifier: Apache-2.0
 * As apps/nginx has it, with TLS. Finite-field Diffie-Hellman isn't in the package: `ssl_dhparam` is an error of
 * nginx's own. */
#include "../nginx/ngx_auto_config.h"

#define NGX_OPENSSL 1
#define NGX_SSL 1
#define NGX_HTTP_SSL 1
#define PEM_read_bio_DHparams(bio, parameters, password, argument) NULL
#define DH_free(parameters) ((void)(parameters))
