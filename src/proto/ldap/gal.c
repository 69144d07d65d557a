/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ldap/gal.h"
#include <string.h>
#include "base/map.h"

#define PAGE 500
#define BATCH 40	  /* names resolved with one request */
#define MEMBERS_MAX 20000 /* of a list with all in it */
#define NESTED_MAX 500	  /* lists in a list */

/* Everything that mail can be sent to. objectCategory would be quicker, but
 * contacts, groups and folders each have another. */
#define WHO                                                                    \
	"(mail=*)(|(objectClass=user)(objectClass=contact)(objectClass=group)" \
	"(objectClass=publicFolder)"                                           \
	"(objectClass=msExchDynamicDistributionList))"

#define OTHERS 6
static const char *const extra[OTHERS] = {"objectClass",
					  "manager",
					  "mailNickname",
					  "msExchHideFromAddressLists",
					  "msExchRecipientDisplayType",
					  "hideDLMembership"};

/* The attributes of a person, NULL-terminated. */
struct wanted_attributes {
	const char *v[PERSON_FIELDS + OTHERS + 1];
};

static void want_all(struct wanted_attributes *a)
{
	size_t n = 0;

	for (int f = 0; f < PERSON_FIELDS; f++)
		if (*person_row((enum person_field)f)->ldap)
			a->v[n++] = person_row((enum person_field)f)->ldap;
	for (size_t i = 0; i < OTHERS; i++)
		a->v[n++] = extra[i];
	a->v[n] = NULL;
}

/* msExchRecipientDisplayType, also of mailboxes that are elsewhere. */
static bool is_room(int64_t type)
{
	return type == 7 || type == 8 || type == -2147481850 ||
	       type == -2147481594;
}

static enum person_kind kind_of(const struct directory_entry *e)
{
	struct strv classes CLEANUP(strv_release);
	int64_t next;
	enum person_kind kind = PERSON_USER;

	strv_init(&classes);
	entry_values(e, "objectClass", &classes, &next);
	for (size_t i = 0; i < classes.n; i++) {
		if (str_eq_nocase(classes.v[i], "group") ||
		    str_eq_nocase(classes.v[i],
				  "msExchDynamicDistributionList"))
			kind = PERSON_LIST;
		else if (str_eq_nocase(classes.v[i], "publicFolder"))
			kind = PERSON_PUBLIC;
	}
	if (kind == PERSON_USER &&
	    is_room(entry_number(e, "msExchRecipientDisplayType", 0)))
		kind = PERSON_ROOM;
	return kind;
}

static void read_person(struct person *p, const struct directory_entry *e)
{
	person_init(p);
	for (int f = 0; f < PERSON_FIELDS; f++) {
		const char *attribute = person_row((enum person_field)f)->ldap;

		if (*attribute)
			*person_at(p, (enum person_field)f) =
				entry_text(e, attribute);
	}
	p->kind = kind_of(e);
	p->source = PERSON_LIVE;
	p->key = xstrdup(entry_dn(e));
	p->manager_key = entry_text(e, "manager");
	if (!p->name)
		p->name = xstrdup(p->alias ? p->alias : p->addr);
}

static bool is_hidden(const struct directory_entry *e)
{
	return entry_is_true(e, "msExchHideFromAddressLists");
}

/* --- searching
 * ------------------------------------------------------------------ */

/* "office:2.14": a field of the directory, and what it begins with. */
static bool add_field(struct str *f, const char *word, size_t len)
{
	const char *colon = memchr(word, ':', len);
	enum person_field field;

	if (!colon || colon == word)
		return false;
	char *name CLEANUP(mem_free_ptr) =
		xstrndup(word, (size_t)(colon - word));
	char *value CLEANUP(mem_free_ptr) =
		xstrndup(colon + 1, len - (size_t)(colon - word) - 1);

	field = person_field_find(name);
	if (field == PERSON_FIELDS || !*person_row(field)->ldap || !*value)
		return false;
	filter_add_prefix(f, person_row(field)->ldap, value);
	return true;
}

void gal_add_filter(struct str *f, const char *words)
{
	struct str anr CLEANUP(str_release) = STR_INIT;

	str_add(f, "(&" WHO);
	for (const char *w = words; *w;) {
		size_t n = strcspn(w, " \t\n");

		if (n && !add_field(f, w, n)) {
			if (anr.len)
				str_add_char(&anr, ' ');
			str_add_mem(&anr, w, n);
		}
		w += n;
		w += strspn(w, " \t\n");
	}
	if (anr.len)
		filter_add_equal(f, "anr", anr.s);
	str_add_char(f, ')');
}

struct collect {
	struct person_list *out;
	int limit;
	bool more;
};

static bool collect_one(void *ctx, const struct directory_entry *e)
{
	struct collect *c = ctx;

	if (is_hidden(e))
		return true;
	if (c->limit && c->out->n >= (size_t)c->limit) {
		c->more = true;
		return false;
	}
	read_person(vec_new(c->out), e);
	return true;
}

