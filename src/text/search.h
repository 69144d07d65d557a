/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_SEARCH_H
#define TEXT_SEARCH_H
/*
 * The query language of the search line, the limit command and `search`:
 *
 *   words "a phrase" invo*          in subject, people and body
 *   -word !word not:...             without
 *   a OR b, a | b, ( ... )          either; AND is implied, binds tighter and
 *                                   may be written
 *   from: to: cc: who: subject: body: category: in: id:
 *   has:attachment   is:unread|read|flagged|answered|forwarded|draft|
 *                       important|complete|invitation|signed|encrypted
 *   after: before: date:            2026-11-24, 2026-11, 2026, 24/11/2026,
 *                                   today, yesterday, 7d 2w 3m 1y (ago)
 *   size:>1M size:<10k larger: smaller:
 *   ~f ~t ~c ~C ~L ~s ~b ~B ~d ~z ~i ~y ~F ~N ~U ~R ~Q ~X ~A   as in mutt
 *
 * Field names are not case-sensitive; a word with an unknown "name:" is an
 * error, a URL is a word. Dates are days of the local zone.
 */
#include "base/err.h"
#include "base/str.h"
#include "model/query.h"

/* Parses `text`; `now` is the time relative dates count from. False (kind
 * ERR_INPUT, err->number = byte position of the fault) with *out untouched; the
 * tree is the caller's (search_node_free). An empty query is SEARCH_ALL. */
bool search_parse(struct search_node **out, const char *text, int64_t now,
		  struct err *err) MUST_CHECK;

/* Words a reader should highlight: those wanted (not under NOT) in subject,
 * body and people. Appended to `words`. */
void search_words(const struct search_node *n, struct strv *words);
#endif
