/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Security descriptors, binary and XML (dossier 22): what the rights of a
 * folder look like to a client, and what becomes of them when it writes one.
 * An item has the part of its folder's that items inherit.
 */
#include "tests/sim/dav.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/codec.h"
#include "tests/sim/dav_fields.h"

#define NS_S "http://schemas.microsoft.com/security/"
#define EVERYBODY "S-1-1-0"
#define ANONYMOUS "S-1-5-7"
#define ADMINISTRATORS "S-1-5-32-544"
enum {
	ON_ITEMS = 0x09,  /* object inherit, inherit only */
	ON_FOLDER = 0x02, /* container inherit */
	INHERITED = 0x10,
	HEADER = 8,
	SID_MAX = 200,
	ALL_FOLDER = 0x1fc9bf,
	ALL_ITEM = 0x1f0fbf
};

struct ace {
	bool deny;
	unsigned flags, mask;
	char sid[SID_MAX];
};
struct aces {
	struct ace *v;
	size_t n, cap;
};

/* --- rights and masks (22.4) -------------------------------------------------- */
static const struct {
	unsigned right;
	unsigned folder, folder_kept, item, item_kept; /* allow, not denied */
} masks[] = {
	{RIGHT_READ, 0, 0, 0x1208a9, 0x0008a9},
	{RIGHT_CREATE, 0x2, 0x2, 0, 0},
	{RIGHT_EDIT_OWN, 0, 0, 0x200, 0},
	{RIGHT_DELETE_OWN, 0, 0, 0x400, 0},
	{RIGHT_EDIT, 0, 0, 0x0c0116, 0x1e0316},
	{RIGHT_DELETE, 0, 0, 0x010000, 0x010400},
	{RIGHT_SUBFOLDERS, 0x4, 0x4, 0, 0},
	{RIGHT_OWNER, 0x0d4110, 0x0d4110, 0, 0},
	{RIGHT_CONTACT, 0x8000, 0x8000, 0, 0},
	{RIGHT_VISIBLE, 0x1208a9, 0x1200a9, 0, 0},
};

/* Who may change all may change his own. */
static unsigned with_own(unsigned rights)
{
	if (rights & RIGHT_EDIT)
		rights |= RIGHT_EDIT_OWN;
	if (rights & RIGHT_DELETE)
		rights |= RIGHT_DELETE_OWN;
	return rights;
}

static unsigned allow_mask(unsigned rights, bool item)
{
	unsigned mask = 0;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++)
		if (with_own(rights) & masks[i].right)
			mask |= item ? masks[i].item : masks[i].folder;
	return mask;
}

static unsigned deny_mask(unsigned rights, bool item)
{
	unsigned mask = item ? ALL_ITEM : ALL_FOLDER;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++)
		if (with_own(rights) & masks[i].right)
			mask &= ~(item ? masks[i].item_kept
				       : masks[i].folder_kept);
	return mask;
}

/* A right is there when its mask is in what is allowed. */
static unsigned rights_of(unsigned folder, unsigned item)
{
	unsigned rights = 0;

	for (size_t i = 0; i < ARRAY_LEN(masks); i++) {
		unsigned need =
			masks[i].folder ? masks[i].folder : masks[i].item;

		if (((masks[i].folder ? folder : item) & need) == need)
			rights |= masks[i].right;
	}
	return rights;
}

/* --- what a folder has, as entries in their order (22.5) ------------------------- */
enum principal { USERS, ANON, GROUPS, DEFAULT };

static void add_ace(struct aces *l, const char *sid, bool deny, unsigned flags,
		    unsigned rights)
{
	bool item = flags == ON_ITEMS;
	struct ace *a = vec_new(l);

	a->deny = deny;
	a->flags = flags;
	a->mask = deny ? deny_mask(rights, item) : allow_mask(rights, item);
	snprintf(a->sid, sizeof(a->sid), "%s", sid);
}

static const char *grant_sid(const struct grant *g)
{
	return g->who ? g->who->sid : g->group ? g->group->sid : g->sid;
}

static void add_users(struct aces *l, const struct folder *f, unsigned flags)
{
	for (size_t i = 0; i < f->grants.n; i++) {
		const struct grant *g = &f->grants.v[i];

		if (g->group)
			continue;
		add_ace(l, grant_sid(g), false, flags, grant_rights(g));
		add_ace(l, grant_sid(g), true, flags, grant_rights(g));
	}
}

