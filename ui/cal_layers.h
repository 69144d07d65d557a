/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_CAL_LAYERS_H
#define UI_CAL_LAYERS_H
/*
 * The calendars that may lie over one another: one's own, those of others and
 * public ones as far as they are mirrored, and people of whom only free/busy is
 * known. Each has a letter and a colour; what is shown is kept in the store, a
 * fact each, as is what was last told of people.
 */
#include "engine/calendar.h"
#include "ui/app.h"

#define CAL_COLOURS 6 /* of theme.def; 0: by show-as */

struct cal_layer {
	int64_t folder; /* row; 0: a person's free/busy */
	char *addr;	/* of that; NULL: a folder */
	char *name;
	bool shown, read_only;
	char letter;
	int colour;
	struct busy_kept kept; /* of a person */
};
struct cal_layers {
	VEC(struct cal_layer) v; /* the default calendar first, people last */
	uint64_t keeping; /* the last change on its way to the store; 0 none */
	/* A question for all people at once. */
	uint64_t ticket;
	int64_t failed; /* when it last did; CLOCK_NEVER: it did not */
	int64_t asked_from;
};

void cal_layers_init(struct cal_layers *l);
void cal_layers_release(struct cal_layers *l);
/* From the store, anew; not before it has what was changed here. */
void cal_layers_load(struct app *app, struct cal_layers *l);
/* What the shown ones have in [from, to), clashes marked. False: *err; *out is
 * empty then. */
bool cal_layers_read(struct app *app, const struct cal_layers *l, int64_t from,
		     int64_t to, struct calendar_view *out,
		     struct err *err) MUST_CHECK;
/* Whose an entry is; NULL: a calendar no longer there. */
const struct cal_layer *cal_layers_of(const struct cal_layers *l,
				      const struct calendar_entry *e);
bool cal_layers_is_first(const struct cal_layers *l,
			 const struct cal_layer *layer);
/* How an entry is drawn. */
unsigned cal_layers_style(const struct cal_layers *l,
			  const struct calendar_entry *e);
unsigned cal_layer_style(const struct cal_layer *layer);
/* "B " before its name, but not on the default calendar's; appended. */
void cal_layers_add_letter(const struct cal_layers *l,
			   const struct calendar_entry *e, struct str *out);
/* What is called so, whose name begins so, or has this letter; NULL. */
struct cal_layer *cal_layers_find(struct cal_layers *l, const char *name);

/* --- changing: to be kept in the store --- */
void cal_layers_keep(struct app *app, struct cal_layers *l,
		     const struct cal_layer *layer);
void cal_layers_forget(struct app *app, struct cal_layers *l,
		       const struct cal_layer *layer);
/* The one of a person, made where there is none. */
struct cal_layer *cal_layers_add_person(struct cal_layers *l, const char *name,
					const char *addr);
void cal_layers_remove(struct cal_layers *l, const struct cal_layer *layer);

/* --- people: asked of in one request ---------------------------------------- */
/* Asks for all shown people, where it is long ago or [from, to) is not known.
 * again: whatever is known. */
void cal_layers_ask(struct app *app, struct cal_layers *l, int64_t from,
		    int64_t to, bool again);
/* True: something came in, load them anew. */
bool cal_layers_event(struct cal_layers *l, const struct event *ev);
#endif
