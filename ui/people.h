/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PEOPLE_H
#define UI_PEOPLE_H
/*
 * Looking people up without waiting: what is known here is there at once
 * (query_people, query_directory); what the server knows beside comes later,
 * to whoever asked last. One question is on its way at a time: asking anew
 * drops the one before.
 */
#include "engine/engine.h"
#include "store/query.h"

struct app;
struct event;

/* The server's answer: taken by the callee. more: there are others. err NULL:
 * it went well. Not called for a question that was dropped. */
typedef void people_found_fn(struct app *app, void *ctx,
			     struct person_list *taken, bool more,
			     const struct err *err);

/* Asks the server for words a moment after the last call, so that typing asks
 * once. Too short words, and those asked last, are not asked. Is an answer on
 * its way? */
bool people_ask(struct app *app, const char *words, people_found_fn *fn,
		void *ctx);
/* Asks at once for members of a list or for a person's surroundings. */
void people_ask_about(struct app *app, enum request_kind kind, const char *key,
		      people_found_fn *fn, void *ctx);
/* The next of what a person typed: addresses, and names by commas. A name alone
 * gets the name and address of the first who is called so. Who is not known is
 * said and passed over. *pos moves on, into the text; name (perhaps empty) and
 * addr are replaced. False: the end. */
bool people_next(struct app *app, const char **pos, struct str *name,
		 struct str *addr);
/* The name that goes with an address, appended where one is known here. */
void people_name_of(struct app *app, const char *addr, struct str *name);
/* Whoever asked with this ctx is gone. */
void people_forget(struct app *app, const void *ctx);
/* Session's part. */
void people_event(struct app *app, const struct event *ev);
void people_free(struct app *app);
#endif
