/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_IDP_H
#define SIM_IDP_H
/*
 * An identity provider below /idp: OpenID Connect Discovery metadata, the
 * device authorization grant (RFC 8628) and refresh tokens, each good once
 * (RFC 6749 section 6, RFC 9700 4.14). Its access tokens sign the first user
 * in where --auth has bearer.
 */
#include "base/str.h"

struct sim;
struct idp;
struct idp *idp_new(void);
void idp_free(struct idp *p);
/* path: behind /idp. The HTTP status; JSON in out. base: "http://host:port". */
int idp_answer(struct idp *p, const char *method, const char *path,
	       const char *base, const char *body, struct str *out);
bool idp_token_is_good(struct idp *p, const char *access);
/* The person's part; "*": any code that waits. False: no such code. */
bool idp_judge(struct idp *p, const char *user_code, bool approve);
/* All access tokens are void; refresh: those, too. */
void idp_end(struct idp *p, bool refresh);
#endif
