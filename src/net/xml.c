/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/xml.h"
#include "base/chan.h"
#include "net/xml_filter.h"

#include <libxml/parser.h>
#include <libxml/xmlerror.h>
#include <string.h>

/* Pieces the parser gets: it copies what it is given, and a piece of this size
 * is still in the cache when it reads it. */
#define SLICE (16 * 1024)
/* Slots for names seen (a power of two). */
#define SEEN 512

struct xml_attrs {
	int n;
	const xmlChar **v; /* local name, prefix, URI, value, end */
};

/* libxml2 interns names, so a pointer pair tells an element kind. */
struct seen {
	const xmlChar *local, *uri;
	int name;
};

struct xml_reader {
	xmlParserCtxtPtr parser;
	const struct xml_handler *handler;
	void *ctx;
	const char *const *names;
	size_t count;
	const char *const *namespaces;
	struct xml_filter filter;
	struct err err; /* set once reading has failed */
	int depth;
	bool complete;		 /* the root element has ended */
	int open[XML_DEPTH_MAX]; /* names of the open elements */
	size_t seen_count;
	struct seen seen[SEEN];
};

static bool is_known_namespace(const struct xml_reader *r, const xmlChar *uri)
{
	const char *u = uri ? (const char *)uri : "";

	for (const char *const *n = r->namespaces; *n; n++)
		if (strcmp(*n, u) == 0)
			return true;
	return false;
}

/* "URI|local"? Servers do not agree on the case of an id in the URI. */
static bool is_pair(const char *name, const char *local, const char *uri)
{
	size_t n = strlen(uri);

	return strncasecmp(name, uri, n) == 0 && name[n] == '|' &&
	       strcmp(name + n + 1, local) == 0;
}

static int look_up(const struct xml_reader *r, const xmlChar *local,
		   const xmlChar *uri)
{
	bool known = is_known_namespace(r, uri);
	const char *l = (const char *)local;
	const char *u = uri ? (const char *)uri : "";

	for (size_t i = 0; i < r->count; i++)
		if ((known && strcmp(r->names[i], l) == 0) ||
		    is_pair(r->names[i], l, u))
			return (int)i;
	return XML_OTHER;
}

static int name_of(struct xml_reader *r, const xmlChar *local,
		   const xmlChar *uri)
{
	size_t i =
		(((uintptr_t)local >> 3) * 31 + ((uintptr_t)uri >> 4)) % SEEN;
	int name;

	for (; r->seen[i].local; i = (i + 1) % SEEN)
		if (r->seen[i].local == local && r->seen[i].uri == uri)
			return r->seen[i].name;
	name = look_up(r, local, uri);
	/* Half full at most: a search always ends, and a hostile number of
	 * names costs time, not memory. */
	if (r->seen_count < SEEN / 2) {
		r->seen[i] = (struct seen){local, uri, name};
		r->seen_count++;
	}
	return name;
}

PRINTF(2, 3) static void fail(struct xml_reader *r, const char *fmt, ...)
{
	va_list args;
	char text[256];

	if (r->err.kind != ERR_NONE)
		return;
	va_start(args, fmt);
	vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	err_set(&r->err, ERR_PROTOCOL, "%s", text);
	xmlStopParser(r->parser);
}

static void on_start(void *ctx, const xmlChar *local, const xmlChar *prefix,
		     const xmlChar *uri, int n_ns, const xmlChar **ns,
		     int n_attrs, int n_default, const xmlChar **attrs)
{
	struct xml_reader *r = ctx;
	struct xml_attrs a = {n_attrs, attrs};
	int name;

	(void)prefix, (void)n_ns, (void)ns, (void)n_default;
	if (r->err.kind != ERR_NONE)
		return;
	if (r->depth == XML_DEPTH_MAX) {
		fail(r, "the answer nests XML elements more than %d deep",
		     XML_DEPTH_MAX);
		return;
	}
	name = name_of(r, local, uri);
	r->open[r->depth++] = name;
	r->handler->start(r->ctx, name, &a);
}

static void on_end(void *ctx, const xmlChar *local, const xmlChar *prefix,
		   const xmlChar *uri)
{
	struct xml_reader *r = ctx;

	(void)local, (void)prefix, (void)uri;
	if (r->err.kind != ERR_NONE || r->depth == 0)
		return;
	r->handler->end(r->ctx, r->open[--r->depth]);
	r->complete = r->depth == 0;
}

static void on_text(void *ctx, const xmlChar *s, int len)
{
	struct xml_reader *r = ctx;

	if (r->err.kind == ERR_NONE && len > 0)
		r->handler->text(r->ctx, (const char *)s, (size_t)len);
}

static void on_dtd(void *ctx, const xmlChar *name, const xmlChar *external,
		   const xmlChar *system)
{
	(void)name, (void)external, (void)system;
	fail(ctx, "the answer carries a document type, which is never part of "
		  "what this server should send");
}

static void on_error(void *ctx, xmlErrorPtr e)
{
	struct xml_reader *r = ctx;
	const char *text = e && e->message ? e->message : "not well-formed";

	if (!e || e->level < XML_ERR_ERROR || r->err.kind != ERR_NONE)
		return;
	/* Exchange's "xml:" is no URI; names are compared all the same. So are
	 * those of a prefix that nobody has declared. */
	if (e->code == XML_WAR_NS_URI || e->code == XML_WAR_NS_URI_RELATIVE ||
	    e->code == XML_NS_ERR_UNDEFINED_NAMESPACE)
		return;
	err_set(&r->err, ERR_PROTOCOL,
		"the answer is not well-formed XML (line %d: %.*s)", e->line,
		(int)strcspn(text, "\n"), text);
}

