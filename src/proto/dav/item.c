/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/item.h"
#include "base/chan.h"
#include "base/clock.h"
#include "base/codec.h"
#include "mime/address.h"
#include "mime/read.h"
#include "proto/dav/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* --- model/fields.def as WebDAV sees it -------------------------------------
 */
enum field_type {
	FIELD_TEXT,
	FIELD_TIME,
	FIELD_INT,
	FIELD_HEX,
	FIELD_ADDR,
	FIELD_RCPT,
	FIELD_STRV,
	FIELD_BIT,
	FIELD_SPECIAL
};
struct field {
	const char *name;
	enum field_type type;
	unsigned bit;
	size_t offset;
	enum dav_prop prop;
};
#define FIELD_BIT(b) FIELD_BIT, .bit = (b)
static struct field fields[] = {
#define FIELD(member, TYPE, dav, ews, since, sql, when)                        \
	{.name = (dav),                                                        \
	 .type = FIELD_##TYPE,                                                 \
	 .offset = offsetof(struct item, member)},
#include "model/fields.def"
#undef FIELD
};
#undef FIELD_BIT

static void fill_fields(void)
{
	for (size_t i = 0; i < ARRAY_LEN(fields); i++) {
		fields[i].prop = prop_find(fields[i].name);
		if (fields[i].prop == PROP_COUNT)
			BUG("%s is not in dav/props.def", fields[i].name);
	}
}

static char **text_of(struct item *it, const struct field *f)
{
	return (char **)(void *)((char *)it + f->offset);
}

static int64_t *number_of(struct item *it, const struct field *f)
{
	return (int64_t *)(void *)((char *)it + f->offset);
}

/* --- values
 * -------------------------------------------------------------------- */
/* "<a@b> <c@d>" without the brackets, one blank between. */
static char *bare_ids(const char *s)
{
	struct str out = STR_INIT;

	for (; *s; s++) {
		bool gap = strchr("<> \t\r\n,", *s) != NULL;

		if (!gap)
			str_add_char(&out, *s);
		else if (out.len && out.s[out.len - 1] != ' ')
			str_add_char(&out, ' ');
	}
	str_trim(&out);
	return str_take(&out);
}

static char *hex_of(const char *base64)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str hex = STR_INIT;

	if (!codec_base64_decode(&raw, base64, strlen(base64)) || !raw.len)
		return NULL;
	codec_hex_add(&hex, raw.s, raw.len);
	return str_take(&hex);
}

/* An address of the directory ("/O=...") is no use to people. */
static void drop_paths(struct mime_address_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].addr && !strchr(l->v[i].addr, '@'))
			mem_replace(&l->v[i].addr, NULL);
}

static void set_person(struct item *it, const struct field *f, const char *s)
{
	struct mime_address_list l CLEANUP(mime_address_list_release);

	mime_address_list_init(&l);
	(void)mime_address_parse(&l, s, 1);
	drop_paths(&l);
	if (f->offset == offsetof(struct item, from_name)) {
		const char *name = l.n && l.v[0].name ? l.v[0].name : NULL;
		const char *addr = l.n ? l.v[0].addr : NULL;

		mem_replace(&it->from_addr, xstrdup(addr));
		mem_replace(&it->from_name, xstrdup(name   ? name
						    : addr ? addr
							   : s));
	} else if (l.n) {
		mem_replace(&it->sender_addr, xstrdup(l.v[0].addr));
	}
}

static void set_people(char **to, const char *s)
{
	struct mime_address_list l CLEANUP(mime_address_list_release);
	struct str text = STR_INIT;

	mime_address_list_init(&l);
	(void)mime_address_parse(&l, s, 0);
	drop_paths(&l);
	mime_address_list_add_text(&text, &l);
	mem_replace(to, text.len ? str_take(&text) : NULL);
	str_release(&text);
}

static int flag_of(const struct dav_row *r)
{
	int64_t flag = dav_row_number(r, PROP_FLAG_STATUS, 0);

	return flag == 1 || flag == 2 ? (int)flag : 0;
}

static int importance_of(const struct dav_row *r)
{
	int64_t n = dav_row_number(r, PROP_PR_IMPORTANCE,
				   dav_row_number(r, PROP_IMPORTANCE, 1));

	return n == 0 || n == 2 ? (int)n : 1;
}

