/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/errors.h"

#include <stdio.h>
#include <string.h>

#define BACKOFF_DEFAULT_MS 60000
#define BACKOFF_MAX_MS (15 * 60 * 1000)

static const struct code {
	const char *name;
	enum err_kind kind;
	enum ews_rule rule;
	const char *text;
} codes[] = {
#define CODE(name, kind, rule, text)                                           \
	{"Error" #name, ERR_##kind, RULE_##rule, text},
#include "proto/ews/errors.def"
#undef CODE
};

static const struct code *find_code(const char *name)
{
	for (size_t i = 0; name && i < ARRAY_LEN(codes); i++)
		if (strcmp(codes[i].name, name) == 0)
			return &codes[i];
	return NULL;
}

enum ews_rule ews_rule_of(const char *code)
{
	const struct code *c = find_code(code);

	return c ? c->rule : RULE_FINAL;
}

/* Older servers tell the pause in words only: "Suggested backoff time 5000
 * ms" (dossier 6). */
static int64_t backoff_in_text(const char *text)
{
	const char *p = text ? strstr(text, "backoff time") : NULL;

	return p ? strtoll(p + strlen("backoff time"), NULL, 10) : -1;
}

enum ews_rule ews_code_error(struct err *err, const char *code,
			     const char *inner, const char *text,
			     int64_t backoff_ms)
{
	const struct code *c = find_code(inner);

	if (!c)
		c = find_code(code);
	if (c)
		err_set(err, c->kind, "%s", c->text);
	else
		err_set(err, code ? ERR_PROTOCOL : ERR_SERVER,
			"the server answers %s%s%.200s",
			code ? code : "with an error", text ? ": " : "",
			str_or_empty(text));
	if (err)
		snprintf(err->code, sizeof(err->code), "%s",
			 c ? c->name : str_or_empty(code));
	if (c && c->rule == RULE_BUSY) {
		if (backoff_ms <= 0)
			backoff_ms = backoff_in_text(text);
		if (backoff_ms <= 0)
			backoff_ms = BACKOFF_DEFAULT_MS;
		if (err)
			err->retry_after_ms = backoff_ms > BACKOFF_MAX_MS
						      ? BACKOFF_MAX_MS
						      : backoff_ms;
	}
	return c ? c->rule : RULE_FINAL;
}

enum ews_rule ews_message_error(const struct ews_message *m, struct err *err)
{
	if (m->class == EWS_SUCCESS)
		return RULE_NONE;
	/* A warning comes with its payload, but for the batch that stopped. */
	if (m->class == EWS_WARNING && ews_rule_of(m->code) != RULE_STOPPED)
		return RULE_NONE;
	return ews_code_error(err, m->code, m->inner, m->text, m->backoff_ms);
}

/* Servers of another make blame themselves for what they lack (4.1). */
static bool says_it_lacks(const char *text)
{
	static const char *const words[] = {
		"unknown request", "unknown operation", "unknown method",
		"not implemented", "not supported",	"unsupported"};

	for (size_t i = 0; text && i < ARRAY_LEN(words); i++)
		if (strcasestr(text, words[i]))
			return true;
	return false;
}

enum ews_rule ews_fault_error(const struct ews_head *h, struct err *err)
{
	enum ews_rule rule = ews_code_error(err, h->fault_code, h->fault_inner,
					    h->fault_text, h->backoff_ms);

	/* Without a code of its own: an operation the server lacks (4.1). */
	if (err && !h->fault_code &&
	    (h->is_client_fault || says_it_lacks(h->fault_text)))
		err->kind = ERR_UNSUPPORTED;
	return rule;
}