static void add_groups(struct aces *l, const struct folder *f, unsigned flags)
{
	for (int deny = 0; deny < 2; deny++)
		for (size_t i = 0; i < f->grants.n; i++)
			if (f->grants.v[i].group)
				add_ace(l, grant_sid(&f->grants.v[i]), deny,
					flags, grant_rights(&f->grants.v[i]));
}

static void list_aces(struct aces *l, const struct folder *f)
{
	unsigned anonymous = level_rights(f->anonymous ? f->anonymous : "None");
	unsigned everybody = level_rights(folder_everybody(f));

	add_users(l, f, ON_ITEMS);
	add_users(l, f, ON_FOLDER);
	for (int flags = 0; flags < 2; flags++)
		for (int deny = 0; deny < 2; deny++)
			add_ace(l, ANONYMOUS, deny,
				flags ? ON_FOLDER : ON_ITEMS, anonymous);
	add_groups(l, f, ON_FOLDER);
	add_ace(l, EVERYBODY, false, ON_FOLDER, everybody);
	add_groups(l, f, ON_ITEMS);
	add_ace(l, EVERYBODY, false, ON_ITEMS, everybody);
	/* Real ones are not always in order: somebody denied everybody. */
	if (str_eq(f->acl_odd, "order")) {
		add_ace(l, EVERYBODY, true, ON_FOLDER, everybody);
		for (size_t i = l->n - 1; i > 0; i--) {
			struct ace swap = l->v[i];

			l->v[i] = l->v[i - 1];
			l->v[i - 1] = swap;
		}
	}
}

/* An item has what it inherits, in effect. */
static void keep_items(struct aces *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		if (l->v[i].flags != ON_ITEMS)
			continue;
		l->v[n] = l->v[i];
		l->v[n++].flags = INHERITED;
	}
	l->n = n;
}

/* --- binary (22.3) ----------------------------------------------------------------- */
static void put16(struct str *b, unsigned n)
{
	str_add_char(b, (char)(n & 255));
	str_add_char(b, (char)(n >> 8 & 255));
}
static void put32(struct str *b, unsigned n)
{
	put16(b, n & 0xffff);
	put16(b, n >> 16);
}
static unsigned get16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}
static unsigned get32(const unsigned char *p)
{
	return get16(p) | get16(p + 2) << 16;
}

static void put_sid(struct str *b, const char *sid)
{
	unsigned long part[17] = {0};
	unsigned n = 0;

	for (const char *p = strchr(sid, '-'); p && n < ARRAY_LEN(part);
	     p = strchr(p + 1, '-'))
		part[n++] = strtoul(p + 1, NULL, 10);
	if (n < 2)
		n = 2;
	str_add_char(b, (char)part[0]);
	str_add_char(b, (char)(n - 2));
	str_add_mem(b, "\0\0\0\0\0", 5);
	str_add_char(b, (char)part[1]);
	for (unsigned i = 2; i < n; i++)
		put32(b, (unsigned)part[i]);
}

/* The bytes it takes; 0: it is none, or reaches beyond the end. */
static size_t get_sid(const unsigned char *p, size_t len, char out[SID_MAX])
{
	size_t n = len >= 8 ? 8 + 4 * (size_t)p[1] : 0;
	int at;

	if (!n || n > len || p[0] != 1 || p[1] > 15)
		return 0;
	at = snprintf(out, SID_MAX, "S-1-%u", p[7]);
	for (unsigned i = 0; i < p[1]; i++)
		at += snprintf(out + at, SID_MAX - (size_t)at, "-%u",
			       get32(p + 8 + 4 * i));
	return n;
}

static const char *owner_sid(const struct folder *f)
{
	return f->box->sid ? f->box->sid : ADMINISTRATORS;
}

