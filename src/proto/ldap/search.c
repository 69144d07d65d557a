/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Requests and their answers: waiting, errors as sentences, entries. */
#define LDAP_DEPRECATED 0
#include <ctype.h>
#include <errno.h>
#include <ldap.h>
#include <stdio.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "proto/ldap/private.h"

#define SLICE_MS 100
#define VALUE_MAX (1 << 20)

/* --- errors
 * ------------------------------------------------------------------- */

static const struct {
	const char *data, *code, *text;
} sign_in[] = {
	{"52e", "wrong-password", "user name or password is wrong"},
	{"525", "wrong-password", "user name or password is wrong"},
	{"530", "logon-hours", "sign-in is not allowed at this hour"},
	{"531", "workstation", "sign-in is not allowed from this computer"},
	{"532", "password-expired",
	 "the password has expired; change it with `retinue account "
	 "change-password`"},
	{"533", "account-disabled",
	 "the account is disabled; ask your administrator"},
	{"701", "account-expired",
	 "the account has expired; ask your administrator"},
	{"773", "password-must-change",
	 "the password must be changed first; change it with `retinue account "
	 "change-password`"},
	{"775", "account-locked",
	 "the account is locked after too many tries; wait, or ask your "
	 "administrator"},
};

bool directory_explain(const char *diagnostic, const char **code,
		       const char **text)
{
	const char *at = diagnostic ? strstr(diagnostic, "data ") : NULL;

	for (size_t i = 0; at && i < ARRAY_LEN(sign_in); i++) {
		size_t n = strlen(sign_in[i].data);

		if (strncasecmp(at + 5, sign_in[i].data, n) != 0 ||
		    isxdigit((unsigned char)at[5 + n]))
			continue;
		*code = sign_in[i].code;
		*text = sign_in[i].text;
		return true;
	}
	return false;
}

static enum err_kind kind_of(int code)
{
	switch (code) {
	case LDAP_SERVER_DOWN:
	case LDAP_TIMEOUT:
	case LDAP_CONNECT_ERROR:
	case LDAP_UNAVAILABLE:
		return ERR_NETWORK;
	case LDAP_INVALID_CREDENTIALS:
	case LDAP_STRONG_AUTH_REQUIRED:
	case LDAP_CONFIDENTIALITY_REQUIRED:
	case LDAP_INAPPROPRIATE_AUTH:
	case LDAP_AUTH_METHOD_NOT_SUPPORTED:
	case LDAP_OPERATIONS_ERROR: /* Active Directory: nobody signed in */
		return ERR_AUTH;
	case LDAP_INSUFFICIENT_ACCESS:
		return ERR_DENIED;
	case LDAP_NO_SUCH_OBJECT:
		return ERR_NOT_FOUND;
	case LDAP_BUSY:
	case LDAP_ADMINLIMIT_EXCEEDED:
	case LDAP_TIMELIMIT_EXCEEDED:
		return ERR_SERVER;
	case LDAP_CONSTRAINT_VIOLATION:
	case LDAP_INVALID_DN_SYNTAX:
		return ERR_INPUT;
	case LDAP_REFERRAL:
	case LDAP_UNWILLING_TO_PERFORM:
		return ERR_UNSUPPORTED;
	default:
		return ERR_PROTOCOL;
	}
}

void directory_set_code(struct err *err, const char *code)
{
	if (err && code && strlen(code) < sizeof(err->code))
		memcpy(err->code, code, strlen(code) + 1);
}

bool directory_error(struct directory *d, int code, const char *diagnostic,
		     struct err *err)
{
	const char *known = NULL, *text = NULL;
	char *clean CLEANUP(mem_free_ptr) =
		utf8_clean_line(str_or_empty(diagnostic), false);

