/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* What the directory holds: an entry for each mailbox and group. */
#include "tests/sim/ldap.h"

#include <string.h>
#include <strings.h>
#include "base/codec.h"

#define USERS "CN=Users," LDAP_BASE
#define COMPANY "Halden Instruments"
enum {
	OCTETS = 0x04,
	ENUM = 0x0a,
	SEQUENCE = 0x30,
	SET = 0x31,
	/* results */
	SUCCESS = 0,
	NO_ATTRIBUTE = 16,
	CONSTRAINT = 19,
	EXISTS = 20,
	NO_OBJECT = 32,
	NO_RIGHT = 50
};

struct entry {
	const struct box *box; /* or */
	const struct group *group;
};

static char *dn_of(const struct entry *e)
{
	return xasprintf("CN=%s," USERS,
			 e->box ? e->box->name : e->group->name);
}

static struct box *box_of_dn(struct state *st, const char *dn)
{
	for (size_t i = 0; i < st->boxes.n; i++) {
		struct entry e = {.box = st->boxes.v[i]};
		char *own = dn_of(&e);
		bool same = strcasecmp(own, dn) == 0;

		free(own);
		if (same)
			return st->boxes.v[i];
	}
	return NULL;
}

/* --- attributes ---------------------------------------------------------------- */
/* Values may hold NULs (a SID), so they are length-prefixed in a str each. */
struct values {
	struct bytes *v;
	size_t n, cap;
};

static void add_bytes(struct values *l, const void *p, size_t len)
{
	bytes_set(vec_new(l), p, len);
}

static void add_text(struct values *l, const char *s)
{
	if (s && *s)
		add_bytes(l, s, strlen(s));
}

static void take_text(struct values *l, char *owned)
{
	add_text(l, owned);
	free(owned);
}

static void release_values(struct values *l)
{
	for (size_t i = 0; i < l->n; i++)
		bytes_release(&l->v[i]);
	vec_release(l);
}

static void add_sid(struct values *l, const char *sid)
{
	unsigned char raw[68] = {1};
	size_t n = 0;

	for (const char *p = sid ? strchr(sid + 2, '-') : NULL; p && n < 16;
	     p = strchr(p + 1, '-'), n++) {
		unsigned long part = strtoul(p + 1, NULL, 10);

		if (n == 0) {
			raw[7] = (unsigned char)part;
			continue;
		}
		for (int k = 0; k < 4; k++)
			raw[8 + 4 * (n - 1) + (size_t)k] =
				(unsigned char)(part >> (8 * k) & 0xff);
	}
	if (n < 2)
		return;
	raw[1] = (unsigned char)(n - 1);
	add_bytes(l, raw, 8 + 4 * (n - 1));
}

static void add_photo(struct values *l, const char *base64)
{
	struct str b = STR_INIT;

	if (codec_base64_decode(&b, base64, strlen(base64)))
		add_bytes(l, b.s, b.len);
	str_release(&b);
}

static void add_delegates(struct state *st, const struct box *box, bool back,
			  struct values *l)
{
	for (size_t i = 0; i < st->boxes.n; i++) {
		const struct box *other = st->boxes.v[i];
		const struct box *owner = back ? other : box;
		const struct box *who = back ? box : other;
		struct entry e = {.box = other};

		if (strv_has(&owner->send_behalf, who->address))
			take_text(l, dn_of(&e));
	}
}

/* In kilobytes; absent is no limit (dossier 24). */
static void add_limit(struct values *l, uint64_t bytes)
{
	if (bytes)
		take_text(l, xasprintf("%llu",
				       (unsigned long long)(bytes / 1024)));
}

static void limit_values(const struct box *box, const char *name,
			 struct values *l)
{
	if (strcasecmp(name, "mDBUseDefaults") == 0)
		add_text(l, "FALSE");
	else if (strcasecmp(name, "mDBStorageQuota") == 0)
		add_limit(l, box->warn);
	else if (strcasecmp(name, "mDBOverQuotaLimit") == 0)
		add_limit(l, box->no_send);
	else if (strcasecmp(name, "mDBOverHardQuotaLimit") == 0)
		add_limit(l, box->quota);
	else if (strcasecmp(name, "submissionContLength") == 0)
		add_limit(l, box->message_limit);
}