/* A function of ours: the library's has no address yet (base/load.h). */
static void init_parser(void)
{
	xmlInitParser();
}

struct xml_reader *xml_reader_new(const char *const *names, size_t count,
				  const char *const *namespaces,
				  const struct xml_handler *handler, void *ctx)
{
	static int initialised;
	struct xml_reader *r = xcalloc(1, sizeof(*r));
	xmlSAXHandler sax = {
		.initialized = XML_SAX2_MAGIC,
		.startElementNs = on_start,
		.endElementNs = on_end,
		.characters = on_text,
		.ignorableWhitespace = on_text,
		.cdataBlock = on_text,
		.internalSubset = on_dtd,
		.serror = on_error,
	};

	chan_once(&initialised, init_parser);
	r->names = names;
	r->count = count;
	r->namespaces = namespaces;
	r->handler = handler;
	r->ctx = ctx;
	xml_filter_init(&r->filter);
	r->parser = xmlCreatePushParserCtxt(&sax, r, NULL, 0, NULL);
	if (!r->parser)
		BUG("no memory for an XML parser");
	/* NOENT: "&amp;" in an attribute arrives as "&"; without a DTD there is
	 * nothing else to expand. IGNORE_ENC: the filter gave us UTF-8. */
	xmlCtxtUseOptions(r->parser, XML_PARSE_HUGE | XML_PARSE_NONET |
					     XML_PARSE_NOENT |
					     XML_PARSE_IGNORE_ENC);
	return r;
}

void xml_mend_names(struct xml_reader *r)
{
	r->filter.names = true;
}

void xml_reader_free(struct xml_reader *r)
{
	if (!r)
		return;
	xmlFreeParserCtxt(r->parser);
	xml_filter_release(&r->filter);
	free(r);
}

static bool failed(struct xml_reader *r, struct err *err)
{
	if (r->err.kind == ERR_NONE)
		return false;
	if (err)
		*err = r->err;
	return true;
}

/* The parser goes on telling of an error that it has passed (on_error). */
static bool parse(struct xml_reader *r, const char *s, size_t len, bool last)
{
	int code = xmlParseChunk(r->parser, s, (int)len, last);

	return code == 0 || code == XML_NS_ERR_UNDEFINED_NAMESPACE;
}

/* Feeds the parser slice by slice, cut between characters. */
static void feed_slices(struct xml_reader *r, const char *s, size_t len)
{
	while (len > 0 && r->err.kind == ERR_NONE) {
		size_t n = len;

		if (n > SLICE) {
			n = SLICE;
			while (n > SLICE - 4 && (s[n] & 0xC0) == 0x80)
				n--;
		}
		if (!parse(r, s, n, false))
			fail(r, "the answer is not well-formed XML");
		s += n;
		len -= n;
	}
}

bool xml_feed(struct xml_reader *r, const char *s, size_t len, struct err *err)
{
	const char *clean;
	size_t n;

	if (failed(r, err))
		return false;
	xml_filter_run(&r->filter, s, len, false, &clean, &n);
	feed_slices(r, clean, n);
	return !failed(r, err);
}

bool xml_finish(struct xml_reader *r, struct err *err)
{
	const char *clean;
	size_t n;

	if (failed(r, err))
		return false;
	xml_filter_run(&r->filter, "", 0, true, &clean, &n);
	feed_slices(r, clean, n);
	if (r->err.kind != ERR_NONE)
		return !failed(r, err);
	if (!r->complete)
		err_set(&r->err, ERR_NETWORK,
			r->filter.begun ? "the answer was cut off"
					: "the answer is empty");
	else if (!parse(r, NULL, 0, true))
		fail(r, "the answer is not a whole XML document");
	return !failed(r, err);
}

bool xml_has_begun(const struct xml_reader *r)
{
	return r->filter.begun;
}

size_t xml_replaced(const struct xml_reader *r)
{
	return r->filter.replaced;
}

const char *xml_attr(const struct xml_attrs *a, const char *name, size_t *len)
{
	for (int i = 0; i < a->n; i++) {
		const xmlChar **v = a->v + (ptrdiff_t)i * 5;

		if (strcmp((const char *)v[0], name) != 0)
			continue;
		*len = (size_t)(v[4] - v[3]);
		return (const char *)v[3];
	}
	*len = 0;
	return NULL;
}

char *xml_attr_copy(const struct xml_attrs *a, const char *name)
{
	size_t len;
	const char *v = xml_attr(a, name, &len);

	return v ? xstrndup(v, len) : NULL;
}

bool xml_attr_is(const struct xml_attrs *a, const char *name, const char *value)
{
	size_t len;
	const char *v = xml_attr(a, name, &len);

	return v && len == strlen(value) && memcmp(v, value, len) == 0;
}

void xml_add_element(struct str *b, const char *tag, const char *text)
{
	if (!text)
		return;
	str_addf(b, "<%s>", tag);
	str_add_xml(b, text);
	str_addf(b, "</%s>", tag);
}

void xml_add_format(struct str *b, const char *tag, const char *fmt, ...)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_addfv(&text, fmt, args);
	va_end(args);
	xml_add_element(b, tag, text.s);
}

void xml_add_attr(struct str *b, const char *name, const char *text)
{
	if (!text)
		return;
	str_addf(b, " %s=\"", name);
	str_add_xml(b, text);
	str_add_char(b, '"');
}
