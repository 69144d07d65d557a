/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* One's own contacts: which there are, and what they say (dossier 15). */
#include "proto/dav/contacts.h"
#include "base/clock.h"
#include "base/zone.h"
#include "mime/address.h"
#include "net/xml.h"
#include "proto/dav/query.h"

#include <string.h>

#define BATCH 100
#define MEMBERS_MAX ((size_t)4 << 20)
/* Pages of Outlook Web Access are XML for browsers of one kind only (1.1). */
#define EXPLORER                                                               \
	"User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"

const enum dav_prop contact_addresses[3][5] = {
	{PROP_EMAIL1_ADDRESS, PROP_EMAIL1, PROP_EMAIL1_TYPE, PROP_EMAIL1_NAME,
	 PROP_EMAIL1_ENTRYID},
	{PROP_EMAIL2_ADDRESS, PROP_EMAIL2, PROP_EMAIL2_TYPE, PROP_EMAIL2_NAME,
	 PROP_EMAIL2_ENTRYID},
	{PROP_EMAIL3_ADDRESS, PROP_EMAIL3, PROP_EMAIL3_TYPE, PROP_EMAIL3_NAME,
	 PROP_EMAIL3_ENTRYID}};

enum dav_prop contact_prop(enum person_field f)
{
	const char *dav = person_row(f)->dav;
	char *name CLEANUP(mem_free_ptr) =
		xasprintf("urn:schemas:contacts:|%s", dav);

	return *dav ? prop_find(name) : PROP_COUNT;
}

/* --- reading --------------------------------------------------------------------- */

/* Midnight where the contact was made, as an instant: within half a day of it
 * in any zone lies the day that is meant (15.1). */
static char *day_of(const char *iso)
{
	struct zone *z = zone_load_local();
	struct clock_parts p;
	char *day = NULL;
	int64_t t;

	if (clock_parse_iso(iso, &t) && t != CLOCK_NEVER) {
		zone_parts(zone_wall(z, t) + 43200, &p);
		day = xasprintf("%04d-%02d-%02d", p.year, p.month, p.day);
	}
	zone_free(z);
	return day;
}

/* "Name" <addr>, or the address alone; a path of the directory is no use. */
static char *address_of(const struct dav_row *r, int slot)
{
	const char *plain = r->value[contact_addresses[slot][0]];
	const char *both = r->value[contact_addresses[slot][1]];
	struct mime_address_list l CLEANUP(mime_address_list_release);

	mime_address_list_init(&l);
	if (plain && strchr(plain, '@'))
		return xstrdup(plain);
	(void)mime_address_parse(&l, str_or_empty(both), 1);
	return l.n && l.v[0].addr && strchr(l.v[0].addr, '@')
		       ? xstrdup(l.v[0].addr)
		       : NULL;
}

static char *clean(const char *s)
{
	struct str b = STR_INIT;

	str_add(&b, s);
	str_trim(&b);
	return b.len ? str_take(&b) : (str_release(&b), NULL);
}

void contact_read(const struct dav_row *r, struct person *p)
{
	char **addresses[] = {&p->addr, &p->addr2, &p->addr3};
	const char *class = str_or_empty(r->value[PROP_MESSAGECLASS]);

	for (int f = 0; f < PERSON_FIELDS; f++) {
		enum dav_prop prop = contact_prop((enum person_field)f);
		const char *s = prop < PROP_COUNT ? r->value[prop] : NULL;

		if (!s || !*s)
			continue;
		mem_replace(person_at(p, (enum person_field)f),
			    f == PERSON_birthday ? day_of(s) : clean(s));
	}
	for (int slot = 0; slot < 3; slot++)
		mem_replace(addresses[slot], address_of(r, slot));
	if (r->value[PROP_TEXTDESCRIPTION])
		mem_replace(&p->notes, clean(r->value[PROP_TEXTDESCRIPTION]));
	if (r->value[PROP_KEYWORDS] && *r->value[PROP_KEYWORDS])
		mem_replace(&p->categories, xstrdup(r->value[PROP_KEYWORDS]));
	p->kind = PERSON_USER;
	if (str_starts(class, "IPM.DistList") ||
	    str_eq(r->value[PROP_CONTENTCLASS], "urn:content-classes:group"))
		p->kind = PERSON_LIST;
	if (!p->name)
		p->name = clean(str_or_empty(r->value[PROP_SUBJECT]));
	p->source = PERSON_CONTACT;
}

