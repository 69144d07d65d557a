/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * The folders (dossier 6): one hierarchical search tells them all with their
 * counts. Names and parents come from properties; a URL is cut only where the
 * server gave none. There is no sync state for the tree: ours is a list of
 * what was told last, and what differs is told.
 */
#include "base/clock.h"
#include "base/codec.h"
#include "proto/dav/query.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DAY 86400
#define STATE_HEAD "davtree1\n"

/* A listing in progress. */
struct loading {
	struct backend *b;
	struct dav_tree tree;
	struct strv parent_keys, parent_paths; /* hints, one a folder, or "" */
	size_t outside;
	bool partly;
	const char *self; /* path of the folder listed, when walking */
	struct strv subs; /* folders that have folders, when walking */
};

void dav_folder_release(struct dav_folder *f)
{
	folder_release(&f->folder);
	free(f->path);
	free(f->fold);
	free(f->mark);
}

static void release_tree(struct dav_tree *t)
{
	for (size_t i = 0; i < t->n; i++)
		dav_folder_release(&t->v[i]);
	vec_release(t);
}

void dav_forget_tree(struct backend *b)
{
	release_tree(&b->tree);
	b->has_tree = false;
}

/* --- one folder
 * ---------------------------------------------------------------- */
/* Differs once items have changed. With the day, so that what no counter tells
 * is found within one (9.2: read flags that balance). */
static char *make_mark(const struct dav_row *r)
{
	const char *tag = r->value[PROP_CONTENTTAG];
	const char *deleted = r->value[PROP_DELETED_COUNT];
	const char *next = r->value[PROP_NEXT_ARTICLE];

	if (!tag && !(deleted && next))
		return NULL;
	return xasprintf("%s;%s;%s;%s;%s;%lld", str_or_empty(tag),
			 str_or_empty(deleted), str_or_empty(next),
			 str_or_empty(r->value[PROP_VISIBLECOUNT]),
			 str_or_empty(r->value[PROP_UNREADCOUNT]),
			 (long long)(clock_now() / DAY));
}

/* Folders made by other means have no class of Outlook's (6.2). */
static const char *class_of(const struct dav_row *r)
{
	static const struct {
		const char *content, *class;
	} classes[] = {
		{"urn:content-classes:mailfolder", "IPF.Note"},
		{"urn:content-classes:calendarfolder", "IPF.Appointment"},
		{"urn:content-classes:contactfolder", "IPF.Contact"},
		{"urn:content-classes:taskfolder", "IPF.Task"},
		{"urn:content-classes:notefolder", "IPF.StickyNote"},
		{"urn:content-classes:journalfolder", "IPF.Journal"},
	};
	const char *class = r->value[PROP_FOLDERCLASS];
	const char *content = r->value[PROP_CONTENTCLASS];

	if (class && *class && !str_eq_nocase(class, "IPF"))
		return class;
	for (size_t i = 0; content && i < ARRAY_LEN(classes); i++)
		if (str_eq_nocase(content, classes[i].content))
			return classes[i].class;
	return NULL;
}

static unsigned flags_of(const struct dav_row *r)
{
	int64_t access = dav_row_number(r, PROP_ACCESS, -1);
	unsigned flags = 0;

	if (dav_row_number(r, PROP_FOLDER_TYPE, 1) == 2)
		flags |= FOLDER_SEARCH;
	/* Neither modify (1) nor create contents (16): 21.2. */
	if (access >= 0 && !(access & 17))
		flags |= FOLDER_READ_ONLY;
	return flags;
}

static char *id_of(const struct dav_row *r, const char *below)
{
	char *id = NULL, *item = NULL;
	size_t len = strlen(below);

	/* Another's folder is known by its path alone (others.c). */
	if (*below != '/' && r->value[PROP_PERMANENTURL] &&
	    href_keys(r->value[PROP_PERMANENTURL], &id, &item) && !item)
		return id;
	free(id);
	free(item);
	while (len > 0 && below[len - 1] == '/')
		len--;
	return xasprintf("p:%.*s%s", (int)len, below, *below == '/' ? "/" : "");
}