static void box_values(struct state *st, const struct box *box,
		       const char *name, struct values *l)
{
	if (strcasecmp(name, "displayName") == 0 || strcasecmp(name, "cn") == 0)
		add_text(l, box->name);
	else if (strcasecmp(name, "mail") == 0 ||
		 strcasecmp(name, "userPrincipalName") == 0)
		add_text(l, box->address);
	else if (strcasecmp(name, "proxyAddresses") == 0)
		take_text(l, xasprintf("SMTP:%s", box->address));
	else if (strcasecmp(name, "mailNickname") == 0 ||
		 strcasecmp(name, "sAMAccountName") == 0)
		add_text(l, box->alias);
	else if (strcasecmp(name, "givenName") == 0)
		add_text(l, box->given);
	else if (strcasecmp(name, "sn") == 0)
		add_text(l, box->surname);
	else if (strcasecmp(name, "title") == 0)
		add_text(l, box->title);
	else if (strcasecmp(name, "department") == 0)
		add_text(l, box->department);
	else if (strcasecmp(name, "telephoneNumber") == 0)
		add_text(l, box->phone);
	else if (strcasecmp(name, "company") == 0)
		add_text(l, COMPANY);
	else if (strcasecmp(name, "legacyExchangeDN") == 0)
		take_text(l, box_dn(box));
	else if (strcasecmp(name, "objectSid") == 0)
		add_sid(l, box->sid);
	else if (strcasecmp(name, "publicDelegates") == 0)
		add_delegates(st, box, false, l);
	else if (strcasecmp(name, "publicDelegatesBL") == 0)
		add_delegates(st, box, true, l);
	else if (strcasecmp(name, "thumbnailPhoto") == 0 && box->photo)
		add_photo(l, box->photo);
	else if (strcasecmp(name, "objectClass") == 0) {
		add_text(l, "person");
		add_text(l, "user");
	} else {
		limit_values(box, name, l);
	}
}

static void add_members(const struct group *g, struct values *l)
{
	for (size_t i = 0; i < g->members.n; i++) {
		struct entry e = {.box = g->members.v[i]};

		take_text(l, dn_of(&e));
	}
}

static void values_of(struct state *st, const struct entry *e, const char *name,
		      struct values *l)
{
	if (strcasecmp(name, "distinguishedName") == 0)
		take_text(l, dn_of(e));
	else if (e->box)
		box_values(st, e->box, name, l);
	else if (strcasecmp(name, "displayName") == 0 ||
		 strcasecmp(name, "cn") == 0)
		add_text(l, e->group->name);
	else if (strcasecmp(name, "mail") == 0)
		add_text(l, e->group->address);
	else if (strcasecmp(name, "objectSid") == 0)
		add_sid(l, e->group->sid);
	else if (strcasecmp(name, "member") == 0)
		add_members(e->group, l);
	else if (strcasecmp(name, "objectClass") == 0)
		add_text(l, "group");
}

