/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/descriptor.h"

#include <string.h>

#include "proto/sid.h"

enum {
	ON_ITEMS = 0x09,  /* object inherit, inherit only */
	ON_FOLDER = 0x02, /* container inherit */
	INHERIT_ONLY = 0x08,
	INHERITED = 0x10,
	DACL_PRESENT = 0x0004,
	SACL_PRESENT = 0x0010,
	DESCRIPTOR_HEAD = 20,
	ACL_HEAD = 8,
	ACE_HEAD = 8,
	ACL_REVISION = 2,
	ALL_FOLDER = 0x1fc9bf,
	ALL_ITEM = 0x1f0fbf
};

/* What a right is on the folder and on its items: allowed, and what is then not
 * denied (22.4). */
static const struct {
	unsigned right, folder, folder_kept, item, item_kept;
} masks[] = {
	{PERMISSION_READ, 0, 0, 0x1208a9, 0x0008a9},
	{PERMISSION_CREATE, 0x000002, 0x000002, 0, 0},
	{PERMISSION_EDIT_OWN, 0, 0, 0x000200, 0},
	{PERMISSION_DELETE_OWN, 0, 0, 0x000400, 0},
	{PERMISSION_EDIT_ALL, 0, 0, 0x0c0116, 0x1e0316},
	{PERMISSION_DELETE_ALL, 0, 0, 0x010000, 0x010400},
	{PERMISSION_SUBFOLDERS, 0x000004, 0x000004, 0, 0},
	{PERMISSION_OWNER, 0x0d4110, 0x0d4110, 0, 0},
	{PERMISSION_CONTACT, 0x008000, 0x008000, 0, 0},
	{PERMISSION_VISIBLE, 0x1208a9, 0x1200a9, 0, 0},
};

/* --- names ---------------------------------------------------------------- */
void account_names_release(struct account_names *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->v[i].sid);
		free(l->v[i].name);
	}
	vec_release(l);
}

static struct account_name *find_name(const struct account_names *l,
				      const char *sid)
{
	for (size_t i = 0; i < l->n; i++)
		if (str_eq_nocase(l->v[i].sid, sid))
			return &l->v[i];
	return NULL;
}

void account_names_read(struct account_names *l, const char *lines)
{
	struct strv v CLEANUP(strv_release);
	struct account_name *at = NULL;

	strv_init(&v);
	strv_split(&v, str_or_empty(lines), "\n");
	for (size_t i = 0; i < v.n; i++) {
		const char *text = v.v[i] + 1;

		if (*v.v[i] == 's') {
			at = find_name(l, text);
			if (!at) {
				at = vec_new(l);
				at->sid = xstrdup(text);
			}
		} else if (*v.v[i] == 't' && at) {
			at->is_group = str_eq_nocase(text, "group") ||
				       str_eq_nocase(text, "alias");
		} else if (*v.v[i] == 'd' && at && *text) {
			mem_replace(&at->name, xstrdup(text));
		}
	}
}

static bool is_group(const struct account_names *names, const char *sid)
{
	const struct account_name *a = find_name(names, sid);

	return a && a->is_group;
}

/* --- bytes ---------------------------------------------------------------- */
static unsigned u16(const unsigned char *p)
{
	return (unsigned)p[0] | (unsigned)p[1] << 8;
}

static unsigned u32(const unsigned char *p)
{
	return u16(p) | u16(p + 2) << 16;
}

static void add16(struct str *b, size_t v)
{
	str_add_char(b, (char)(v & 0xff));
	str_add_char(b, (char)(v >> 8 & 0xff));
}

static void add32(struct str *b, size_t v)
{
	add16(b, v & 0xffff);
	add16(b, v >> 16);
}

void descriptor_release(struct descriptor *d)
{
	bytes_release(&d->head);
	bytes_release(&d->owner);
	bytes_release(&d->group);
	for (size_t i = 0; i < d->aces.n; i++)
		free(d->aces.v[i].sid);
	vec_release(&d->aces);
	memset(d, 0, sizeof(*d));
}

static bool garbled(struct err *err)
{
	return err_set(err, ERR_PROTOCOL,
		       "the folder's security descriptor is not understood");
}