/* --- members of a list (15.2) ----------------------------------------------------- */

enum member_name { MEMBER, MEMBER_DN, MEMBER_EMAIL, MEMBER_ID, MEMBER_NAMES };

struct members {
	struct str page, text;
	struct contact_member now;
	struct contact_members *out;
};

static void member_start(void *ctx, int name, const struct xml_attrs *attrs)
{
	struct members *m = ctx;

	(void)attrs;
	str_clear(&m->text);
	if (name == MEMBER)
		contact_member_release(&m->now);
}

static void member_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(&((struct members *)ctx)->text, s, len);
}

static void member_end(void *ctx, int name)
{
	struct members *m = ctx;
	char **to = name == MEMBER_DN	   ? &m->now.name
		    : name == MEMBER_EMAIL ? &m->now.addr
		    : name == MEMBER_ID	   ? &m->now.id
					   : NULL;

	str_trim(&m->text);
	if (to)
		mem_replace(to, xstrdup(m->text.s));
	if (name == MEMBER && m->now.addr && *m->now.addr) {
		vec_add(m->out, m->now);
		m->now = (struct contact_member){0};
	}
	str_clear(&m->text);
}

static bool keep(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *page = ctx;

	str_add_mem(page, s, len);
	if (page->len > MEMBERS_MAX)
		return err_set(err, ERR_PROTOCOL, "the list is too long");
	return true;
}

void contact_member_release(struct contact_member *m)
{
	free(m->name);
	free(m->addr);
	free(m->id);
	*m = (struct contact_member){0};
}

void contact_members_release(struct contact_members *l)
{
	for (size_t i = 0; i < l->n; i++)
		contact_member_release(&l->v[i]);
	vec_release(l);
}

bool contact_read_members(struct backend *b, const struct op *op,
			  const char *path, struct contact_members *out,
			  struct err *err)
{
	static const char *const names[MEMBER_NAMES] = {"member", "dn", "email",
							"memberid"};
	static const char *const spaces[] = {"WM", "", NULL};
	static const char *const headers[] = {EXPLORER, NULL};
	static const struct xml_handler handler = {member_start, member_text,
						   member_end};
	char *asked CLEANUP(mem_free_ptr) =
		xasprintf("%s?Cmd=viewmembers", path);
	struct members m = {.page = STR_INIT, .text = STR_INIT, .out = out};
	struct dav_call c = {.method = "GET",
			     .path = asked,
			     .headers = headers,
			     .raw = keep,
			     .ctx = &m.page};
	bool ok = dav_simple(b, op, &c, err);

	if (ok) {
		struct xml_reader *x = xml_reader_new(names, MEMBER_NAMES,
						      spaces, &handler, &m);

		/* A page for people, or none: old servers have no other. */
		if (!xml_feed(x, m.page.s, m.page.len, NULL) ||
		    !xml_finish(x, NULL))
			ok = err_set(err, ERR_PROTOCOL,
				     "the server does not show who is on this "
				     "list");
		xml_reader_free(x);
	}
	contact_member_release(&m.now);
	str_release(&m.page);
	str_release(&m.text);
	return ok;
}

static bool fill_list(struct backend *b, const struct op *op, const char *path,
		      struct person *p, struct err *err)
{
	struct contact_members l = {0};
	struct err e = ERR_INIT;

	if (!contact_read_members(b, op, path, &l, &e)) {
		/* A list whose members the server does not show is shown
		 * without. */
		if (e.kind != ERR_NETWORK && e.kind != ERR_CANCELLED &&
		    e.kind != ERR_AUTH)
			return true;
		return err_set(err, e.kind, "%s", e.text);
	}
	p->member_count = (int64_t)l.n;
	for (size_t i = 0; i < l.n; i++)
		strv_give(
			&p->members,
			l.v[i].name && *l.v[i].name &&
					!str_eq(l.v[i].name, l.v[i].addr)
				? xasprintf("%s <%s>", l.v[i].name, l.v[i].addr)
				: xstrdup(l.v[i].addr));
	contact_members_release(&l);
	return true;
}

/* --- changes of the folder --------------------------------------------------------- */

