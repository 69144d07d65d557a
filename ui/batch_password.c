/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* account change-password: another password, without a screen. */
#include "ui/batch_password.h"
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#define CHANGE_MS 120000
#define SECRET_MAX 1024

/* One line, not shown on a terminal. NULL: there is none. The caller wipes. */
static char *read_secret(const char *question)
{
	struct termios old, quiet;
	bool tty = isatty(STDIN_FILENO) && tcgetattr(STDIN_FILENO, &old) == 0;
	struct str line;
	char *text, c = 0;
	ssize_t n;

	str_init_max(&line, SECRET_MAX);
	/* All at once: growing would leave pieces behind. */
	str_reserve(&line, SECRET_MAX);
	if (tty) {
		fputs(question, stderr);
		quiet = old;
		quiet.c_lflag &= (tcflag_t)~ECHO;
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	}
	while ((n = read(STDIN_FILENO, &c, 1)) == 1 && c != '\n')
		str_add_char(&line, c);
	if (tty) {
		tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
		fputc('\n', stderr);
	}
	text = line.len || n == 1 ? xstrdup(line.s) : NULL;
	mem_wipe(line.s, line.len);
	str_release(&line);
	return text;
}

static bool ask(char **was, char **now, int *status)
{
	char *again = NULL;
	bool same = true;

	*was = read_secret("Your password now: ");
	*now = *was ? read_secret("The new password: ") : NULL;
	if (*now && isatty(STDIN_FILENO)) {
		again = read_secret("The new password again: ");
		same = str_eq(again, *now);
	}
	mem_wipe_text(&again);
	if (*was && **was && *now && **now && same)
		return true;
	*status = batch_usage(
		same ? "account change-password wants the old password and the "
		       "new "
		       "one, a line each"
		     : "the two new passwords differ; nothing was changed");
	return false;
}

int account_password(struct batch *b)
{
	struct request r = {.kind = REQUEST_PASSWORD};
	struct event done;
	struct err err = ERR_INIT;
	int status = BATCH_DONE;

	if (!batch_open_account(b, &status))
		return status;
	if (!ask(&r.old_password, &r.new_password, &status) ||
	    !batch_engine(b, ENGINE_ONCE, false, &status)) {
		mem_wipe_text(&r.old_password);
		mem_wipe_text(&r.new_password);
		return status;
	}
	if (!batch_request(b, &r, CHANGE_MS, &done, &err))
		return batch_fail(&err);
	event_release(&done);
	fprintf(stderr, "The password was changed. Where it is kept for "
			"retinue, it must be changed, too.\n");
	return BATCH_DONE;
}
