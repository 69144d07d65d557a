/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/auth.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/uri.h"
#include "net/auth_gss.h"

#include <stdio.h>
#include <string.h>

#define TOKEN_MAX (128 * 1024)
/* A request so large, on a connection unused so long, begins with a small
 * leg, so that it is not sent in vain. */
#define LARGE 65536
#define UNUSED_MS 20000

static const struct way {
	const char *name;
	const char *scheme; /* in WWW-Authenticate */
	bool password;
} ways[AUTH_WAYS] = {
	[AUTH_BEARER] = {"bearer token", "Bearer", false},
	[AUTH_KERBEROS] = {"Kerberos", "Negotiate", false},
	[AUTH_NTLM] = {"NTLM", "NTLM", true},
	[AUTH_KERBEROS_PASSWORD] = {"Kerberos by password", "Negotiate", true},
	[AUTH_BASIC] = {"Basic", "Basic", true},
};

struct auth {
	char *user, *realm;
	bool user_is_set;
	unsigned allowed;
	struct auth_secrets secrets;
	char *password, *token; /* NULL: not asked for yet */

	int way;	    /* chosen; -1: none yet */
	const char *scheme; /* of this way with this server */
	unsigned offered, tried;
	char *why[AUTH_WAYS];
	char code[AUTH_WAYS][16];

	struct gss *gss;
	struct str header; /* for the next leg; empty: none */
	bool more;	   /* the context wants another token */
	bool first_leg;	   /* of NTLM: says nothing yet */
	bool bare;	   /* this leg goes without a body */
	bool anonymous;	   /* a leg without a body was let in */
	bool ntlm_raw;	   /* offered outside Negotiate */
	bool bound;
	bool established; /* this way has worked */
	bool fresh;	  /* signed in anew for this request already */
	bool asked_again, refreshed, each_time, was_refused;
	unsigned handshake; /* the connection that the first leg used */
	int64_t used_at;
	const struct http_request *request;
};

const char *auth_way_name(enum auth_way way)
{
	return ways[way].name;
}

static void wipe(char **s)
{
	if (*s)
		mem_wipe(*s, strlen(*s));
	mem_replace(s, NULL);
}

static bool is_bound_way(const struct auth *a)
{
	return a->way == AUTH_KERBEROS || a->way == AUTH_NTLM ||
	       a->way == AUTH_KERBEROS_PASSWORD;
}

static void drop_context(struct auth *a)
{
	gss_free(a->gss);
	a->gss = NULL;
	a->more = false;
}

static void clear_header(struct auth *a)
{
	if (a->header.len)
		mem_wipe(a->header.s, a->header.len);
	str_clear(&a->header);
}

/* --- secrets -----------------------------------------------------------------
 */

static bool need_password(struct auth *a, struct err *err)
{
	if (a->password)
		return true;
	if (!a->secrets.password)
		return err_set(err, ERR_AUTH, "no password is set");
	if (!a->secrets.password(a->secrets.ctx, a->was_refused, &a->password,
				 err))
		return false;
	log_mask(a->password);
	return true;
}

static void make_basic(struct auth *a)
{
	struct str pair = STR_INIT;

	/* One allocation each, so that no copy is left behind by growing. */
	str_reserve(&pair,
		    strlen(str_or_empty(a->user)) + strlen(a->password) + 2);
	str_addf(&pair, "%s:%s", str_or_empty(a->user), a->password);
	str_reserve(&a->header, pair.len * 2 + 64);
	str_add(&a->header, "Authorization: Basic ");
	codec_base64_add(&a->header, pair.s, pair.len);
	log_mask(a->header.s + strlen("Authorization: Basic "));
	mem_wipe(pair.s, pair.len);
	str_release(&pair);
}

static bool make_bearer(struct auth *a, struct err *err)
{
	if (!a->token &&
	    !a->secrets.token(a->secrets.ctx, a->refreshed, &a->token, err))
		return false;
	log_mask(a->token);
	str_addf(&a->header, "Authorization: Bearer %s", a->token);
	return true;
}

/* --- tokens ------------------------------------------------------------------
 */

