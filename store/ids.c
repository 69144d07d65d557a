/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Server ids, stored short. They are opaque and long, but in a mailbox most
 * begin alike: the beginning is kept once in table prefix, and a stored id is
 * a rune from PREFIX_RUNE up, naming it, and the rest. An id is always stored
 * the same way, so that SQL can compare. Prefix 0 is empty: it marks an id
 * that begins like a mark.
 */
#include "store/rows.h"

#include "base/utf8.h"

#define PREFIX_RUNE 0x100
#define PREFIX_MAX 256 /* kinds of beginnings; ids of more are kept whole */

/* Where an id is cut: item ids differ in their last bytes, and so do the much
 * shorter change keys. 0: not worth it. */
static size_t cut_at(const char *id)
{
	size_t len = strlen(id);

	return len >= 80 ? len - 40 : len >= 24 ? len - 12 : 0;
}

/* Loads what another process has added since. */
static void load(struct store *s)
{
	struct sqlite3_stmt *st = db_query(
		s, "SELECT text FROM prefix WHERE id > :have ORDER BY id",
		ARGS(I(s->prefixes.n)));

	while (db_step(s, st, NULL) == DB_ROW)
		strv_add(&s->prefixes, db_col_text(st, 0));
}

/* 0: not known. */
static size_t find(struct store *s, const char *id, size_t len)
{
	for (size_t i = 0; i < s->prefixes.n; i++)
		if (strlen(s->prefixes.v[i]) == len &&
		    !memcmp(s->prefixes.v[i], id, len))
			return i + 1;
	return 0;
}

static size_t learn(struct store *s, const char *id, size_t len)
{
	char *text CLEANUP(mem_free_ptr) = xstrndup(id, len);

	if (s->prefixes.n >= PREFIX_MAX || s->depth == 0 ||
	    !db_run(s, NULL, "INSERT INTO prefix(id, text) VALUES(:id, :text)",
		    ARGS(I(s->prefixes.n + 1), T(text))))
		return 0;
	strv_add(&s->prefixes, text);
	return s->prefixes.n;
}

char *id_pack(struct store *s, const char *id)
{
	struct str b = STR_INIT;
	size_t len, n;

	if (!id)
		return NULL;
	if ((unsigned char)*id >= 0x80) {
		str_add_rune(&b, PREFIX_RUNE);
		str_add(&b, id);
		return str_take(&b);
	}
	len = cut_at(id);
	n = len ? find(s, id, len) : 0;
	if (len && !n) {
		load(s);
		n = find(s, id, len);
	}
	if (len && !n)
		n = learn(s, id, len);
	if (!n)
		return xstrdup(id);
	str_add_rune(&b, PREFIX_RUNE + (uint32_t)n);
	str_add(&b, id + len);
	return str_take(&b);
}

char *id_unpack(struct store *s, const char *stored)
{
	struct str b = STR_INIT;
	uint32_t rune;
	size_t used, n;

	if (!stored || (unsigned char)*stored < 0x80)
		return xstrdup(stored);
	used = utf8_decode(stored, strlen(stored), &rune);
	n = rune - PREFIX_RUNE;
	if (n > s->prefixes.n)
		load(s);
	if (n && n <= s->prefixes.n)
		str_add(&b, s->prefixes.v[n - 1]);
	str_add(&b, stored + used);
	return str_take(&b);
}

void id_forget(struct store *s)
{
	strv_release(&s->prefixes);
	strv_init(&s->prefixes);
}
