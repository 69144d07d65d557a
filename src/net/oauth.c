/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/oauth.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/uri.h"

#define ANSWER_MOST (256 * 1024)
#define INTERVAL_MS 5000 /* RFC 8628 3.2: when the provider names none */
#define SLOWER_MS 5000	 /* 3.5, slow_down */
#define DEVICE_GRANT "urn:ietf:params:oauth:grant-type:device_code"

void oauth_code_release(struct oauth_code *c)
{
	mem_wipe_text(&c->device_code);
	free(c->user_code);
	free(c->url);
	free(c->token_url);
	*c = (struct oauth_code){0};
}

void oauth_grant_release(struct oauth_grant *g)
{
	mem_wipe_text(&g->access);
	mem_wipe_text(&g->refresh);
	*g = (struct oauth_grant){0};
}

/* --- asking ------------------------------------------------------------------ */

/* form NULL: GET. The answer's JSON object, whatever its status. */
static json_t *ask(struct http *h, const char *url, const struct str *form,
		   const struct chan_flag *cancel, int *status, struct err *err)
{
	static const char *const headers[] = {
		"Accept: application/json",
		"Content-Type: application/x-www-form-urlencoded", NULL};
	struct str body = STR_INIT;
	struct http_answer a = {0};
	struct http_request q = {
		.method = form ? "POST" : "GET",
		.url = url,
		.headers = headers,
		.body = form ? form->s : NULL,
		.len = form ? form->len : 0,
		.repeatable = !form,
		.cancel = cancel,
		.max_bytes = ANSWER_MOST,
		.receive = http_collect,
		.ctx = &body,
		.label = "oauth",
		.no_signin = true,
	};
	json_t *j = NULL;

	if (strncasecmp(url, "https://", 8) != 0 && !http_allows_plain(h)) {
		err_set(err, ERR_INPUT,
			"%s is not encrypted; tokens do not travel over it",
			url);
		return NULL;
	}
	if (http_send(h, &q, &a, err)) {
		j = json_loadb(str_or_empty(body.s), body.len, 0, NULL);
		if (!json_is_object(j)) {
			json_decref(j);
			j = NULL;
			err_set(err, ERR_PROTOCOL,
				"%s answers %d, and not as an identity "
				"provider does",
				url, a.status);
		}
		*status = a.status;
	}
	if (body.s)
		mem_wipe(body.s, body.len);
	str_release(&body);
	http_answer_release(&a);
	return j;
}

static void add_field(struct str *form, const char *name, const char *value)
{
	if (form->len)
		str_add_char(form, '&');
	str_addf(form, "%s=", name);
	uri_add_escaped(form, str_or_empty(value), "");
}

static char *text_of(const json_t *j, const char *name)
{
	const char *s = json_string_value(json_object_get(j, name));

	return s && *s ? xstrdup(s) : NULL;
}

/* Some providers write numbers as text. */
static int64_t number_of(const json_t *j, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(j, name);

	if (json_is_integer(v))
		return json_integer_value(v);
	return json_is_string(v) ? strtoll(json_string_value(v), NULL, 10)
				 : otherwise;
}

/* RFC 6749 5.2. The description may go on with lines for support. */
static bool refused(const json_t *j, int status, struct err *err)
{
	const char *code = json_string_value(json_object_get(j, "error"));
	const char *text =
		json_string_value(json_object_get(j, "error_description"));

	err_set(err, ERR_AUTH, "the identity provider refuses: %.*s",
		(int)strcspn(text ? text : str_or_empty(code), "\r\n"),
		text ? text : str_or_empty(code));
	if (err && code)
		snprintf(err->code, sizeof(err->code), "%s", code);
	if (err)
		err->number = status;
	return false;
}

/* --- where ------------------------------------------------------------------- */

static bool endpoint(const json_t *meta, const char *name, char **out,
		     struct err *err)
{
	*out = text_of(meta, name);
	return *out ||
	       err_set(err, ERR_UNSUPPORTED,
		       "the identity provider names no %s: it does not let "
		       "programs sign in this way",
		       name);
}

/* The metadata; device NULL: only the other is wanted. */
static bool find_endpoints(struct http *h, const struct oauth_config *c,
			   const struct chan_flag *cancel, char **device,
			   char **token, struct err *err)
{
	size_t n = strlen(c->authority);
	char *url CLEANUP(mem_free_ptr) = NULL;
	int status = 0;
	json_t *meta;
	bool ok;

	while (n && c->authority[n - 1] == '/')
		n--;
	url = xasprintf("%.*s/.well-known/openid-configuration", (int)n,
			c->authority);
	meta = ask(h, url, NULL, cancel, &status, err);
	if (!meta)
		return false;
	ok = status == 200
		     ? (!device || endpoint(meta,
					    "device_authorization_"
					    "endpoint",
					    device, err)) &&
			       endpoint(meta, "token_endpoint", token, err)
		     : refused(meta, status, err);
	json_decref(meta);
	return ok;
}

/* --- the device's code --------------------------------------------------------- */