/* The next token goes into a->header. in: of the server, may be empty. */
static bool step(struct auth *a, struct http *h, const char *url,
		 const struct str *in, struct err *err)
{
	const struct tls_peer *peer = http_peer(h);
	struct str token CLEANUP(str_release) = STR_INIT;
	struct uri u = {0};
	struct gss_want want = {.raw = strcasecmp(a->scheme, "NTLM") == 0,
				.user = a->user,
				.realm = a->realm,
				.user_is_set = a->user_is_set};
	bool ok;

	if (ways[a->way].password && !need_password(a, err))
		return false;
	want.kind = a->way == AUTH_KERBEROS ? GSS_TICKET
		    : a->way == AUTH_NTLM   ? GSS_NTLM
					    : GSS_PASSWORD;
	want.password = a->password;
	a->bound = peer->binding_len > 0 && str_starts(url, "https:");
	if (a->bound) {
		want.binding = peer->binding;
		want.binding_len = peer->binding_len;
	}
	want.host = uri_parse(&u, url) ? str_or_empty(u.host) : "";
	if (!a->gss)
		a->gss = gss_new();
	ok = gss_step(a->gss, &want, in, &token, &a->more, err);
	uri_release(&u);
	if (!ok)
		return false;
	clear_header(a);
	if (token.len > 0) {
		str_reserve(&a->header, token.len * 2 + 64);
		str_addf(&a->header, "Authorization: %s ", a->scheme);
		codec_base64_add(&a->header, token.s, token.len);
		log_mask(a->header.s + strlen("Authorization: ") +
			 strlen(a->scheme) + 1);
	}
	return true;
}

/* --- what the server offers
 * ----------------------------------------------- */

/* The rest of the line that names the scheme; NULL: not offered. */
static const char *challenge(const struct http_answer *a, const char *scheme)
{
	const char *p = a->www_authenticate;
	size_t n = strlen(scheme);

	while (p) {
		/* Several may share a line, after commas. */
		if (strncasecmp(p, scheme, n) == 0 &&
		    (strchr(" \n,", p[n]) || !p[n])) {
			p += n;
			return p + strspn(p, " ");
		}
		p = strpbrk(p, "\n,");
		if (p)
			p += strspn(p, "\n, ");
	}
	return NULL;
}

static bool take_token(const struct http_answer *a, const char *scheme,
		       struct str *out)
{
	const char *s = challenge(a, scheme);
	size_t n = s ? strcspn(s, "\n, ") : 0;

	return n > 0 && n < TOKEN_MAX && codec_base64_decode(out, s, n);
}

static void note_offers(struct auth *a, const struct http_answer *answer)
{
	unsigned offered = 0;

	for (int w = 0; w < AUTH_WAYS; w++)
		if (challenge(answer, ways[w].scheme))
			offered |= AUTH_BIT(w);
	/* NTLM goes inside Negotiate as well. */
	if (challenge(answer, "Negotiate"))
		offered |= AUTH_BIT(AUTH_NTLM);
	/* Servers that name no way are taken to mean a plain password. */
	if (!answer->www_authenticate)
		offered |= AUTH_BIT(AUTH_BASIC);
	if (!offered)
		return;
	a->offered = offered;
	a->ntlm_raw = challenge(answer, "NTLM") != NULL;
}

static void note_refusal(struct auth *a, int way, const char *code,
			 const char *why)
{
	a->tried |= AUTH_BIT(way);
	mem_replace(&a->why[way], xstrdup(why));
	snprintf(a->code[way], sizeof(a->code[way]), "%s", code);
	log_at(LOG_INFO, "auth", "%s: %s", ways[way].name, why);
}

static bool may_send_plain(const struct auth *a, struct http *h,
			   const char *url, struct err *err)
{
	if ((a->way != AUTH_BASIC && a->way != AUTH_BEARER) ||
	    http_allows_plain(h) || str_starts(url, "https:"))
		return true;
	return err_set(err, ERR_INPUT,
		       "%s is not encrypted, so the password was not sent; use "
		       "https://, or allow-plain-http = yes where the line is "
		       "safe",
		       url);
}

/* Begins with a->way: makes the first header. */
static bool begin(struct auth *a, struct http *h, const char *url,
		  struct err *err)
{
	static const struct str none = STR_INIT;

	drop_context(a);
	clear_header(a);
	a->first_leg = a->way == AUTH_NTLM;
	if (!may_send_plain(a, h, url, err))
		return false;
	switch (a->way) {
	case AUTH_BASIC:
		if (!need_password(a, err))
			return false;
		make_basic(a);
		return true;
	case AUTH_BEARER:
		return make_bearer(a, err);
	default:
		return step(a, h, url, &none, err);
	}
}

static bool is_usable(const struct auth *a, int way)
{
	if (!(a->allowed & a->offered & AUTH_BIT(way)) ||
	    (a->tried & AUTH_BIT(way)))
		return false;
	return way != AUTH_BEARER || a->secrets.token;
}