static char *parent_key(const struct dav_row *r)
{
	const char *value = r->value[PROP_PARENT_KEY];
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (!value || !codec_base64_decode(&raw, value, strlen(value)))
		return NULL;
	return href_key_of_bytes(raw.s, raw.len);
}

void dav_read_folder(struct dav_row *r, const char *below, struct dav_folder *f)
{
	size_t len = strlen(below);

	f->folder.remote_id = id_of(r, below);
	f->folder.name = r->value[PROP_DISPLAYNAME];
	r->value[PROP_DISPLAYNAME] = NULL;
	if (!f->folder.name || !*f->folder.name) {
		char *segment CLEANUP(mem_free_ptr) = href_name(below);

		mem_replace(&f->folder.name, href_read_name(segment));
	}
	f->folder.class = xstrdup(class_of(r));
	f->folder.kind = folder_kind_of_class(f->folder.class);
	f->folder.flags = flags_of(r);
	f->count = dav_row_number(r, PROP_VISIBLECOUNT, -1);
	f->unread = dav_row_number(r, PROP_UNREADCOUNT, -1);
	f->folder.total = f->count < 0 ? 0 : f->count;
	f->folder.unread = f->unread < 0 ? 0 : f->unread;
	f->folder.size = dav_row_number(r, PROP_FOLDERSIZE, -1);
	f->folder.synced_at = CLOCK_NEVER;
	f->mark = make_mark(r);
	f->fold = href_fold(below);
	f->path = len && below[len - 1] != '/' ? xasprintf("%s/", below)
					       : xstrdup(below);
}

static void add_folder(struct loading *l, struct dav_row *r, char *owned_below)
{
	struct dav_folder *f = vec_new(&l->tree);
	char *key = parent_key(r), *parent = NULL;

	if (r->value[PROP_PARENTNAME])
		parent = wire_below(l->b, r->value[PROP_PARENTNAME]);
	strv_give(&l->parent_keys, key ? key : xstrdup(""));
	strv_give(&l->parent_paths, parent ? parent : href_parent(owned_below));
	dav_read_folder(r, owned_below, f);
	free(owned_below);
}

static bool on_folder(void *ctx, struct dav_row *r, struct err *err)
{
	struct loading *l = ctx;
	char *below = r->href ? wire_below(l->b, r->href) : NULL;

	(void)err;
	if (r->index == 0 && !l->self) { /* a read that is repeated */
		release_tree(&l->tree);
		strv_release(&l->parent_keys);
		strv_release(&l->parent_paths);
		strv_init(&l->parent_keys);
		strv_init(&l->parent_paths);
		l->outside = 0;
		l->partly = false;
	}
	/* Trouble that goes by, and not a right that is missing. */
	l->partly |= dav_row_status(r) >= 423;
	if (!below || strcasestr(below, "-FlatUrlSpace-")) {
		l->outside += below == NULL;
	} else if (*below && !dav_row_is_true(r, PROP_ISHIDDEN) &&
		   dav_row_status(r) < 300) {
		if (l->self && (!dav_row_is_true(r, PROP_ISCOLLECTION) ||
				href_same(below, l->self))) {
			free(below);
			return true;
		}
		/* A server that does not tell is asked. */
		if (l->self && (!r->value[PROP_HASSUBS] ||
				dav_row_is_true(r, PROP_HASSUBS)))
			strv_add(&l->subs, below);
		add_folder(l, r, below);
		below = NULL;
	}
	free(below);
	return true;
}

/* --- parents
 * ------------------------------------------------------------------- */
static int by_fold(const void *a, const void *b)
{
	return strcmp(((const struct dav_folder *const *)a)[0]->fold,
		      ((const struct dav_folder *const *)b)[0]->fold);
}