static bool read_sid(struct bytes *out, const unsigned char *p, size_t len,
		     size_t at)
{
	size_t n;

	if (!at)
		return true;
	if (at >= len)
		return false;
	n = sid_length(p + at, len - at);
	if (!n)
		return false;
	bytes_set(out, p + at, n);
	return true;
}

static bool read_aces(struct descriptor *d, const unsigned char *p, size_t len,
		      struct err *err)
{
	size_t count, at = ACL_HEAD;

	if (len < ACL_HEAD)
		return garbled(err);
	if (p[0] != ACL_REVISION)
		return err_set(err, ERR_UNSUPPORTED,
			       "the folder's rights were written by another "
			       "program in a form that Outlook cannot read "
			       "(revision %d); retinue leaves them alone",
			       p[0]);
	if (u16(p + 2) > len)
		return garbled(err);
	len = u16(p + 2);
	count = u16(p + 4);
	for (size_t i = 0; i < count; i++) {
		struct ace a = {0};
		size_t size = at + 4 <= len ? u16(p + at + 2) : 0;

		if (size < ACE_HEAD || at + size > len || p[at] > 1)
			return garbled(err);
		a.deny = p[at] == 1;
		a.flags = p[at + 1];
		a.on_items = a.flags & INHERIT_ONLY;
		a.mask = u32(p + at + 4);
		a.sid = sid_text(p + at + ACE_HEAD, size - ACE_HEAD);
		if (!a.sid)
			return garbled(err);
		vec_add(&d->aces, a);
		at += size;
	}
	return true;
}

bool descriptor_read(struct descriptor *d, const unsigned char *p, size_t len,
		     struct err *err)
{
	size_t head = len >= 2 ? u16(p) : 0, dacl;
	bool ok = true;

	memset(d, 0, sizeof(*d));
	if (head < 2 || len < head + DESCRIPTOR_HEAD || p[head] != 1)
		return garbled(err);
	bytes_set(&d->head, p, head);
	p += head;
	len -= head;
	d->control = u16(p + 2);
	dacl = u32(p + 16);
	if (!(d->control & DACL_PRESENT) || !dacl || d->control & SACL_PRESENT)
		ok = err_set(err, ERR_UNSUPPORTED,
			     "the folder has no list of rights of the usual "
			     "kind; retinue leaves it alone");
	else if (!read_sid(&d->owner, p, len, u32(p + 4)) ||
		 !read_sid(&d->group, p, len, u32(p + 8)) || dacl >= len)
		ok = garbled(err);
	ok = ok && read_aces(d, p + dacl, len - dacl, err);
	if (!ok)
		descriptor_release(d);
	return ok;
}

static void write_aces(const struct descriptor *d, struct str *out)
{
	struct str list CLEANUP(str_release) = STR_INIT;

	for (size_t i = 0; i < d->aces.n; i++) {
		const struct ace *a = &d->aces.v[i];
		struct str sid CLEANUP(str_release) = STR_INIT;

		/* It was read from bytes, or checked by descriptor_apply. */
		if (!sid_add_bytes(&sid, a->sid))
			continue;
		str_add_char(&list, a->deny ? 1 : 0);
		str_add_char(&list, (char)a->flags);
		add16(&list, ACE_HEAD + sid.len);
		add32(&list, a->mask);
		str_add_mem(&list, sid.s, sid.len);
	}
	str_add_char(out, ACL_REVISION);
	str_add_char(out, 0);
	add16(out, ACL_HEAD + list.len);
	add16(out, d->aces.n);
	add16(out, 0);
	str_add_mem(out, list.s, list.len);
}

void descriptor_write(const struct descriptor *d, struct str *out)
{
	size_t owner = DESCRIPTOR_HEAD, group = owner + d->owner.len;
	size_t dacl = group + d->group.len;

	str_add_mem(out, d->head.p, d->head.len);
	str_add_char(out, 1);
	str_add_char(out, 0);
	add16(out, d->control);
	add32(out, d->owner.len ? owner : 0);
	add32(out, d->group.len ? group : 0);
	add32(out, 0);
	add32(out, dacl);
	str_add_mem(out, d->owner.p, d->owner.len);
	str_add_mem(out, d->group.p, d->group.len);
	write_aces(d, out);
}

