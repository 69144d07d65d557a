/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Who is busy when (dossier 18.1, and 18.2 where that fails). */
#include "proto/dav/freebusy.h"
#include "base/clock.h"
#include "base/codec.h"
#include "base/log.h"
#include "base/uri.h"
#include "net/xml.h"
#include "proto/dav/query.h"

#include <string.h>

#define PEOPLE_MAX 100 /* a request: its address stays short enough for IIS */
#define STEP ((int64_t)900)
#define ANSWER_MAX ((size_t)16 << 20)
/* The page is for browsers of one kind only (1.1). */
#define EXPLORER                                                               \
	"User-Agent: Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)"

const struct busy_kind busy_kinds[BUSY_KINDS] = {
	{PROP_BUSY_ANY_MONTHS, PROP_BUSY_ANY, SHOW_NO_DATA},
	{PROP_BUSY_TENTATIVE_MONTHS, PROP_BUSY_TENTATIVE, SHOW_TENTATIVE},
	{PROP_BUSY_BUSY_MONTHS, PROP_BUSY_BUSY, SHOW_BUSY},
	{PROP_BUSY_AWAY_MONTHS, PROP_BUSY_AWAY, SHOW_AWAY}};

int64_t busy_month_start(int month)
{
	return clock_from_utc(month / 16, month % 16, 1, 0, 0, 0);
}

/* --- where -------------------------------------------------------------------- */

void public_open(struct public_place *p, struct backend *b, const struct op *op)
{
	const char *url = b->account->public_url;
	const char *host = url ? strstr(url, "://") : NULL;
	const char *path;

	*p = (struct public_place){.b = b};
	host = host ? host + 3 : url;
	path = host ? host + strcspn(host, "/") : NULL;
	if (host && strstr(url, "://"))
		p->origin = xstrndup(url, (size_t)(path - url));
	else if (host)
		p->origin = xasprintf("https://%.*s", (int)(path - host), host);
	else
		p->origin = dav_public_origin(b, op);
	p->root = path && path[0] && path[1]
			  ? xasprintf("%s%s", path,
				      str_ends(path, "/") ? "" : "/")
			  : xstrdup("/public/");
	b->elsewhere = p->origin;
}

void public_close(struct public_place *p)
{
	p->b->elsewhere = NULL;
	free(p->origin);
	free(p->root);
}

char *public_busy_folder(const struct public_place *p)
{
	return xasprintf("%sNON_IPM_SUBTREE/SCHEDULE%%2B%%20FREE%%20BUSY/",
			 p->root);
}

/* --- the page ----------------------------------------------------------------- */

enum page_name { PAGE_ITEM, PAGE_EMAIL, PAGE_DATA, PAGE_NAMES };

/* One of those a page tells of. */
struct told {
	char *email, *data;
};

struct asking {
	struct backend *b;
	const struct op *op;
	const struct free_busy_query *q;
	size_t from, n; /* of the addresses, in this request */
	int64_t start;	/* of the first interval */
	struct free_busy *v;
	bool *known; /* one a mailbox asked: answered */
	/* while a page is read */
	struct str text;
	VEC(struct told) items;
	size_t strangers; /* of them: with an address that was not asked */
};

static void page_start(void *ctx, int name, const struct xml_attrs *attrs)
{
	struct asking *a = ctx;

	(void)attrs;
	str_clear(&a->text);
	if (name == PAGE_ITEM)
		vec_add(&a->items, (struct told){0});
}

static void page_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(&((struct asking *)ctx)->text, s, len);
}

static const char *bare(const char *address)
{
	return strncasecmp(address, "SMTP:", 5) == 0 ? address + 5 : address;
}

/* One digit an interval; 4 is "nothing is published" here, 5 for the model. */
static void take_digits(struct asking *a, size_t i, char *digits)
{
	bool any = false;

	for (char *p = digits; *p; p++) {
		any |= *p >= '0' && *p <= '3';
		if (*p < '0' || *p > '3')
			*p = '5';
	}
	if (!any)
		return; /* unknown, or no rights: the message may tell */
	free_busy_add_digits(&a->v[i], digits, a->start, STEP);
	a->known[i] = true;
}

static void page_end(void *ctx, int name)
{
	struct asking *a = ctx;
	struct told *t = a->items.n ? &a->items.v[a->items.n - 1] : NULL;

	str_trim(&a->text);
	if (t && name == PAGE_EMAIL)
		mem_replace(&t->email, xstrdup(bare(a->text.s)));
	else if (t && name == PAGE_DATA)
		mem_replace(&t->data, xstrdup(a->text.s));
	str_clear(&a->text);
}

