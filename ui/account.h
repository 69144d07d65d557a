/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_ACCOUNT_H
#define UI_ACCOUNT_H
/* From the configuration to what the engine needs. */
#include "config/config.h"
#include "model/account.h"

/* The account `name` (NULL: the first one that can be used). The caller's:
 * account_free. Its url is NULL where the server is to be found. NULL with
 * ERR_INPUT and a next step when there is none. */
struct account *account_from_config(const struct config *c, const char *name,
				    struct err *err);
/* The endpoint for what a person wrote: without "://" it is https; a host alone
 * or with /ews becomes https://host/EWS/Exchange.asmx, or https://host/exchange/
 * for WebDAV; any other path stays. Caller frees. */
char *account_url(const char *server, enum account_protocol protocol);
/* A secret other than the password, by its command; *out NULL: there is none.
 * May take long: call it in a lane. */
bool account_secret(const struct config *c, const char *name,
		    enum account_secret which, char **out,
		    struct err *err) MUST_CHECK;
/* ldap-server as written: "dc1.example.org:636", "[::1]:636" or a host alone. */
void account_set_directory(struct account *a, const char *server);
/* Makes the folder its mirror lies in. */
bool account_make_dirs(const char *account, struct err *err) MUST_CHECK;
#endif
