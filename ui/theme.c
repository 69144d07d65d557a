/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/theme.h"
#include <string.h>

struct look {
	struct {
		int rgb, n16; /* -1, -1: the terminal's own */
	} fg, bg;
	unsigned attrs;
};

enum theme_kind { KIND_DARK, KIND_LIGHT, KIND_CONTRAST, KIND_MONO };

static const struct {
	const char *name, *summary;
	unsigned mono;
	struct look look[3];
} roles[] = {
#define C(rgb, n16)                                                            \
	{                                                                      \
		rgb, n16                                                       \
	}
#define NO                                                                     \
	{                                                                      \
		-1, -1                                                         \
	}
#define L(...)                                                                 \
	{                                                                      \
		__VA_ARGS__                                                    \
	}
#define ROLE(id, name, mono, dark, light, contrast, summary)                   \
	[THEME_##id] = {name, summary, mono, {dark, light, contrast}},
#include "ui/theme.def"
#undef ROLE
#undef L
#undef NO
#undef C
};

_Static_assert(THEME_ROLES <= 64, "THEME_ON keeps six bits for a role");

struct theme {
	enum theme_kind kind;
	bool automatic;
	bool changed[THEME_ROLES]; /* by the configuration */
	struct look own[THEME_ROLES];
};

struct theme *theme_new(void)
{
	struct theme *t = xcalloc(1, sizeof(*t));

	t->automatic = true;
	return t;
}

void theme_free(struct theme *t)
{
	free(t);
}

static const char *const kinds[] = {"dark", "light", "high-contrast", "mono"};

bool theme_select(struct theme *t, const char *name, struct err *err)
{
	if (str_eq(name, "auto")) {
		t->automatic = true;
		t->kind = KIND_DARK;
		return true;
	}
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		if (!str_eq(name, kinds[i]))
			continue;
		t->automatic = false;
		t->kind = (enum theme_kind)i;
		return true;
	}
	return err_set(err, ERR_INPUT,
		       "no theme \"%s\": there are auto, dark, "
		       "light, high-contrast and mono",
		       name);
}

const char *theme_nth(size_t i)
{
	return i == 0 ? "auto" : i <= ARRAY_LEN(kinds) ? kinds[i - 1] : NULL;
}

void theme_set_background(struct theme *t, bool light)
{
	if (t->automatic)
		t->kind = light ? KIND_LIGHT : KIND_DARK;
}

const char *theme_name(const struct theme *t)
{
	return t->automatic ? "auto" : kinds[t->kind];
}

/* --- nearest colours ------------------------------------------------------ */
static const int base16[16] = {0x000000, 0xcd0000, 0x00cd00, 0xcdcd00,
			       0x0000ee, 0xcd00cd, 0x00cdcd, 0xe5e5e5,
			       0x7f7f7f, 0xff0000, 0x00ff00, 0xffff00,
			       0x5c5cff, 0xff00ff, 0x00ffff, 0xffffff};

static int distance(int a, int b)
{
	int r = (a >> 16 & 255) - (b >> 16 & 255);
	int g = (a >> 8 & 255) - (b >> 8 & 255);
	int l = (a & 255) - (b & 255);

	return 3 * r * r + 6 * g * g + l * l;
}

int theme_nearest_16(int rgb)
{
	int best = 0;

	for (int i = 1; i < 16; i++)
		if (distance(rgb, base16[i]) < distance(rgb, base16[best]))
			best = i;
	return best;
}

static int cube_step(int v)
{
	return v < 48 ? 0 : v < 115 ? 1 : (v - 35) / 40;
}

static int rgb_of_256(int n)
{
	static const int levels[] = {0, 95, 135, 175, 215, 255};

	if (n < 16)
		return base16[n];
	if (n >= 232)
		return (8 + (n - 232) * 10) * 0x10101;
	n -= 16;
	return levels[n / 36] << 16 | levels[n / 6 % 6] << 8 | levels[n % 6];
}

int theme_nearest_256(int rgb)
{
	int r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255;
	int cube = 16 + 36 * cube_step(r) + 6 * cube_step(g) + cube_step(b);
	int grey_level = (r + g + b) / 3;
	int grey = 232 + (grey_level > 238 ? 23
			  : grey_level < 3 ? 0
					   : (grey_level - 3) / 10);

	return distance(rgb, rgb_of_256(grey)) < distance(rgb, rgb_of_256(cube))
		       ? grey
		       : cube;
}

/* --- looks ---------------------------------------------------------------- */
static const struct look *role_look(const struct theme *t, unsigned role)
{
	if (t->changed[role])
		return &t->own[role];
	return &roles[role].look[t->kind == KIND_MONO ? 0 : t->kind];
}

/* One colour at this depth. *bold is set where 8 colours show a bright one. */
static int colour_at(int rgb, int n16, enum term_depth depth, bool background,
		     unsigned *attrs)
{
	if (n16 < 0)
		return -1;
	switch (depth) {
	case TERM_TRUE:
		return TERM_RGB | rgb;
	case TERM_256:
		return theme_nearest_256(rgb);
	case TERM_16:
		return n16;
	case TERM_8:
		/* Bright black is often invisible: the default instead. */
		if (n16 == 8)
			return -1;
		if (n16 > 8 && !background)
			*attrs |= TERM_BOLD;
		return n16 & 7;
	case TERM_MONO:
		break;
	}
	return -1;
}

static void look_of_role(const struct theme *t, unsigned role,
			 enum term_depth depth, struct term_look *out)
{
	const struct look *l = role_look(t, role);

