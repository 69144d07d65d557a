/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* URLs of mailboxes, folders and items (dossier 1.2, 1.3). */
#include "tests/sim/dav.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#define SUBMISSION "##DavMailSubmissionURI##"
#define HIDDEN "NON_IPM_SUBTREE"
#define FLAT "-FlatUrlSpace-"
#define INSTANCE "_instance_"

void resource_release(struct resource *r)
{
	free(r->name);
	r->name = NULL;
}

bool dav_may(const struct dav *d, const struct folder *f, unsigned rights)
{
	return (folder_rights(f, d->user) & rights) == rights;
}

bool dav_may_item(const struct dav *d, const struct item *it, unsigned rights)
{
	return (item_rights(it, d->user) & rights) == rights;
}

/* --- names of items --------------------------------------------------------- */
struct dav_names {
	VEC(char *) by_id;	/* of items, by id */
	VEC(uint64_t) named_at; /* of folders: last_change when all had names */
	struct map *ids;	/* "folder/lower name" -> id, as a pointer */
	struct map *next;	/* of one taken: the number to try next */
};

struct dav_names *dav_names_new(void)
{
	struct dav_names *n = xcalloc(1, sizeof(*n));

	n->ids = map_new(NULL);
	n->next = map_new(NULL);
	return n;
}

void dav_names_free(struct dav_names *n)
{
	if (!n)
		return;
	for (size_t i = 0; i < n->by_id.n; i++)
		free(n->by_id.v[i]);
	vec_release(&n->by_id);
	vec_release(&n->named_at);
	map_free(n->ids);
	map_free(n->next);
	free(n);
}

static char *name_key(const struct folder *f, const char *name)
{
	char *key = xasprintf("%llu/%s", (unsigned long long)f->id, name);

	for (char *p = key; *p; p++)
		*p = (char)tolower((unsigned char)*p);
	return key;
}

/* The item of the folder with that name; NULL: none any more. */
static struct item *name_owner(struct dav *d, const struct folder *f,
			       const char *name)
{
	struct dav_names *n = d->sim->dav_names;
	char *key = name_key(f, name);
	uint64_t id = (uint64_t)(uintptr_t)map_find(n->ids, key);
	struct item *it = id ? item_find(d->st, id) : NULL;

	free(key);
	if (!it || it->folder != f || id >= n->by_id.n || !n->by_id.v[id] ||
	    !str_eq_nocase(n->by_id.v[id], name))
		return NULL;
	return it;
}

bool dav_name_item(struct dav *d, struct item *it, const char *name)
{
	struct dav_names *n = d->sim->dav_names;
	struct item *owner = name_owner(d, it->folder, name);
	char *key;

	if (owner && owner != it)
		return false;
	while (n->by_id.n <= it->id)
		vec_add(&n->by_id, NULL);
	key = name_key(it->folder, name);
	map_set(n->ids, key, (void *)(uintptr_t)it->id);
	free(key);
	mem_replace(&n->by_id.v[it->id], xstrdup(name));
	return true;
}

void dav_name_item_free(struct dav *d, struct item *it, const char *name)
{
	const char *dot = strrchr(name, '.');
	int stem = dot ? (int)(dot - name) : (int)strlen(name);

	struct map *next = d->sim->dav_names->next;
	char *key CLEANUP(mem_free_ptr) = NULL;
	uintptr_t i;

	if (dav_name_item(d, it, name))
		return;
	key = name_key(it->folder, name);
	i = (uintptr_t)map_find(next, key);
	for (i = i ? i : 2;; i++) {
		char *other = xasprintf("%.*s-%zu%s", stem, name, (size_t)i,
					str_or_empty(dot));
		bool good = dav_name_item(d, it, other);

		free(other);
		if (good)
			break;
	}
	map_set(next, key, (void *)(i + 1));
}