static unsigned special_flags(const struct dav_row *r)
{
	int64_t verb = dav_row_number(r, PROP_LAST_VERB, 0);
	int flag = flag_of(r), importance = importance_of(r);
	unsigned flags = 0;

	if (dav_row_number(r, PROP_MESSAGE_FLAGS, 0) & 8) /* unsent */
		flags |= ITEM_DRAFT;
	flags |= flag == 2 ? ITEM_FLAGGED : flag == 1 ? ITEM_COMPLETE : 0u;
	flags |= importance == 2 ? ITEM_HIGH : importance == 0 ? ITEM_LOW : 0u;
	flags |= verb == 102 || verb == 103 ? ITEM_ANSWERED
		 : verb == 104		    ? ITEM_FORWARDED
					    : 0u;
	return flags;
}

/* ISO, or a header's RFC 5322 date. */
static int64_t any_date(const char *s)
{
	char *text CLEANUP(mem_free_ptr) = NULL;
	struct mime_message *m;
	int64_t t = CLOCK_NEVER;

	if (!s || !*s)
		return CLOCK_NEVER;
	if (clock_parse_iso(s, &t))
		return t;
	text = xasprintf("Date: %s\r\n\r\n", s);
	if (!mime_read_headers_only(&m, text, strlen(text), NULL, NULL))
		return CLOCK_NEVER;
	t = mime_date(m);
	mime_message_free(m);
	return t;
}

static int64_t due_of(const struct dav_row *r)
{
	static const enum dav_prop props[] = {
		PROP_TASK_DUE,		 PROP_TASK_DUE_LONG,
		PROP_TASK_DUE_ESCAPED,	 PROP_TASK_DUE_BARE,
		PROP_TASK_DUE_BARE_LONG, PROP_REPLY_BY};
	int64_t t = CLOCK_NEVER;

	if (flag_of(r) == 0)
		return CLOCK_NEVER;
	for (size_t i = 0; i < ARRAY_LEN(props) && t == CLOCK_NEVER; i++)
		t = any_date(r->value[props[i]]);
	return t;
}

/* Items made by other means have no class of Outlook's (8.1). */
static const char *class_of(const struct dav_row *r)
{
	static const struct {
		const char *content, *class;
	} classes[] = {
		{"urn:content-classes:calendarmessage",
		 "IPM.Schedule.Meeting.Request"},
		{"urn:content-classes:appointment", "IPM.Appointment"},
		{"urn:content-classes:person", "IPM.Contact"},
		{"urn:content-classes:group", "IPM.DistList"},
		{"urn:content-classes:task", "IPM.Task"},
		{"urn:content-classes:note", "IPM.StickyNote"},
		{"urn:content-classes:journal", "IPM.Activity"},
		{"urn:content-classes:document", "IPM.Document"},
		{"urn:content-classes:recallmessage", "IPM.Outlook.Recall"},
		{"urn:content-classes:dsn", "REPORT.IPM.Note.NDR"},
		{"urn:content-classes:mdn", "REPORT.IPM.Note.IPNRN"},
	};
	const char *content = r->value[PROP_CONTENTCLASS];

	if (r->value[PROP_MESSAGECLASS] && *r->value[PROP_MESSAGECLASS])
		return r->value[PROP_MESSAGECLASS];
	for (size_t i = 0; content && i < ARRAY_LEN(classes); i++)
		if (str_eq_nocase(content, classes[i].content))
			return classes[i].class;
	return "IPM.Note";
}

static void set_field(struct item *it, const struct field *f,
		      const struct dav_row *r)
{
	const char *s = r->value[f->prop];

	if (!s || !*s)
		return;
	switch (f->type) {
	case FIELD_TEXT:
		mem_replace(text_of(it, f),
			    f->prop == PROP_MESSAGE_ID ||
					    f->prop == PROP_IN_REPLY_TO ||
					    f->prop == PROP_REFERENCES
				    ? bare_ids(s)
				    : xstrdup(s));
		break;
	case FIELD_TIME:
		*number_of(it, f) = any_date(s);
		break;
	case FIELD_INT:
		*number_of(it, f) = dav_row_number(r, f->prop, 0);
		break;
	case FIELD_HEX:
		mem_replace(text_of(it, f), hex_of(s));
		break;
	case FIELD_ADDR:
		set_person(it, f, s);
		break;
	case FIELD_RCPT:
		set_people(text_of(it, f), s);
		break;
	case FIELD_STRV:
		mem_replace(text_of(it, f), xstrdup(s));
		break;
	case FIELD_BIT:
		if (f->bit != ITEM_DRAFT && dav_row_is_true(r, f->prop))
			it->flags |= f->bit;
		break;
	case FIELD_SPECIAL:
		break; /* special_flags */
	}
}

/* --- rows
 * ------------------------------------------------------------------------ */
