/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Making and changing contacts by PROPPATCH, which makes what is not there
 * (dossier 13, 15.1). A change sets only what was changed; it is a conflict
 * when the server has meanwhile got another value for just that.
 */
#include "base/clock.h"
#include "base/codec.h"
#include "base/uri.h"
#include "base/zone.h"
#include "proto/dav/contacts.h"
#include "proto/dav/query.h"

#include <string.h>

struct writing {
	struct backend *b;
	const struct op *op;
	const struct person *p;
	const char *path;
	struct str set, gone;
};

/* A recipient that is in no address list (Appendix C). */
static void add_one_off(struct str *b, const char *name, const char *addr)
{
	static const unsigned char head[] = {
		0,    0,    0,	  0,	0x81, 0x2b, 0x1f, 0xa4,
		0xbe, 0xa3, 0x10, 0x19, 0x9d, 0x6e, 0x00, 0xdd,
		0x01, 0x0f, 0x54, 0x02, 0,    0,    0x01, 0x90};
	const char *texts[] = {name, "SMTP", addr};

	str_add_mem(b, (const char *)head, sizeof(head));
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		/* UTF-16LE, of characters of one unit: others become "?". */
		for (const unsigned char *s = (const unsigned char *)texts[i];
		     *s;) {
			unsigned u = *s++;

			if (u >= 0xf0)
				u = '?';
			else if (u >= 0xe0 && s[0] && s[1])
				u = (u & 15) << 12 | (s[0] & 63u) << 6 |
				    (s[1] & 63u);
			else if (u >= 0xc0 && s[0])
				u = (u & 31) << 6 | (s[0] & 63u);
			while ((*s & 0xc0) == 0x80)
				s++;
			str_add_char(b, (char)(u & 0xff));
			str_add_char(b, (char)(u >> 8));
		}
		str_add_mem(b, "\0", 2);
	}
}

static void put(struct writing *w, enum dav_prop prop, const char *value)
{
	if (value && *value)
		prop_add_value(&w->set, prop, value);
	else
		prop_add_value(&w->gone, prop, NULL);
}

static void put_address(struct writing *w, int slot, const char *addr)
{
	const enum dav_prop *props = contact_addresses[slot];
	const char *name = person_title(w->p);
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str id CLEANUP(str_release) = STR_INIT;

	put(w, props[0], addr);
	put(w, props[2], addr && *addr ? "SMTP" : NULL);
	put(w, props[3], addr && *addr ? name : NULL);
	if (addr && *addr) {
		add_one_off(&raw, name, addr);
		codec_base64_add(&id, raw.s, raw.len);
	}
	put(w, props[4], id.len ? id.s : NULL);
}

/* Which of the three slots are used, as the store wants it told. */
static void put_slots(struct writing *w)
{
	const char *addresses[] = {w->p->addr, w->p->addr2, w->p->addr3};
	struct str list CLEANUP(str_release) = STR_INIT;
	int mask = 0;

	for (int i = 0; i < 3; i++) {
		if (!addresses[i] || !*addresses[i])
			continue;
		mask |= 1 << i;
		str_addf(&list, "%s%d", list.len ? "\n" : "", i);
	}
	prop_add_number(&w->set, PROP_EMAIL_TYPES, mask);
	put(w, PROP_EMAIL_LIST, list.len ? list.s : NULL);
}

static void put_day(struct writing *w, enum dav_prop prop, const char *day)
{
	struct zone *z = zone_load_local();
	struct str iso CLEANUP(str_release) = STR_INIT;
	char *text CLEANUP(mem_free_ptr) =
		xasprintf("%.10sT00:00:00Z", str_or_empty(day));
	int64_t wall;

	if (day && *day && clock_parse_iso(text, &wall))
		clock_add_iso(&iso, zone_instant(z, wall));
	put(w, prop, iso.len ? iso.s : NULL);
	zone_free(z);
}

static void put_field(struct writing *w, enum person_field f)
{
	enum dav_prop prop = contact_prop(f);
	const char *value = person_get(w->p, f);

	switch ((int)f) {
	case PERSON_addr:
		put_address(w, 0, value);
		return;
	case PERSON_addr2:
		put_address(w, 1, value);
		return;
	case PERSON_addr3:
		put_address(w, 2, value);
		return;
	case PERSON_notes:
		put(w, PROP_TEXTDESCRIPTION, value);
		return;
	case PERSON_birthday:
		put_day(w, prop, value);
		return;
	default:
		if (prop < PROP_COUNT)
			put(w, prop, value);
	}
}