static const char *address(const struct asking *a, size_t i)
{
	return a->q->addresses->v[a->from + i];
}

static bool is_named(const struct asking *a, const struct told *t, size_t *i)
{
	for (*i = 0; *i < a->n; ++*i)
		if (str_eq_nocase(t->email, address(a, *i)))
			return true;
	return false;
}

/* The server knows people by their first addresses, whichever was asked for:
 * where one is left on either side, they belong together. */
static void take_page(struct asking *a)
{
	/* The first is all of them together, and has no address. */
	size_t skip = a->items.n > 1 && !str_or_empty(a->items.v[0].email)[0];
	size_t i = 0, left = 0;
	struct told *last = NULL;

	a->strangers = 0;
	for (size_t k = skip; k < a->items.n; k++) {
		struct told *t = &a->items.v[k];

		if (!t->data)
			continue;
		if (!is_named(a, t, &i)) {
			a->strangers++;
			last = t;
		} else if (!a->known[i]) {
			take_digits(a, i, t->data);
		}
	}
	for (size_t k = 0; k < a->n; k++)
		if (!a->known[k]) {
			left++;
			i = k;
		}
	if (a->strangers == 1 && left == 1)
		take_digits(a, i, last->data);
}

static void drop_items(struct asking *a)
{
	for (size_t i = 0; i < a->items.n; i++) {
		free(a->items.v[i].email);
		free(a->items.v[i].data);
	}
	vec_release(&a->items);
}

static bool read_page(struct asking *a, const struct str *page, struct err *err)
{
	static const char *const names[PAGE_NAMES] = {"item", "email",
						      "fbdata"};
	static const char *const spaces[] = {"WM", "WM:", NULL};
	static const struct xml_handler handler = {page_start, page_text,
						   page_end};
	struct xml_reader *x =
		xml_reader_new(names, PAGE_NAMES, spaces, &handler, a);
	bool ok;

	ok = xml_feed(x, page->s, page->len, err) && xml_finish(x, err);
	xml_reader_free(x);
	if (ok && !a->items.n)
		ok = err_set(err, ERR_PROTOCOL,
			     "the server's answer tells nobody's times");
	if (ok)
		take_page(a);
	drop_items(a);
	return ok;
}

static bool keep(void *ctx, const char *s, size_t len, struct err *err)
{
	struct str *page = ctx;

	str_add_mem(page, s, len);
	if (page->len > ANSWER_MAX)
		return err_set(err, ERR_PROTOCOL, "the answer is too large");
	return true;
}

static void add_date(struct str *b, const char *name, int64_t t)
{
	str_addf(b, "&%s=", name);
	clock_add_iso(b, t);
}

static bool ask_page(struct asking *a, const struct public_place *place,
		     struct err *err)
{
	static const char *const headers[] = {EXPLORER, NULL};
	struct str path CLEANUP(str_release) = STR_INIT;
	struct str page CLEANUP(str_release) = STR_INIT;
	struct dav_call c = {
		.method = "GET", .headers = headers, .raw = keep, .ctx = &page};

	str_addf(&path, "%s?Cmd=freebusy", place->root);
	add_date(&path, "start", a->start);
	add_date(&path, "end", a->q->to);
	str_addf(&path, "&interval=%d", (int)(STEP / 60));
	for (size_t i = 0; i < a->n; i++) {
		str_add(&path, "&u=SMTP:");
		uri_add_escaped(&path, a->q->addresses->v[a->from + i], "@");
	}
	c.path = path.s;
	return dav_simple(a->b, a->op, &c, err) && read_page(a, &page, err);
}

/* --- the messages -------------------------------------------------------------- */

static void take_pairs(const struct asking *a, struct free_busy *f,
		       const char *base64, int64_t month, enum show_as show_as)
{
	struct str raw CLEANUP(str_release) = STR_INIT;

	if (!codec_base64_decode(&raw, base64, strlen(base64)))
		return;
	for (size_t k = 0; k + 4 <= raw.len; k += 4) {
		const unsigned char *p = (const unsigned char *)raw.s + k;
		struct busy_span s = {
			.start = month + (p[0] | p[1] << 8) * (int64_t)60,
			.end = month + (p[2] | p[3] << 8) * (int64_t)60,
			.show_as = show_as};

		if (s.end > s.start && s.end > a->start && s.start < a->q->to)
			vec_add(&f->spans, s);
	}
}