char *item_row_id(struct backend *b, const struct dav_row *r)
{
	char *folder, *item, *id = NULL, *below, *own;
	const char *url = r->value[PROP_PERMANENTURL];

	below = r->href ? wire_below(b, r->href) : NULL;
	/* Another's item is known by its path (others.c). */
	if (below && *below == '/') {
		id = xasprintf("p:%s", below);
		free(below);
		return id;
	}
	free(below);
	if (url && !b->by_path && href_keys(url, &folder, &item)) {
		if (item)
			id = xasprintf("%s/%s", folder, item);
		/* Are replication ids the same keys? Then a deletion told by
		 * one names the item (9.1). */
		own = r->value[PROP_REPL_UID]
			      ? href_key_of_rid(r->value[PROP_REPL_UID])
			      : NULL;
		if (own && item && strcmp(own, item) != 0)
			b->rids_differ = true;
		free(own);
		free(folder);
		free(item);
		if (id)
			return id;
	}
	below = r->href ? wire_below(b, r->href) : NULL;
	if (!below || !*below) {
		free(below);
		return NULL;
	}
	b->rids_differ = true;
	id = xasprintf("p:%s", below);
	free(below);
	return id;
}

bool item_read_row(struct backend *b, const struct dav_row *r, struct item *it)
{
	static int filled;
	struct item_key key;
	char *below CLEANUP(mem_free_ptr) =
		r->href ? wire_below(b, r->href) : NULL;
	char *id;

	/* An address outside the mailbox is nothing of ours (1.3). */
	if (!below || dav_row_status(r) >= 300)
		return false;
	id = item_row_id(b, r);
	if (!id)
		return false;
	chan_once(&filled, fill_fields);
	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		set_field(it, &fields[i], r);
	mem_replace(&it->remote_id, id);
	mem_replace(&it->item_class, xstrdup(class_of(r)));
	it->flags |= special_flags(r) | item_flags_of_class(it->item_class);
	it->flag_due = due_of(r);
	item_key_of_row(&key, r);
	mem_replace(&it->change_key, item_key_write(&key));
	item_key_release(&key);
	return true;
}

/* --- change keys
 * -------------------------------------------------------------------- */
uint32_t item_hash_categories(const char *names)
{
	struct strv v;
	uint32_t sum = 0;

	strv_init(&v);
	strv_split(&v, str_or_empty(names), "\n");
	for (size_t i = 0; i < v.n; i++) {
		uint32_t h = 0x811c9dc5u;

		for (const char *p = v.v[i]; *p; p++)
			h = (h ^ (unsigned char)*p) * 0x01000193u;
		sum += h;
	}
	strv_release(&v);
	return sum;
}

/* A server may write an address with a blank in it, which ends the name in a
 * change key. */
static char *encoded_name(const char *href)
{
	char *name CLEANUP(mem_free_ptr) = href_name(href);
	struct str b = STR_INIT;

	if (!name)
		return NULL;
	for (const char *p = name; *p; p++)
		if ((unsigned char)*p <= ' ')
			str_addf(&b, "%%%02X", (unsigned)*p);
		else
			str_add_char(&b, *p);
	return str_take(&b);
}

void item_key_of_row(struct item_key *k, const struct dav_row *r)
{
	*k = (struct item_key){
		.name = r->href ? encoded_name(r->href) : NULL,
		.article = dav_row_number(r, PROP_ARTICLE, -1),
		.flag = flag_of(r),
		.due = due_of(r),
		.importance = importance_of(r),
		.verb = (int)dav_row_number(r, PROP_LAST_VERB, 0),
		.categories = item_hash_categories(r->value[PROP_KEYWORDS]),
	};
}

char *item_key_write(const struct item_key *k)
{
	return xasprintf("%s %" PRId64 " %d %" PRId64 " %d %d %" PRIx32,
			 k->name && *k->name ? k->name : "/", k->article,
			 k->flag, k->due, k->importance, k->verb,
			 k->categories);
}

bool item_key_read(struct item_key *k, const char *change_key)
{
	const char *p = str_or_empty(change_key);
	size_t n = strcspn(p, " ");

	*k = (struct item_key){.article = -1, .due = CLOCK_NEVER};
	if (!n || !p[n] ||
	    sscanf(p + n, " %" SCNd64 " %d %" SCNd64 " %d %d %" SCNx32,
		   &k->article, &k->flag, &k->due, &k->importance, &k->verb,
		   &k->categories) != 6)
		return false;
	if (*p != '/')
		k->name = xstrndup(p, n);
	return true;
}

void item_key_release(struct item_key *k)
{
	mem_replace(&k->name, NULL);
}

/* --- places
 * ----------------------------------------------------------------------------
 */