/* A failure that another way of signing in does not mend. */
static bool is_final(const struct err *err)
{
	return err->kind != ERR_AUTH || str_eq(err->code, "ask") ||
	       str_eq(err->code, "command");
}

/* The next way that can begin. *none: there is none left. */
static bool choose(struct auth *a, struct http *h, const char *url, bool *none,
		   struct err *err)
{
	*none = false;
	for (int way = 0; way < AUTH_WAYS; way++) {
		struct err why = ERR_INIT;
		bool had = a->password != NULL;

		if (!is_usable(a, way))
			continue;
		a->way = way;
		a->scheme = ways[way].scheme;
		if (way == AUTH_NTLM && !a->ntlm_raw)
			a->scheme = "Negotiate";
		if (begin(a, h, url, &why))
			return true;
		drop_context(a);
		/* Nobody gave a password: no other way gets one either. */
		if (is_final(&why) ||
		    (ways[way].password && !had && !a->password)) {
			a->way = -1;
			if (err)
				*err = why;
			return false;
		}
		note_refusal(a, way, why.code[0] ? why.code : "other",
			     why.text);
	}
	a->way = -1;
	*none = true;
	return false;
}

/* --- when nothing helps
 * ---------------------------------------------------- */

static void list_offers(const struct auth *a, struct str *out)
{
	static const char *const names[] = {"Negotiate", "NTLM", "Basic",
					    "Bearer"};
	static const unsigned bits[] = {
		AUTH_BIT(AUTH_KERBEROS), AUTH_BIT(AUTH_NTLM),
		AUTH_BIT(AUTH_BASIC), AUTH_BIT(AUTH_BEARER)};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (a->offered & bits[i])
			str_addf(out, "%s%s", out->len ? ", " : "", names[i]);
}

static bool any_password_way(const struct auth *a)
{
	for (int w = 0; w < AUTH_WAYS; w++)
		if (ways[w].password && (a->tried & AUTH_BIT(w)) &&
		    str_eq(a->code[w], "refused"))
			return true;
	return false;
}

/* The domain's own word on the account, where one way met it. */
static const char *telling_why(const struct auth *a, const char **code)
{
	static const char *const telling[] = {"expired", "revoked",  "skew",
					      "unknown", "password", "closed",
					      "login"};

	for (size_t i = 0; i < ARRAY_LEN(telling); i++)
		for (int w = 0; w < AUTH_WAYS; w++)
			if ((a->tried & AUTH_BIT(w)) &&
			    str_eq(a->code[w], telling[i])) {
				*code = a->code[w];
				return a->why[w];
			}
	return NULL;
}

/* One sentence from what every way met. */
static bool explain(const struct auth *a, int status, struct err *err)
{
	struct str offers CLEANUP(str_release) = STR_INIT;
	bool asked = any_password_way(a);
	const char *code = asked ? "refused" : "no-way";
	const char *told = telling_why(a, &code);

	list_offers(a, &offers);
	if (told)
		err_set(err, ERR_AUTH, "%s", told);
	else if (asked && a->bound && !(a->offered & AUTH_BIT(AUTH_BASIC)))
		err_set(err, ERR_AUTH,
			"the server refused the name or password; if they are "
			"right, it demands Extended Protection and something "
			"on the way re-encrypts the connection: see retinue "
			"doctor");
	else if (asked)
		err_set(err, ERR_AUTH,
			"the server refused the name or password, or the "
			"account may not use this service");
	else if (!(a->offered & a->allowed))
		err_set(err, ERR_AUTH,
			"the server does not take a plain password or any way "
			"that is allowed here; it asks for another way of "
			"signing in (%s)",
			offers.len ? offers.s : "none that is known");
	else
		err_set(err, ERR_AUTH,
			"no way of signing in that the server offers (%s) can "
			"be used here: %s",
			offers.s,
			a->why[AUTH_BEARER]	? a->why[AUTH_BEARER]
			: a->why[AUTH_KERBEROS] ? a->why[AUTH_KERBEROS]
						: "see retinue doctor");
	if (!told && !asked && a->code[AUTH_KERBEROS][0])
		code = a->code[AUTH_KERBEROS];
	if (!told && !asked && a->code[AUTH_KERBEROS_PASSWORD][0])
		code = a->code[AUTH_KERBEROS_PASSWORD];
	if (err) {
		err->number = status;
		snprintf(err->code, sizeof(err->code), "%s", code);
	}
	return false;
}

static void forget(struct auth *a)
{
	a->tried = 0;
	a->way = -1;
	a->established = false;
	a->asked_again = false;
	a->was_refused = true;
	wipe(&a->password);
	drop_context(a);
	clear_header(a);
}

