/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_THEME_H
#define UI_THEME_H
/*
 * Looks by meaning. theme.def has one row a role with its look in each theme;
 * the value nearest to what the terminal can is taken at run time. A style is
 * a role, or a role ON another (a row's): background and attributes of the
 * row shine through.
 */
#include "ui/term.h"

enum theme_role {
#define ROLE(id, name, mono, dark, light, contrast, summary) THEME_##id,
#include "ui/theme.def"
#undef ROLE
	THEME_ROLES
};

#define THEME_ON(role, row) ((unsigned)(role) | (unsigned)(row) << 6)

struct theme;
struct theme *theme_new(void);
void theme_free(struct theme *t);
/* "auto" (dark until the terminal says light), "dark", "light",
 * "high-contrast", "mono". */
bool theme_select(struct theme *t, const char *name,
		  struct err *err) MUST_CHECK;
void theme_set_background(struct theme *t, bool light); /* for "auto" */
const char *theme_name(const struct theme *t);
const char *theme_nth(size_t i); /* the names; NULL: no more */
/* One role from the configuration: "#rrggbb on default bold",
 * "green", "brightblue on 236 underline". */
bool theme_set_role(struct theme *t, const char *role, const char *look,
		    struct err *err) MUST_CHECK;
/* Makes the terminal draw with it. */
void theme_apply(struct theme *t);

/* Pure parts, tested: */
void theme_get_look(const struct theme *t, unsigned style,
		    enum term_depth depth, struct term_look *out);
int theme_nearest_256(int rgb);
int theme_nearest_16(int rgb);
const char *theme_role_name(enum theme_role role);
const char *theme_role_summary(enum theme_role role);
#endif
