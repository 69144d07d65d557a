/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* oof: automatic replies while one is away. */
#include <stdio.h>
#include <string.h>
#include "base/proc.h"
#include "text/when.h"
#include "ui/batch_out.h"
#include "ui/oof.h"

#define LIMIT_MS 60000
#define TEXT_MAX ((size_t)256 << 10)

static void keep(void *ctx, struct event *e)
{
	struct oof *o = ctx;

	if (e->kind != EVENT_OOF || !e->oof)
		return;
	oof_release(o);
	oof_copy(o, e->oof);
}

/* Asks the server; wanted (taken, may be NULL) is put there first, where it
 * still has what is in *out. */
static bool ask(struct batch *b, struct oof *wanted, struct oof *out,
		int *status)
{
	struct request r = {.kind = REQUEST_OOF, .oof = wanted};

	if (wanted) {
		r.oof_was = xmalloc(sizeof(*r.oof_was));
		oof_copy(r.oof_was, out);
	}
	return batch_ask(b, &r, LIMIT_MS, keep, out, status);
}

/* --- showing -------------------------------------------------------------- */

static json_t *oof_json(const struct oof *o)
{
	char *inside CLEANUP(mem_free_ptr) = oof_text(o, o->internal);
	char *outside CLEANUP(mem_free_ptr) = oof_text(o, o->external);

	return json_pack(
		"{s:s,s:b,s:s,s:s,s:o,s:o,s:o,s:o,s:o,s:o}", "state",
		oof_state_name(o->state), "on", oof_is_on(o, clock_now()),
		"audience", oof_audience_name(o->audience), "allowed_audience",
		oof_audience_name(o->allowed), "from", out_time_json(o->start),
		"to", out_time_json(o->end), "internal", out_text_json(inside),
		"external", out_text_json(outside), "internal_html",
		out_text_json(o->plain ? NULL : o->internal), "external_html",
		out_text_json(o->plain ? NULL : o->external));
}

static void add_text(struct str *b, const char *title, const struct oof *o,
		     const char *kept)
{
	char *text CLEANUP(mem_free_ptr) = oof_text(o, kept);

	str_addf(b, "%s\n", title);
	for (const char *p = text ? text : ""; *p;) {
		size_t n = strcspn(p, "\n");

		str_addf(b, "  %.*s\n", (int)n, p);
		p += n + (p[n] == '\n');
	}
}

static void show(struct batch *b, const struct oof *o)
{
	static const char *const outside[] = {"nobody", "your contacts",
					      "everyone"};
	struct str out CLEANUP(str_release) = STR_INIT;

	if (batch_has(b, OPT_JSON)) {
		out_document(json_pack("{s:o}", "oof", oof_json(o)));
		return;
	}
	str_addf(&out, "Out of office: %s", oof_state_name(o->state));
	if (o->state == OOF_SCHEDULED) {
		str_add(&out, ", from ");
		clock_add_local_iso(&out, o->start);
		str_add(&out, " to ");
		clock_add_local_iso(&out, o->end);
		str_add(&out, oof_is_on(o, clock_now()) ? " (on now)" : "");
	}
	str_add_char(&out, '\n');
	add_text(&out,
		 o->has_external ? "Inside my organisation:" : "To everybody:",
		 o, o->internal);
	if (o->has_external)
		str_addf(&out, "Outside: %s\n", outside[o->audience]);
	if (o->has_external && o->audience != OOF_NONE)
		add_text(&out, "", o, o->external);
	fputs(out.s, stdout);
}

/* --- changing ------------------------------------------------------------- */

/* The text in the file that the option names, "-" for standard input. */
static bool take_text(const struct batch *b, enum verb_option option,
		      const struct oof *o, char **to, struct err *err)
{
	const char *name = batch_value(b, option);
	struct str text CLEANUP(str_release) = STR_INIT;

	if (!name)
		return true;
	if (str_eq(name, "-") ? !batch_read_stdin(&text, TEXT_MAX, err)
			      : !proc_read_file(name, &text, TEXT_MAX, err))
		return false;
	mem_replace(to, oof_text_kept(o, str_or_empty(text.s)));
	return true;
}

static bool take_time(const struct batch *b, enum verb_option option,
		      int64_t *to, struct err *err)
{
	const char *text = batch_value(b, option);

	return !text || when_parse(text, clock_now(), to, err);
}

/* What the options ask for, on top of what the server has. */
static bool take_options(const struct batch *b, struct oof *o, struct err *err)
{
	const char *audience = batch_value(b, OPT_AUDIENCE);

	if (audience && !oof_audience_parse(audience, &o->audience))
		return err_set(err, ERR_INPUT,
			       "--audience is none, known or all, not '%s'",
			       audience);
	if (!take_text(b, OPT_INTERNAL, o, &o->internal, err) ||
	    !take_text(b, OPT_EXTERNAL, o, &o->external, err) ||
	    !take_time(b, OPT_SINCE, &o->start, err) ||
	    !take_time(b, OPT_TO, &o->end, err))
		return false;
	if (batch_value(b, OPT_SINCE) || batch_value(b, OPT_TO)) {
		if (o->start == CLOCK_NEVER)
			o->start = clock_now();
		o->state = OOF_SCHEDULED;
	}
	return oof_may_be(o, err);
}

static int change(struct batch *b, const char *what, struct oof *now)
{
	struct oof *wanted = xmalloc(sizeof(*wanted));
	struct err err;
	int status = BATCH_DONE;

	oof_copy(wanted, now);
	if (str_eq(what, "off"))
		wanted->state = OOF_DISABLED;
	else if (str_eq(what, "on"))
		wanted->state = OOF_ENABLED;
	if (!take_options(b, wanted, &err)) {
		oof_free(wanted);
		return batch_fail(&err);
	}
	if (batch_has(b, OPT_DRY_RUN)) {
		show(b, wanted);
		oof_free(wanted);
		return BATCH_DONE;
	}
	if (!ask(b, wanted, now, &status))
		return status;
	show(b, now);
	return BATCH_DONE;
}

int verb_oof(struct batch *b)
{
	const char *what = b->args.n ? b->args.v[0] : "show";
	struct oof now;
	int status = BATCH_DONE;

	if (b->args.n > 1 || (!str_eq(what, "show") && !str_eq(what, "on") &&
			      !str_eq(what, "off") && !str_eq(what, "set")))
		return batch_usage("oof takes show, on, off or set");
	oof_init(&now);
	if (!batch_open_account(b, &status) || !ask(b, NULL, &now, &status))
		;
	else if (str_eq(what, "show"))
		show(b, &now);
	else
		status = change(b, what, &now);
	oof_release(&now);
	return status;
}
