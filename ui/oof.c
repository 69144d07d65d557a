/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/oof.h"
#include <string.h>
#include "text/html.h"
#include "ui/app.h"
#include "ui/session.h"

#define TEXT_MAX ((size_t)256 << 10)

static bool is_html(const char *text)
{
	return text[strspn(text, " \r\n\t")] == '<';
}

static char *html_plain(const char *html)
{
	struct str text = STR_INIT;

	html_to_text(&text, html, strlen(html), TEXT_MAX);
	while (text.len && strchr(" \n\r\t", text.s[text.len - 1]))
		str_cut(&text, text.len - 1);
	return str_take(&text);
}

char *oof_text(const struct oof *o, const char *kept)
{
	return o->plain ? xstrdup(str_or_empty(kept))
			: html_plain(str_or_empty(kept));
}

char *oof_text_kept(const struct oof *o, const char *typed)
{
	struct str b = STR_INIT;

	if (o->plain)
		return is_html(typed) ? html_plain(typed) : xstrdup(typed);
	if (is_html(typed) || !*typed)
		return xstrdup(typed);
	str_add(&b, "<html><body><div>");
	for (const char *p = typed; *p; p++) {
		if (*p == '\n')
			str_add(&b, p[1] ? "<br>\n" : "");
		else if (*p == '&')
			str_add(&b, "&amp;");
		else if (*p == '<')
			str_add(&b, "&lt;");
		else if (*p == '>')
			str_add(&b, "&gt;");
		else if (*p != '\r')
			str_add_char(&b, *p);
	}
	str_add(&b, "</div></body></html>");
	return str_take(&b);
}

const char *oof_audience_text(enum oof_audience a)
{
	static const char *const texts[] = {"nobody", "only my contacts",
					    "everyone"};

	return texts[a];
}

bool oof_may_be(const struct oof *w, struct err *err)
{
	if (!w->has_schedule && w->state == OOF_SCHEDULED)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server has no schedule for out of office; "
			       "it can only be on or off");
	if (w->state == OOF_SCHEDULED &&
	    (w->start == CLOCK_NEVER || w->end == CLOCK_NEVER ||
	     w->end <= w->start))
		return err_set(err, ERR_INPUT,
			       "the end (--to) must be after the beginning "
			       "(--from)");
	if (!w->has_external && (w->external || w->audience != OOF_ALL))
		return err_set(err, ERR_UNSUPPORTED,
			       "this server sends one text to everybody; it "
			       "has none for outside");
	if (w->audience > w->allowed)
		return err_set(err, ERR_DENIED,
			       "this site sends no replies to %s outside",
			       w->audience == OOF_ALL ? "everyone" : "anybody");
	return true;
}

bool oof_known(struct store *s, struct oof *out)
{
	char *fact CLEANUP(mem_free_ptr) = query_fact(s, "oof");

	return fact && oof_unpack(out, fact);
}

void oof_add_state(struct str *b, struct store *s)
{
	struct oof o;

	if (oof_known(s, &o) && oof_is_on(&o, clock_now()))
		str_add(b, "  OOF");
}

void oof_event(struct app *app, const struct event *ev)
{
	if (ev->kind != EVENT_OOF || !ev->oof)
		return;
	/* One note in a run, and not for what the person does now. */
	if (!app->oof_noted && !ev->ticket && oof_is_on(ev->oof, clock_now()))
		message_show(app, MESSAGE_WARNING,
			     "Out of office is on: ,o shows it, "
			     ":out-of-office off ends it");
	app->oof_noted = true;
	session_show_state(app);
}

/* --- commands --------------------------------------------------------------- */

static void end_now(struct app *app)
{
	struct request r = {.kind = REQUEST_OOF, .mine = true};

	if (session_submit(app, &r, "Out of office was not ended"))
		message_show(app, MESSAGE_INFO, "Ending out of office ...");
}

void cmd_oof(struct app *app, const struct command_call *call)
{
	if (call->argc && str_eq(call->argv[0], "off"))
		end_now(app);
	else
		screen_open(app, SCREEN_oof, NULL);
}
