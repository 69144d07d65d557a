/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/term_kind.h"
#include <string.h>
#include "text/sanitize.h"

bool term_kind_is_known(const char *name)
{
	static const char *const families[] = {
		"xterm",     "screen",	"tmux",	 "rxvt", "foot",    "kitty",
		"alacritty", "wezterm", "st",	 "vte",	 "konsole", "contour",
		"ghostty",   "mintty",	"iterm", "gnome"};

	for (size_t i = 0; i < ARRAY_LEN(families); i++)
		if (str_starts(name, families[i]))
			return true;
	return false;
}

/* Device attributes tell of sixel; a kitty terminal is asked only where it seems
 * to be one, since others may print what they do not know. */
void term_kind_add_question(struct str *out)
{
	const char *name = getenv("TERM"), *program = getenv("TERM_PROGRAM");

	if (getenv("KITTY_WINDOW_ID") || str_eq(name, "xterm-kitty") ||
	    str_eq(name, "xterm-ghostty") || str_eq(program, "WezTerm") ||
	    str_eq(program, "ghostty"))
		str_add(out, "\033_Gi=31,s=1,v=1,a=q,t=d,f=24;AAAA\033\\");
	str_add(out, "\033[c");
}

/* Nothing that could end the sequence or part its fields. */
static void add_field(struct str *out, const char *s)
{
	struct str plain CLEANUP(str_release) = STR_INIT;

	sanitize_line(&plain, s, strlen(s), false);
	for (const char *p = str_or_empty(plain.s); *p; p++)
		str_add_char(out, *p == ';' ? ',' : *p);
}

void term_kind_add_notice(struct str *out, const char *title, const char *text)
{
	const char *program = getenv("TERM_PROGRAM");

	/* A terminal that knows both would tell it twice. */
	if (str_eq(program, "iTerm.app") || getenv("KITTY_WINDOW_ID")) {
		str_add(out, "\033]9;");
	} else {
		str_add(out, "\033]777;notify;");
		add_field(out, title);
		str_add_char(out, ';');
	}
	add_field(out, text);
	str_add(out, "\033\\");
}