const char *dav_item_name(struct dav *d, const struct item *it)
{
	struct dav_names *n = d->sim->dav_names;

	if (it->id >= n->by_id.n || !n->by_id.v[it->id]) {
		char *name = xasprintf("%s.EML", it->subject && *it->subject
							 ? it->subject
							 : "No Subject");

		dav_name_item_free(d, (struct item *)(uintptr_t)it, name);
		free(name);
	}
	return n->by_id.v[it->id];
}

static void name_all(struct dav *d, const struct folder *f)
{
	struct dav_names *n = d->sim->dav_names;

	while (n->named_at.n <= f->id)
		vec_add(&n->named_at, 0);
	if (n->named_at.v[f->id] == f->last_change)
		return;
	for (size_t i = 0; i < f->items.n; i++)
		dav_item_name(d, f->items.v[i]);
	n->named_at.v[f->id] = f->last_change;
}

/* --- writing URLs ----------------------------------------------------------- */
/* What a path may not hold is escaped by the store (1.3). */
static void add_escaped(struct str *b, const char *name)
{
	static const struct {
		char c;
		const char *escape;
	} escapes[] = {{'/', "_xF8FF_"},  {'\\', "_xF8FE_"}, {'?', "_x003F_"},
		       {'~', "_x007E_"},  {'>', "_x003E_"},  {'\r', "_x000D_"},
		       {'\n', "_x000A_"}, {'\t', "_x0009_"}};

	for (const char *p = name; *p; p++) {
		size_t i = 0;

		while (i < ARRAY_LEN(escapes) && escapes[i].c != *p)
			i++;
		if (i < ARRAY_LEN(escapes))
			str_add(b, escapes[i].escape);
		else
			str_add_char(b, *p);
	}
}

static void add_encoded(struct str *b, const char *s)
{
	for (const unsigned char *p = (const unsigned char *)s; *p; p++) {
		if (*p <= ' ' || *p >= 0x7f || strchr("\"#%<>[]^\\`{|}", *p))
			str_addf(b, "%%%02x", *p);
		else
			str_add_char(b, (char)*p);
	}
}

static void add_segment(struct str *b, const char *name)
{
	struct str escaped CLEANUP(str_release) = STR_INIT;

	add_escaped(&escaped, name);
	add_encoded(b, escaped.s);
}

static void add_box(struct dav *d, struct str *b, const struct box *box)
{
	if (box->is_public) {
		str_addf(b, "%s/public/", d->base);
		return;
	}
	str_addf(b, "%s/exchange/", d->base);
	add_encoded(b, d->sim->dav_version == DAV_2007 ? box->address
						       : box->alias);
	str_add_char(b, '/');
}

static void add_folder(struct dav *d, struct str *b, const struct folder *f)
{
	if (folder_is_top(f)) {
		add_box(d, b, f->box);
		return;
	}
	if (!f->parent->parent) {
		/* beside the visible tree */
		add_box(d, b, f->box);
		str_add(b, HIDDEN "/");
	} else {
		add_folder(d, b, f->parent);
	}
	add_segment(b, f->name);
	str_add_char(b, '/');
}

/* An occurrence has an address of its own: the master's with its time. */
static void add_item(struct dav *d, struct str *b, const struct item *it)
{
	char *name CLEANUP(mem_free_ptr) = xstrdup(dav_item_name(d, it));
	size_t n = strlen(name);

	if (it->master) {
		if (n > 4 && strcasecmp(name + n - 4, ".EML") == 0)
			name[n - 4] = 0;
		char *own = xasprintf("%s" INSTANCE "%llx.EML", name,
				      (unsigned long long)it->original);

		mem_replace(&name, own);
	}
	add_segment(b, name);
}

void dav_add_href(struct dav *d, struct str *b, const struct resource *r)
{
	switch (r->kind) {
	case DAV_STORE:
		add_box(d, b, r->box);
		break;
	case DAV_FOLDER:
		add_folder(d, b, r->folder);
		break;
	case DAV_ITEM:
	case DAV_ATTACHMENT:
		add_folder(d, b, r->folder);
		add_item(d, b, r->item);
		break;
	case DAV_HIDDEN:
		add_box(d, b, r->box);
		str_add(b, HIDDEN "/");
		break;
	case DAV_FREE:
		add_folder(d, b, r->folder);
		add_segment(b, r->name);
		break;
	case DAV_SUBMIT:
		add_box(d, b, r->box);
		add_encoded(b, SUBMISSION "/");
		break;
	case DAV_NOTHING:
		str_add(b, d->base);
		add_encoded(b, d->path);
		break;
	}
}