static bool patch(struct writing *w, const char *guard, struct err *err)
{
	int refused = 0;

	if (!query_proppatch(w->b, w->op, w->path, guard, w->set.s,
			     w->gone.len ? w->gone.s : NULL, &refused, err))
		return false;
	return !refused || dav_status_error(refused, PLACE_PUT, err);
}

/* --- lists ---------------------------------------------------------------------- */

static bool post(struct writing *w, const char *body, struct err *err)
{
	struct dav_call c = {.method = "POST",
			     .path = w->path,
			     .body = body,
			     .len = strlen(body),
			     .type = "application/x-www-UTF8-encoded",
			     .changes = true};
	struct err e = ERR_INIT;

	/* "302 means done" (15.2). */
	return dav_simple(w->b, w->op, &c, &e) || e.number == 302 ||
	       err_set(err, e.kind, "%s", e.text);
}

static char *bare(const char *member)
{
	const char *at = strrchr(member, '<');

	return at ? xstrndup(at + 1, strcspn(at + 1, ">")) : xstrdup(member);
}

static bool is_wanted(const struct person *p, const char *addr)
{
	for (size_t i = 0; i < p->members.n; i++) {
		char *own CLEANUP(mem_free_ptr) = bare(p->members.v[i]);

		if (str_eq_nocase(own, addr))
			return true;
	}
	return false;
}

static bool has_member(const struct contact_members *l, const char *addr)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq_nocase(l->v[i].addr, addr))
			return true;
	return false;
}

/* One request a member, and only where something differs. */
static bool put_members(struct writing *w, struct err *err)
{
	struct contact_members now = {0};
	bool ok = contact_read_members(w->b, w->op, w->path, &now, err);

	for (size_t i = 0; ok && i < now.n; i++) {
		char *body CLEANUP(mem_free_ptr) = NULL;

		if (is_wanted(w->p, now.v[i].addr))
			continue;
		body = xasprintf("Cmd=deletemember\r\nmsgclass=IPM.DistList\r\n"
				 "memberid=%s\r\n",
				 str_or_empty(now.v[i].id));
		ok = post(w, body, err);
	}
	for (size_t i = 0; ok && i < w->p->members.n; i++) {
		char *addr CLEANUP(mem_free_ptr) = bare(w->p->members.v[i]);
		char *body CLEANUP(mem_free_ptr) = NULL;

		if (has_member(&now, addr))
			continue;
		body = xasprintf("Cmd=addmember\r\nmsgclass=IPM.DistList\r\n"
				 "member=%s\r\n",
				 addr);
		ok = post(w, body, err);
	}
	contact_members_release(&now);
	return ok;
}

/* --- making ---------------------------------------------------------------------- */

static bool is_there(struct writing *w, bool *there, struct err *err)
{
	char *id = NULL, *key = NULL;
	bool ok = item_ask_id(w->b, w->op, w->path, &id, &key, err);

	*there = id != NULL;
	free(id);
	free(key);
	return ok;
}

static bool make(struct writing *w, struct err *err)
{
	bool list = w->p->kind == PERSON_LIST, there = false;
	struct err e = ERR_INIT;

	prop_add_value(&w->set, PROP_MESSAGECLASS,
		       list ? "IPM.DistList" : "IPM.Contact");
	prop_add_value(&w->set, PROP_CONTENTCLASS,
		       list ? "urn:content-classes:group"
			    : "urn:content-classes:person");
	put(w, PROP_SUBJECT, person_title(w->p));
	prop_add_number(&w->set, PROP_SIDE_EFFECTS, 16);
	prop_add_number(&w->set, PROP_ICON, 512);
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (*str_or_empty(person_get(w->p, (enum person_field)f)))
			put_field(w, (enum person_field)f);
	put_slots(w);
	if (w->p->categories)
		prop_add_value(&w->set, PROP_KEYWORDS, w->p->categories);
	/* Nothing to take away of what is not there. */
	str_clear(&w->gone);
	if (!patch(w, "If-None-Match: *", &e)) {
		/* Its name is made of what it says: a try whose answer was
		 * lost. */
		if (e.number != 412 || !is_there(w, &there, err) || !there)
			return err_set(err, e.kind, "%s", e.text);
	}
	return !list || put_members(w, err);
}