static void put_binary(struct str *out, const struct folder *f,
		       const struct aces *l)
{
	struct str acl CLEANUP(str_release) = STR_INIT;
	struct str owner CLEANUP(str_release) = STR_INIT;

	for (size_t i = 0; i < l->n; i++) {
		struct str sid CLEANUP(str_release) = STR_INIT;

		put_sid(&sid, l->v[i].sid);
		str_add_char(&acl, (char)l->v[i].deny);
		str_add_char(&acl, (char)l->v[i].flags);
		put16(&acl, 8 + (unsigned)sid.len);
		put32(&acl, l->v[i].mask);
		str_add_mem(&acl, sid.s, sid.len);
	}
	put_sid(&owner, owner_sid(f));
	put16(out, HEADER);
	put16(out, 4);
	put32(out, 0);
	str_add_mem(out, "\1\0", 2);
	put16(out, 0x8004);
	put32(out, 20);
	put32(out, 20 + (unsigned)owner.len);
	put32(out, 0);
	put32(out, 20 + 2 * (unsigned)owner.len);
	str_add_mem(out, owner.s, owner.len);
	str_add_mem(out, owner.s, owner.len);
	str_add_char(out, str_eq(f->acl_odd, "revision") ? 4 : 2);
	str_add_char(out, 0);
	put16(out, 8 + (unsigned)acl.len);
	put16(out, (unsigned)l->n);
	put16(out, 0);
	if (acl.len)
		str_add_mem(out, acl.s, acl.len);
}

static bool take_binary(struct aces *l, const unsigned char *p, size_t len)
{
	size_t at, end, n;

	if (len < HEADER + 20 || get16(p) != HEADER || p[HEADER] != 1 ||
	    !(get16(p + HEADER + 2) & 4) || get32(p + HEADER + 12))
		return false;
	p += HEADER;
	len -= HEADER;
	at = get32(p + 16);
	if (at < 20 || at + 8 > len || p[at] != 2)
		return false;
	end = at + get16(p + at + 2);
	n = get16(p + at + 4);
	for (at += 8; n > 0 && end <= len && at + 8 <= end; n--) {
		struct ace *a = vec_new(l);
		size_t size = get16(p + at + 2);

		a->deny = p[at] == 1;
		a->flags = p[at + 1];
		a->mask = get32(p + at + 4);
		if (p[at] > 1 || size < 16 || at + size > end ||
		    !get_sid(p + at + 8, size - 8, a->sid))
			return false;
		at += size;
	}
	return n == 0;
}

/* --- XML (22.2) ------------------------------------------------------------------------ */
static void put_principal(struct dav *d, struct str *b, const char *sid)
{
	const struct box *box = box_by_sid(d->st, sid);
	const struct group *group = box ? NULL : group_by_sid(d->st, sid);
	bool known = str_eq(sid, EVERYBODY) || str_eq(sid, ANONYMOUS) ||
		     str_eq(sid, ADMINISTRATORS);

	str_addf(b, "<S:sid><S:string_sid>%s</S:string_sid><S:type>%s</S:type>",
		 sid,
		 box	 ? "user"
		 : group ? "group"
		 : known ? "well_known_group"
			 : "unknown");
	if (box)
		str_addf(b,
			 "<S:nt4_compatible_name>HALDEN\\%s"
			 "</S:nt4_compatible_name>",
			 box->alias);
	if (box || group) {
		str_add(b, "<S:display_name>");
		xw_text(b, box ? box->name : group->name);
		str_add(b, "</S:display_name>");
	}
	str_add(b, "</S:sid>");
}

static void put_section(struct dav *d, struct str *b, const char *name,
			const struct aces *l, unsigned flags)
{
	str_addf(b, "<S:%s>", name);
	for (size_t i = 0; i < l->n; i++) {
		const char *kind = l->v[i].deny ? "access_denied_ace"
						: "access_allowed_ace";

		if (l->v[i].flags != flags)
			continue;
		str_addf(b, "<S:%s%s><S:access_mask>%x</S:access_mask>", kind,
			 flags & INHERITED ? " S:inherited=\"1\"" : "",
			 l->v[i].mask);
		put_principal(d, b, l->v[i].sid);
		str_addf(b, "</S:%s>", kind);
	}
	str_addf(b, "</S:%s>", name);
}