/* Everybody whom the filter finds. */
static bool collect(struct directory *d, const char *base,
		    enum directory_scope scope, const char *filter, int limit,
		    struct person_list *out, bool *more, struct err *err)
{
	struct wanted_attributes a;
	struct person_list found = {0};
	struct collect c = {.out = &found, .limit = limit};
	struct directory_query q = {.base = base,
				    .scope = scope,
				    .filter = filter,
				    .attributes = a.v,
				    .page = PAGE};
	bool left = false;

	want_all(&a);
	if (limit && limit < PAGE)
		q.page = limit + 1;
	if (scope == SCOPE_OBJECT)
		q.page = 0;
	if (!directory_search(d, &q, collect_one, &c, &left, err)) {
		person_list_release(&found);
		return false;
	}
	if (more)
		*more = c.more || left;
	for (size_t i = 0; i < found.n; i++)
		vec_add(out, found.v[i]);
	vec_release(&found);
	return true;
}

bool gal_search(struct directory *d, const char *words, int limit,
		struct person_list *out, bool *more, struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;

	gal_add_filter(&f, words);
	return collect(d, NULL, SCOPE_TREE, f.s, limit, out, more, err);
}

bool gal_reports(struct directory *d, const char *key, struct person_list *out,
		 struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;

	str_add(&f, "(&" WHO);
	filter_add_equal(&f, "manager", key);
	str_add_char(&f, ')');
	return collect(d, NULL, SCOPE_TREE, f.s, 0, out, NULL, err);
}

/* --- one entry
 * --------------------------------------------------------------------- */

struct single {
	struct person *out;
	bool found;
};

static bool take_single(void *ctx, const struct directory_entry *e)
{
	struct single *s = ctx;

	if (!s->found)
		read_person(s->out, e);
	s->found = true;
	return false;
}

static bool get_one(struct directory *d, const char *base,
		    enum directory_scope scope, const char *filter,
		    struct person *out, struct err *err)
{
	struct wanted_attributes a;
	struct single s = {.out = out};
	struct directory_query q = {.base = base,
				    .scope = scope,
				    .filter = filter,
				    .attributes = a.v};

	want_all(&a);
	if (!directory_search(d, &q, take_single, &s, NULL, err))
		return false;
	if (!s.found)
		return err_set(err, ERR_NOT_FOUND,
			       "the address list has no such entry");
	return true;
}

bool gal_get(struct directory *d, const char *key, struct person *out,
	     struct err *err)
{
	return get_one(d, key, SCOPE_OBJECT, "(objectClass=*)", out, err);
}

bool gal_by_address(struct directory *d, const char *addr, struct person *out,
		    struct err *err)
{
	struct str f CLEANUP(str_release) = STR_INIT;

	str_add(&f, "(|");
	filter_add_equal(&f, "mail", addr);
	str_add(&f, "(proxyAddresses=smtp:");
	filter_add_value(&f, addr);
	str_add_char(&f, ')');
	filter_add_equal(&f, "legacyExchangeDN", addr);
	str_add_char(&f, ')');
	return get_one(d, NULL, SCOPE_TREE, f.s, out, err);
}

static bool take_photo(void *ctx, const struct directory_entry *e)
{
	return !entry_bytes(e, "thumbnailPhoto", ctx);
}

bool gal_photo(struct directory *d, const char *key, struct bytes *out,
	       struct err *err)
{
	static const char *const attributes[] = {"thumbnailPhoto", NULL};
	struct directory_query q = {.base = key,
				    .scope = SCOPE_OBJECT,
				    .filter = "(objectClass=*)",
				    .attributes = attributes};
	struct bytes photo = {0};

	if (!directory_search(d, &q, take_photo, &photo, NULL, err))
		return false;
	if (!photo.len)
		return err_set(err, ERR_NOT_FOUND,
			       "the address list has no picture of them");
	*out = photo;
	return true;
}

/* --- everybody
 * ----------------------------------------------------------------------- */

struct each {
	gal_fn *fn;
	void *ctx;
};

static bool each_one(void *ctx, const struct directory_entry *e)
{
	struct each *each = ctx;
	struct person p;

	read_person(&p, e);
	return each->fn(each->ctx, &p, is_hidden(e));
}

bool gal_each(struct directory *d, int64_t since, gal_fn *fn, void *ctx,
	      struct err *err)
{
	struct wanted_attributes a;
	struct str f CLEANUP(str_release) = STR_INIT;
	struct each each = {fn, ctx};
	struct directory_query q = {
		.scope = SCOPE_TREE, .attributes = a.v, .page = PAGE};

	want_all(&a);
	str_add(&f, "(&" WHO);
	if (since > 0)
		str_addf(&f, "(uSNChanged>=%lld)", (long long)since + 1);
	str_add_char(&f, ')');
	q.filter = f.s;
	return directory_search(d, &q, each_one, &each, NULL, err);
}