static bool take_code(const json_t *j, struct oauth_code *out, struct err *err)
{
	out->device_code = text_of(j, "device_code");
	out->user_code = text_of(j, "user_code");
	out->url = text_of(j, "verification_uri");
	if (!out->url) /* as drafts had it, and some providers still do */
		out->url = text_of(j, "verification_url");
	out->expires = clock_now() + number_of(j, "expires_in", 900);
	out->interval_ms = number_of(j, "interval", INTERVAL_MS / 1000) * 1000;
	return (out->device_code && out->user_code && out->url) ||
	       err_set(err, ERR_PROTOCOL,
		       "the identity provider gave no code to sign in with");
}

bool oauth_begin(struct http *h, const struct oauth_config *c,
		 const struct chan_flag *cancel, struct oauth_code *out,
		 struct err *err)
{
	struct str form CLEANUP(str_release) = STR_INIT;
	char *device CLEANUP(mem_free_ptr) = NULL;
	int status = 0;
	json_t *j = NULL;
	bool ok;

	*out = (struct oauth_code){0};
	add_field(&form, "client_id", c->client);
	add_field(&form, "scope", c->scope);
	if (!find_endpoints(h, c, cancel, &device, &out->token_url, err) ||
	    !(j = ask(h, device, &form, cancel, &status, err))) {
		oauth_code_release(out);
		return false;
	}
	ok = status == 200 ? take_code(j, out, err) : refused(j, status, err);
	json_decref(j);
	if (!ok)
		oauth_code_release(out);
	return ok;
}

/* --- tokens -------------------------------------------------------------------- */

static bool take_grant(const json_t *j, struct oauth_grant *out,
		       struct err *err)
{
	int64_t lasts = number_of(j, "expires_in", 0);

	out->access = text_of(j, "access_token");
	out->refresh = text_of(j, "refresh_token");
	out->expires = lasts > 0 ? clock_now() + lasts : 0;
	if (!out->access) {
		oauth_grant_release(out);
		return err_set(err, ERR_PROTOCOL,
			       "the identity provider gave no token");
	}
	log_mask(out->access);
	if (out->refresh)
		log_mask(out->refresh);
	return true;
}

static bool ask_grant(struct http *h, const char *url, const struct str *form,
		      const struct chan_flag *cancel, struct oauth_grant *out,
		      struct err *err)
{
	int status = 0;
	json_t *j = ask(h, url, form, cancel, &status, err);
	bool ok;

	*out = (struct oauth_grant){0};
	if (!j)
		return false;
	ok = status == 200 ? take_grant(j, out, err) : refused(j, status, err);
	json_decref(j);
	return ok;
}

/* Not yet, and how long until the next question; false: it is over. */
static bool is_pending(const struct err *e, int64_t *interval_ms)
{
	if (e->kind == ERR_AUTH && str_eq(e->code, "slow_down"))
		*interval_ms += SLOWER_MS;
	else if (e->kind == ERR_NETWORK) /* 3.5: back off, and go on */
		*interval_ms *= 2;
	else
		return e->kind == ERR_AUTH &&
		       str_eq(e->code, "authorization_pending");
	return true;
}

bool oauth_wait(struct http *h, const struct oauth_config *c,
		const struct oauth_code *code, struct chan_flag *cancel,
		struct oauth_grant *out, struct err *err)
{
	struct str form CLEANUP(str_release) = STR_INIT;
	int64_t interval = code->interval_ms;
	struct chan_flag *never = cancel ? NULL : chan_flag_new();
	struct err why = ERR_INIT;
	bool ok = false, over = false;

	add_field(&form, "grant_type", DEVICE_GRANT);
	add_field(&form, "client_id", c->client);
	add_field(&form, "device_code", code->device_code);
	while (!ok && !over) {
		if (chan_flag_wait(cancel ? cancel : never, interval))
			over = !err_set(&why, ERR_CANCELLED, "cancelled");
		else if (clock_now() >= code->expires)
			over = !err_set(&why, ERR_AUTH,
					"the code has expired before it was "
					"used");
		else if (ask_grant(h, code->token_url, &form, cancel, out,
				   &why))
			ok = true;
		else
			over = !is_pending(&why, &interval);
	}
	chan_flag_free(never);
	mem_wipe(form.s, form.len);
	if (!ok && err)
		*err = why;
	return ok;
}

bool oauth_refresh(struct http *h, const struct oauth_config *c,
		   const char *refresh, const struct chan_flag *cancel,
		   struct oauth_grant *out, struct err *err)
{
	struct str form = STR_INIT;
	char *url CLEANUP(mem_free_ptr) = NULL;
	bool ok;

	if (!find_endpoints(h, c, cancel, NULL, &url, err))
		return false;
	str_reserve(&form, 4096 + 3 * strlen(refresh)); /* leaves no copy */
	add_field(&form, "grant_type", "refresh_token");
	add_field(&form, "client_id", c->client);
	add_field(&form, "scope", c->scope);
	add_field(&form, "refresh_token", refresh);
	ok = ask_grant(h, url, &form, cancel, out, err);
	mem_wipe(form.s, form.len);
	str_release(&form);
	return ok;
}
