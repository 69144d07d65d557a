/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_KEYS_H
#define UI_KEYS_H
/*
 * Key maps: per scope from key sequence to command (with arguments). Defaults
 * come from commands.def and presets.def; the configuration's [keys "scope"] rows change them.
 * Looked up in the pane's scope, its parent, ... global; an unfinished
 * sequence in any of them makes the lookup wait for more.
 */
#include "ui/command.h"
#include "ui/kbd.h"

struct keys;
/* In the order of the option's choices (options.def, keymap). */
enum keymap { KEYMAP_mutt, KEYMAP_vi, KEYMAP_emacs, KEYMAP_COUNT };
struct keys *keys_new(enum keymap keymap); /* with its defaults */
void keys_free(struct keys *k);
/* The default keys of a command in a scope, blank-separated. */
const char *keys_default(enum keymap keymap, enum scope scope,
			 enum command_id id);

/* `line`: command and arguments, "" or "none" unbinds. */
bool keys_bind(struct keys *k, const char *scope, const char *sequence,
	       const char *line, struct err *err) MUST_CHECK;

enum keys_found { KEYS_NONE, KEYS_PREFIX, KEYS_COMMAND };
struct keys_result {
	enum keys_found found;
	enum command_id id; /* COMMAND */
	const char *line;   /* COMMAND: arguments, "" none; lives in k */
	bool longer;	    /* COMMAND: a longer sequence exists too */
};
struct keys_result keys_find(const struct keys *k, enum scope scope,
			     const struct kbd_sequence *seq);

/* All bindings seen from `scope` that begin with prefix (n 0: all), own scope
 * first; a shadowed one is left out. False from fn stops. */
typedef bool keys_fn(void *ctx, const struct kbd_sequence *seq, enum scope from,
		     enum command_id id, const char *line);
void keys_each(const struct keys *k, enum scope scope,
	       const struct kbd_sequence *prefix, keys_fn *fn, void *ctx);
/* The first (shortest) keys of a command in scope, "" none. */
void keys_add_hint(const struct keys *k, enum scope scope, enum command_id id,
		   struct str *out);
/* A sentence in which "{name}" stands for the keys that the command has in
 * scope, ":name" when it has none. Caller frees. */
char *keys_fill(const struct keys *k, enum scope scope, const char *text);
/* All keys of a command in scope: "r, M-r". */
void keys_add_all(const struct keys *k, enum scope scope, enum command_id id,
		  struct str *out);

/* Clashes (two commands on one sequence of a scope, in the defaults or by
 * keys_bind), sequences hidden behind a shorter one, and bindings that shadow
 * a parent's. One line each; true when there is no clash. */
bool keys_check(const struct keys *k, struct str *report);
#endif