static void put_xml(struct dav *d, struct str *b, const struct folder *f,
		    const struct aces *l, bool item)
{
	str_add(b, "<S:security_descriptor xmlns:S=\"" NS_S
		   "\" b:dt=\"microsoft.security_descriptor\">"
		   "<S:revision>1</S:revision><S:owner>");
	put_principal(d, b, owner_sid(f));
	str_add(b, "</S:owner><S:primary_group>");
	put_principal(d, b, owner_sid(f));
	str_add(b, "</S:primary_group><S:dacl S:defaulted=\"0\" "
		   "S:protected=\"0\" S:autoinherited=\"0\">"
		   "<S:revision>2</S:revision>");
	put_section(d, b, "effective_aces", l, item ? INHERITED : ON_FOLDER);
	if (!item) {
		put_section(d, b, "subcontainer_inheritable_aces", l,
			    ON_FOLDER);
		put_section(d, b, "subitem_inheritable_aces", l, ON_ITEMS);
	}
	str_add(b, "</S:dacl></S:security_descriptor>");
}

static bool read_sid(struct dav *d, const xmlNode *n, char out[SID_MAX])
{
	const char *sid = xr_child_text(n, "string_sid");
	const char *name = xr_child_text(n, "nt4_compatible_name");

	if (!sid && name && strchr(name, '\\'))
		for (size_t i = 0; i < d->st->boxes.n && !sid; i++)
			if (str_eq_nocase(d->st->boxes.v[i]->alias,
					  strchr(name, '\\') + 1))
				sid = d->st->boxes.v[i]->sid;
	if (!sid || strncmp(sid, "S-1-", 4) != 0 || strlen(sid) >= SID_MAX)
		return false;
	snprintf(out, SID_MAX, "%s", sid);
	return true;
}

static bool read_section(struct dav *d, struct aces *l, const xmlNode *section,
			 unsigned flags)
{
	for (xmlNode *n = xr_first(section); n; n = xr_next(n)) {
		const char *mask = xr_child_text(n, "access_mask");
		struct ace *a = vec_new(l);

		a->deny = xr_is(n, "access_denied_ace");
		a->flags = flags;
		a->mask = (unsigned)strtoul(str_or_empty(mask), NULL, 16);
		if (!mask || (!a->deny && !xr_is(n, "access_allowed_ace")) ||
		    !read_sid(d, xr_child(n, "sid"), a->sid))
			return false;
	}
	return true;
}

static bool take_xml(struct dav *d, struct aces *l, const xmlNode *value,
		     bool item)
{
	const xmlNode *dacl = xr_path(value, "security_descriptor", "dacl");
	const xmlNode *own = xr_child(dacl, "effective_aces");

	if (!own)
		own = xr_child(dacl, "subcontainer_inheritable_aces");
	return dacl && read_section(d, l, own, item ? ON_ITEMS : ON_FOLDER) &&
	       read_section(d, l, xr_child(dacl, "subitem_inheritable_aces"),
			    ON_ITEMS);
}

/* --- writing (22.5) ---------------------------------------------------------------------- */
static enum principal kind_of(struct dav *d, const char *sid)
{
	if (str_eq(sid, EVERYBODY))
		return DEFAULT;
	if (str_eq(sid, ANONYMOUS))
		return ANON;
	return group_by_sid(d->st, sid) ? GROUPS : USERS;
}

static bool on_items(const struct ace *a)
{
	return (a->flags & 1) != 0;
}

/* The place of an entry among the ten of the canonical order. */
static int rank_of(struct dav *d, const struct ace *a)
{
	bool item = on_items(a);

	switch (kind_of(d, a->sid)) {
	case USERS:
		return item ? 1 : 2;
	case ANON:
		return item ? 3 : 4;
	case GROUPS:
		return (item ? 8 : 5) + a->deny;
	case DEFAULT:
		break;
	}
	return item ? 10 : 7;
}

/* XML has folder's and items' in sections of their own: each by itself. */
static bool in_order(struct dav *d, const struct aces *l, bool sections)
{
	int last[2] = {0, 0};

	for (size_t i = 0; i < l->n; i++) {
		const struct ace *a = &l->v[i];
		int *before = &last[sections && on_items(a)];
		int rank = rank_of(d, a);

		if (rank < *before ||
		    (a->deny && kind_of(d, a->sid) == DEFAULT))
			return false;
		*before = rank;
		/* What is denied to a person comes behind what he has. */
		if (a->deny && rank <= 4 &&
		    (i == 0 || !str_eq(a->sid, l->v[i - 1].sid) ||
		     l->v[i - 1].deny))
			return false;
	}
	return true;
}