/* --- filters (RFC 4511 4.5.1.7) --------------------------------------------------- */
static int folded(int c)
{
	return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

/* Byte by byte: a SID holds NULs. */
static bool begins(const struct bytes *v, const struct ber *wanted)
{
	size_t n = (size_t)(wanted->end - wanted->p), i = 0;

	while (i < n && i < v->len && folded(v->p[i]) == folded(wanted->p[i]))
		i++;
	return i == n;
}

static bool same_bytes(const struct bytes *v, const struct ber *wanted)
{
	return v->len == (size_t)(wanted->end - wanted->p) && begins(v, wanted);
}

/* Ambiguous names: the beginning of one of the usual attributes. */
static bool matches_anr(struct state *st, const struct entry *e,
			const struct ber *wanted)
{
	static const char *const names[] = {"displayName", "givenName", "sn",
					    "mailNickname", "mail"};
	bool found = false;

	for (size_t i = 0; i < ARRAY_LEN(names) && !found; i++) {
		struct values l = {0};

		values_of(st, e, names[i], &l);
		for (size_t k = 0; k < l.n; k++)
			found |= begins(&l.v[k], wanted);
		release_values(&l);
	}
	return found;
}

static bool matches_assertion(struct state *st, const struct entry *e, int tag,
			      struct ber c)
{
	char *name = ber_text(&c, OCTETS);
	struct values l = {0};
	struct ber wanted, parts;
	bool found = false;

	if (!name)
		return false;
	values_of(st, e, name, &l);
	if (tag == 0xa3 && ber_next(&c, &wanted) == OCTETS) {
		found = strcasecmp(name, "anr") == 0 &&
			matches_anr(st, e, &wanted);
		for (size_t i = 0; i < l.n; i++)
			found |= same_bytes(&l.v[i], &wanted);
	} else if (tag == 0xa4 && ber_next(&c, &parts) == SEQUENCE &&
		   ber_next(&parts, &wanted) == 0x80) {
		for (size_t i = 0; i < l.n; i++)
			found |= begins(&l.v[i], &wanted);
	}
	release_values(&l);
	free(name);
	return found;
}

static bool matches(struct state *st, const struct entry *e, struct ber *b,
		    int depth)
{
	struct ber c;
	int tag = ber_next(b, &c);
	bool all = true, any = false;
	struct values l = {0};
	char *name;

	if (depth > 20)
		return false;
	switch (tag) {
	case 0xa0:
	case 0xa1:
		while (c.p < c.end) {
			bool one = matches(st, e, &c, depth + 1);

			all &= one;
			any |= one;
		}
		return tag == 0xa0 ? all : any;
	case 0xa2:
		return !matches(st, e, &c, depth + 1);
	case 0x87:
		name = xstrndup((const char *)c.p, (size_t)(c.end - c.p));
		values_of(st, e, name, &l);
		any = l.n > 0 || strcasecmp(name, "objectClass") == 0;
		release_values(&l);
		free(name);
		return any;
	default:
		return matches_assertion(st, e, tag, c);
	}
}

/* --- answers ----------------------------------------------------------------------- */
void ldap_result(struct str *out, int64_t id, int tag, int code,
		 const char *text)
{
	size_t message = out->len, body;

	ber_add_int(out, 2, id);
	body = out->len;
	ber_add_int(out, ENUM, code);
	ber_add(out, OCTETS, "", 0);
	ber_add(out, OCTETS, text, strlen(text));
	ber_wrap(out, body, tag);
	ber_wrap(out, message, SEQUENCE);
}

static void put_attribute(struct str *out, const char *name,
			  const struct values *l)
{
	size_t from = out->len, set;

	if (!l->n)
		return;
	ber_add(out, OCTETS, name, strlen(name));
	set = out->len;
	for (size_t i = 0; i < l->n; i++)
		ber_add(out, OCTETS, l->v[i].p, l->v[i].len);
	ber_wrap(out, set, SET);
	ber_wrap(out, from, SEQUENCE);
}

static void put_entry(struct sim *sim, int64_t id, const struct entry *e,
		      const struct strv *names, struct str *out)
{
	char *dn = dn_of(e);
	size_t message = out->len, body, list;

	ber_add_int(out, 2, id);
	body = out->len;
	ber_add(out, OCTETS, dn, strlen(dn));
	list = out->len;
	for (size_t i = 0; i < names->n; i++) {
		struct values l = {0};

		values_of(sim->st, e, names->v[i], &l);
		put_attribute(out, names->v[i], &l);
		release_values(&l);
	}
	ber_wrap(out, list, SEQUENCE);
	ber_wrap(out, body, 0x64);
	ber_wrap(out, message, SEQUENCE);
	free(dn);
}

static void put_root(int64_t id, struct str *out)
{
	static const char *const facts[][2] = {
		{"defaultNamingContext", LDAP_BASE},
		{"rootDomainNamingContext", LDAP_BASE},
		{"configurationNamingContext", "CN=Configuration," LDAP_BASE},
		{"dnsHostName", "localhost"},
		{"highestCommittedUSN", "1000"}};
	size_t message = out->len, body, list;

	ber_add_int(out, 2, id);
	body = out->len;
	ber_add(out, OCTETS, "", 0);
	list = out->len;
	for (size_t i = 0; i < ARRAY_LEN(facts); i++) {
		struct values l = {0};

		add_text(&l, facts[i][1]);
		put_attribute(out, facts[i][0], &l);
		release_values(&l);
	}
	ber_wrap(out, list, SEQUENCE);
	ber_wrap(out, body, 0x64);
	ber_wrap(out, message, SEQUENCE);
}

static void search_all(struct sim *sim, int64_t id, const char *base,
		       int64_t scope, struct ber filter,
		       const struct strv *names, struct str *out)
{
	struct state *st = sim->st;

	for (size_t i = 0; i < st->boxes.n + st->groups.n; i++) {
		struct entry e = {0};
		struct ber f = filter;
		char *dn;

		if (i < st->boxes.n)
			e.box = st->boxes.v[i];
		else
			e.group = st->groups.v[i - st->boxes.n];
		dn = dn_of(&e);
		if ((scope == 0 ? strcasecmp(dn, base) == 0
				: strlen(dn) >= strlen(base) &&
					  strcasecmp(dn + strlen(dn) -
							     strlen(base),
						     base) == 0) &&
		    matches(st, &e, &f, 0))
			put_entry(sim, id, &e, names, out);
		free(dn);
	}
}

void ldap_search(struct sim *sim, int64_t id, struct ber request,
		 struct str *out)
{
	char *base = ber_text(&request, OCTETS), *name;
	int64_t scope = 0, ignored;
	struct ber filter, wanted, skipped;
	struct strv names CLEANUP(strv_release);

	strv_init(&names);
	if (!base || !ber_int(&request, ENUM, &scope) ||
	    !ber_int(&request, ENUM, &ignored) ||
	    !ber_int(&request, 2, &ignored) ||
	    !ber_int(&request, 2, &ignored) ||
	    ber_next(&request, &skipped) != 1) {
		ldap_result(out, id, 0x65, 2, "not understood");
		free(base);
		return;
	}
	filter = request;
	ber_next(&request, &skipped);
	filter.end = request.p;
	if (ber_next(&request, &wanted) == SEQUENCE)
		while ((name = ber_text(&wanted, OCTETS)))
			strv_give(&names, name);
	if (!*base && scope == 0)
		put_root(id, out);
	else
		search_all(sim, id, base, scope, filter, &names, out);
	ldap_result(out, id, 0x65, SUCCESS, "");
	free(base);
}

/* --- changing ------------------------------------------------------------------------ */
static int change_delegate(struct sim *sim, struct box *box, bool add,
			   const char *dn)
{
	struct box *who = box_of_dn(sim->st, dn);
	struct strv *list = &box->send_behalf;

	if (!who)
		return CONSTRAINT;
	for (size_t i = 0; i < list->n; i++) {
		if (!str_eq_nocase(list->v[i], who->address))
			continue;
		if (add)
			return EXISTS;
		free(list->v[i]);
		vec_remove(list, i);
		return SUCCESS;
	}
	if (!add)
		return NO_ATTRIBUTE;
	strv_add(list, who->address);
	return SUCCESS;
}

/* SELF may write "personal information", of which this is (23.2). */
static int modify_one(struct sim *sim, struct box *user, struct box *box,
		      struct ber change)
{
	int64_t kind;
	struct ber part, set;
	char *name, *value;
	int code = SUCCESS;

	if (!ber_int(&change, ENUM, &kind) ||
	    ber_next(&change, &part) != SEQUENCE)
		return 2;
	name = ber_text(&part, OCTETS);
	if (!name || strcasecmp(name, "publicDelegates") != 0 || box != user ||
	    sim->ldap_refuses || kind == 2)
		code = NO_RIGHT;
	free(name);
	if (code == SUCCESS && ber_next(&part, &set) == SET)
		while (code == SUCCESS && (value = ber_text(&set, OCTETS))) {
			code = change_delegate(sim, box, kind == 0, value);
			free(value);
		}
	return code;
}

void ldap_modify(struct sim *sim, struct box *user, int64_t id,
		 struct ber request, struct str *out)
{
	char *dn = ber_text(&request, OCTETS);
	struct box *box = dn ? box_of_dn(sim->st, dn) : NULL;
	struct ber list, change;
	int code = box ? SUCCESS : NO_OBJECT;

	if (code == SUCCESS && ber_next(&request, &list) == SEQUENCE)
		while (code == SUCCESS && ber_next(&list, &change) == SEQUENCE)
			code = modify_one(sim, user, box, change);
	ldap_result(out, id, 0x67, code,
		    code == NO_RIGHT ? "00002098: INSUFF_ACCESS_RIGHTS" : "");
	free(dn);
}