	if (code == LDAP_INVALID_CREDENTIALS &&
	    !directory_explain(diagnostic, &known, &text)) {
		known = "wrong-password";
		text = "user name or password is wrong";
	}
	if (code == LDAP_STRONG_AUTH_REQUIRED) {
		known = "strong-auth";
		text = "it wants an encrypted or signed connection";
	}
	if (code == LDAP_REFERRAL)
		text = "it points to another server, which is not asked on "
		       "its word";
	if (!text)
		text = *clean ? clean : ldap_err2string(code);
	err_set(err, kind_of(code), "directory server %s: %s", d->host, text);
	directory_set_code(err, known);
	if (err)
		err->number = code;
	return false;
}

/* --- waiting
 * -------------------------------------------------------------------- */

bool directory_wait(struct directory *d, int id, bool all,
		    struct ldapmsg **result, struct err *err)
{
	int64_t end = clock_mono_ms() + d->timeout_ms;
	LDAPMessage *m = NULL;

	for (;;) {
		int64_t left = end - clock_mono_ms();
		int64_t slice = left < SLICE_MS ? left : SLICE_MS;
		struct timeval tv = {.tv_usec = (slice > 0 ? slice : 0) * 1000};
		int got =
			ldap_result(d->ld, id, all ? LDAP_MSG_ALL : 0, &tv, &m);
		int code = 0;

		if (got > 0)
			break;
		if (got < 0) {
			ldap_get_option(d->ld, LDAP_OPT_RESULT_CODE, &code);
			return directory_error(
				d, code ? code : LDAP_SERVER_DOWN, NULL, err);
		}
		if (d->cancel && chan_flag_is_up(d->cancel)) {
			ldap_abandon_ext(d->ld, id, NULL, NULL);
			return err_set(err, ERR_CANCELLED, "cancelled");
		}
		if (left <= 0) {
			ldap_abandon_ext(d->ld, id, NULL, NULL);
			return err_set(err, ERR_NETWORK,
				       "the directory server %s did not answer "
				       "within %d s",
				       d->host, (int)(d->timeout_ms / 1000));
		}
	}
	*result = (struct ldapmsg *)m;
	return true;
}

/* --- entries
 * -------------------------------------------------------------------- */

struct directory_entry {
	LDAP *ld;
	LDAPMessage *m;
	char *dn;
};

const char *entry_dn(const struct directory_entry *e)
{
	return str_or_empty(e->dn);
}