/* What the first entry that matches lets him do. */
static unsigned allowed(const struct aces *l, const char *sid, bool item)
{
	unsigned good = 0, bad = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct ace *a = &l->v[i];

		if (!str_eq(a->sid, sid) || on_items(a) != item)
			continue;
		if (a->deny)
			bad |= a->mask & ~good;
		else
			good |= a->mask & ~bad;
	}
	return good;
}

static void set_grant(struct dav *d, struct folder *f, const char *sid,
		      unsigned rights)
{
	struct grant g = {.who = box_by_sid(d->st, sid),
			  .group = group_by_sid(d->st, sid)};

	for (size_t i = 0; i < f->grants.n; i++)
		if (str_eq(grant_sid(&f->grants.v[i]), sid))
			return;
	if (!g.who && !g.group)
		g.sid = xstrdup(sid);
	g.level = level_of_rights(rights);
	g.custom = rights;
	vec_add(&f->grants, g);
}

static const char *known_level(unsigned rights)
{
	const char *level = level_of_rights(rights);

	/* Well-known ones have no rights of their own choice here. */
	return str_eq(level, "Custom") ? "None" : level;
}

static void replace_grants(struct dav *d, struct folder *f,
			   const struct aces *l, bool item)
{
	bool calendar = str_starts(folder_everybody(f), "FreeBusy");

	grants_release(&f->grants);
	f->anonymous = "None";
	if (!calendar)
		f->everybody = "None";
	for (size_t i = 0; i < l->n; i++) {
		const char *sid = l->v[i].sid;
		unsigned rights = rights_of(allowed(l, sid, false),
					    allowed(l, sid, true));

		if (item && rights)
			rights |= RIGHT_VISIBLE;
		switch (kind_of(d, sid)) {
		case DEFAULT:
			/* None there still shows the times (14.2 of EWS). */
			if (rights || !calendar)
				f->everybody = known_level(rights);
			break;
		case ANON:
			f->anonymous = known_level(rights);
			break;
		case USERS:
		case GROUPS:
			set_grant(d, f, sid, rights);
			break;
		}
	}
	folder_touch(d->st, f);
}

/* --- the properties ------------------------------------------------------------------------ */
bool dav_acl_value(struct dav *d, const struct resource *r, int id,
		   struct dav_val *v)
{
	struct aces l = {0};

	if (!r->folder ||
	    (!r->box->is_public && !dav_may(d, r->folder, RIGHT_OWNER)))
		return false;
	list_aces(&l, r->folder);
	if (r->item)
		keep_items(&l);
	if (id == DAV_F_DESCRIPTOR) {
		put_xml(d, &v->text, r->folder, &l, r->item != NULL);
	} else {
		struct str raw CLEANUP(str_release) = STR_INIT;

		put_binary(&raw, r->folder, &l);
		val_binary(v, raw.s, raw.len);
	}
	vec_release(&l);
	return true;
}

enum dav_set dav_acl_set(struct dav *d, const struct resource *r, int id,
			 const xmlNode *value)
{
	struct aces l = {0};
	bool item = r->item != NULL, good;

	if (!r->folder || !dav_may(d, r->folder, RIGHT_OWNER))
		return DAV_SET_DENIED;
	/* Not by PROPPATCH in the hierarchies of others (22.1). */
	if (r->box != d->user && str_eq(d->method, "PROPPATCH"))
		return DAV_SET_READ_ONLY;
	if (id == DAV_F_DESCRIPTOR) {
		good = take_xml(d, &l, value, item);
	} else {
		struct str raw CLEANUP(str_release) = STR_INIT;
		const char *text = value ? xr_text(value) : "";

		good = codec_base64_decode(&raw, text, strlen(text)) && raw.s &&
		       take_binary(&l, (const unsigned char *)raw.s, raw.len);
		for (size_t i = 0; item && i < l.n; i++)
			l.v[i].flags = ON_ITEMS;
	}
	good = good && in_order(d, &l, id == DAV_F_DESCRIPTOR);
	if (good)
		replace_grants(d, r->folder, &l, item);
	vec_release(&l);
	return good ? DAV_SET_OK : DAV_SET_BAD;
}
