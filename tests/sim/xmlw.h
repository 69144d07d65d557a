/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef SIM_XMLW_H
#define SIM_XMLW_H
/*
 * Writing answers, reading requests. The writer escapes as a real server does:
 * control characters come out as character references which XML forbids
 * (dossier 4.2), because clients must live with them.
 */
#include <libxml/tree.h>
#include "base/str.h"

void xw_text(struct str *b, const char *s);    /* escaped */
void xw_open(struct str *b, const char *name); /* "t:Items" */
void xw_close(struct str *b, const char *name);
void xw_elem(struct str *b, const char *name, const char *text);
PRINTF(3, 4)
void xw_elemf(struct str *b, const char *name, const char *fmt, ...);
void xw_bool(struct str *b, const char *name, bool value);
void xw_time(struct str *b, const char *name, int64_t t); /* not NEVER */
void xw_base64(struct str *b, const char *name, const void *p, size_t len);

/* Requests: NULL in, NULL out; texts live as long as the document. */
xmlNode *xr_first(const xmlNode *node); /* first child element */
xmlNode *xr_next(const xmlNode *node);	/* next sibling element */
xmlNode *xr_child(const xmlNode *node, const char *name);
xmlNode *xr_path(const xmlNode *node, const char *a, const char *b);
bool xr_is(const xmlNode *node, const char *name);
const char *xr_name(const xmlNode *node);
const char *xr_text(const xmlNode *node); /* "" when there is none */
const char *xr_child_text(const xmlNode *node, const char *name); /* or NULL */
const char *xr_attr(const xmlNode *node, const char *name);	  /* or NULL */
bool xr_true(const char *text);	      /* "true" or "1" */
size_t xr_count(const xmlNode *node); /* child elements */
#endif