/* All ways are tried: once more with another password, or the end. */
static enum http_verdict give_up(struct auth *a, struct http *h,
				 const struct http_request *r, int status,
				 struct err *err)
{
	char *password = NULL;
	bool none = false;
	struct err why = ERR_INIT;

	if (!a->asked_again && any_password_way(a) && a->password) {
		struct err refused = ERR_INIT;

		a->asked_again = true;
		explain(a, status, &refused);
		if (!a->secrets.password(a->secrets.ctx, true, &password,
					 &why)) {
			forget(a);
			if (err)
				*err = why.kind == ERR_AUTH ? refused : why;
			return HTTP_FAIL;
		}
		wipe(&a->password);
		a->password = password;
		log_mask(password);
		for (int w = 0; w < AUTH_WAYS; w++)
			if (ways[w].password)
				a->tried &= ~AUTH_BIT(w);
		if (choose(a, h, r->url, &none, &why))
			return HTTP_AGAIN;
		if (!none) {
			if (err)
				*err = why;
			return HTTP_FAIL;
		}
	}
	explain(a, status, err);
	forget(a);
	return HTTP_FAIL;
}

/* --- the http_signin
 * ------------------------------------------------------- */

static bool auth_prepare(void *ctx, struct http *h,
			 const struct http_request *r, struct strv *headers,
			 bool *bare, struct err *err)
{
	struct auth *a = ctx;
	bool again = a->request == r;

	if (!again) { /* a new request */
		a->request = r;
		a->fresh = a->refreshed = false;
		a->anonymous = false;
	}
	if (!again && a->established && is_bound_way(a) &&
	    (a->each_time ||
	     (r->len > LARGE && clock_mono_ms() - a->used_at > UNUSED_MS)) &&
	    !begin(a, h, r->url, err))
		return false;
	/* As long as no way is known, or while NTLM begins, the body would
	 * travel for nothing. */
	a->bare = r->len > 0 && !a->anonymous &&
		  (a->way < 0 || (a->first_leg && a->header.len));
	*bare = a->bare;
	if (a->header.len)
		strv_add(headers, a->header.s);
	return true;
}

static bool auth_concerns(void *ctx, const struct http_answer *answer)
{
	struct auth *a = ctx;

	return a->bare || answer->status == 401;
}

/* The server's token leads to the next one of ours. */
static bool go_on(struct auth *a, struct http *h, const struct http_request *r,
		  const struct http_answer *answer, struct err *why)
{
	struct str token CLEANUP(str_release) = STR_INIT;
	bool ok;

	if (!a->more || !a->gss || !take_token(answer, a->scheme, &token))
		return err_set(why, ERR_AUTH, "refused");
	a->first_leg = false;
	a->handshake = http_connections(h);
	ok = step(a, h, r->url, &token, why);
	return ok && a->header.len > 0;
}

/* This way was refused: why? */
static void refuse(struct auth *a, struct http *h, const struct err *why)
{
	bool said = why->kind != ERR_NONE && !str_eq(why->text, "refused");

	if (said)
		note_refusal(a, a->way, why->code[0] ? why->code : "other",
			     why->text);
	else if (a->handshake && a->handshake != http_connections(h))
		note_refusal(a, a->way, "closed",
			     "something on the way closes the connection "
			     "between the steps of the sign-in");
	else
		note_refusal(a, a->way, "refused",
			     ways[a->way].password
				     ? "the server refused the name or password"
				     : "the server refused it");
	a->handshake = 0;
}

/* A 401 to a request that was signed in, or was to be. */
static enum http_verdict refused(struct auth *a, struct http *h,
				 const struct http_request *r,
				 const struct http_answer *answer,
				 const struct err *met, struct err *err)
{
	struct err why = ERR_INIT;
	bool none = false;

	if (a->way == AUTH_BEARER && !a->refreshed) {
		a->refreshed = true;
		wipe(&a->token);
		if (begin(a, h, r->url, &why))
			return HTTP_AGAIN;
		met = &why;
	}
	/* What has worked before is tried once more: the connection is new, or
	 * the session has ended. */
	if (a->established && !a->fresh) {
		a->fresh = true;
		if (begin(a, h, r->url, &why))
			return HTTP_AGAIN;
		met = &why;
	}
	if (a->way >= 0 && !(a->tried & AUTH_BIT(a->way)))
		refuse(a, h, met);
	if (a->established) {
		/* Perhaps only this request is not allowed (dossier WebDAV
		 * 4.2): the next one tells. */
		a->established = false;
		if (is_bound_way(a)) {
			drop_context(a);
			clear_header(a);
		}
		return HTTP_DONE;
	}
	if (choose(a, h, r->url, &none, &why))
		return HTTP_AGAIN;
	if (none)
		return give_up(a, h, r, answer->status, err);
	if (err)
		*err = why;
	return HTTP_FAIL;
}