static const struct dav_folder *find_fold(const struct dav_folder *const *v,
					  size_t n, const char *below)
{
	struct dav_folder key = {.fold = href_fold(below)};
	const struct dav_folder *at = &key;
	const struct dav_folder *const *found =
		bsearch(&at, v, n, sizeof(*v), by_fold);

	free(key.fold);
	return found ? *found : NULL;
}

static bool has_id(const struct dav_tree *t, const char *id)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->v[i].folder.remote_id, id) == 0)
			return true;
	return false;
}

static void set_parents(struct loading *l)
{
	struct dav_tree *t = &l->tree;
	const struct dav_folder **sorted =
		xcalloc(t->n ? t->n : 1, sizeof(const struct dav_folder *));
	const char *root = str_or_empty(l->b->root_id);

	for (size_t i = 0; i < t->n; i++)
		sorted[i] = &t->v[i];
	qsort(sorted, t->n, sizeof(*sorted), by_fold);
	for (size_t i = 0; i < t->n; i++) {
		const char *key = l->parent_keys.v[i];
		const struct dav_folder *p;

		if (*key && (strcmp(key, root) == 0 || has_id(t, key))) {
			t->v[i].folder.parent_remote = xstrdup(key);
			continue;
		}
		p = find_fold(sorted, t->n, l->parent_paths.v[i]);
		t->v[i].folder.parent_remote = xstrdup(
			p && p != &t->v[i] ? p->folder.remote_id : root);
	}
	free(sorted);
}

/* After an earlier connect the root's own key is not known. Top folders name it
 * as their parent: to be believed where other folders' parents are found. */
static void guess_root(struct loading *l)
{
	const char *top = NULL;
	bool proven = false;

	for (size_t i = 0; i < l->tree.n; i++) {
		const char *key = l->parent_keys.v[i];
		const char *slash = strchr(l->tree.v[i].path, '/');

		if (!*key)
			continue;
		proven |= has_id(&l->tree, key);
		if (slash && !slash[1])
			top = key;
	}
	if (proven && top)
		l->b->root_id = xstrdup(top);
}

/* --- loading
 * -------------------------------------------------------------------- */
/* Level by level, where a server cannot search the hierarchy. */
static bool walk(struct loading *l, const struct op *op, struct err *err)
{
	struct backend *b = l->b;
	size_t at = 0;

	strv_add(&l->subs, "");
	for (; at < l->subs.n && at < 100000; at++) {
		char *below CLEANUP(mem_free_ptr) = xstrdup(l->subs.v[at]);
		char *path CLEANUP(mem_free_ptr) = wire_path(b, below);
		struct err e = ERR_INIT;

		l->self = below;
		if (!query_propfind(b, op, path, "1", USE_TREE, NULL, on_folder,
				    l, &e) &&
		    (at == 0 || e.kind == ERR_CANCELLED ||
		     e.kind == ERR_NETWORK || e.kind == ERR_AUTH ||
		     e.kind == ERR_SERVER)) {
			*err = e;
			return false;
		}
	}
	return true;
}

static bool list_folders(struct loading *l, const struct op *op,
			 struct err *err)
{
	const struct query q = {
		.use = USE_TREE,
		.scope = "hierarchical",
		.where = "\"DAV:iscollection\" = True AND \"DAV:ishidden\" = "
			 "False",
		.order = "\"DAV:displayname\"",
	};
	struct query_result result;

	if (!l->b->no_hierarchy) {
		if (query_search(l->b, op, l->b->root, &q, on_folder, l,
				 &result, err)) {
			free(result.collblob);
			l->partly |= result.more;
			return true;
		}
		if (err->kind != ERR_UNSUPPORTED && err->kind != ERR_PROTOCOL &&
		    err->kind != ERR_NOT_FOUND)
			return false;
		l->b->no_hierarchy = true;
		err_clear(err);
	}
	return walk(l, op, err);
}

static void release_loading(struct loading *l)
{
	release_tree(&l->tree);
	strv_release(&l->parent_keys);
	strv_release(&l->parent_paths);
	strv_release(&l->subs);
}

static bool load_once(struct backend *b, const struct op *op, size_t *outside,
		      struct err *err)
{
	struct loading l = {.b = b};
	struct err e = ERR_INIT;
	bool ok;

