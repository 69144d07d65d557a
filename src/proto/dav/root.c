/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Finding the mailbox (dossier 1.2, 5.3, 6.1): from a whole address, else from
 * the names a mailbox may have below /exchange, else from the page that the
 * server itself shows.
 */
#include "base/log.h"
#include "base/uri.h"
#include "proto/connect.h"
#include "proto/dav/query.h"

#include <string.h>

#define PAGE_MAX ((size_t)256 * 1024)

static const struct {
	enum dav_prop prop;
	enum folder_role role;
} role_props[] = {
	{PROP_INBOX, FOLDER_ROLE_INBOX},
	{PROP_DRAFTS, FOLDER_ROLE_DRAFTS},
	{PROP_OUTBOX, FOLDER_ROLE_OUTBOX},
	{PROP_SENTITEMS, FOLDER_ROLE_SENT},
	{PROP_DELETEDITEMS, FOLDER_ROLE_DELETED},
	{PROP_JUNKEMAIL, FOLDER_ROLE_JUNK},
	{PROP_CALENDAR, FOLDER_ROLE_CALENDAR},
	{PROP_CONTACTS, FOLDER_ROLE_CONTACTS},
	{PROP_TASKS, FOLDER_ROLE_TASKS},
	{PROP_NOTES, FOLDER_ROLE_NOTES},
	{PROP_JOURNAL, FOLDER_ROLE_JOURNAL},
};

/* The server says itself which addresses are this mailbox: its name may be an
 * alias or an address, whichever we used. */
static void learn_root(struct backend *b, const char *href)
{
	char *path CLEANUP(mem_free_ptr) = href ? href_path(href) : NULL;
	char *first CLEANUP(mem_free_ptr) = path ? href_first(path, 2) : NULL;
	char *store = first ? href_first(first, 1) : NULL;
	char *own = href_first(b->root, 1);

	if (first && store && own && href_same(store, own) &&
	    !href_same(first, b->root) && !strv_has(&b->roots, first))
		strv_add(&b->roots, first);
	free(store);
	free(own);
}

static bool on_root(void *ctx, struct dav_row *r, struct err *err)
{
	struct backend *b = ctx;
	char *item;

	(void)err;
	if (r->index > 0 ||
	    !(r->value[PROP_INBOX] || r->value[PROP_MSGFOLDERROOT] ||
	      r->value[PROP_SENDMSG]))
		return true;
	b->asked_root = true;
	learn_root(b, r->href);
	learn_root(b, r->value[PROP_INBOX]);
	for (size_t i = 0; i < ARRAY_LEN(role_props); i++) {
		const char *href = r->value[role_props[i].prop];

		mem_replace(&b->roles[role_props[i].role],
			    href ? wire_below(b, href) : NULL);
	}
	mem_replace(&b->root_id, NULL);
	if (r->value[PROP_PERMANENTURL] &&
	    href_keys(r->value[PROP_PERMANENTURL], &b->root_id, &item))
		free(item);
	if (!b->root_id)
		b->root_id = xstrdup("p:");
	mem_replace(&b->submit, NULL);
	if (r->value[PROP_SENDMSG]) {
		char *path CLEANUP(mem_free_ptr) =
			href_path(r->value[PROP_SENDMSG]);
		struct str encoded = STR_INIT;

		if (path)
			href_add_encoded(&encoded, path);
		b->submit = path ? str_take(&encoded) : NULL;
		str_release(&encoded);
	}
	return true;
}

bool dav_read_root(struct backend *b, const struct op *op, struct err *err)
{
	mem_replace(&b->root_id, NULL);
	if (!query_propfind(b, op, b->root, "0", USE_ROOT, NULL, on_root, b,
			    err))
		return false;
	if (b->root_id)
		return true;
	return err_set(err, ERR_NOT_FOUND,
		       "the server knows the address %s, but it is no mailbox",
		       b->root);
}

/* --- candidates -------------------------------------------------------------
 */
static void add_candidate(struct strv *out, const char *store, const char *name,
			  size_t len)
{
	struct str path = STR_INIT;
	char *text CLEANUP(mem_free_ptr) = xstrndup(name, len);

	if (!len)
		return;
	str_add(&path, store);
	href_add_name(&path, text);
	str_add_char(&path, '/');
	if (!strv_has(out, path.s))
		strv_add(out, path.s);
	str_release(&path);
}

