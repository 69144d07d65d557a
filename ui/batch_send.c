/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* send: a message from standard input or from options. */
#include <stdio.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/proc.h"
#include "engine/seal.h"
#include "text/when.h"
#include "ui/batch_out.h"

enum { MESSAGE_MAX = 256 << 20 };

/* --at; 0: now. */
static bool due_time(const struct batch *b, int64_t *due)
{
	const char *at = batch_value(b, OPT_AT);
	struct err err;

	*due = 0;
	if (!at || when_parse(at, clock_now(), due, &err))
		return true;
	batch_usage("--at: %s", err.text);
	return false;
}

int batch_queue_message(struct batch *b, struct bytes *taken_raw,
			const char *message_id, int64_t answers, int verb,
			const char *what)
{
	struct seal_how how = {.smime = batch_has(b, OPT_SMIME),
			       .sign = batch_has(b, OPT_SIGN),
			       .encrypt = batch_has(b, OPT_ENCRYPT)};
	struct err err;
	int64_t due;

	if (!seal_message(taken_raw, &how, isatty(STDERR_FILENO), &err)) {
		bytes_release(taken_raw);
		return batch_fail(&err);
	}
	if (!due_time(b, &due)) {
		bytes_release(taken_raw);
		return BATCH_USAGE;
	}
	return batch_change(
		b, intent_send(taken_raw, message_id, due, answers, verb), what,
		due <= clock_now());
}

static int queue(struct batch *b, struct bytes *raw, const char *message_id)
{
	return batch_queue_message(b, raw, message_id, 0, 0, "send 1 message");
}

static char *join_values(const struct batch *b, enum verb_option o)
{
	return strv_join(&b->values[o], ", ");
}

static bool set_field(struct batch *b, struct draft *d, enum draft_field f,
		      enum verb_option o, struct err *err)
{
	char *text CLEANUP(mem_free_ptr) = NULL;

	if (!batch_has(b, o))
		return true;
	text = join_values(b, o);
	return draft_set(d, f, text, err);
}

bool batch_fill_draft(struct batch *b, struct draft *d, struct err *err)
{
	static const struct {
		enum draft_field field;
		enum verb_option option;
	} fields[] = {{DRAFT_FROM, OPT_SENDER},
		      {DRAFT_TO, OPT_TO},
		      {DRAFT_CC, OPT_CC},
		      {DRAFT_BCC, OPT_BCC},
		      {DRAFT_SUBJECT, OPT_SUBJECT}};

	for (size_t i = 0; i < ARRAY_LEN(fields); i++)
		if (!set_field(b, d, fields[i].field, fields[i].option, err))
			return false;
	for (size_t i = 0; i < b->values[OPT_ATTACH].n; i++)
		if (!draft_attach_file(d, b->values[OPT_ATTACH].v[i], err))
			return false;
	return true;
}

bool batch_read_text(struct str *text, struct err *err)
{
	str_init_max(text, MESSAGE_MAX);
	if (!isatty(STDIN_FILENO))
		return batch_read_stdin(text, MESSAGE_MAX, err);
	fputs("The text, ended by Ctrl-D:\n", stderr);
	return batch_read_stdin(text, MESSAGE_MAX, err);
}

/* "mailto:" operands fill fields, others are recipients. */
static bool take_operands(struct batch *b, struct draft *d, struct err *err)
{
	for (size_t i = 0; i < b->args.n; i++)
		if (!draft_mailto(d, b->args.v[i], err))
			return false;
	return true;
}

static bool fill(struct batch *b, struct draft *d, struct err *err)
{
	struct str text CLEANUP(str_release) = STR_INIT;

	if (!take_operands(b, d, err) || !batch_fill_draft(b, d, err))
		return false;
	if (!draft_recipients(d))
		return err_set(err, ERR_INPUT,
			       "no recipient: use --to, or -t with a message "
			       "on standard input");
	if (!batch_read_text(&text, err))
		return false;
	if (text.len || !*draft_text(d))
		draft_set_text(d, text.s);
	return true;
}

/* send --to ...: the text is on standard input, or the file named. */
static int send_options(struct batch *b)
{
	struct draft *d = draft_new(b->account, DRAFT_NEW, NULL, NULL);
	struct bytes raw = {0};
	struct err err;
	int status;

	if (fill(b, d, &err)) {
		draft_build(d, &raw);
		status = queue(b, &raw, draft_message_id(d));
	} else {
		status = batch_fail(&err);
	}
	draft_free(d);
	return status;
}

/* sendmail's way: recipients named as operands join those of the header. */
static int send_stdin(struct batch *b)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	struct str whole CLEANUP(str_release) = STR_INIT;
	char *message_id CLEANUP(mem_free_ptr) = NULL;
	struct bytes raw = {0};
	struct err err;

	str_init_max(&text, MESSAGE_MAX);
	str_init_max(&whole, MESSAGE_MAX);
	if (b->args.n) {
		char *bcc CLEANUP(mem_free_ptr) = strv_join(&b->args, ", ");

		for (const char *p = bcc; *p; p++)
			if (*p == '\n' || *p == '\r')
				return batch_usage("a recipient is one line");
		str_addf(&whole, "Bcc: %s\n", bcc);
	}
	if (!batch_read_stdin(&text, MESSAGE_MAX, &err))
		return batch_fail(&err);
	if (!text.len)
		return batch_usage("there is no message on standard input");
	str_add_mem(&whole, text.s, text.len);
	if (!draft_complete(whole.s, whole.len, b->account,
			    batch_value(b, OPT_SENDER), &raw, &message_id,
			    &err))
		return batch_fail(&err);
	return queue(b, &raw, message_id);
}

static bool are_links(const struct strv *args)
{
	for (size_t i = 0; i < args->n; i++)
		if (!str_starts(args->v[i], "mailto:"))
			return false;
	return true;
}

int verb_send(struct batch *b)
{
	int status;

	if (!batch_open_account(b, &status))
		return status;
	if (batch_has(b, OPT_FROM_HEADERS) ||
	    (!are_links(&b->args) && !batch_has(b, OPT_TO)))
		return send_stdin(b);
	if (!are_links(&b->args))
		return batch_usage("send takes recipients by --to or as "
				   "operands, not both");
	return send_options(b);
}