	strv_init(&l.parent_keys);
	strv_init(&l.parent_paths);
	strv_init(&l.subs);
	ok = list_folders(&l, op, &e);
	*outside = l.outside;
	if (ok && !b->root_id)
		guess_root(&l);
	if (ok && !b->root_id)
		ok = dav_read_root(b, op, &e);
	if (ok) {
		set_parents(&l);
		dav_forget_tree(b);
		b->tree = l.tree;
		b->has_tree = true;
		b->tree_partly = l.partly;
		l.tree = (struct dav_tree){0};
	} else if (err) {
		*err = e;
	}
	release_loading(&l);
	return ok;
}

bool dav_load_tree(struct backend *b, const struct op *op, struct err *err)
{
	size_t outside;
	bool asked = b->asked_root;

	if (!dav_ready(b, op, err) || !load_once(b, op, &outside, err))
		return false;
	if (!outside || asked)
		return true;
	/* The server may call the mailbox otherwise: it tells when asked. */
	return dav_read_root(b, op, err) &&
	       (b->roots.n == 0 || load_once(b, op, &outside, err));
}

/* --- looking up
 * ------------------------------------------------------------------ */
const struct dav_folder *dav_known_folder(const struct backend *b,
					  const char *id)
{
	for (size_t i = 0; i < b->tree.n; i++)
		if (strcmp(b->tree.v[i].folder.remote_id, id) == 0)
			return &b->tree.v[i];
	return NULL;
}

const struct dav_folder *dav_folder_at(const struct backend *b,
				       const char *below)
{
	char *fold CLEANUP(mem_free_ptr) = href_fold(below);

	for (size_t i = 0; i < b->tree.n; i++)
		if (strcmp(b->tree.v[i].fold, fold) == 0)
			return &b->tree.v[i];
	return NULL;
}

/* A folder of another person's mailbox: its id is its path. */
static const struct dav_folder *
others_folder(struct backend *b, const struct op *op, const char *id)
{
	struct dav_folder *f;

	for (size_t i = 0; i < b->others_folders.n; i++)
		if (str_eq(b->others_folders.v[i]->folder.remote_id, id))
			return b->others_folders.v[i];
	dav_learn_others(b, op, id + 2);
	f = xcalloc(1, sizeof(*f));
	vec_add(&b->others_folders, f);
	f->folder.remote_id = xstrdup(id);
	f->path = xstrdup(id + 2);
	f->fold = href_fold(id + 2);
	return f;
}

const struct dav_folder *dav_folder(struct backend *b, const struct op *op,
				    const char *id, struct err *err)
{
	const struct dav_folder *f =
		b->has_tree ? dav_known_folder(b, id) : NULL;

	if (f)
		return f;
	if (str_starts(id, "p:/"))
		return dav_ready(b, op, err) ? others_folder(b, op, id) : NULL;
	if (!dav_load_tree(b, op, err))
		return NULL;
	f = dav_known_folder(b, id);
	if (!f)
		err_set(err, ERR_NOT_FOUND, "the folder is no longer there");
	return f;
}

const char *dav_folder_path(struct backend *b, const struct op *op,
			    const char *id, struct err *err)
{
	const struct dav_folder *f;

	if (b->by_path)
		return id && str_starts(id, "p:") ? id + 2 : "";
	if (id && str_starts(id, "p:/"))
		return (f = dav_folder(b, op, id, err)) ? f->path : NULL;
	if (!b->has_tree && !dav_load_tree(b, op, err))
		return NULL;
	if (!id || strcmp(id, str_or_empty(b->root_id)) == 0)
		return "";
	f = dav_folder(b, op, id, err);
	return f ? f->path : NULL;
}

bool dav_find_roles(struct backend *b, const struct op *op, char **ids,
		    struct err *err)
{
	char *found[FOLDER_ROLE_COUNT] = {NULL};

