/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Content leaves the program: saved, piped, opened. Nothing here overwrites a
 * file unasked, and nothing from a message becomes part of a command line but
 * the name of a private file. */
#include "ui/opener.h"
#include "ui/reader.h"

#include <sys/stat.h>
#include <unistd.h>

#include <string.h>

#include "base/proc.h"
#include "config/config.h"
#include "ui/mail.h"
#include "ui/parts.h"

#define PIPE_MAX ((size_t)4 << 20)
#define PIPE_TIMEOUT_MS 60000
#define PART_MAX ((size_t)1 << 30)

/* --- opening ------------------------------------------------------------------------ */

static const char *browser_of(struct app *app)
{
	static const enum option_id options[] = {CONFIG_BROWSER, CONFIG_OPENER};
	const char *c = NULL;

	for (size_t i = 0; !c && app->config && i < ARRAY_LEN(options); i++) {
		c = config_text(app->config, NULL, options[i]);
		if (!c && i == 0)
			c = getenv("BROWSER");
	}
	return c ? c : "xdg-open";
}

void reader_open_link(struct app *app, const char *target)
{
	/* A target that looks like an option must not become one. */
	if (*target == '-') {
		message_show(app, MESSAGE_ERROR, "This is no link to open");
		return;
	}
	opener_run(app, browser_of(app), target);
}

void reader_open_part(struct app *app, struct letter *l, size_t part)
{
	struct letter_part what;
	char *dir CLEANUP(mem_free_ptr) = config_runtime_dir();
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct err err = ERR_INIT;

	if (!proc_make_dirs(dir, &err) ||
	    !letter_part_save(l, part, dir, &path, &err)) {
		message_error(app, "The part could not be written", &err);
		return;
	}
	opener_open(app, path, letter_part(l, part, &what) ? what.type : NULL);
}

/* --- saving ------------------------------------------------------------------------- */

struct save {
	int64_t item;
	size_t part;
	bool whole; /* the message, not a part */
	char *path;
};

static void free_save(void *ctx)
{
	struct save *s = ctx;

	free(s->path);
	free(s);
}

static void write_to(struct app *app, const struct save *s)
{
	bool owned;
	struct letter *l = parts_letter(app, &owned);
	struct err err = ERR_INIT;
	bool ok = false;

	if (!l)
		return;
	if (s->whole)
		ok = proc_write_file(s->path, letter_raw(l)->p,
				     letter_raw(l)->len, 0600, &err);
	else
		ok = letter_part_save_as(l, s->part, s->path, &err);
	if (ok)
		message_show(app, MESSAGE_OK, "Saved as %s", s->path);
	else
		message_error(app, "Not saved", &err);
	if (owned)
		letter_free(l);
}

static void overwrite_answer(struct app *app, void *ctx, char choice)
{
	struct save *s = ctx;

	if (choice != 'y')
		return;
	if (!s->whole)
		unlink(s->path);
	write_to(app, s);
}

static void save_done(struct app *app, void *ctx, const char *text)
{
	struct save *asked = ctx;
	struct str path CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	struct save *s;
	struct stat st;
	char *q CLEANUP(mem_free_ptr) = NULL;

	if (!text || !*text)
		return;
	if (!proc_expand(&path, text, &err)) {
		message_error(app, "Not saved", &err);
		return;
	}
	s = xmemdup(asked, sizeof(*asked));
	s->path = NULL;
	if (stat(path.s, &st) == 0 && S_ISDIR(st.st_mode))
		str_addf(&path, "/%s", asked->path);
	s->path = str_take(&path);
	if (stat(s->path, &st) != 0) {
		write_to(app, s);
		free_save(s);
		return;
	}
	if (!S_ISREG(st.st_mode)) {
		message_show(app, MESSAGE_ERROR, "%s is not a plain file",
			     s->path);
		free_save(s);
		return;
	}
	q = xasprintf("%s is there already. Overwrite it?", s->path);
	prompt_choose(app, q, "yn", 'n', overwrite_answer, s, free_save);
}