static bool take_key(void *ctx, const struct directory_entry *e)
{
	strv_add(ctx, entry_dn(e));
	return true;
}

bool gal_keys(struct directory *d, struct strv *out, struct err *err)
{
	struct directory_query q = {
		.scope = SCOPE_TREE, .filter = "(&" WHO ")", .page = 1000};

	return directory_search(d, &q, take_key, out, NULL, err);
}

/* --- lists
 * -----------------------------------------------------------------------------
 */

struct list_entry {
	struct strv members;
	int64_t next;
	bool hidden, dynamic;
	char *filter, *base; /* of a dynamic list */
};

static bool take_list(void *ctx, const struct directory_entry *e)
{
	struct list_entry *l = ctx;

	entry_values(e, "member", &l->members, &l->next);
	l->hidden = entry_is_true(e, "hideDLMembership");
	mem_replace(&l->filter, entry_text(e, "msExchDynamicDLFilter"));
	mem_replace(&l->base, entry_text(e, "msExchDynamicDLBaseDN"));
	l->dynamic = l->filter != NULL;
	return true;
}

/* The names of a list's members; of a long one range after range. */
static bool read_list(struct directory *d, const char *key,
		      struct list_entry *l, struct err *err)
{
	bool ok = true;

	l->next = 0;
	do {
		char *member CLEANUP(mem_free_ptr) =
			l->next ? xasprintf("member;range=%lld-*",
					    (long long)l->next)
				: xstrdup("member");
		const char *attributes[] = {member, "hideDLMembership",
					    "msExchDynamicDLFilter",
					    "msExchDynamicDLBaseDN", NULL};
		struct directory_query q = {.base = key,
					    .scope = SCOPE_OBJECT,
					    .filter = "(objectClass=*)",
					    .attributes = attributes};
		int64_t before = l->next;

		ok = directory_search(d, &q, take_list, l, NULL, err);
		if (l->next && l->next <= before)
			l->next = 0; /* a server that does not get on */
	} while (ok && l->next && l->members.n < MEMBERS_MAX);
	return ok;
}

/* Names of entries to entries, many with one request. */
static bool resolve(struct directory *d, const struct strv *names,
		    struct map *seen, struct person_list *out, struct err *err)
{
	for (size_t i = 0; i < names->n;) {
		struct str f CLEANUP(str_release) = STR_INIT;
		size_t wanted = 0;

		str_add(&f, "(&" WHO "(|");
		for (; i < names->n && wanted < BATCH; i++) {
			if (map_find(seen, names->v[i]))
				continue;
			map_set(seen, names->v[i], seen);
			filter_add_equal(&f, "distinguishedName", names->v[i]);
			wanted++;
		}
		str_add(&f, "))");
		if (wanted &&
		    !collect(d, NULL, SCOPE_TREE, f.s, 0, out, NULL, err))
			return false;
	}
	return true;
}

static bool expand_one(struct directory *d, const char *key, struct map *seen,
		       struct person_list *out, struct err *err)
{
	struct list_entry l = {0};
	bool ok;

	strv_init(&l.members);
	ok = read_list(d, key, &l, err);
	if (ok && l.dynamic && !l.hidden) {
		char *f CLEANUP(mem_free_ptr) =
			xasprintf("(&" WHO "%s)", l.filter);

		ok = collect(d, l.base, SCOPE_TREE, f, MEMBERS_MAX, out, NULL,
			     err);
	} else if (ok && !l.hidden) {
		ok = resolve(d, &l.members, seen, out, err);
	}
	strv_release(&l.members);
	free(l.filter);
	free(l.base);
	return ok;
}

bool gal_expand(struct directory *d, const char *key, bool deep,
		struct person_list *out, struct err *err)
{
	struct map *seen = map_new(NULL);
	struct person_list all = {0}, kept = {0};
	size_t lists = 0;
	bool ok;

	map_set(seen, key, seen);
	ok = expand_one(d, key, seen, &all, err);
	for (size_t i = 0; ok && deep && i < all.n; i++) {
		char *inner CLEANUP(mem_free_ptr) = NULL;

		if (all.v[i].kind != PERSON_LIST || all.n > MEMBERS_MAX ||
		    lists++ >= NESTED_MAX)
			continue;
		inner = xstrdup(all.v[i].key); /* the array may move */
		ok = expand_one(d, inner, seen, &all, err);
	}
	map_free(seen);
	for (size_t i = 0; ok && i < all.n; i++) {
		if (deep && all.v[i].kind == PERSON_LIST)
			continue;
		vec_add(&kept, all.v[i]);
		memset(&all.v[i], 0, sizeof(all.v[i]));
		person_init(&all.v[i]);
	}
	person_list_release(&all);
	if (ok)
		person_list_merge(out, &kept);
	person_list_release(&kept);
	return ok;
}
