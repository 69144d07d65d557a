/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_LOAD_H
#define BASE_LOAD_H
/*
 * Most libraries are loaded when they are about to be of use, not at every
 * start: curl, OpenLDAP, GSSAPI and OpenSSL when something is asked of a server,
 * those that read messages and calendars unless all that is wanted is a list out
 * of the mirror. The loader took five sixths of the time of a search otherwise.
 * Calls of them are weak references that are bound at the first call, so their
 * functions are called as usual, but no address of one may be taken and no data
 * of one named. The makefile does the linking; builds that link plainly, as
 * those with a sanitizer, load nothing here.
 */
#include "base/err.h"

/* In any thread, any number of times. Both fail (ERR_UNSUPPORTED) when a library
 * is missing or damaged. Before anything of src/net and src/proto: */
bool load_network(struct err *err) MUST_CHECK;
/* Before anything of src/mime, src/ical, XML, HTML and Markdown: */
bool load_content(struct err *err) MUST_CHECK;
#endif
