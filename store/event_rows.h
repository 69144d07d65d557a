/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef STORE_EVENT_ROWS_H
#define STORE_EVENT_ROWS_H
/* What the files of this directory share about calendar entries. */
#include "store/calendar.h"
#include "store/steps.h"

/* events.c: the packed form in a column. */
bool event_load_data(struct sqlite3_stmt *st, int col, struct appointment *out,
		     struct err *err) MUST_CHECK;
void event_pack_data(struct str *out, const struct appointment *a);
/* Inserts or replaces. packed_seen as id_pack gives it; NULL: ask again. */
bool event_put(struct store *s, int64_t item, const struct appointment *a,
	       const char *packed_seen, struct err *err) MUST_CHECK;

/* event_steps.c: a person's change in the rows, its journal step, and taking
 * it back. */
bool apply_event(struct store *s, int64_t entry, const struct intent *i,
		 struct err *err) MUST_CHECK;
bool check_event(struct store *s, const struct intent *i,
		 struct err *err) MUST_CHECK;
/* "move Design sync"; caller frees. */
char *event_intent_text(struct store *s, const struct intent *i);
bool revert_event(struct store *s, const struct step *st,
		  struct err *err) MUST_CHECK;
/* Of a step that is done; *err: why not. */
bool can_invert_event(struct store *s, const struct step *st,
		      struct err *err) MUST_CHECK;
bool invert_event(struct store *s, const struct step *st, int64_t entry,
		  struct err *err) MUST_CHECK;
bool done_event(struct store *s, const struct step *st, const char *new_id,
		const char *change_key, struct err *err) MUST_CHECK;
#endif