static void add_key(struct str *b, const struct box *box, uint64_t id)
{
	for (size_t i = 0; i < sizeof(box->replica); i++)
		str_addf(b, "%02x", box->replica[i]);
	str_addf(b, "-%llx", (unsigned long long)id);
}

void dav_add_permanent(struct dav *d, struct str *b, const struct resource *r)
{
	add_box(d, b, r->box);
	str_add(b, FLAT "/");
	add_key(b, r->box, r->folder->id);
	if (r->kind == DAV_ITEM) {
		str_add_char(b, '/');
		add_key(b, r->box, r->item->id);
	}
}

void dav_add_repl_uid(struct str *b, const struct resource *r)
{
	str_add(b, "rid:");
	for (size_t i = 0; i < sizeof(r->box->replica); i++)
		str_addf(b, "%02x", r->box->replica[i]);
	str_addf(b, "%012llx",
		 (unsigned long long)(r->item ? r->item->id : r->folder->id));
}

/* --- reading URLs ------------------------------------------------------------ */
static void unescape(struct str *b, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned code;

		if (len - i >= 7 && s[i] == '_' && s[i + 1] == 'x' &&
		    s[i + 6] == '_' && sscanf(s + i + 2, "%4x", &code) == 1) {
			if (code == 0xf8ff)
				code = '/';
			if (code == 0xf8fe)
				code = '\\';
			if (code < 0x80) {
				str_add_char(b, (char)code);
				i += 6;
				continue;
			}
		}
		str_add_char(b, s[i]);
	}
}

static struct box *find_box(struct dav *d, const char *name)
{
	size_t n = strcspn(name, "@");

	if (name[n])
		return box_find(d->st, name);
	for (size_t i = 0; i < d->st->boxes.n; i++) {
		struct box *box = d->st->boxes.v[i];

		if (str_eq_nocase(box->alias, name) ||
		    (strncasecmp(box->address, name, n) == 0 &&
		     box->address[n] == '@'))
			return box;
	}
	return NULL;
}

static uint64_t key_id(const char *text, const struct box *box)
{
	struct str own CLEANUP(str_release) = STR_INIT;
	size_t n;

	add_key(&own, box, 0);
	n = own.len - 1;
	if (strncasecmp(text, own.s, n) != 0)
		return 0;
	return strtoull(text + n, NULL, 16);
}

/* The rest of a permanent URL: FOLDER or FOLDER/ITEM. */
static void resolve_flat(struct dav *d, const char *rest, struct resource *out)
{
	struct folder *f = folder_find(d->st, key_id(rest, out->box));
	const char *slash = strchr(rest, '/');

	if (!f || f->box != out->box)
		return;
	out->folder = f;
	if (!slash || !slash[1]) {
		out->kind = folder_is_top(f) ? DAV_STORE : DAV_FOLDER;
		return;
	}
	out->item = item_find(d->st, key_id(slash + 1, out->box));
	if (out->item && out->item->folder == f)
		out->kind = DAV_ITEM;
}

static struct folder *hidden_root(const struct box *box)
{
	return box_folder((struct box *)(uintptr_t)box, "root");
}

/* An occurrence's address can be read: it gives the series it is of. */
static struct item *series_of(struct dav *d, const struct folder *f,
			      const char *name)
{
	const char *at = strstr(name, INSTANCE);
	struct item *it;
	char *own;

	if (!at || !(str_eq(d->method, "GET") || str_eq(d->method, "HEAD") ||
		     strstr(d->method, "PROPFIND")))
		return NULL;
	own = xasprintf("%.*s.EML", (int)(at - name), name);
	it = name_owner(d, f, own);
	free(own);
	return it && it->cal ? it : NULL;
}

