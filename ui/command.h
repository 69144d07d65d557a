/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_COMMAND_H
#define UI_COMMAND_H
/*
 * The command table: one row of commands.def per command. Everything a person
 * can do is one, whether it comes from a key, the mouse, the prompt, the
 * palette or a hook. The handler of command `x` is cmd_x(); dispatch.c checks
 * needs first. Pure but for the handlers, so that tests can read the table.
 */
#include "base/err.h"
#include "base/str.h"

struct app;

enum scope {
#define SCOPE(id, name, parent, title) SCOPE_##id,
#include "ui/scopes.def"
#undef SCOPE
	SCOPE_COUNT
};

/* What a command needs. The screen's context says what is there; the text is
 * what the person reads when it is missing, with keys as keys_fill has them. */
#define COMMAND_NEEDS(X)                                                       \
	X(account, "no account is set up: `retinue` without arguments starts " \
		   "the set-up")                                               \
	X(folder, "no folder is selected")                                     \
	X(item, "no message is selected")                                      \
	X(writable, "this folder is read-only")                                \
	X(tagged,                                                              \
	  "nothing is tagged: {tag} tags a row, {tag-pattern} a pattern")      \
	X(text, "the message has not been fetched: it is not kept offline")    \
	X(part, "no part is selected")                                         \
	X(file, "there is no file to save here")                               \
	X(outside, "this server has one text for everybody")                   \
	X(entry, "nothing waits here")                                         \
	X(clash,                                                               \
	  "nothing to settle here: this change was not refused and did "       \
	  "not clash")                                                         \
	X(unsettled, "this one is settled already")                            \
	X(way_back, "this one cannot be taken back")                           \
	X(person, "nobody is selected")                                        \
	X(event, "no event is under the cursor: n makes one")                  \
	X(own_folder, "the mailbox's own folders stay as they are")
enum need_bit {
#define X(id, text) NEED_BIT_##id,
	COMMAND_NEEDS(X)
#undef X
		NEED_BITS
};
enum need {
#define X(id, text) NEED_##id = 1 << NEED_BIT_##id,
	COMMAND_NEEDS(X)
#undef X
};

enum command_id {
#define COMMAND(id, name, scopes, needs, keys, args, menu, order, summary,     \
		help)                                                          \
	COMMAND_##id,
#include "ui/commands.def"
#undef COMMAND
	COMMAND_COUNT
};

struct command {
	const char *id;	     /* "reply_all" */
	const char *name;    /* "reply-all" */
	unsigned scopes;     /* bits 1 << enum scope */
	unsigned needs;	     /* enum need */
	const char *keys;    /* blank-separated bindings; "" none */
	const char *args;    /* "<folder>", "[words]": see complete.h */
	const char *menu;    /* "Message"; the heading it stands under */
	int order;	     /* > 0: place in the hint line, low first */
	const char *summary; /* one line */
	const char *help;    /* a paragraph */
};

/* One use of a command. Borrowed for the call. */
struct command_call {
	enum command_id id;
	int count; /* typed before the key; 0 none */
	int argc;  /* words behind the name */
	char **argv;
	const char *rest; /* the same as typed, "" none */
	bool by_key;
};
typedef void command_fn(struct app *app, const struct command_call *call);

const struct command *command_get(enum command_id id);
/* By name; the id itself or a unique beginning are understood too.
 * COMMAND_COUNT: no such command; *ambiguous (may be NULL) tells why. */
enum command_id command_find(const char *name, bool *ambiguous);
enum scope scope_parent(enum scope s); /* global's is global */
const char *scope_name(enum scope s);
const char *scope_title(enum scope s);
enum scope scope_find(const char *name); /* SCOPE_COUNT: none */
bool command_in_scope(enum command_id id, enum scope s);
/* The sentence for the first need of `id` that is not in `has`; NULL: none. */
const char *command_missing(enum command_id id, unsigned has);
/* Splits a typed line: words with quotes and backslash. */
bool command_split(const char *line, struct strv *out,
		   struct err *err) MUST_CHECK;

/* --- dispatch.c: needs the handlers -------------------------------------- */
/* Checks scope and needs, offers the call to the screen, then calls cmd_x. */
void command_run(struct app *app, const struct command_call *call);
/* Runs what was typed behind ":"; says what is wrong with it. */
void command_run_line(struct app *app, const char *line);

#define COMMAND(id, name, scopes, needs, keys, args, menu, order, summary,     \
		help)                                                          \
	void cmd_##id(struct app *app, const struct command_call *call);
#include "ui/commands.def"
#undef COMMAND
#endif