static bool take_kind(const struct asking *a, struct free_busy *f,
		      const struct dav_row *r, const struct busy_kind *k,
		      enum show_as as)
{
	struct strv months CLEANUP(strv_release) = {0};
	struct strv data CLEANUP(strv_release) = {0};

	dav_row_list(r, k->months, &months);
	dav_row_list(r, k->data, &data);
	for (size_t i = 0; i < months.n && i < data.n; i++) {
		int month = (int)strtol(months.v[i], NULL, 10);

		if (month % 16 >= 1 && month % 16 <= 12)
			take_pairs(a, f, data.v[i], busy_month_start(month),
				   as);
	}
	return data.n > 0;
}

static void add_unpublished(struct free_busy *f, int64_t from, int64_t to)
{
	struct busy_span s = {
		.start = from, .end = to, .show_as = SHOW_NO_DATA};

	if (to > from)
		vec_add(&f->spans, s);
}

static void take_message(struct asking *a, size_t i, const struct dav_row *r)
{
	struct free_busy *f = &a->v[i];
	int64_t from = dav_row_number(r, PROP_BUSY_FROM, 0);
	int64_t to = dav_row_number(r, PROP_BUSY_TO, 0);
	bool kinds = false;

	if (from <= 0 || to <= from)
		return;
	from = (from - BUSY_EPOCH_MINUTES) * 60;
	to = (to - BUSY_EPOCH_MINUTES) * 60;
	for (size_t k = 2; k < BUSY_KINDS; k++)
		kinds |= take_kind(a, f, r, &busy_kinds[k],
				   busy_kinds[k].show_as);
	if (!kinds) /* only the sum of them is told */
		take_kind(a, f, r, &busy_kinds[0], SHOW_BUSY);
	take_kind(a, f, r, &busy_kinds[1], SHOW_TENTATIVE);
	add_unpublished(f, a->start, from < a->q->to ? from : a->q->to);
	add_unpublished(f, to > a->start ? to : a->start, a->q->to);
	a->known[i] = true;
}

bool public_is_whose(const char *dn, const char *address)
{
	const char *cn = dn ? strrchr(dn, '/') : NULL;
	size_t n = strcspn(address, "@");

	return cn && strncasecmp(cn, "/cn=", 4) == 0 && strlen(cn + 4) == n &&
	       strncasecmp(cn + 4, address, n) == 0;
}

static bool on_message(void *ctx, struct dav_row *r, struct err *err)
{
	struct asking *a = ctx;

	(void)err;
	for (size_t i = 0; i < a->n; i++)
		if (!a->known[i] &&
		    public_is_whose(r->value[PROP_BUSY_WHOSE],
				    a->q->addresses->v[a->from + i])) {
			take_message(a, i, r);
			break;
		}
	return true;
}

struct sites {
	struct strv paths;
};

static bool on_site(void *ctx, struct dav_row *r, struct err *err)
{
	struct sites *s = ctx;
	char *path = r->href ? href_path(r->href) : NULL;

	(void)err;
	if (path && dav_row_status(r) < 300 &&
	    dav_row_is_true(r, PROP_ISCOLLECTION))
		strv_give(&s->paths, path);
	else
		free(path);
	return true;
}

static void add_names(struct str *where, const char *const *addresses, size_t n)
{
	str_add(where, "\"DAV:iscollection\" = False AND (");
	for (size_t i = 0; i < n; i++) {
		char *name CLEANUP(mem_free_ptr) = xasprintf(
			"USER-/CN=RECIPIENTS/CN=%.*s",
			(int)strcspn(addresses[i], "@"), addresses[i]);

		for (char *p = name; *p; p++)
			if (*p >= 'a' && *p <= 'z')
				*p = (char)(*p - 'a' + 'A');
		str_add(where, i ? " OR " : "");
		prop_add_sql(where, PROP_SUBJECT);
		str_add(where, " = ");
		query_add_text(where, name);
	}
	str_add_char(where, ')');
}

