/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/opener.h"

#include <stdlib.h>
#include <string.h>

#include "base/proc.h"
#include "config/config.h"
#include "text/mailcap.h"

#define MAILCAP_MAX ((size_t)1 << 20)
#define TEST_MS 2000
#define SHOW_MS 30000
#define SHOW_MAX ((size_t)4 << 20)
#define USUAL                                                                  \
	"~/.mailcap:/etc/mailcap:/usr/share/etc/mailcap:/usr/local/etc/"       \
	"mailcap"

void opener_run(struct app *app, const char *command, const char *arg)
{
	struct err err = ERR_INIT;
	struct strv argv = {0};

	if (proc_parse(&argv, command, &err)) {
		strv_add(&argv, arg);
		if (proc_spawn(&argv, NULL, &err))
			message_show(app, MESSAGE_OK, "Opened with %s",
				     argv.v[0]);
	}
	if (err.kind)
		message_error(app, command, &err);
	strv_release(&argv);
}

/* The sender says what type it is: only what can be one is told to a program. */
static const char *clean_type(const char *type)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.+-_/";

	return type && strchr(type, '/') && *type != '-' &&
			       strspn(type, letters) == strlen(type)
		       ? type
		       : "application/octet-stream";
}

static void add_shell(struct strv *argv, const char *command, const char *path,
		      const char *type)
{
	strv_add(argv, "sh");
	strv_add(argv, "-c");
	strv_add(argv, command);
	strv_add(argv, "sh");
	strv_add(argv, path);
	strv_add(argv, type);
}

static bool passes(const struct mailcap_entry *e, const char *path,
		   const char *type)
{
	struct strv argv CLEANUP(strv_release) = {0};
	struct str out CLEANUP(str_release) = STR_INIT;
	int status = 1;

	if (!e->test)
		return true;
	add_shell(&argv, e->test, path, type);
	return proc_run(&argv, NULL, NULL, &out, 4096, TEST_MS, &status,
			NULL) &&
	       status == 0;
}

static void run_entry(struct app *app, const struct mailcap_entry *e,
		      const char *path, const char *type)
{
	struct strv argv CLEANUP(strv_release) = {0};
	struct str out CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	char *command CLEANUP(mem_free_ptr) =
		e->reads ? xasprintf("(%s) <\"$1\"", e->command)
			 : xstrdup(e->command);
	int status = 0;
	bool ok;

	add_shell(&argv, command, path, type);
	if (e->copious)
		ok = proc_run(&argv, NULL, NULL, &out, SHOW_MAX, SHOW_MS,
			      &status, &err);
	else if (e->terminal)
		ok = app_run_outside(app, &argv, &status, &err);
	else
		ok = proc_spawn(&argv, NULL, &err);
	if (!ok)
		message_error(app, e->command, &err);
	else if (e->copious && out.len)
		text_show(app, e->command, out.s);
	else
		message_show(app, status ? MESSAGE_WARNING : MESSAGE_OK,
			     status ? "%s ended with status %d"
				    : "Opened with %s (mailcap)",
			     e->command, status);
}

static bool open_by(struct app *app, const char *file, const char *path,
		    const char *type)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	struct mailcap_entry e;

	if (!proc_expand(&name, file, NULL) ||
	    !proc_read_file(name.s, &text, MAILCAP_MAX, NULL))
		return false;
	for (size_t i = 0; mailcap_find(text.s, type, i, &e); i++) {
		bool wanted = passes(&e, path, type);

		if (wanted)
			run_entry(app, &e, path, type);
		mailcap_entry_release(&e);
		if (wanted)
			return true;
	}
	return false;
}

void opener_open(struct app *app, const char *path, const char *type)
{
	const char *command =
		app->config ? config_text(app->config, NULL, CONFIG_OPENER)
			    : NULL;
	const char *list = getenv("MAILCAPS");
	struct strv files CLEANUP(strv_release) = {0};

	if (command) {
		opener_run(app, command, path);
		return;
	}
	strv_split(&files, list && *list ? list : USUAL, ":");
	type = clean_type(type);
	for (size_t i = 0; i < files.n; i++)
		if (open_by(app, files.v[i], path, type))
			return;
	opener_run(app, "xdg-open", path);
}
