/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_IMPORT_H
#define TEXT_IMPORT_H
/*
 * What other mail programs keep in their configuration, in the words of this
 * one: key bindings and macros, aliases, signature, editor. Each line that does
 * not carry over is listed with the reason; nothing is guessed.
 *
 * Pure: files are read by the caller's function. Sources: the manuals of
 * neomutt (2026), aerc-binds(5) and aerc-config(5), alpine's .pinerc and
 * .addressbook as its technical notes describe them.
 */
#include "base/str.h"
#include "base/vec.h"
#include "model/person.h"

struct import_binding {
	char *scope; /* "messages" */
	char *key;   /* "C-x" */
	char *line;  /* command and arguments, or "none" */
	char *place; /* "neomuttrc:12" */
};
struct import_setting {
	char *name, *value; /* an option of this program */
	char *place;
};
struct import_lost {
	char *place, *text, *why;
};
struct import {
	VEC(struct import_binding) bindings;
	VEC(struct import_setting) settings;
	VEC(struct import_lost) lost;
	struct person_list aliases; /* nickname, name, addr; groups: members */
	/* The text of a file; false: it cannot be read. */
	bool (*read)(void *ctx, const char *path, struct str *out);
	void *ctx;
};
void import_release(struct import *im);

/* Each adds what the file at `path` holds, and what that names. False: the
 * file itself cannot be read. */
bool import_neomutt(struct import *im, const char *path);
bool import_aerc(struct import *im,
		 const char *path); /* binds.conf, any .conf */
/* .pinerc; a file named .addressbook is one. */
bool import_alpine(struct import *im, const char *path);

/* --- for those --------------------------------------------------------------- */
/* The command for another program's function or command; NULL: none. */
const char *import_command(const char *program, const char *theirs);
void import_bind(struct import *im, const char *scope, const char *key,
		 const char *line, const char *place);
void import_set(struct import *im, const char *name, const char *value,
		const char *place);
void import_lose(struct import *im, const char *place, const char *text,
		 const char *why);
/* nick, name (NULL: as in the addresses), "a@b, C <c@d>". */
void import_alias(struct import *im, const char *nick, const char *name,
		  const char *addresses, const char *place);
/* A path as another file of the same place names it: ~, relative. */
char *import_path(const char *from, const char *path);
#endif