bool public_find_messages(const struct public_place *p, const struct op *op,
			  const char *const *addresses, size_t n, dav_row_fn fn,
			  void *ctx, struct err *err)
{
	char *folder CLEANUP(mem_free_ptr) = public_busy_folder(p);
	struct sites sites = {0};
	struct str where CLEANUP(str_release) = STR_INIT;
	struct query q = {.use = USE_BUSY};
	struct query_result result = {0};
	bool ok;

	strv_init(&sites.paths);
	/* One folder for each site of the organisation. */
	ok = query_propfind(p->b, op, folder, "1,noroot", USE_TREE, NULL,
			    on_site, &sites, err);
	add_names(&where, addresses, n);
	q.where = where.s;
	for (size_t i = 0; ok && i < sites.paths.n; i++) {
		ok = query_search(p->b, op, sites.paths.v[i], &q, fn, ctx,
				  &result, err);
		if (ok)
			free(result.collblob);
	}
	strv_release(&sites.paths);
	return ok;
}

static bool read_messages(struct asking *a, const struct public_place *place,
			  struct err *err)
{
	const char *unknown[PEOPLE_MAX];
	size_t n = 0;

	for (size_t i = 0; i < a->n; i++)
		if (!a->known[i])
			unknown[n++] = a->q->addresses->v[a->from + i];
	return public_find_messages(place, a->op, unknown, n, on_message, a,
				    err);
}

/* --- both ---------------------------------------------------------------------- */

static bool is_final(const struct err *e)
{
	return e->kind == ERR_NETWORK || e->kind == ERR_CANCELLED ||
	       e->kind == ERR_AUTH || e->retry_after_ms > 0;
}

static bool all_known(const struct asking *a)
{
	for (size_t i = 0; i < a->n; i++)
		if (!a->known[i])
			return false;
	return true;
}

/* Several whose addresses are others than asked for: each alone, so that nobody
 * gets another's times. */
static void ask_alone(struct asking *a, const struct public_place *place)
{
	for (size_t i = 0; i < a->n; i++) {
		struct asking one = *a;
		struct err e = ERR_INIT;

		if (a->known[i])
			continue;
		one.from += i;
		one.n = 1;
		one.v = &a->v[i];
		one.known = &a->known[i];
		bool go_on = ask_page(&one, place, &e) || !is_final(&e);

		a->text = one.text;
		if (!go_on)
			break;
	}
}

static bool ask(struct asking *a, const struct public_place *place,
		struct err *err)
{
	struct err first = ERR_INIT, second = ERR_INIT;
	bool page = ask_page(a, place, &first), raw = false;

	if (!page && is_final(&first)) {
		if (err)
			*err = first;
		return false;
	}
	if (!page)
		log_at(LOG_INFO, "dav", "free/busy by the messages: %s",
		       first.text);
	if (page && a->strangers > 1)
		ask_alone(a, place);
	if (!all_known(a))
		raw = read_messages(a, place, &second);
	if (page || raw)
		return true;
	if (is_final(&second)) {
		if (err)
			*err = second;
		return err_add(err, "free/busy at %s%s", place->origin,
			       place->root);
	}
	/* Without public folders it is not served, and that is no trouble of
	 * the whole: of each there is no data (18.1). */
	for (size_t i = 0; i < a->n; i++)
		if (!a->known[i])
			err_set(&a->v[i].err, ERR_NOT_FOUND,
				"no data: the server tells no free/busy at "
				"%s%s (%s)",
				place->origin, place->root, first.text);
	return true;
}

bool dav_free_busy(struct backend *b, const struct op *op,
		   const struct free_busy_query *q, free_busy_fn fn, void *ctx,
		   struct err *err)
{
	struct public_place place;
	bool ok = dav_ready(b, op, err);

	if (!ok)
		return false;
	public_open(&place, b, op);
	for (size_t from = 0; ok && from < q->addresses->n;
	     from += PEOPLE_MAX) {
		size_t n = q->addresses->n - from;
		struct asking a = {.b = b,
				   .op = op,
				   .q = q,
				   .from = from,
				   .start = q->from - q->from % STEP,
				   .text = STR_INIT};

		a.n = n > PEOPLE_MAX ? PEOPLE_MAX : n;
		a.v = xcalloc(a.n, sizeof(*a.v));
		a.known = xcalloc(a.n, sizeof(*a.known));
		ok = ask(&a, &place, err);
		for (size_t i = 0; i < a.n; i++) {
			if (!ok) {
				free_busy_release(&a.v[i]);
				continue;
			}
			if (!a.known[i] && a.v[i].err.kind == ERR_NONE)
				err_set(&a.v[i].err, ERR_NOT_FOUND,
					"nothing is published for this "
					"mailbox");
			free_busy_sort(&a.v[i]);
			fn(ctx, from + i, &a.v[i]);
		}
		free(a.v);
		free(a.known);
		str_release(&a.text);
	}
	public_close(&place);
	return ok;
}
