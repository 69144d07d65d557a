/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/storage.h"

#include <inttypes.h>
#include <stdio.h>

void storage_init(struct storage *s)
{
	*s = (struct storage){STORAGE_UNKNOWN,
			      STORAGE_UNKNOWN,
			      STORAGE_UNKNOWN,
			      STORAGE_UNKNOWN,
			      STORAGE_UNKNOWN,
			      STORAGE_UNKNOWN,
			      NULL};
}

void storage_release(struct storage *s)
{
	free(s->origin);
	storage_init(s);
}

int64_t storage_limit_of_kb(int64_t kb)
{
	/* 2 TB and more is how some servers write "none". */
	return kb <= 0 || kb >= INT32_MAX ? STORAGE_NO_LIMIT : kb * 1024;
}

bool storage_has_limits(const struct storage *s)
{
	return s->warn > 0 || s->no_send > 0 || s->no_receive > 0;
}

int64_t storage_measure(const struct storage *s)
{
	return s->no_receive > 0 ? s->no_receive
	       : s->no_send > 0	 ? s->no_send
	       : s->warn > 0	 ? s->warn
				 : STORAGE_UNKNOWN;
}

enum storage_level storage_level(const struct storage *s)
{
	int64_t first = s->warn > 0	    ? s->warn
			: s->no_send > 0    ? s->no_send
			: s->no_receive > 0 ? s->no_receive
					    : 0;

	if (s->used < 0)
		return STORAGE_FREE;
	if (s->no_receive > 0 && s->used >= s->no_receive)
		return STORAGE_FULL;
	if (s->no_send > 0 && s->used >= s->no_send)
		return STORAGE_NO_SEND;
	if (s->warn > 0 && s->used >= s->warn)
		return STORAGE_WARNED;
	return first && s->used >= first / 10 * 9 ? STORAGE_NEAR : STORAGE_FREE;
}

const char *storage_level_name(enum storage_level l)
{
	static const char *const names[] = {"free", "near", "warned",
					    "no-sending", "full"};

	return names[l];
}

bool storage_add_warning(struct str *b, const struct storage *s)
{
	static const char *const texts[] = {
		NULL, "The mailbox is nearly at its limit",
		"The mailbox is over its warning limit",
		"The mailbox is over its limit: the server refuses to send",
		"The mailbox is full: nothing is sent and nothing comes in"};
	const char *text = texts[storage_level(s)];

	if (text)
		str_add(b, text);
	return text != NULL;
}

/* --- keeping ---------------------------------------------------------------- */

static int64_t *number_at(struct storage *s, int i)
{
	int64_t *all[] = {&s->used,    &s->recoverable, &s->warn,
			  &s->no_send, &s->no_receive,	&s->largest};

	return all[i];
}

char *storage_pack(const struct storage *s)
{
	struct str b = STR_INIT;

	for (int i = 0; i < 6; i++)
		str_addf(&b, "%" PRId64 " ",
			 *number_at((struct storage *)(uintptr_t)s, i));
	str_add(&b, s->origin);
	return str_take(&b);
}

bool storage_unpack(struct storage *out, const char *text)
{
	struct storage s;
	const char *p = str_or_empty(text);
	char *end;

	storage_init(&s);
	for (int i = 0; i < 6; i++) {
		*number_at(&s, i) = strtoll(p, &end, 10);
		if (end == p || *end != ' ')
			return false;
		p = end + 1;
	}
	s.origin = *p ? xstrdup(p) : NULL;
	*out = s;
	return true;
}
