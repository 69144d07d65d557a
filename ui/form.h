/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_FORM_H
#define UI_FORM_H
/*
 * Fields under each other: text, password, choice, check box, plain text.
 * Tab, Up and Down move; Enter goes to the next field, on the last one it is
 * done; Esc leaves.
 */
#include "ui/prompt.h"

enum form_kind { FORM_TEXT, FORM_PASSWORD, FORM_CHOICE, FORM_CHECK, FORM_NOTE };
struct form_field {
	enum form_kind kind;
	const char *name; /* for form_get */
	const char *label;
	const char *value;    /* at first; CHECK: "yes"/"no" */
	const char *choices;  /* CHOICE: "EWS|WebDAV" */
	const char *complete; /* TEXT: kind of argument; NULL none */
	const char *help;     /* shown under the form for the focused field */
};

struct form;
struct form *form_new(const struct form_field *fields, size_t n);
void form_free(struct form *f); /* wipes passwords */
void form_set_win(struct form *f, const struct win *w);
void form_draw(struct form *f, bool focused);
int form_rows(const struct form *f); /* height it needs */
const char *form_get(const struct form *f, const char *name);
void form_set(struct form *f, const char *name, const char *value);
/* A word behind the field: kind by its message role; NULL takes it away. */
void form_set_remark(struct form *f, const char *name, enum theme_role role,
		     const char *text);
void form_focus(struct form *f, const char *name);
const char *form_focused(const struct form *f);

enum form_result {
	FORM_IGNORED,
	FORM_TAKEN,
	FORM_CHANGED,
	FORM_DONE,
	FORM_LEFT
};
enum form_result form_key(struct form *f, struct app *app, uint32_t key);
enum form_result form_paste(struct form *f, const char *text);
enum form_result form_mouse(struct form *f, const struct input *in);
#endif
