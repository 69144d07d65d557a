/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef NET_XML_H
#define NET_XML_H
/*
 * XML as servers send it, read in one pass while it arrives. Bytes go in as
 * they come, elements and text come out; no tree is made. In front of the
 * parser stands a filter that mends what real servers send and XML forbids
 * (dossier EWS 4.2): references to forbidden characters, raw control bytes and
 * broken UTF-8 become U+FFFD, surrogate pairs written as two references become
 * one character, a BOM and blanks before the document are skipped.
 *
 * A DTD is refused, so there are no entities but the five of XML. Element
 * names are compared by local name and only inside the namespaces given, or
 * with their own namespace ("urn:schemas:httpmail:|read").
 * Text reaches the handler in pieces of any size, cut only between characters.
 */
#include "base/err.h"
#include "base/str.h"

#define XML_DEPTH_MAX 200 /* deeper documents are refused */
#define XML_OTHER (-1)	  /* a name not in the table */

struct xml_reader;
struct xml_attrs; /* of the element just started */

struct xml_handler {
	/* name: index in the table of names, or XML_OTHER. */
	void (*start)(void *ctx, int name, const struct xml_attrs *attrs);
	void (*text)(void *ctx, const char *s, size_t len);
	void (*end)(void *ctx, int name);
};

/* names: the names to tell apart, `count` of them: a local name, looked for in
 * the namespaces (URIs, NULL-terminated, "" for none), or "URI|local". Other
 * elements are XML_OTHER. Everything is borrowed for the reader's life. */
struct xml_reader *xml_reader_new(const char *const *names, size_t count,
				  const char *const *namespaces,
				  const struct xml_handler *handler, void *ctx);
void xml_reader_free(struct xml_reader *r);
/* Names that begin with a digit ("x:0x8101", dossier WebDAV 2.4), which XML
 * forbids, are read with "_" in front. Before the first piece. */
void xml_mend_names(struct xml_reader *r);

/* Reads the next piece. Fails with ERR_PROTOCOL when the text is not XML, has
 * a DTD or is too deep; all further calls then fail in the same way. */
bool xml_feed(struct xml_reader *r, const char *s, size_t len,
	      struct err *err) MUST_CHECK;
/* The end. Fails with ERR_NETWORK when the document was cut off. */
bool xml_finish(struct xml_reader *r, struct err *err) MUST_CHECK;
/* True once anything but blanks was fed. */
bool xml_has_begun(const struct xml_reader *r);
/* How many characters the filter had to replace. */
size_t xml_replaced(const struct xml_reader *r);

/* The value of an attribute, valid until the handler returns; not terminated.
 * NULL when absent. */
const char *xml_attr(const struct xml_attrs *a, const char *name, size_t *len);
/* The same as a copy; the caller frees. NULL when absent. */
char *xml_attr_copy(const struct xml_attrs *a, const char *name);
bool xml_attr_is(const struct xml_attrs *a, const char *name,
		 const char *value);

/* Writing: elements of a struct str. Text is escaped, tags are literals such
 * as "t:Subject". NULL text writes nothing. */
void xml_add_element(struct str *b, const char *tag, const char *text);
PRINTF(3, 4)
void xml_add_format(struct str *b, const char *tag, const char *fmt, ...);
/* ` name="text"`; NULL text writes nothing. */
void xml_add_attr(struct str *b, const char *name, const char *text);
#endif