/* Walks "a/b/c" below out->folder. */
static void resolve_below(struct dav *d, const char *rest, struct resource *out)
{
	while (*rest) {
		size_t n = strcspn(rest, "/");
		bool last = !rest[n + (rest[n] == '/')];
		struct str name CLEANUP(str_release) = STR_INIT;
		struct folder *child;

		unescape(&name, rest, n);
		child = folder_child(out->folder, name.s);
		rest += n + (rest[n] == '/');
		if (child) {
			out->folder = child;
			out->kind = DAV_FOLDER;
			continue;
		}
		name_all(d, out->folder);
		out->item = name_owner(d, out->folder, name.s);
		if (!out->item)
			out->item = series_of(d, out->folder, name.s);
		if (out->item) {
			out->kind = last ? DAV_ITEM : DAV_ATTACHMENT;
			if (!last)
				out->name = xstrndup(rest, strcspn(rest, "/"));
		} else {
			out->kind = last ? DAV_FREE : DAV_NOTHING;
			if (last)
				out->name = str_take(&name);
		}
		return;
	}
}

void dav_resolve(struct dav *d, const char *path, struct resource *out)
{
	char *box;
	size_t n;

	*out = (struct resource){0};
	/* The virtual directory alone is one's own mailbox. */
	if (str_eq_nocase(path, "/exchange") ||
	    str_eq_nocase(path, "/exchange/")) {
		out->kind = DAV_STORE;
		out->box = d->user;
		out->folder = box_top(d->user);
		return;
	}
	if (strncasecmp(path, "/public", 7) == 0 &&
	    (!path[7] || path[7] == '/')) {
		out->box = d->st->public_box;
		path += 7 + (path[7] == '/');
	} else if (strncasecmp(path, "/exchange/", 10) == 0) {
		path += 10;
		n = strcspn(path, "/");
		box = xstrndup(path, n);
		out->box = find_box(d, box);
		free(box);
		path += n + (path[n] == '/');
	}
	if (!out->box)
		return;
	out->folder = box_top(out->box);
	out->kind = DAV_STORE;
	if (strncasecmp(path, SUBMISSION, strlen(SUBMISSION)) == 0) {
		out->kind = DAV_SUBMIT;
	} else if (strncasecmp(path, FLAT "/", strlen(FLAT) + 1) == 0) {
		out->kind = DAV_NOTHING;
		resolve_flat(d, path + strlen(FLAT) + 1, out);
	} else if (strncasecmp(path, HIDDEN, strlen(HIDDEN)) == 0 &&
		   (path[strlen(HIDDEN)] == '/' || !path[strlen(HIDDEN)])) {
		path += strlen(HIDDEN);
		path += *path == '/';
		out->kind = DAV_HIDDEN;
		out->folder = hidden_root(out->box);
		if (out->box->is_public)
			dav_publish_all(d);
		else
			dav_local_freebusy(d, out->box);
		resolve_below(d, path, out);
	} else {
		resolve_below(d, path, out);
	}
}

static char *decoded(const char *s)
{
	struct str b = STR_INIT;

	for (; *s && *s != '?'; s++) {
		unsigned code;

		if (*s == '%' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2]) &&
		    sscanf(s + 1, "%2x", &code) == 1) {
			str_add_char(&b, (char)code);
			s += 2;
		} else {
			str_add_char(&b, *s);
		}
	}
	return str_take(&b);
}

void dav_resolve_url(struct dav *d, const char *url, struct resource *out)
{
	const char *host = strstr(url, "://");
	char *path, *whole;

	if (host) {
		url = strchr(host + 3, '/');
		if (!url)
			url = "/";
	}
	path = decoded(url);
	if (*path == '/') {
		whole = xstrdup(path);
	} else {
		size_t n = strlen(d->path);

		whole = xasprintf("%s%s%s", d->path,
				  n && d->path[n - 1] == '/' ? "" : "/", path);
	}
	dav_resolve(d, whole, out);
	free(whole);
	free(path);
}
