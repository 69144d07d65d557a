/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The tokenizer of the full-text index. unicode61 makes one token of a whole
 * run of Han, kana or Hangul, so that a word inside cannot be found. Here each
 * such character is a token, and a word of them is a phrase: any part of a run
 * is found. Pairs of characters would make for shorter lists a token but cost
 * a quarter more index (measured), and could not find a single character.
 */
#include "store/db.h"

#include <sqlite3.h>
#include <string.h>

#include "base/utf8.h"

#define TOKEN_MAX 48 /* longer ones are machine noise: keep their heads */

struct tokenizer {
	fts5_tokenizer latin;
	Fts5Tokenizer *latin_instance;
};

/* One call of xTokenize. */
struct pass {
	void *ctx;
	int (*emit)(void *ctx, int flags, const char *token, int len, int start,
		    int end);
	int offset; /* of the piece that unicode61 sees */
};

static bool is_cjk(uint32_t r)
{
	return (r >= 0x3040 && r <= 0x30ff && r != 0x30a0 && r != 0x30fb) ||
	       r == 0x3005 || r == 0x3007 || (r >= 0x31f0 && r <= 0x31ff) ||
	       (r >= 0x3400 && r <= 0x4dbf) || (r >= 0x4e00 && r <= 0x9fff) ||
	       (r >= 0xac00 && r <= 0xd7a3) || (r >= 0xf900 && r <= 0xfaff) ||
	       (r >= 0xff66 && r <= 0xff9f) || (r >= 0x20000 && r <= 0x3ffff);
}

static int emit_latin(void *ctx, int flags, const char *token, int len,
		      int start, int end)
{
	struct pass *p = ctx;

	return p->emit(p->ctx, flags, token, len > TOKEN_MAX ? TOKEN_MAX : len,
		       start + p->offset, end + p->offset);
}

/* Bytes of CJK characters at s. */
static int cjk_len(const char *s, int len)
{
	int n = 0;

	while (n < len && (unsigned char)s[n] >= 0xe3) {
		uint32_t rune;
		int used = (int)utf8_decode(s + n, (size_t)(len - n), &rune);

		if (!is_cjk(rune))
			break;
		n += used;
	}
	return n;
}

/* Bytes of s before the first CJK character. */
static int other_len(const char *s, int len)
{
	int n = 0;

	while (n < len) {
		/* U+3005 is the lowest: its first byte is E3. */
		if ((unsigned char)s[n] >= 0xe3 && cjk_len(s + n, len - n))
			break;
		n++;
	}
	return n;
}

/* One token a character. */
static int emit_runes(struct pass *p, const char *s, int len, int offset)
{
	int at = 0;

	while (at < len) {
		uint32_t rune;
		int n = (int)utf8_decode(s + at, (size_t)(len - at), &rune);
		int rc = p->emit(p->ctx, 0, s + at, n, offset + at,
				 offset + at + n);

		if (rc != SQLITE_OK)
			return rc;
		at += n;
	}
	return SQLITE_OK;
}

static int tokenize(Fts5Tokenizer *instance, void *ctx, int flags,
		    const char *text, int len,
		    int (*emit)(void *, int, const char *, int, int, int))
{
	struct tokenizer *t = (struct tokenizer *)instance;
	struct pass p = {.ctx = ctx, .emit = emit};
	int at = 0;

	while (at < len) {
		int rc = SQLITE_OK;
		int n = other_len(text + at, len - at);

		if (n > 0) {
			p.offset = at;
			rc = t->latin.xTokenize(t->latin_instance, &p, flags,
						text + at, n, emit_latin);
			at += n;
		}
		if (rc == SQLITE_OK && at < len) {
			n = cjk_len(text + at, len - at);
			rc = emit_runes(&p, text + at, n, at);
			at += n;
		}
		if (rc != SQLITE_OK)
			return rc;
	}
	return SQLITE_OK;
}

static int create(void *ctx, const char **args, int n, Fts5Tokenizer **out)
{
	static const char *latin_args[] = {"remove_diacritics", "2"};
	fts5_api *api = ctx;
	struct tokenizer *t = xcalloc(1, sizeof(*t));
	void *latin_ctx;
	int rc;

	(void)args;
	(void)n;
	rc = api->xFindTokenizer(api, "unicode61", &latin_ctx, &t->latin);
	if (rc == SQLITE_OK)
		rc = t->latin.xCreate(latin_ctx, latin_args, 2,
				      &t->latin_instance);
	if (rc != SQLITE_OK) {
		free(t);
		return rc;
	}
	*out = (Fts5Tokenizer *)t;
	return SQLITE_OK;
}

static void destroy(Fts5Tokenizer *instance)
{
	struct tokenizer *t = (struct tokenizer *)instance;

	t->latin.xDelete(t->latin_instance);
	free(t);
}

static fts5_api *find_api(struct sqlite3 *h)
{
	fts5_api *api = NULL;
	sqlite3_stmt *st = NULL;

	if (sqlite3_prepare_v2(h, "SELECT fts5(?1)", -1, &st, NULL) ==
	    SQLITE_OK) {
		sqlite3_bind_pointer(st, 1, (void *)&api, "fts5_api_ptr", NULL);
		sqlite3_step(st);
	}
	sqlite3_finalize(st);
	return api;
}

bool db_fts_register(struct sqlite3 *h)
{
	fts5_tokenizer t = {create, destroy, tokenize};
	fts5_api *api = find_api(h);

	return api && api->xCreateTokenizer(api, "retinue", api, &t, NULL) ==
			      SQLITE_OK;
}