	if (depth == TERM_MONO || t->kind == KIND_MONO) {
		*out = (struct term_look){-1, -1, roles[role].mono};
		return;
	}
	out->attrs = l->attrs;
	out->fg = colour_at(l->fg.rgb, l->fg.n16, depth, false, &out->attrs);
	out->bg = colour_at(l->bg.rgb, l->bg.n16, depth, true, &out->attrs);
}

static int brightness(int rgb)
{
	return ((rgb >> 16 & 255) * 3 + (rgb >> 8 & 255) * 6 + (rgb & 255)) /
	       10;
}

/* Can fg be read on bg? What 16 colours look like is the terminal's to say:
 * there only a row's own foreground is sure to be. */
static bool is_readable(const struct look *fg, const struct look *bg,
			enum term_depth depth)
{
	int d = brightness(fg->fg.rgb) - brightness(bg->bg.rgb);

	return depth > TERM_16 && fg->fg.n16 >= 0 && (d > 80 || d < -80);
}

/* The row's background and attributes shine through; its foreground takes
 * over where the role's cannot be read on that background. */
void theme_get_look(const struct theme *t, unsigned style,
		    enum term_depth depth, struct term_look *out)
{
	unsigned role = style & 63, row = style >> 6 & 63;
	struct term_look under;

	look_of_role(t, role < THEME_ROLES ? role : THEME_NORMAL, depth, out);
	if (!row || row >= THEME_ROLES || role >= THEME_ROLES)
		return;
	look_of_role(t, row, depth, &under);
	if (under.bg >= 0) {
		out->bg = under.bg;
		if (!is_readable(role_look(t, role), role_look(t, row), depth))
			out->fg = under.fg;
	} else if (under.fg >= 0 && out->fg < 0) {
		out->fg = under.fg;
	}
	out->attrs |= under.attrs;
}

static void missing_look(void *ctx, unsigned style, struct term_look *out)
{
	theme_get_look(ctx, style, term_depth(), out);
}

void theme_apply(struct theme *t)
{
	term_clear_looks();
	term_on_missing_look(missing_look, t);
}

/* --- from the configuration ------------------------------------------------ */
static bool parse_colour(const char *word, int *rgb, int *n16)
{
	static const char *const names[] = {"black",  "red",  "green",
					    "yellow", "blue", "magenta",
					    "cyan",   "white"};
	bool bright = str_starts(word, "bright");
	char *end;
	long n;

	if (str_eq(word, "default")) {
		*rgb = *n16 = -1;
		return true;
	}
	if (word[0] == '#') {
		n = strtol(word + 1, &end, 16);
		if (*end || strlen(word) != 7 || n < 0)
			return false;
		*rgb = (int)n;
		*n16 = theme_nearest_16(*rgb);
		return true;
	}
	for (int i = 0; i < 8; i++) {
		if (!str_eq(bright ? word + 6 : word, names[i]))
			continue;
		*n16 = i + (bright ? 8 : 0);
		*rgb = base16[*n16];
		return true;
	}
	n = strtol(word, &end, 10);
	if (*end || end == word || n < 0 || n > 255)
		return false;
	*rgb = rgb_of_256((int)n);
	*n16 = n < 16 ? (int)n : theme_nearest_16(*rgb);
	return true;
}

static unsigned parse_attr(const char *word)
{
	static const struct {
		const char *name;
		unsigned bit;
	} attrs[] = {{"bold", TERM_BOLD},
		     {"underline", TERM_UNDERLINE},
		     {"reverse", TERM_REVERSE},
		     {"dim", TERM_DIM},
		     {"italic", TERM_ITALIC}};

	for (size_t i = 0; i < ARRAY_LEN(attrs); i++)
		if (str_eq(word, attrs[i].name))
			return attrs[i].bit;
	return 0;
}

static bool parse_look(struct look *l, const struct strv *words,
		       struct err *err)
{
	bool background = false;
	int rgb, n16;

	for (size_t i = 0; i < words->n; i++) {
		const char *w = words->v[i];
		if (str_eq(w, "on")) {
			background = true;
		} else if (parse_attr(w)) {
			l->attrs |= parse_attr(w);
		} else if (!parse_colour(w, &rgb, &n16)) {
			return err_set(err, ERR_INPUT,
				       "not a colour: \"%s\" (such as green, "
				       "brightblue, 236, #a0b0c0, default)",
				       w);
		} else if (background) {
			l->bg.rgb = rgb;
			l->bg.n16 = n16;
		} else {
			l->fg.rgb = rgb;
			l->fg.n16 = n16;
		}
	}
	return true;
}

bool theme_set_role(struct theme *t, const char *role, const char *look,
		    struct err *err)
{
	struct look l = {.fg = {-1, -1}, .bg = {-1, -1}};
	struct strv words;
	bool ok;

	for (size_t i = 0; i < THEME_ROLES; i++) {
		if (!str_eq(role, roles[i].name))
			continue;
		strv_init(&words);
		strv_split(&words, look, " \t");
		ok = parse_look(&l, &words, err);
		strv_release(&words);
		if (ok) {
			t->own[i] = l;
			t->changed[i] = true;
		}
		return ok;
	}
	return err_set(err, ERR_INPUT, "no such colour role: \"%s\"", role);
}

const char *theme_role_name(enum theme_role role)
{
	return roles[role].name;
}

const char *theme_role_summary(enum theme_role role)
{
	return roles[role].summary;
}