void item_place_release(struct item_place *p)
{
	free(p->folder);
	free(p->base);
	free(p->name);
	free(p->path);
	free(p->permanent);
	*p = (struct item_place){0};
}

static void place_by_path(struct backend *b, const char *below,
			  struct item_place *out)
{
	char *parent CLEANUP(mem_free_ptr) = href_parent(below);

	out->base = wire_path(b, parent);
	out->name = href_name(below);
	out->path = wire_path(b, below);
}

bool item_find_place(struct backend *b, const struct op *op,
		     const struct item_ref *ref, struct item_place *out,
		     struct err *err)
{
	const char *id = ref->remote_id, *slash = strchr(id, '/');
	struct item_key key;
	const char *below;

	*out = (struct item_place){0};
	if (str_starts(id, "p:")) {
		if (!dav_ready(b, op, err))
			return false;
		if (id[2] == '/')
			dav_learn_others(b, op, id + 2);
		place_by_path(b, id + 2, out);
		return true;
	}
	if (!slash || !slash[1] || !strchr(id, '-'))
		return err_set(err, ERR_NOT_FOUND,
			       "the item is no longer there");
	out->folder = xstrndup(id, (size_t)(slash - id));
	below = dav_folder_path(b, op, out->folder, err);
	if (!below) {
		if (err && err->kind == ERR_NOT_FOUND)
			err_set(err, ERR_NOT_FOUND,
				"the item is no longer there");
		item_place_release(out);
		return false;
	}
	out->base = wire_path(b, below);
	out->permanent = xasprintf("%s-FlatUrlSpace-/%s", b->root, id);
	if (item_key_read(&key, ref->change_key) && key.name) {
		out->name = key.name;
		key.name = NULL;
		out->path = xasprintf("%s%s", out->base, out->name);
	}
	item_key_release(&key);
	return true;
}

const char *item_path(const struct item_place *p)
{
	return p->path ? p->path : p->permanent;
}

const char *item_other_path(const struct item_place *p)
{
	return p->path ? p->permanent : NULL;
}

bool item_do(struct backend *b, const struct op *op, const struct item_place *p,
	     struct dav_call *c, struct err *err)
{
	struct err e = ERR_INIT;

	c->path = item_path(p);
	if (dav_do(b, op, c, &e))
		return true;
	/* Renamed meanwhile, or a name that this server's IIS refuses (1.3). */
	if ((e.number == 404 || e.number == 400 ||
	     (e.number == 500 && !c->changes)) &&
	    item_other_path(p)) {
		struct err second = ERR_INIT;

		c->path = item_other_path(p);
		if (dav_do(b, op, c, &second))
			return true;
		if (second.number != 404 && second.number != 400)
			e = second;
	}
	if (err)
		*err = e;
	return false;
}

/* --- new ids
 * ------------------------------------------------------------------------------
 */
struct asked {
	struct backend *b;
	char *id, *key;
};

static bool take_asked(void *ctx, struct dav_row *r, struct err *err)
{
	struct asked *a = ctx;
	struct item_key key;

	(void)err;
	if (dav_row_status(r) >= 300)
		return true;
	mem_replace(&a->id, item_row_id(a->b, r));
	item_key_of_row(&key, r);
	mem_replace(&a->key, item_key_write(&key));
	item_key_release(&key);
	return true;
}

bool item_ask_id(struct backend *b, const struct op *op, const char *path,
		 char **id, char **change_key, struct err *err)
{
	struct asked a = {.b = b};

	*id = *change_key = NULL;
	if (!query_propfind(b, op, path, "0", USE_ITEM, NULL, take_asked, &a,
			    err)) {
		free(a.id);
		free(a.key);
		return err && err->kind == ERR_NOT_FOUND;
	}
	*id = a.id;
	*change_key = a.key;
	return true;
}

bool item_arrived_id(struct backend *b, const struct op *op, const char *folder,
		     const char *repl_uid, const char *permanent,
		     const char *location, char **id, char **change_key,
		     struct err *err)
{
	char *path CLEANUP(mem_free_ptr) =
		location ? href_path(location) : NULL;
	char *f = NULL, *i = NULL;

	*id = *change_key = NULL;
	if (permanent && href_keys(permanent, &f, &i) && i)
		*id = xasprintf("%s/%s", f, i);
	free(f);
	free(i);
	if (!*id && repl_uid && !b->rids_differ && !str_starts(folder, "p:")) {
		char *key CLEANUP(mem_free_ptr) = href_key_of_rid(repl_uid);

		if (key)
			*id = xasprintf("%s/%s", folder, key);
	}
	if (*id || !path)
		return true;
	return item_ask_id(b, op, path, id, change_key, err);
}
