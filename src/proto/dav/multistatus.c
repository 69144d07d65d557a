/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/dav/multistatus.h"
#include "base/chan.h"
#include "net/xml.h"

#include <string.h>

#define VALUE_MAX ((size_t)16 << 20) /* of one property */

/* The vocabulary around the properties. */
enum name {
	NAME_multistatus = PROP_COUNT,
	NAME_response,
	NAME_href,
	NAME_status,
	NAME_propstat,
	NAME_prop,
	NAME_location,
	NAME_repl,
	NAME_collblob,
	NAME_changetype,
	NAME_ChangeType, /* as Microsoft's examples have it */
	NAME_v,
	NAME_v_plain,
	NAME_li,
	NAME_li_dav,
	NAME_string_sid, /* of a security descriptor */
	NAME_sid_type,
	NAME_sid_name,
	NAME_COUNT
};

static const char *const own_names[NAME_COUNT - PROP_COUNT] = {
	"DAV:|multistatus",
	"DAV:|response",
	"DAV:|href",
	"DAV:|status",
	"DAV:|propstat",
	"DAV:|prop",
	"DAV:|location",
	"http://schemas.microsoft.com/repl/|repl",
	"http://schemas.microsoft.com/repl/|collblob",
	"http://schemas.microsoft.com/repl/|changetype",
	"http://schemas.microsoft.com/repl/|ChangeType",
	"xml:|v",
	"|v",
	"|li",
	"DAV:|li",
	"http://schemas.microsoft.com/security/|string_sid",
	"http://schemas.microsoft.com/security/|type",
	"http://schemas.microsoft.com/security/|display_name"};
static const char *const no_namespaces[] = {NULL};
static const char *all_names[NAME_COUNT];

struct dav_reader {
	struct xml_reader *xml;
	dav_row_fn fn;
	void *ctx;
	struct err err; /* fn said stop */
	size_t rows;
	bool is_multistatus;
	char *collblob;
	int open[XML_DEPTH_MAX];
	int depth;
	bool in_response, in_propstat;
	bool only_reads;
	struct dav_row row;
	/* of the open propstat */
	int stat_status;
	char *stat_value[PROP_COUNT];
	int prop;	/* being read; -1: none */
	int prop_depth; /* of its content */
	bool has_list;
	bool keep;	 /* text of the element just opened is wanted */
	struct str text; /* of an element around the properties */
	struct str value;
};

static void fill_names(void)
{
	for (int i = 0; i < PROP_COUNT; i++)
		all_names[i] = prop_names()[i];
	for (int i = PROP_COUNT; i < NAME_COUNT; i++)
		all_names[i] = own_names[i - PROP_COUNT];
}

void dav_row_release(struct dav_row *r)
{
	free(r->href);
	free(r->location);
	free(r->ids);
	for (int i = 0; i < PROP_COUNT; i++)
		free(r->value[i]);
	memset(r, 0, sizeof(*r));
}

int dav_row_status(const struct dav_row *r)
{
	if (r->status)
		return r->status;
	return r->refused && !r->partly ? r->refused : 200;
}

bool dav_row_is_true(const struct dav_row *r, enum dav_prop p)
{
	const char *v = r->value[p];

	return v && (strcmp(v, "1") == 0 || str_eq_nocase(v, "true"));
}

int64_t dav_row_number(const struct dav_row *r, enum dav_prop p,
		       int64_t otherwise)
{
	const char *v = r->value[p];
	char *end;
	long long n;

	if (!v || !*v)
		return otherwise;
	n = strtoll(v, &end, 10);
	return end == v ? otherwise : (int64_t)n;
}

void dav_row_list(const struct dav_row *r, enum dav_prop p, struct strv *out)
{
	const char *v = r->value[p];

	if (!v || !*v)
		return;
	for (;;) {
		size_t n = strcspn(v, "\n");

		strv_give(out, xstrndup(v, n));
		if (!v[n])
			return;
		v += n + 1;
	}
}