/* Asks where to; with a name given it is used at once. */
static void ask_save(struct app *app, const struct command_call *call,
		     size_t part, bool whole)
{
	bool owned;
	struct letter *l = parts_letter(app, &owned);
	struct save *s;
	struct prompt_spec spec = {
		.label = whole ? "Save message as: " : "Save part as: ",
		.history = "file",
		.complete = "file",
		.done = save_done,
		.free_ctx = free_save,
	};

	if (!l)
		return;
	s = xcalloc(1, sizeof(*s));
	s->item = mail_front_item(app);
	s->part = part;
	s->whole = whole;
	s->path = whole ? letter_file_name(l) : letter_part_file_name(l, part);
	if (owned)
		letter_free(l);
	if (call->argc) {
		save_done(app, s, call->rest);
		free_save(s);
		return;
	}
	spec.initial = s->path;
	spec.ctx = s;
	prompt_open(app, &spec);
}

void cmd_save(struct app *app, const struct command_call *call)
{
	size_t part;

	if (parts_current(app, &part))
		ask_save(app, call, part, false);
	else
		ask_save(app, call, 0, true);
}

void cmd_part_save(struct app *app, const struct command_call *call)
{
	size_t part;

	if (parts_current(app, &part))
		ask_save(app, call, part, false);
}

void cmd_part_open(struct app *app, const struct command_call *call)
{
	size_t part;
	bool owned;
	struct letter *l;

	(void)call;
	if (!parts_current(app, &part))
		return;
	l = parts_letter(app, &owned);
	if (!l)
		return;
	reader_open_part(app, l, part);
	if (owned)
		letter_free(l);
}

/* --- piping --------------------------------------------------------------------------- */

void reader_pipe(struct app *app, const void *p, size_t len,
		 const char *command)
{
	struct strv argv;
	struct bytes in = {0};
	struct str out CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	int status = 0;
	char *line CLEANUP(mem_free_ptr) = NULL;

	strv_init(&argv);
	/* Typed by the person: a shell line, as everybody expects behind |. */
	line = str_starts(command, "sh:") ? xstrdup(command)
					  : xasprintf("sh:%s", command);
	bytes_set(&in, p, len);
	if (!proc_parse(&argv, line, &err) ||
	    !proc_run(&argv, NULL, &in, &out, PIPE_MAX, PIPE_TIMEOUT_MS,
		      &status, &err))
		message_error(app, command, &err);
	else if (out.len)
		text_show(app, command, out.s);
	else
		message_show(app, status ? MESSAGE_WARNING : MESSAGE_OK,
			     status ? "%s ended with status %d"
				    : "%s ended well",
			     command, status);
	bytes_release(&in);
	strv_release(&argv);
}

static void pipe_done(struct app *app, void *ctx, const char *text)
{
	bool owned;
	struct letter *l;
	struct str data CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;
	size_t part;

	(void)ctx;
	if (!text || !*text)
		return;
	l = parts_letter(app, &owned);
	if (!l)
		return;
	data.max = PART_MAX;
	if (!parts_current(app, &part))
		str_add_mem(&data, letter_raw(l)->p, letter_raw(l)->len);
	else if (!letter_part_bytes(l, part, &data, &err))
		message_error(app, "The part could not be read", &err);
	if (owned)
		letter_free(l);
	if (!err.kind)
		reader_pipe(app, data.s, data.len, text);
}

void cmd_pipe(struct app *app, const struct command_call *call)
{
	struct prompt_spec spec = {
		.label = "Pipe to: ",
		.history = "pipe",
		.done = pipe_done,
	};

	if (call->argc)
		pipe_done(app, NULL, call->rest);
	else
		prompt_open(app, &spec);
}

static void print_answer(struct app *app, void *ctx, char choice)
{
	struct view *v = reader_view(app);
	bool owned;
	struct letter *l;
	struct letter_layout o = {.view = LETTER_TEXT, .width = 78};
	struct letter_shown shown;
	struct lines lines;
	struct str text CLEANUP(str_release) = STR_INIT;

	(void)ctx;
	(void)v;
	if (choice != 'y')
		return;
	l = reader_letter(app, &owned);
	if (!l)
		return;
	str_addf(&text, "From: %s\nDate: %s\nSubject: %s\n\n",
		 str_or_empty(letter_header(l, "From")),
		 str_or_empty(letter_header(l, "Date")),
		 str_or_empty(letter_header(l, "Subject")));
	lines_init(&lines);
	letter_layout(l, &o, &lines, &shown);
	lines_add_plain(&lines, &text, true);
	lines_release(&lines);
	if (owned)
		letter_free(l);
	reader_pipe(app, text.s, text.len, "lpr");
}

void cmd_print(struct app *app, const struct command_call *call)
{
	(void)call;
	prompt_choose(app, "Print the message (lpr)?", "yn", 'y', print_answer,
		      NULL, NULL);
}
