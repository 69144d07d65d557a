/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef PROTO_CONNECT_H
#define PROTO_CONNECT_H
/* The HTTP connection of an account: certificates, proxy, ways of signing in,
 * as its settings say. What every protocol over HTTP begins with. */
#include "net/auth.h"
#include "proto/backend.h"

/* account, host: borrowed for the connection's life. Signs in by the ways of
 * net/auth.h; a protocol that has another one may call http_set_signin. */
struct http *connect_http(const struct account *account,
			  const struct backend_host *host);
/* May a server of the account send on to this host without anybody being asked:
 * is it in the domain of the address or of the server, or named as trusted? */
bool connect_may_sign_in(const struct account *account, const char *host);
/* The name to sign in with. */
const char *connect_user(const struct account *account);
#endif
