/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * What clients ask of the web pages on the same URLs: the options page with
 * the out of office assistant (dossier 19), the navigation bar that tells the
 * public folder server (5.3).
 */
#include "tests/sim/dav.h"

#include <string.h>
#include <strings.h>

static const char *ask(struct dav *d, const char *name)
{
	/* The command's name is written Cmd, cmd or CMD. */
	return d->query(d->connection, name);
}

bool dav_is_explorer(struct dav *d)
{
	const char *agent = d->header(d->connection, "User-Agent");

	return strstr(str_or_empty(agent), "MSIE") != NULL;
}

/* --- options ------------------------------------------------------------------ */
/* 2000 writes attributes bare, 2003 quoted: both as servers had it. */
static void add_radio(struct dav *d, bool value, bool checked)
{
	bool old = d->sim->dav_version == DAV_2000;

	if (old)
		str_addf(&d->out,
			 "<input type=radio name=\"OofState\" "
			 "value=\"%d\"%s>\r\n",
			 value, checked ? " checked" : "");
	else
		str_addf(
			&d->out,
			"<INPUT id=\"oofState%d\" TYPE=\"radio\" "
			"name=\"OofState\" value=\"%d\"\r\n  %sclass=\"radio\">"
			"<LABEL for=\"oofState%d\">%s</LABEL><BR>\r\n",
			value, value, checked ? "CHECKED " : "", value,
			value ? "I'm currently out of the office"
			      : "I'm currently in the office");
}

static void options_page(struct dav *d, const struct box *box)
{
	struct resource r = {.kind = DAV_STORE,
			     .box = (struct box *)(uintptr_t)box};
	struct str href CLEANUP(str_release) = STR_INIT;

	dav_add_href(d, &href, &r);
	str_addf(&d->out,
		 "<!DOCTYPE HTML PUBLIC \"-//W3C//DTD HTML 3.2//EN\">\r\n"
		 "<HTML><HEAD><TITLE>Options</TITLE><BASE href=\"%s\"></HEAD>"
		 "<BODY>\r\n<FORM action=\"%s\" method=\"POST\">\r\n"
		 "<INPUT type=\"hidden\" name=\"Cmd\" value=\"options\">\r\n"
		 "<!--Start OOF Assist-->\r\n<H3>Out of Office Assistant</H3>"
		 "\r\n",
		 href.s, href.s);
	add_radio(d, false, !box->oof.on);
	add_radio(d, true, box->oof.on);
	str_add(&d->out, "AutoReply only once to each sender with the "
			 "following text:<BR>\r\n<TEXTAREA rows=\"6\" "
			 "cols=\"60\" name=\"OofReply\">");
	xw_text(&d->out, str_or_empty(box->oof.reply));
	str_add(&d->out,
		"</TEXTAREA>\r\n<!--End OOF Assist-->\r\n"
		"<SELECT name=\"TimeZone\"><OPTION value=\"4\" selected>"
		"Amsterdam, Berlin</OPTION></SELECT>\r\n"
		"<TEXTAREA name=\"Signature\"></TEXTAREA>\r\n"
		"<INPUT type=\"submit\" "
		"name=\"Save\"></FORM></BODY></HTML>\r\n");
}

/* The frame whose link over a picture of public folders names their server. */
static void navbar(struct dav *d)
{
	str_addf(
		&d->out,
		"<HTML><BODY><A href=\"?Cmd=contents\"><IMG "
		"src=\"/exchweb/img/inbox.gif\"></A>\r\n<A href=\"%s/public/\" "
		"target=\"viewer\"><IMG border=\"0\" "
		"src=\"/exchweb/img/public.gif\"></A></BODY></HTML>\r\n",
		d->sim->dav_public ? d->sim->dav_public : d->base);
}

bool dav_owa_get(struct dav *d, const struct resource *r)
{
	const char *cmd = ask(d, "Cmd");
	bool old = d->sim->dav_version == DAV_2000;

	if (!cmd || d->translate || r->kind != DAV_STORE)
		return false;
	if (r->box != d->user) {
		d->status = 401;
	} else if (str_eq_nocase(cmd, "options") &&
		   d->sim->dav_version == DAV_2007) {
		d->status = 302; /* the options went to another program */
		dav_header(d, "Location: %s/owa/?ae=Options", d->base);
	} else if (str_eq_nocase(cmd, "options")) {
		options_page(d, r->box);
	} else if (str_eq_nocase(cmd, old ? "contents" : "navbar")) {
		navbar(d);
	} else {
		return false;
	}
	str_addf(&d->detail, " cmd=%s", cmd);
	return true;
}

bool dav_owa_post(struct dav *d, const struct resource *r)
{
	char *cmd CLEANUP(mem_free_ptr) = dav_form_field(d, "Cmd");
	char *state CLEANUP(mem_free_ptr) = dav_form_field(d, "OofState");
	char *reply CLEANUP(mem_free_ptr) = dav_form_field(d, "OofReply");
	struct str href CLEANUP(str_release) = STR_INIT;

	if (r->kind != DAV_STORE ||
	    !str_eq_nocase(str_or_empty(cmd), "options"))
		return false;
	str_add(&d->detail, " cmd=options");
	if (r->box != d->user) {
		d->status = 401;
	} else if (d->sim->dav_version == DAV_2007) {
		d->status = 404;
	} else {
		/* Fields that are not sent stay as they are. */
		if (state || reply)
			oof_set(r->box, state ? *state == '1' : r->box->oof.on,
				reply);
		dav_add_href(d, &href, r);
		d->status = 302;
		dav_header(d, "Location: %s", href.s);
	}
	return true;
}