/* --- rights --------------------------------------------------------------- */
static unsigned rights_of(unsigned folder, unsigned item)
{
	unsigned rights = 0;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		bool on_folder = masks[i].folder != 0;
		unsigned need = on_folder ? masks[i].folder : masks[i].item;

		if (((on_folder ? folder : item) & need) == need)
			rights |= masks[i].right;
	}
	return rights;
}

static unsigned mask_of(unsigned rights, bool item, bool deny)
{
	unsigned allow = 0, kept = 0;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		if (!(rights & masks[i].right))
			continue;
		allow |= item ? masks[i].item : masks[i].folder;
		kept |= item ? masks[i].item_kept : masks[i].folder_kept;
	}
	return deny ? (item ? ALL_ITEM : ALL_FOLDER) & ~kept : allow;
}

static unsigned allowed(const struct descriptor *d, const char *sid, bool item)
{
	unsigned mask = 0;

	for (size_t i = 0; i < d->aces.n; i++)
		if (!d->aces.v[i].deny && d->aces.v[i].on_items == item &&
		    str_eq_nocase(d->aces.v[i].sid, sid))
			mask |= d->aces.v[i].mask;
	return mask;
}

static enum permission_who who_of(const char *sid)
{
	return str_eq(sid, SID_EVERYBODY)   ? PERMISSION_DEFAULT
	       : str_eq(sid, SID_ANONYMOUS) ? PERMISSION_ANONYMOUS
					    : PERMISSION_PERSON;
}

static bool is_told(const struct permission_set *set, const char *sid)
{
	for (size_t i = 0; i < set->n; i++)
		if (str_eq_nocase(set->v[i].sid, sid))
			return true;
	return false;
}

static void tell(const struct descriptor *d, const struct account_names *names,
		 const char *sid, struct permission_set *out)
{
	const struct account_name *a = find_name(names, sid);
	struct permission *p = vec_new(out);

	p->who = who_of(sid);
	p->sid = xstrdup(sid);
	if (a && a->name && p->who == PERMISSION_PERSON)
		p->name = xstrdup(a->name);
	p->is_group = a && a->is_group;
	p->rights = rights_of(allowed(d, sid, false), allowed(d, sid, true));
}

void descriptor_rights(const struct descriptor *d,
		       const struct account_names *names,
		       struct permission_set *out)
{
	*out = (struct permission_set){0};
	/* Whether they are named or not, these two are always meant. */
	tell(d, names, SID_EVERYBODY, out);
	tell(d, names, SID_ANONYMOUS, out);
	for (size_t i = 0; i < d->aces.n; i++)
		if (!is_told(out, d->aces.v[i].sid))
			tell(d, names, d->aces.v[i].sid, out);
}

/* --- order ---------------------------------------------------------------- */
/* Place of an entry in the order of 22.5. */
static int place(const struct ace *a, const struct account_names *names)
{
	switch (who_of(a->sid)) {
	case PERMISSION_DEFAULT:
		return a->on_items ? 80 : 60;
	case PERMISSION_ANONYMOUS:
		return a->on_items ? 30 : 40;
	case PERMISSION_PERSON:
		break;
	}
	if (!is_group(names, a->sid))
		return a->on_items ? 10 : 20;
	return (a->on_items ? 70 : 50) + a->deny;
}

bool descriptor_is_canonical(const struct descriptor *d,
			     const struct account_names *names)
{
	int before = 0;

	for (size_t i = 0; i < d->aces.n; i++) {
		const struct ace *a = &d->aces.v[i];
		int here = place(a, names);

		if (here < before ||
		    (a->deny && who_of(a->sid) == PERMISSION_DEFAULT))
			return false;
		before = here;
	}
	return true;
}

/* --- changing ------------------------------------------------------------- */
struct building {
	const struct descriptor *old;
	const struct account_names *names;
	struct descriptor made;
};

/* The entries an account had, where its rights are the same. Pairs stay pairs:
 * an entry that allows nothing stands there as well. */
static void keep_aces(struct building *b, const char *sid, bool items,
		      bool deny)
{
	for (size_t i = 0; i < b->old->aces.n; i++) {
		struct ace a = b->old->aces.v[i];

		if (a.on_items != items || a.deny != deny ||
		    !str_eq_nocase(a.sid, sid))
			continue;
		a.sid = xstrdup(a.sid);
		vec_add(&b->made.aces, a);
	}
}