static enum http_verdict auth_answered(void *ctx, struct http *h,
				       const struct http_request *r,
				       const struct http_answer *answer,
				       struct err *err)
{
	struct auth *a = ctx;
	struct err why = ERR_INIT;

	if (answer->status != 401) {
		/* A leg without a body was let in, so the whole is, too. */
		a->anonymous = true;
		if (is_bound_way(a))
			clear_header(a);
		return HTTP_AGAIN;
	}
	note_offers(a, answer);
	if (a->way >= 0 && is_bound_way(a) && a->header.len &&
	    go_on(a, h, r, answer, &why))
		return HTTP_AGAIN;
	return refused(a, h, r, answer, &why, err);
}

static void auth_accepted(void *ctx, struct http *h,
			  const struct http_answer *answer)
{
	struct auth *a = ctx;

	(void)h;
	a->used_at = clock_mono_ms();
	if (answer->status == 407 || a->way < 0)
		return;
	if (!a->established)
		log_at(LOG_INFO, "auth", "signed in by %s%s", ways[a->way].name,
		       is_bound_way(a) && a->bound ? ", bound to the channel"
						   : "");
	a->established = true;
	a->asked_again = a->was_refused = false;
	a->tried &= ~AUTH_BIT(a->way);
	mem_replace(&a->why[a->way], NULL);
	a->handshake = 0;
	if (!is_bound_way(a))
		return;
	if (a->header.len)
		a->each_time = answer->not_kept && a->way != AUTH_NTLM;
	drop_context(a);
	clear_header(a);
}

/* A password or token goes with every request; what is bound to a connection
 * must be done on each of them. */
static bool auth_parallel(void *ctx)
{
	const struct auth *a = ctx;

	return a->established && !is_bound_way(a);
}

static void auth_free(void *ctx)
{
	struct auth *a = ctx;

	drop_context(a);
	clear_header(a);
	str_release(&a->header);
	wipe(&a->password);
	wipe(&a->token);
	for (int w = 0; w < AUTH_WAYS; w++)
		free(a->why[w]);
	free(a->user);
	free(a->realm);
	free(a);
}

void auth_attach(struct http *h, const struct auth_config *config)
{
	struct auth *a = xcalloc(1, sizeof(*a));
	struct http_signin s = {.prepare = auth_prepare,
				.concerns = auth_concerns,
				.answered = auth_answered,
				.accepted = auth_accepted,
				.parallel = auth_parallel,
				.free = auth_free,
				.ctx = a};

	a->user = xstrdup(config->user);
	a->realm = xstrdup(config->realm);
	a->user_is_set = config->user_is_set;
	a->allowed = config->ways ? config->ways : AUTH_ALL;
	a->secrets = config->secrets;
	a->way = -1;
	str_init(&a->header);
	http_set_signin(h, &s);
}

/* --- telling
 * -------------------------------------------------------------- */

bool auth_get_report(struct http *h, struct auth_report *out)
{
	const struct http_signin *s = http_signin(h);
	const struct auth *a;

	*out = (struct auth_report){0};
	if (!s || s->free != auth_free)
		return false;
	a = s->ctx;
	out->signed_in = a->established;
	if (a->established)
		out->way = (enum auth_way)a->way;
	out->bound = a->established && a->bound && is_bound_way(a);
	out->offered = a->offered;
	for (int w = 0; w < AUTH_WAYS; w++) {
		out->why[w] = a->why[w];
		snprintf(out->code[w], sizeof(out->code[w]), "%s", a->code[w]);
	}
	return true;
}

void auth_describe(struct http *h, struct str *out)
{
	struct auth_report r;
	bool first = true;

	if (!auth_get_report(h, &r))
		return;
	if (r.signed_in)
		str_addf(out, "%s%s", ways[r.way].name,
			 r.bound ? " with channel binding" : "");
	for (int w = 0; w < AUTH_WAYS; w++) {
		if (!r.why[w])
			continue;
		str_addf(out, "%s%s: %s",
			 first ? (out->len ? " (" : "(") : "; ", ways[w].name,
			 r.why[w]);
		first = false;
	}
	if (!first)
		str_add_char(out, ')');
}