/* --- changing -------------------------------------------------------------------- */

static bool take_now(void *ctx, struct dav_row *r, struct err *err)
{
	struct person *now = ctx;

	(void)err;
	if (dav_row_status(r) < 300) {
		contact_read(r, now);
		mem_replace(&now->key, xstrdup("there"));
	}
	return true;
}

static bool same(const char *a, const char *b)
{
	return strcmp(str_or_empty(a), str_or_empty(b)) == 0;
}

/* What differs between what the server had and what is wanted. *n: how much. */
static bool put_changes(struct writing *w, const struct person *was,
			const struct person *now, size_t *n, struct err *err)
{
	bool slots = false;

	*n = 0;
	for (int f = 0; f < PERSON_FIELDS; f++) {
		const char *before = person_get(was, (enum person_field)f);
		const char *after = person_get(w->p, (enum person_field)f);
		const char *there = person_get(now, (enum person_field)f);

		if (same(before, after) || same(there, after))
			continue;
		if (!same(there, before))
			return err_set(err, ERR_CONFLICT,
				       "%s was changed elsewhere at the same "
				       "time, to \"%s\"",
				       person_row((enum person_field)f)->label,
				       str_or_empty(there));
		put_field(w, (enum person_field)f);
		slots |= f == PERSON_addr || f == PERSON_addr2 ||
			 f == PERSON_addr3;
		++*n;
	}
	if (!same(was->categories, w->p->categories)) {
		put(w, PROP_KEYWORDS, w->p->categories);
		++*n;
	}
	if (slots)
		put_slots(w);
	return true;
}

static bool change(struct writing *w, const struct person *was, struct err *err)
{
	struct person now;
	size_t n;
	bool ok;

	person_init(&now);
	ok = query_propfind(w->b, w->op, w->path, "0", USE_CONTACT, NULL,
			    take_now, &now, err);
	if (ok && !now.key)
		ok = err_set(err, ERR_NOT_FOUND,
			     "the contact is no longer there");
	ok = ok && put_changes(w, was, &now, &n, err) &&
	     (!n || patch(w, "If-Match: *", err)) &&
	     (w->p->kind != PERSON_LIST || put_members(w, err));
	person_release(&now);
	return ok;
}

static char *new_path(struct backend *b, const struct op *op,
		      const char *folder, const struct person *p,
		      struct err *err)
{
	const char *below = dav_folder_path(b, op, folder, err);
	char *base CLEANUP(mem_free_ptr) = below ? wire_path(b, below) : NULL;
	struct str text CLEANUP(str_release) = STR_INIT;
	char *name CLEANUP(mem_free_ptr) = NULL;

	if (!base)
		return NULL;
	person_pack(p, &text);
	name = dav_key_name(text.s);
	return xasprintf("%s%s", base, name);
}

static char *old_path(struct backend *b, const struct op *op,
		      const struct person *p, struct err *err)
{
	struct item_ref ref = {p->key, p->change_key};
	struct item_place place;
	char *path;

	if (!item_find_place(b, op, &ref, &place, err))
		return NULL;
	path = xstrdup(place.permanent ? place.permanent : place.path);
	item_place_release(&place);
	return path;
}

bool dav_write_contact(struct backend *b, const struct op *op,
		       const char *folder, const struct person *was,
		       const struct person *p, struct item_result *out,
		       struct err *err)
{
	struct writing w = {
		.b = b, .op = op, .p = p, .set = STR_INIT, .gone = STR_INIT};
	char *path CLEANUP(mem_free_ptr) = NULL;
	bool ok;

	if (!dav_ready(b, op, err))
		return false;
	path = was ? old_path(b, op, p, err) : new_path(b, op, folder, p, err);
	if (!path)
		return false;
	w.path = path;
	ok = was ? change(&w, was, err) : make(&w, err);
	str_release(&w.set);
	str_release(&w.gone);
	if (!ok)
		return false;
	*out = (struct item_result){0};
	/* Stored, whatever comes of asking for its id. */
	(void)!item_ask_id(b, op, path, &out->new_id, &out->new_change_key,
			   NULL);
	return true;
}