/* The alias is nearly always the login name or the address's local part; 2007
 * takes the whole address (1.2). */
static void add_names(struct strv *out, const char *store, const char *name)
{
	const char *slash = name ? strrchr(name, '\\') : NULL;

	if (!name)
		return;
	if (slash)
		name = slash + 1;
	add_candidate(out, store, name, strcspn(name, "@"));
}

static void add_candidates(struct strv *out, const struct backend *b,
			   const char *path)
{
	char *whole = href_first(path, 2);
	char *store = href_first(path, 1);
	const char *address = b->account->address;
	struct str encoded = STR_INIT;

	/* What is set for another protocol says only where the server is. */
	if (strcasestr(path, ".asmx") || !store)
		mem_replace(&store, xstrdup("/exchange/"));
	else if (whole) {
		href_add_encoded(&encoded, whole);
		strv_add(out, encoded.s);
		str_release(&encoded);
		free(whole);
		free(store);
		return;
	}
	free(whole);
	add_names(out, store, b->account->user);
	add_names(out, store, address);
	if (address)
		add_candidate(out, store, address, strlen(address));
	free(store);
}

/* --- trying ------------------------------------------------------------------
 */
/* May the search go on at `next`, on the word of the server at `from`? Not out
 * of encryption, and to another host only where the sign-in may go unasked. */
static bool may_follow(const struct backend *b, const struct uri *from,
		       const struct uri *next)
{
	bool same = strcmp(from->host, next->host) == 0;

	if (strcmp(next->scheme, "https") == 0)
		return same || connect_may_sign_in(b->account, next->host);
	return same && strcmp(from->scheme, next->scheme) == 0 &&
	       uri_port(from) == uri_port(next);
}

/* A redirect is followed once: to https, to the mailbox's real name, or to the
 * server that has it (5.3). "http" behind a front end that ends the encryption
 * (1.3) is the same place with it. */
static bool follow(struct backend *b, const char *location)
{
	char *at CLEANUP(mem_free_ptr) = xasprintf("%s%s", b->origin, b->root);
	char *to CLEANUP(mem_free_ptr) = uri_resolve(at, location);
	struct uri from = {0}, next = {0};
	char *root = NULL;
	bool ok = to && uri_parse(&from, at) && uri_parse(&next, to) &&
		  from.host && next.host && next.scheme;

	if (ok && strcmp(from.scheme, "https") == 0 &&
	    strcmp(next.scheme, "http") == 0 && uri_port(&next) == 80) {
		mem_replace(&next.scheme, xstrdup("https"));
		next.port = strcmp(from.host, next.host) == 0 ? from.port : 0;
	}
	if (ok && may_follow(b, &from, &next))
		root = href_first(next.path, 2);
	if (root) {
		bool six = strchr(next.host, ':') != NULL;
		char *port CLEANUP(mem_free_ptr) =
			next.port ? xasprintf(":%d", next.port) : xstrdup("");

		mem_replace(&b->root, root);
		mem_replace(&b->origin,
			    xasprintf(six ? "%s://[%s]%s" : "%s://%s%s",
				      next.scheme, next.host, port));
	}
	uri_release(&from);
	uri_release(&next);
	return root != NULL;
}

/* Where a redirect of the root leads, asked without following it. */
static bool redirected(struct backend *b, const struct op *op)
{
	struct dav_call c = {.method = "PROPFIND", .path = b->root};
	static const char *const headers[] = {"Depth: 0", NULL};
	bool ok;

	c.headers = headers;
	ok = !dav_do(b, op, &c, NULL) && c.answer.location &&
	     follow(b, c.answer.location);
	dav_call_release(&c);
	return ok;
}

static bool try_root(struct backend *b, const struct op *op, const char *root,
		     struct err *err)
{
	mem_replace(&b->root, xstrdup(root));
	if (dav_read_root(b, op, err))
		return true;
	if (err->number < 300 || err->number >= 400 || !redirected(b, op))
		return false;
	return dav_read_root(b, op, err);
}

