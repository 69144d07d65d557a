/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/notify.h"

#include <stdlib.h>
#include <string.h>

#include "base/proc.h"
#include "ui/term.h"

/* Terminals tell who they are by TERM or a variable of their own. */
static bool has_notification(void)
{
	static const char *const names[] = {"foot", "kitty", "wezterm",
					    "ghostty", "rxvt"};
	static const char *const programs[] = {"iTerm.app", "WezTerm",
					       "ghostty", "rio"};
	const char *term = getenv("TERM"), *program = getenv("TERM_PROGRAM");

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (term && strstr(term, names[i]))
			return true;
	for (size_t i = 0; i < ARRAY_LEN(programs); i++)
		if (str_eq(program, programs[i]))
			return true;
	return getenv("KITTY_WINDOW_ID");
}

static void run(const char *command, const char *text, const struct strv *env)
{
	struct strv argv;

	strv_init(&argv);
	if (proc_parse(&argv, command, NULL)) {
		strv_add(&argv, text);
		(void)!proc_spawn(&argv, env, NULL);
	}
	strv_release(&argv);
}

void notify_person(const char *how, const char *text, const struct strv *env)
{
	if (!how || str_eq(how, "auto"))
		how = has_notification() ? "osc" : "bell";
	if (str_eq(how, "off"))
		return;
	if (str_eq(how, "bell"))
		term_bell();
	else if (str_eq(how, "osc"))
		term_notify("retinue", text);
	else
		run(how, text, env);
}