/* "HTTP/1.1 404 Resource Not Found": only the number counts. */
static int status_number(const char *s)
{
	const char *p = strchr(s, ' ');

	return p ? (int)strtol(p, NULL, 10) : (int)strtol(s, NULL, 10);
}

static int parent(const struct dav_reader *r, int up)
{
	return r->depth > up ? r->open[r->depth - 1 - up] : XML_OTHER;
}

static void on_start(void *ctx, int name, const struct xml_attrs *a)
{
	struct dav_reader *r = ctx;

	(void)a;
	r->open[r->depth++] = name;
	r->keep = false;
	if (r->depth == 1)
		r->is_multistatus = name == NAME_multistatus;
	if (r->prop == PROP_DESCRIPTOR) {
		str_add(&r->value, name == NAME_string_sid ? "\ns"
				   : name == NAME_sid_type ? "\nt"
				   : name == NAME_sid_name ? "\nd"
							   : "\n-");
		return;
	}
	if (r->prop >= 0) {
		/* Inside a property: the values of a list. */
		if (name == NAME_v || name == NAME_v_plain) {
			if (r->has_list)
				str_add_char(&r->value, '\n');
			else
				str_clear(&r->value);
			r->has_list = true;
		}
		return;
	}
	if (name >= 0 && name < PROP_COUNT &&
	    (parent(r, 1) == NAME_prop || parent(r, 1) == NAME_response)) {
		r->prop = name;
		r->prop_depth = r->depth;
		r->has_list = false;
		str_clear(&r->value);
		return;
	}
	if (name == NAME_response)
		r->in_response = true;
	else if (name == NAME_propstat)
		r->in_propstat = true;
	else if (name > NAME_multistatus) {
		if (name == NAME_repl && !r->collblob)
			r->collblob = xstrdup("");
		r->keep = name != NAME_prop;
		str_clear(&r->text);
	}
}

static void on_text(void *ctx, const char *s, size_t len)
{
	struct dav_reader *r = ctx;

	if (r->prop >= 0 && !r->has_list)
		str_add_mem(&r->value, s, len);
	/* Blanks around the values of a list are no value; a line break in one
	 * does not begin the next. */
	else if (r->prop >= 0 &&
		 (parent(r, 0) == NAME_v || parent(r, 0) == NAME_v_plain))
		for (size_t i = 0; i < len; i++)
			str_add_char(&r->value, s[i] == '\n' ? ' ' : s[i]);
	else if (r->prop < 0 && r->keep)
		str_add_mem(&r->text, s, len);
}

/* A property is complete: kept until its propstat's status is known. */
static void end_prop(struct dav_reader *r)
{
	char **to = r->in_propstat ? &r->stat_value[r->prop]
				   : &r->row.value[r->prop];

	if (!r->has_list)
		str_trim(&r->value);
	mem_replace(to, str_take(&r->value));
	r->prop = -1;
}

static void end_propstat(struct dav_reader *r)
{
	int status = r->stat_status ? r->stat_status : 200;
	bool good = status >= 200 && status < 300;

	if (!good && status != 404 && !r->row.refused)
		r->row.refused = status;
	for (int i = 0; i < PROP_COUNT; i++) {
		if (!r->stat_value[i])
			continue;
		if (good) {
			mem_replace(&r->row.value[i], r->stat_value[i]);
			r->row.partly = r->only_reads;
		} else {
			free(r->stat_value[i]);
		}
		r->row.missing += status == 404;
		r->stat_value[i] = NULL;
	}
	r->stat_status = 0;
	r->in_propstat = false;
}

static void end_response(struct dav_reader *r)
{
	r->row.index = r->rows++;
	r->in_response = false;
	if (r->err.kind == ERR_NONE && !r->fn(r->ctx, &r->row, &r->err) &&
	    r->err.kind == ERR_NONE)
		err_set(&r->err, ERR_CANCELLED, "stopped");
	dav_row_release(&r->row);
}