struct reading {
	struct backend *b;
	const struct item_ref *refs;
	struct contact_page *page;
	struct strv lists; /* paths of lists, one a list in page */
};

static bool on_contact(void *ctx, size_t i, struct dav_row *r,
		       const struct err *why, struct err *err)
{
	struct reading *rd = ctx;
	struct person *p;

	(void)why, (void)err;
	if (!r) {
		strv_add(&rd->page->gone, rd->refs[i].remote_id);
		return true;
	}
	p = person_list_new(&rd->page->people);
	contact_read(r, p);
	mem_replace(&p->key, xstrdup(rd->refs[i].remote_id));
	mem_replace(&p->change_key, xstrdup(rd->refs[i].change_key));
	if (p->kind == PERSON_LIST)
		strv_give(&rd->lists, r->href ? href_path(r->href) : NULL);
	return true;
}

static bool fill_lists(struct reading *rd, const struct op *op, size_t from,
		       struct err *err)
{
	for (size_t i = from, k = 0; i < rd->page->people.n; i++) {
		struct person *p = &rd->page->people.v[i];
		const char *path;

		if (p->kind != PERSON_LIST)
			continue;
		path = rd->lists.v[k++];
		if (path && !fill_list(rd->b, op, path, p, err))
			return false;
	}
	return true;
}

static bool is_contact(const struct item *it)
{
	return str_starts(str_or_empty(it->item_class), "IPM.Contact") ||
	       str_starts(str_or_empty(it->item_class), "IPM.DistList");
}

static bool fetch(struct backend *b, const struct op *op,
		  const struct item_changes *changes, struct contact_page *out,
		  struct err *err)
{
	struct item_ref refs[BATCH];
	struct reading rd = {.b = b, .refs = refs, .page = out};
	size_t n = 0, from = 0;
	bool ok = true;

	for (size_t i = 0; ok && i <= changes->n; i++) {
		const struct item_change *c =
			i < changes->n ? &changes->v[i] : NULL;

		if (c && c->kind == CHANGE_UPSERT && is_contact(&c->item))
			refs[n++] = (struct item_ref){c->item.remote_id,
						      c->item.change_key};
		if (!n || (c && n < BATCH))
			continue;
		strv_init(&rd.lists);
		ok = dav_fetch_rows(b, op, refs, n, USE_CONTACT, on_contact,
				    &rd, err) &&
		     fill_lists(&rd, op, from, err);
		strv_release(&rd.lists);
		from = out->people.n;
		n = 0;
	}
	return ok;
}

bool dav_read_contacts(struct backend *b, const struct op *op,
		       const struct item_list *items, struct person_list *out,
		       struct err *err)
{
	struct item_changes changes = {0};
	struct contact_page got = {0};
	bool ok;

	strv_init(&got.gone);
	strv_init(&got.named);
	for (size_t i = 0; i < items->n; i++)
		vec_add(&changes, ((struct item_change){
					  .kind = CHANGE_UPSERT,
					  .item = items->v[i]})); /* borrowed */
	ok = fetch(b, op, &changes, &got, err);
	vec_release(&changes);
	if (ok) {
		*out = got.people;
		got.people = (struct person_list){0};
	}
	contact_page_release(&got);
	return ok;
}

bool dav_sync_contacts(struct backend *b, const struct op *op,
		       const char *folder, const char *state,
		       struct contact_page *out, struct err *err)
{
	struct sync_page page = {0};
	struct contact_page got = {0};
	bool ok;

	strv_init(&got.gone);
	strv_init(&got.named);
	if (!dav_sync_items(b, op, folder, state, &page, err))
		return false;
	for (size_t i = 0; i < page.items.n; i++) {
		const struct item_change *c = &page.items.v[i];

		if (c->kind == CHANGE_GONE)
			strv_add(&got.gone, c->item.remote_id);
		else if (c->kind == CHANGE_READ)
			strv_add(&got.named, c->item.remote_id);
	}
	ok = fetch(b, op, &page.items, &got, err);
	got.state = page.state;
	page.state = NULL;
	got.more = page.more;
	got.compare_begin = page.compare_begin;
	got.compare_end = page.compare_end;
	sync_page_release(&page);
	if (ok)
		*out = got;
	else
		contact_page_release(&got);
	return ok;
}