static bool had_any(const struct building *b, const char *sid)
{
	for (size_t i = 0; i < b->old->aces.n; i++)
		if (str_eq_nocase(b->old->aces.v[i].sid, sid))
			return true;
	return false;
}

static bool was_inherited(const struct building *b, const char *sid, bool items)
{
	for (size_t i = 0; i < b->old->aces.n; i++) {
		const struct ace *a = &b->old->aces.v[i];

		if (a->on_items == items && a->flags & INHERITED &&
		    str_eq_nocase(a->sid, sid))
			return true;
	}
	return false;
}

static void add_ace(struct building *b, const struct permission *p,
		    const char *sid, bool items, bool deny)
{
	unsigned was = rights_of(allowed(b->old, sid, false),
				 allowed(b->old, sid, true));
	struct ace *a;

	if (was == p->rights && p->who == PERMISSION_PERSON &&
	    had_any(b, sid)) {
		keep_aces(b, sid, items, deny);
		return;
	}
	a = vec_new(&b->made.aces);
	a->deny = deny;
	a->on_items = items;
	a->flags = items ? ON_ITEMS : ON_FOLDER;
	if (was_inherited(b, sid, items))
		a->flags |= INHERITED;
	a->mask = mask_of(p->rights, items, deny);
	a->sid = xstrdup(sid);
}

static const char *sid_of(const struct permission *p)
{
	return p->who == PERMISSION_DEFAULT	? SID_EVERYBODY
	       : p->who == PERMISSION_ANONYMOUS ? SID_ANONYMOUS
						: p->sid;
}

/* Everybody of one kind, in the order of the set. Pairs: allow, then deny of
 * each; otherwise all allows, then all denies. */
static void add_kind(struct building *b, const struct permission_set *set,
		     enum permission_who who, bool groups, bool items,
		     bool pairs)
{
	for (int pass = 0; pass < (pairs ? 1 : 2); pass++)
		for (size_t i = 0; i < set->n; i++) {
			const struct permission *p = &set->v[i];
			bool group = p->is_group ||
				     is_group(b->names, str_or_empty(p->sid));

			if (p->who != who ||
			    (who == PERMISSION_PERSON && group != groups))
				continue;
			if (pairs || pass == 0)
				add_ace(b, p, sid_of(p), items, false);
			/* Default is never denied anything. */
			if ((pairs || pass == 1) && who != PERMISSION_DEFAULT)
				add_ace(b, p, sid_of(p), items, true);
		}
}

bool descriptor_apply(struct descriptor *d, const struct account_names *names,
		      const struct permission_set *set, struct err *err)
{
	struct building b = {.old = d, .names = names};

	for (size_t i = 0; i < set->n; i++) {
		struct str sid CLEANUP(str_release) = STR_INIT;

		if (sid_of(&set->v[i]) &&
		    sid_add_bytes(&sid, sid_of(&set->v[i])))
			continue;
		err_set(err, ERR_INPUT,
			"%s is known by no account of the directory",
			permission_title(&set->v[i]));
		if (err)
			memcpy(err->code, "needs-sid", sizeof("needs-sid"));
		return false;
	}
	add_kind(&b, set, PERMISSION_PERSON, false, true, true);
	add_kind(&b, set, PERMISSION_PERSON, false, false, true);
	add_kind(&b, set, PERMISSION_ANONYMOUS, false, true, true);
	add_kind(&b, set, PERMISSION_ANONYMOUS, false, false, true);
	add_kind(&b, set, PERMISSION_PERSON, true, false, false);
	add_kind(&b, set, PERMISSION_DEFAULT, false, false, true);
	add_kind(&b, set, PERMISSION_PERSON, true, true, false);
	add_kind(&b, set, PERMISSION_DEFAULT, false, true, true);
	for (size_t i = 0; i < d->aces.n; i++)
		free(d->aces.v[i].sid);
	vec_release(&d->aces);
	d->aces.v = b.made.aces.v;
	d->aces.n = b.made.aces.n;
	d->aces.cap = b.made.aces.cap;
	return true;
}