static void take_text(struct dav_reader *r, char **to)
{
	str_trim(&r->text);
	mem_replace(to, str_take(&r->text));
}

static int take_status(struct dav_reader *r)
{
	str_trim(&r->text);
	return status_number(r->text.s);
}

static void take_change(struct dav_reader *r)
{
	str_trim(&r->text);
	r->row.change = str_eq_nocase(r->text.s, "delete") ? DAV_DELETED
			: str_eq_nocase(r->text.s, "new")  ? DAV_NEW
							   : DAV_CHANGED;
}

static void end_id(struct dav_reader *r)
{
	char *all = r->row.ids;

	str_trim(&r->text);
	mem_replace(&r->row.ids, all ? xasprintf("%s\n%s", all, r->text.s)
				     : xstrdup(r->text.s));
}

static void on_end(void *ctx, int name)
{
	struct dav_reader *r = ctx;

	if (r->prop >= 0) {
		if (r->depth == r->prop_depth)
			end_prop(r);
		else if (r->prop == PROP_DESCRIPTOR)
			str_add(&r->value, "\n-");
		r->depth--;
		return;
	}
	if (name == NAME_response)
		end_response(r);
	else if (name == NAME_propstat)
		end_propstat(r);
	else if (name == NAME_href && parent(r, 1) == NAME_response)
		take_text(r, &r->row.href);
	else if (name == NAME_location)
		take_text(r, &r->row.location);
	else if (name == NAME_status && r->in_propstat)
		r->stat_status = take_status(r);
	else if (name == NAME_status && r->in_response)
		r->row.status = take_status(r);
	else if (name == NAME_changetype || name == NAME_ChangeType)
		take_change(r);
	else if (name == NAME_collblob)
		take_text(r, &r->collblob);
	else if (name == NAME_li || name == NAME_li_dav)
		end_id(r);
	r->keep = false;
	r->depth--;
}

static const struct xml_handler handler = {on_start, on_text, on_end};

struct dav_reader *dav_reader_new(dav_row_fn fn, void *ctx)
{
	static int filled;
	struct dav_reader *r = xcalloc(1, sizeof(*r));

	chan_once(&filled, fill_names);
	r->fn = fn;
	r->ctx = ctx;
	r->prop = -1;
	str_init(&r->text);
	str_init_max(&r->value, VALUE_MAX);
	r->xml = xml_reader_new(all_names, NAME_COUNT, no_namespaces, &handler,
				r);
	xml_mend_names(r->xml);
	return r;
}

void dav_reader_only_reads(struct dav_reader *r)
{
	r->only_reads = true;
}

void dav_reader_free(struct dav_reader *r)
{
	if (!r)
		return;
	xml_reader_free(r->xml);
	dav_row_release(&r->row);
	for (int i = 0; i < PROP_COUNT; i++)
		free(r->stat_value[i]);
	str_release(&r->text);
	str_release(&r->value);
	free(r->collblob);
	free(r);
}

static bool is_stopped(const struct dav_reader *r, struct err *err)
{
	if (r->err.kind == ERR_NONE)
		return false;
	if (err)
		*err = r->err;
	return true;
}

bool dav_reader_feed(struct dav_reader *r, const char *s, size_t len,
		     struct err *err)
{
	return xml_feed(r->xml, s, len, err) && !is_stopped(r, err);
}

bool dav_reader_finish(struct dav_reader *r, struct err *err)
{
	if (!xml_finish(r->xml, err) || is_stopped(r, err))
		return false;
	if (!r->is_multistatus)
		return err_set(err, ERR_PROTOCOL,
			       "the answer is XML, but not the kind that was "
			       "asked for");
	return true;
}

const char *dav_reader_collblob(const struct dav_reader *r)
{
	return r->collblob;
}