	if (!dav_ready(b, op, err) || !dav_read_root(b, op, err))
		return false;
	if (!b->has_tree && !dav_load_tree(b, op, err))
		return false;
	for (int role = 0; role < FOLDER_ROLE_COUNT; role++) {
		const struct dav_folder *f =
			b->roles[role] ? dav_folder_at(b, b->roles[role])
				       : NULL;

		if (f)
			found[role] = xstrdup(f->folder.remote_id);
	}
	found[FOLDER_ROLE_ROOT] = xstrdup(b->root_id);
	memcpy(ids, found, sizeof(found));
	return true;
}

bool dav_folder_marks(struct backend *b, const struct op *op,
		      struct folder_marks *out, struct err *err)
{
	struct folder_marks marks = {0};

	if (!dav_load_tree(b, op, err))
		return false;
	for (size_t i = 0; i < b->tree.n; i++) {
		struct folder_mark *m = vec_new(&marks);

		folder_copy(&m->folder, &b->tree.v[i].folder);
		m->mark = xstrdup(b->tree.v[i].mark);
		m->count = b->tree.v[i].count;
		m->unread = b->tree.v[i].unread;
	}
	*out = marks;
	return true;
}

/* --- changes of the tree
 * ------------------------------------------------------------ */
static void mix(uint64_t *h, const char *s)
{
	for (; s && *s; s++)
		*h = (*h ^ (unsigned char)*s) * 0x100000001b3u;
	*h = (*h ^ 0xff) * 0x100000001b3u;
}

static uint64_t hash_folder(const struct folder *f)
{
	uint64_t h = 0xcbf29ce484222325u;

	mix(&h, f->name);
	mix(&h, f->parent_remote);
	mix(&h, f->class);
	return h ^ f->flags;
}

/* The hash told last for an id; false: it was not told. */
static bool told(const struct strv *lines, const char *id, uint64_t *hash)
{
	size_t n = strlen(id);

	for (size_t i = 0; i < lines->n; i++)
		if (strncmp(lines->v[i], id, n) == 0 &&
		    lines->v[i][n] == '\t') {
			*hash = strtoull(lines->v[i] + n + 1, NULL, 16);
			return true;
		}
	return false;
}

/* Or stays in the state, where not all of them could be told. */
static void add_gone(struct backend *b, const struct strv *lines,
		     struct folder_changes *out, struct str *next)
{
	for (size_t i = 0; i < lines->n; i++) {
		char *id = xstrndup(lines->v[i], strcspn(lines->v[i], "\t"));
		struct folder_change *c;

		if (dav_known_folder(b, id)) {
			free(id);
			continue;
		}
		if (b->tree_partly) {
			str_addf(next, "%s\n", lines->v[i]);
			free(id);
			continue;
		}
		c = vec_new(out);
		c->kind = CHANGE_GONE;
		c->folder.remote_id = id;
	}
}

bool dav_sync_folders(struct backend *b, const struct op *op, const char *state,
		      struct sync_page *out, struct err *err)
{
	struct strv lines CLEANUP(strv_release);
	struct str next = STR_INIT;

	strv_init(&lines);
	if (state && !str_starts(state, STATE_HEAD))
		return err_set(err, ERR_STATE, "the state is not of this kind");
	if (!dav_load_tree(b, op, err))
		return false;
	if (state)
		strv_split(&lines, state + strlen(STATE_HEAD), "\n");
	*out = (struct sync_page){0};
	str_add(&next, STATE_HEAD);
	for (size_t i = 0; i < b->tree.n; i++) {
		const struct folder *f = &b->tree.v[i].folder;
		uint64_t hash = hash_folder(f), old;

		str_addf(&next, "%s\t%" PRIx64 "\n", f->remote_id, hash);
		if (!told(&lines, f->remote_id, &old) || old != hash) {
			struct folder_change *c = vec_new(&out->folders);

			c->kind = CHANGE_UPSERT;
			folder_copy(&c->folder, f);
		}
	}
	add_gone(b, &lines, &out->folders, &next);
	out->state = str_take(&next);
	return true;
}
