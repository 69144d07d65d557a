/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The way back of what was changed in the rights of others, as lines of fields
 * with tabs between: "folder", "entry" (of the folder before it), "delegate",
 * "delivery", "no-behalf".
 */
#include "model/sharing.h"

#include <stdlib.h>

/* --- noting ------------------------------------------------------------------ */

void sharing_note_back(struct sharing_back *b, const struct permission_set *set,
		       const struct permission_edit *e)
{
	struct permission_edit *back = vec_new(&b->edits);

	for (size_t i = 0; i < set->n; i++)
		if (permission_same(&set->v[i], &e->entry)) {
			permission_copy(&back->entry, &set->v[i]);
			return;
		}
	permission_copy(&back->entry, &e->entry);
	back->remove = true;
}

bool sharing_note_delegate(struct sharing *s, const struct delegate_list *was,
			   const struct delegate_change *c)
{
	const struct delegate *old =
		delegate_find(was, str_or_empty(c->who.address));
	struct delegate_change *back = vec_new(&s->back_changes);
	bool whole = true;

	if (!old) {
		back->wish = DELEGATE_REMOVE;
		delegate_copy(&back->who, &c->who);
		return true;
	}
	back->wish = c->wish == DELEGATE_REMOVE ? DELEGATE_ADD : DELEGATE_SET;
	delegate_copy(&back->who, old);
	/* Rights of one's own making are told, but cannot be set by these
	 * means: where the change left them alone, so does the way back. */
	for (int f = 0; f < DELEGATE_FOLDER_COUNT; f++)
		if (old->levels[f] == LEVEL_CUSTOM) {
			whole = whole && c->wish != DELEGATE_REMOVE &&
				c->who.levels[f] >= LEVEL_CUSTOM;
			back->who.levels[f] = LEVEL_COUNT;
		}
	return whole;
}

/* --- as text ----------------------------------------------------------------- */

/* A field: what would end it becomes a blank. */
static void add(struct str *b, const char *text)
{
	str_add_char(b, '\t');
	for (const char *p = str_or_empty(text); *p; p++)
		str_add_char(b, *p == '\t' || *p == '\n' ? ' ' : *p);
}

static void pack_entry(struct str *b, const struct permission_edit *e)
{
	str_addf(b, "entry\t%d\t%u\t%d\t%d", (int)e->entry.who, e->entry.rights,
		 e->remove, e->entry.is_group);
	add(b, e->entry.address);
	add(b, e->entry.name);
	add(b, e->entry.sid);
	add(b, e->entry.external);
	str_add_char(b, '\n');
}

static void pack_delegate(struct str *b, const struct delegate_change *c)
{
	str_addf(b, "delegate\t%d\t%d\t%d", (int)c->wish, c->who.sees_private,
		 c->who.gets_copies);
	for (int f = 0; f < DELEGATE_FOLDER_COUNT; f++)
		str_addf(b, "\t%d", (int)c->who.levels[f]);
	add(b, c->who.address);
	add(b, c->who.name);
	add(b, c->who.sid);
	str_add_char(b, '\n');
}

char *sharing_pack_back(const struct sharing *s)
{
	struct str b = STR_INIT;

	for (size_t i = 0; i < s->back.n; i++) {
		str_add(&b, "folder");
		add(&b, s->back.v[i].remote);
		add(&b, s->back.v[i].title);
		str_add_char(&b, '\n');
		for (size_t k = 0; k < s->back.v[i].edits.n; k++)
			pack_entry(&b, &s->back.v[i].edits.v[k]);
	}
	for (size_t i = 0; i < s->back_changes.n; i++)
		pack_delegate(&b, &s->back_changes.v[i]);
	if (s->back_changes.delivery != DELIVER_UNKNOWN)
		str_addf(&b, "delivery\t%d\n", (int)s->back_changes.delivery);
	if (b.len && s->back_changes.no_behalf)
		str_add(&b, "no-behalf\n");
	return b.len ? str_take(&b) : NULL;
}

static char *text_of(const struct strv *f, size_t i)
{
	return i < f->n && *f->v[i] ? xstrdup(f->v[i]) : NULL;
}

static long number_of(const struct strv *f, size_t i)
{
	return i < f->n ? strtol(f->v[i], NULL, 10) : 0;
}

static bool read_entry(struct sharing *s, const struct strv *f)
{
	struct permission_edit *e;

	if (!s->back.n || f->n < 9)
		return false;
	e = vec_new(&s->back.v[s->back.n - 1].edits);
	e->entry.who = (enum permission_who)number_of(f, 1);
	e->entry.rights = (unsigned)number_of(f, 2);
	e->remove = number_of(f, 3);
	e->entry.is_group = number_of(f, 4);
	e->entry.address = text_of(f, 5);
	e->entry.name = text_of(f, 6);
	e->entry.sid = text_of(f, 7);
	e->entry.external = text_of(f, 8);
	return e->entry.who <= PERMISSION_ANONYMOUS;
}

static bool read_delegate(struct sharing *s, const struct strv *f)
{
	struct delegate_change *c;

	if (f->n < 7 + DELEGATE_FOLDER_COUNT)
		return false;
	c = vec_new(&s->changes);
	delegate_init(&c->who);
	c->wish = (enum delegate_wish)number_of(f, 1);
	c->who.sees_private = number_of(f, 2);
	c->who.gets_copies = number_of(f, 3);
	for (size_t k = 0; k < DELEGATE_FOLDER_COUNT; k++)
		c->who.levels[k] = (enum permission_level)number_of(f, 4 + k);
	c->who.address = text_of(f, 4 + DELEGATE_FOLDER_COUNT);
	c->who.name = text_of(f, 5 + DELEGATE_FOLDER_COUNT);
	c->who.sid = text_of(f, 6 + DELEGATE_FOLDER_COUNT);
	return c->wish <= DELEGATE_REMOVE && c->who.address;
}

static bool read_line(struct sharing *s, const struct strv *f)
{
	if (str_eq(f->v[0], "folder")) {
		struct sharing_back *b = vec_new(&s->back);

		b->remote = text_of(f, 1);
		b->title = text_of(f, 2);
		return b->remote;
	}
	if (str_eq(f->v[0], "entry"))
		return read_entry(s, f);
	s->of_mailbox = true;
	if (str_eq(f->v[0], "delegate"))
		return read_delegate(s, f);
	if (str_eq(f->v[0], "delivery"))
		s->changes.delivery = (enum delegate_delivery)number_of(f, 1);
	else if (str_eq(f->v[0], "no-behalf"))
		s->changes.no_behalf = true;
	else
		return false;
	return s->changes.delivery <= DELIVER_UNKNOWN;
}

/* strv_split leaves empty fields out; here they count. */
static void split(struct strv *out, const char *line, size_t len)
{
	size_t at = 0;

	while (at <= len) {
		size_t n = 0;

		while (at + n < len && line[at + n] != '\t')
			n++;
		strv_give(out, xstrndup(line + at, n));
		at += n + 1;
	}
}

struct sharing *sharing_unpack_back(const char *text)
{
	struct sharing *s = sharing_new();
	bool ok = *text;

	s->undo = true;
	while (ok && *text) {
		size_t len = 0;
		struct strv f CLEANUP(strv_release);

		while (text[len] && text[len] != '\n')
			len++;
		strv_init(&f);
		split(&f, text, len);
		ok = read_line(s, &f);
		text += len + (text[len] == '\n');
	}
	if (ok)
		return s;
	sharing_free(s);
	return NULL;
}