/* Another name may still be right. */
static bool may_try_next(const struct err *e)
{
	return e->kind == ERR_NOT_FOUND || e->kind == ERR_DENIED ||
	       e->kind == ERR_INPUT || e->kind == ERR_PROTOCOL ||
	       e->kind == ERR_UNSUPPORTED;
}

static bool keep_page(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *page = ctx;

	(void)err;
	if (page->len + len <= PAGE_MAX)
		str_add_mem(page, s, len);
	return true;
}

/* The start page names the mailbox in its base (5.3). */
static bool root_of_page(struct backend *b, const struct op *op,
			 const char *store, struct err *err)
{
	struct str page CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {
		.method = "GET", .path = store, .raw = keep_page, .ctx = &page};
	const char *base, *href;
	char *text CLEANUP(mem_free_ptr) = NULL;
	char *path CLEANUP(mem_free_ptr) = NULL;
	char *root CLEANUP(mem_free_ptr) = NULL;

	if (!dav_simple(b, op, &c, err))
		return false;
	base = strcasestr(page.s, "<base");
	href = base ? strcasestr(base, "href=") : NULL;
	if (href) {
		href += 5;
		href += strspn(href, "\"'");
		text = xstrndup(href, strcspn(href, "\"'> \r\n"));
		path = href_path(text);
		root = path ? href_first(path, 2) : NULL;
	}
	if (!root)
		return err_set(err, ERR_NOT_FOUND,
			       "the server does not say where the mailbox is");
	return try_root(b, op, root, err);
}

/* What the many refusals mean together. */
static void explain(const struct backend *b, const struct err *first,
		    struct err *err)
{
	*err = *first;
	if (first->number == 405 || first->number == 501)
		err_set(err, ERR_UNSUPPORTED,
			"this server has no WebDAV for mail; Exchange 2010 and "
			"newer are reached with protocol = ews");
	else if (first->number == 403 && str_starts(b->origin, "http:"))
		err_set(err, ERR_INPUT,
			"the server refuses an unencrypted connection; use "
			"https:// in the server setting");
	else if (first->kind == ERR_NOT_FOUND && !b->build)
		err_set(err, ERR_INPUT,
			"there is no Exchange with WebDAV at this address; "
			"check the server setting");
	else if (first->kind == ERR_NOT_FOUND)
		err_set(err, ERR_INPUT,
			"the server is an Exchange (%s), but has no mailbox of "
			"this name; put its whole address into the server "
			"setting, such as https://mail.example.org/exchange/"
			"alias/",
			b->build);
}

static bool try_all(struct backend *b, const struct op *op,
		    const struct strv *roots, const char *path, struct err *err)
{
	char *store CLEANUP(mem_free_ptr) =
		strcasestr(path, ".asmx") ? NULL : href_first(path, 1);
	struct err first = ERR_INIT, e = ERR_INIT;

	for (size_t i = 0; i < roots->n; i++) {
		err_clear(&e);
		if (try_root(b, op, roots->v[i], &e))
			return true;
		if (i == 0)
			first = e;
		if (!may_try_next(&e)) {
			if (err)
				*err = e;
			return false;
		}
	}
	err_clear(&e);
	if (first.number != 405 && first.number != 501 &&
	    root_of_page(b, op, store ? store : "/exchange/", &e))
		return true;
	if (!may_try_next(&e) && e.kind != ERR_NONE)
		first = e;
	if (err)
		explain(b, &first, err);
	return false;
}

bool dav_find_root(struct backend *b, const struct op *op, struct err *err)
{
	struct uri u = {0};
	struct strv roots;
	bool ok;

	if (!uri_parse(&u, str_or_empty(b->account->url)) || !u.host ||
	    !u.scheme) {
		uri_release(&u);
		return err_set(err, ERR_INPUT,
			       "\"%s\" is not a server address; it should look "
			       "like https://mail.example.org/exchange/alias/",
			       str_or_empty(b->account->url));
	}
	strv_init(&roots);
	add_candidates(&roots, b, u.path);
	ok = try_all(b, op, &roots, u.path, err);
	if (ok)
		log_at(LOG_INFO, "dav", "mailbox %s%s on server %s", b->origin,
		       b->root, str_or_empty(b->build));
	strv_release(&roots);
	uri_release(&u);
	return ok;
}
