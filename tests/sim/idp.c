/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/idp.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/uri.h"
#include "base/vec.h"

#define CLIENT "retinue-test"
#define INTERVAL_MS 1000
#define LASTS 3600 /* seconds, of access tokens */
#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

enum judged { PENDING, APPROVED, DENIED, USED };
struct asked {
	char *device, *user;
	int64_t polled; /* monotonic ms */
	enum judged judged;
};

struct idp {
	pthread_mutex_t lock;
	VEC(struct asked) asked;
	struct strv access, refresh;
};

struct idp *idp_new(void)
{
	struct idp *p = xcalloc(1, sizeof(*p));

	pthread_mutex_init(&p->lock, NULL);
	strv_init(&p->access);
	strv_init(&p->refresh);
	return p;
}

void idp_free(struct idp *p)
{
	for (size_t i = 0; i < p->asked.n; i++) {
		free(p->asked.v[i].device);
		free(p->asked.v[i].user);
	}
	vec_release(&p->asked);
	strv_release(&p->access);
	strv_release(&p->refresh);
	pthread_mutex_destroy(&p->lock);
	free(p);
}

/* A field of application/x-www-form-urlencoded; NULL: absent. */
static char *field(const char *body, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = body; *p;) {
		size_t len = strcspn(p, "&");

		if (len > n && strncmp(p, name, n) == 0 && p[n] == '=') {
			char *raw = xstrndup(p + n + 1, len - n - 1);
			struct str text = STR_INIT;
			bool ok = uri_unescape(&text, raw);

			free(raw);
			if (ok)
				return str_take(&text);
			str_release(&text);
			return NULL;
		}
		p += len + (p[len] == '&');
	}
	return NULL;
}

static int refuse(struct str *out, const char *code, const char *why)
{
	str_addf(out, "{\"error\":\"%s\",\"error_description\":\"%s\"}", code,
		 why);
	return 400;
}

static int metadata(const char *base, struct str *out)
{
	str_addf(out,
		 "{\"issuer\":\"%s/idp\","
		 "\"device_authorization_endpoint\":\"%s/idp/devicecode\","
		 "\"token_endpoint\":\"%s/idp/token\"}",
		 base, base, base);
	return 200;
}

static int give_code(struct idp *p, const char *base, const char *body,
		     struct str *out)
{
	char *client = field(body, "client_id");
	char *scope = field(body, "scope");
	int status = 200;

	if (!str_eq(client, CLIENT)) {
		status = refuse(out, "invalid_client", "no such client");
	} else if (!scope || !strstr(scope, "offline_access")) {
		status = refuse(out, "invalid_scope", "no such scope");
	} else {
		struct asked *a = vec_new(&p->asked);

		*a = (struct asked){.device = codec_random_id(),
				    .user = codec_random_id()};
		a->user[8] = '\0';
		str_addf(out,
			 "{\"device_code\":\"%s\",\"user_code\":\"%s\","
			 "\"verification_uri\":\"%s/idp/device\","
			 "\"expires_in\":900,\"interval\":%d}",
			 a->device, a->user, base, INTERVAL_MS / 1000);
	}
	free(client);
	free(scope);
	return status;
}

static int give_tokens(struct idp *p, struct str *out)
{
	char *access = codec_random_id(), *refresh = codec_random_id();

	strv_give(&p->access, access);
	strv_give(&p->refresh, refresh);
	str_addf(out,
		 "{\"token_type\":\"Bearer\",\"access_token\":\"%s\","
		 "\"refresh_token\":\"%s\",\"expires_in\":%d}",
		 access, refresh, LASTS);
	return 200;
}

static int by_code(struct idp *p, const char *device, struct str *out)
{
	for (size_t i = 0; i < p->asked.n; i++) {
		struct asked *a = &p->asked.v[i];
		int64_t since = clock_mono_ms() - a->polled;

		if (!str_eq(a->device, device))
			continue;
		a->polled = clock_mono_ms();
		switch (a->judged) {
		case PENDING:
			/* A little earlier is the clock's fault. */
			return since < INTERVAL_MS * 9 / 10
				       ? refuse(out, "slow_down", "too often")
				       : refuse(out, "authorization_pending",
						"not yet");
		case DENIED:
			return refuse(out, "access_denied", "refused");
		case APPROVED:
			a->judged = USED;
			return give_tokens(p, out);
		case USED:
			break;
		}
	}
	return refuse(out, "expired_token", "no such code");
}

static int by_refresh(struct idp *p, const char *token, struct str *out)
{
	for (size_t i = 0; i < p->refresh.n; i++)
		if (*token && str_eq(p->refresh.v[i], token)) {
			*p->refresh.v[i] = '\0'; /* good once */
			return give_tokens(p, out);
		}
	return refuse(out, "invalid_grant", "the token is void");
}

static int token(struct idp *p, const char *body, struct str *out)
{
	char *grant = field(body, "grant_type");
	char *device = field(body, "device_code");
	char *refresh = field(body, "refresh_token");
	int status;

	if (str_eq(grant, DEVICE_GRANT) && device)
		status = by_code(p, device, out);
	else if (str_eq(grant, "refresh_token") && refresh)
		status = by_refresh(p, refresh, out);
	else
		status = refuse(out, "unsupported_grant_type", "unknown");
	free(grant);
	free(device);
	free(refresh);
	return status;
}

int idp_answer(struct idp *p, const char *method, const char *path,
	       const char *base, const char *body, struct str *out)
{
	bool post = str_eq(method, "POST");
	int status = 404;

	pthread_mutex_lock(&p->lock);
	if (!post && str_eq(path, "/.well-known/openid-configuration"))
		status = metadata(base, out);
	else if (post && str_eq(path, "/devicecode"))
		status = give_code(p, base, body, out);
	else if (post && str_eq(path, "/token"))
		status = token(p, body, out);
	else
		str_add(out, "{\"error\":\"not_found\"}");
	pthread_mutex_unlock(&p->lock);
	return status;
}

bool idp_token_is_good(struct idp *p, const char *access)
{
	bool good = false;

	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->access.n; i++)
		good = good || str_eq(p->access.v[i], access);
	pthread_mutex_unlock(&p->lock);
	return good;
}

bool idp_judge(struct idp *p, const char *user_code, bool approve)
{
	bool found = false;

	pthread_mutex_lock(&p->lock);
	for (size_t i = 0; i < p->asked.n && !found; i++) {
		found = str_eq(p->asked.v[i].user, user_code) ||
			(str_eq(user_code, "*") &&
			 p->asked.v[i].judged == PENDING);
		if (found)
			p->asked.v[i].judged = approve ? APPROVED : DENIED;
	}
	pthread_mutex_unlock(&p->lock);
	return found;
}

void idp_end(struct idp *p, bool refresh)
{
	pthread_mutex_lock(&p->lock);
	strv_release(&p->access);
	strv_init(&p->access);
	if (refresh) {
		strv_release(&p->refresh);
		strv_init(&p->refresh);
	}
	pthread_mutex_unlock(&p->lock);
}
