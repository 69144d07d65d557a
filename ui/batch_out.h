/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_BATCH_OUT_H
#define UI_BATCH_OUT_H
/*
 * Writing rows and documents. JSON carries "v": 1; its members never change
 * their meaning within a version (retinue(1), JSON).
 */
#include <jansson.h>
#include "ui/batch.h"

json_t *out_item_json(struct batch *b, const struct item *it);
json_t *out_folder_json(struct batch *b, const struct folder *f);
json_t *out_entry_json(const struct journal_entry *e);
json_t *out_error_json(const struct err *err);
/* NULL becomes JSON null. */
json_t *out_text_json(const char *s);
json_t *out_time_json(int64_t t); /* RFC 3339 with zone; CLOCK_NEVER null */

/* Prints and frees a document, adding "v" first. */
void out_document(json_t *owned);
void out_line(json_t *owned); /* the same on one line, for --jsonl */

/* "\t", "\n", "\0" and {field} by the members of row; false: said which field
 * is unknown. */
bool out_format(const char *format, json_t *row);
/* Prints a list of items in the form the options ask for. */
int out_items(struct batch *b, const struct item_list *items);
/* --fresh, where it is given. */
void batch_freshen(struct batch *b);
/* Messages that match (NULL: all) in a folder (0: all), with --limit, --reverse
 * and --unread. */
int batch_print_query(struct batch *b, const struct search_node *node,
		      int64_t folder);
/* False: the fault is shown below its place. */
bool batch_parse_query(const char *text, struct search_node **out);
#endif