static char *text_of(const struct berval *v)
{
	char *bytes CLEANUP(mem_free_ptr) = NULL;
	char *text;

	if (v->bv_len > VALUE_MAX)
		return NULL;
	bytes = xstrndup(v->bv_val, v->bv_len);
	text = utf8_make_valid(bytes, strlen(bytes));
	for (char *c = text; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = ' ';
	return text;
}

char *entry_text(const struct directory_entry *e, const char *attribute)
{
	struct berval **v = ldap_get_values_len(e->ld, e->m, attribute);
	char *text = v && v[0] ? text_of(v[0]) : NULL;

	ldap_value_free_len(v);
	if (text && !*text) {
		free(text);
		text = NULL;
	}
	return text;
}

int64_t entry_number(const struct directory_entry *e, const char *attribute,
		     int64_t otherwise)
{
	char *text CLEANUP(mem_free_ptr) = entry_text(e, attribute);
	char *end = NULL;
	long long value;

	if (!text)
		return otherwise;
	errno = 0;
	value = strtoll(text, &end, 10);
	return end == text || errno ? otherwise : value;
}

bool entry_is_true(const struct directory_entry *e, const char *attribute)
{
	char *text CLEANUP(mem_free_ptr) = entry_text(e, attribute);

	return str_eq_nocase(text, "TRUE");
}

bool entry_bytes(const struct directory_entry *e, const char *attribute,
		 struct bytes *out)
{
	struct berval **v = ldap_get_values_len(e->ld, e->m, attribute);
	bool found = v && v[0] && v[0]->bv_len;

	if (found)
		bytes_set(out, v[0]->bv_val, v[0]->bv_len);
	ldap_value_free_len(v);
	return found;
}

static void add_values(const struct directory_entry *e, const char *attribute,
		       struct strv *out)
{
	struct berval **v = ldap_get_values_len(e->ld, e->m, attribute);

	for (size_t i = 0; v && v[i]; i++) {
		char *text = text_of(v[i]);

		if (text)
			strv_give(out, text);
	}
	ldap_value_free_len(v);
}

/* "member;range=0-1499": more follow from 1500; "-*" ends. */
static bool next_of_range(const char *name, const char *attribute,
			  int64_t *next)
{
	size_t n = strlen(attribute);
	const char *dash;

	if (strncasecmp(name, attribute, n) != 0 ||
	    strncasecmp(name + n, ";range=", 7) != 0)
		return false;
	dash = strchr(name + n + 7, '-');
	*next = dash && isdigit((unsigned char)dash[1])
			? strtoll(dash + 1, NULL, 10) + 1
			: 0;
	return true;
}

void entry_values(const struct directory_entry *e, const char *attribute,
		  struct strv *out, int64_t *next)
{
	BerElement *ber = NULL;
	char *name = ldap_first_attribute(e->ld, e->m, &ber);

	*next = 0;
	while (name) {
		if (str_eq_nocase(name, attribute) ||
		    next_of_range(name, attribute, next))
			add_values(e, name, out);
		ldap_memfree(name);
		name = ldap_next_attribute(e->ld, e->m, ber);
	}
	ber_free(ber, 0);
}

/* --- searching
 * ------------------------------------------------------------------ */

struct search {
	struct directory *d;
	const struct directory_query *q;
	bool (*fn)(void *ctx, const struct directory_entry *e);
	void *ctx;
	struct berval cookie;
	int count;
	bool stopped;
};

static int start(struct search *s, int *id)
{
	static char none[] = LDAP_NO_ATTRS;
	char *nothing[] = {none, NULL};
	static const int scopes[] = {LDAP_SCOPE_BASE, LDAP_SCOPE_ONELEVEL,
				     LDAP_SCOPE_SUBTREE};
	const struct directory_query *q = s->q;
	struct timeval tv = {.tv_sec = (s->d->timeout_ms + 999) / 1000};
	LDAPControl *page = NULL, *controls[2] = {NULL, NULL};
	int code = LDAP_SUCCESS;

	if (q->page) {
		code = ldap_create_page_control(s->d->ld, q->page, &s->cookie,
						0, &page);
		controls[0] = page;
	}
	if (code == LDAP_SUCCESS)
		code = ldap_search_ext(
			s->d->ld, q->base ? q->base : directory_base(s->d),
			scopes[q->scope], q->filter,
			q->attributes ? (char **)(uintptr_t)q->attributes
				      : nothing,
			0, controls, NULL, &tv,
			q->page ? LDAP_NO_LIMIT : q->limit, id);
	ldap_control_free(page);
	return code;
}

/* The entries of one message go to fn. */
static void take_entry(struct search *s, LDAPMessage *m)
{
	struct directory_entry e = {.ld = s->d->ld, .m = m};

	if (ldap_msgtype(m) != LDAP_RES_SEARCH_ENTRY || s->stopped)
		return; /* a referral is not followed */
	e.dn = ldap_get_dn(s->d->ld, m);
	s->count++;
	if (!s->fn(s->ctx, &e) || (s->q->limit && s->count >= s->q->limit))
		s->stopped = true;
	ldap_memfree(e.dn);
}

/* The message that ends a page; *more: another page or entries exist. */
static bool end_page(struct search *s, LDAPMessage *m, bool *more,
		     struct err *err)
{
	LDAPControl **controls = NULL, *page;
	char *text = NULL;
	int code = 0;
	ber_int_t estimate;

	*more = false;
	ber_memfree(s->cookie.bv_val);
	s->cookie = (struct berval){0};
	if (ldap_parse_result(s->d->ld, m, &code, NULL, &text, NULL, &controls,
			      0) != LDAP_SUCCESS)
		code = LDAP_DECODING_ERROR;
	page = ldap_control_find(LDAP_CONTROL_PAGEDRESULTS, controls, NULL);
	if (page && ldap_parse_pageresponse_control(s->d->ld, page, &estimate,
						    &s->cookie) == LDAP_SUCCESS)
		*more = s->cookie.bv_len > 0;
	ldap_controls_free(controls);
	if (code == LDAP_SIZELIMIT_EXCEEDED) {
		*more = true;
		s->stopped = true;
	} else if (code != LDAP_SUCCESS &&
		   !(code == LDAP_REFERRAL && s->count)) {
		directory_error(s->d, code, text, err);
		ldap_memfree(text);
		return false;
	}
	ldap_memfree(text);
	return true;
}

static bool run_page(struct search *s, bool *more, struct err *err)
{
	int id = 0, code = start(s, &id);
	struct ldapmsg *m = NULL;

	*more = false;
	if (code != LDAP_SUCCESS)
		return directory_error(s->d, code, NULL, err);
	for (;;) {
		bool ok = true, last;

		if (!directory_wait(s->d, id, false, &m, err))
			return false;
		last = ldap_msgtype((LDAPMessage *)m) == LDAP_RES_SEARCH_RESULT;
		if (last)
			ok = end_page(s, (LDAPMessage *)m, more, err);
		else
			take_entry(s, (LDAPMessage *)m);
		ldap_msgfree((LDAPMessage *)m);
		if (last)
			return ok;
		if (s->stopped) {
			ldap_abandon_ext(s->d->ld, id, NULL, NULL);
			*more = true;
			return true;
		}
	}
}

bool directory_search(struct directory *d, const struct directory_query *q,
		      bool (*fn)(void *ctx, const struct directory_entry *e),
		      void *ctx, bool *more, struct err *err)
{
	struct search s = {.d = d, .q = q, .fn = fn, .ctx = ctx};
	bool ok, left;

	do
		ok = run_page(&s, &left, err);
	while (ok && left && !s.stopped && s.cookie.bv_len);
	ber_memfree(s.cookie.bv_val);
	if (ok && more)
		*more = left;
	return ok;
}

/* --- rootDSE
 * ---------------------------------------------------------------------- */

static void take(char **to, char *owned)
{
	if (owned)
		mem_replace(to, owned);
}

static bool root_entry(void *ctx, const struct directory_entry *e)
{
	struct directory *d = ctx;

	take(&d->domain, entry_text(e, "defaultNamingContext"));
	take(&d->configuration, entry_text(e, "configurationNamingContext"));
	take(&d->server, entry_text(e, "dnsHostName"));
	d->usn = entry_number(e, "highestCommittedUSN", 0);
	return true;
}

bool directory_is_catalog(const struct directory *d)
{
	return d->port == 3268 || d->port == 3269;
}

bool directory_read_root(struct directory *d, struct err *err)
{
	static const char *const attributes[] = {
		"defaultNamingContext", "configurationNamingContext",
		"dnsHostName", "highestCommittedUSN", NULL};
	struct directory_query q = {.base = "",
				    .scope = SCOPE_OBJECT,
				    .filter = "(objectClass=*)",
				    .attributes = attributes};

	if (!directory_search(d, &q, root_entry, d, NULL, err))
		return false;
	mem_replace(&d->base,
		    xstrdup(directory_is_catalog(d) ? "" : d->domain));
	return true;
}

const char *directory_base(const struct directory *d)
{
	return d->base;
}

const char *directory_domain(const struct directory *d)
{
	return d->domain;
}

const char *directory_configuration(const struct directory *d)
{
	return d->configuration;
}

const char *directory_server(const struct directory *d)
{
	return d->server;
}

int64_t directory_usn(const struct directory *d)
{
	return d->usn;
}
