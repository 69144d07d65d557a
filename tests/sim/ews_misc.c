/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* ConvertId, time zones, settings (dossier 7, 12.4, 17, 18). */
#include "tests/sim/ews.h"

#include <string.h>
#include "base/codec.h"
#include "base/uri.h"
#include "tests/sim/zones.h"

/* --- ConvertId ----------------------------------------------------------- */
/* The MAPI entry id is the tail of the EWS id. */
static const size_t entry_at = 42;

static bool to_ews(struct state *st, const char *format, const char *id,
		   const struct box *box, struct str *ews)
{
	struct str raw = STR_INIT, plain = STR_INIT;
	struct id parsed;
	bool good;

	if (strcmp(format, "EwsId") == 0 ||
	    strcmp(format, "EwsLegacyId") == 0) {
		str_add(ews, id);
		return id_parse(st, &parsed, id);
	}
	if (strcmp(format, "HexEntryId") == 0) {
		good = codec_hex_decode(&raw, id, strlen(id));
	} else {
		good = uri_unescape(&plain, id) &&
		       codec_base64_decode(&raw, plain.s, plain.len);
	}
	if (good && box && (raw.len == 46 || raw.len == 70)) {
		struct str whole = STR_INIT;

		str_add_mem(&whole, "\0\3$\0", 4);
		str_add_mem(&whole, box->guid, 36);
		str_add_char(&whole, (char)raw.len);
		str_add_char(&whole, 0);
		str_add_mem(&whole, raw.s, raw.len);
		codec_base64_add(ews, whole.s, whole.len);
		str_release(&whole);
		good = id_parse(st, &parsed, ews->s);
	} else {
		good = false;
	}
	str_release(&raw);
	str_release(&plain);
	return good;
}

static bool from_ews(const char *format, const struct str *ews, struct str *out)
{
	struct str raw = STR_INIT, plain = STR_INIT;
	bool good = true;

	if (strcmp(format, "EwsId") == 0 ||
	    strcmp(format, "EwsLegacyId") == 0) {
		str_add(out, ews->s);
	} else if (codec_base64_decode(&raw, ews->s, ews->len) &&
		   raw.len > entry_at) {
		const char *p = raw.s + entry_at;
		size_t n = raw.len - entry_at;

		if (strcmp(format, "HexEntryId") == 0) {
			codec_hex_add(out, p, n);
		} else {
			codec_base64_add(&plain, p, n);
			if (strcmp(format, "OwaId") == 0)
				uri_add_escaped(out, plain.s, "");
			else
				str_add(out, plain.s);
		}
	} else {
		good = false;
	}
	str_release(&raw);
	str_release(&plain);
	return good;
}

static void convert_one(struct req *r, const xmlNode *n, const char *to)
{
	const char *format = str_or_empty(xr_attr(n, "Format"));
	const char *mailbox = xr_attr(n, "Mailbox");
	struct box *box = mailbox ? box_find(r->st, mailbox) : NULL;
	struct str ews = STR_INIT, out = STR_INIT;

	/* A wrong mailbox is let pass: the answer names the right one. */
	if (!box)
		box = r->user;
	if (!mailbox || !strchr(mailbox, '@')) {
		rsp_error(r, "ErrorInvalidSmtpAddress", NULL);
	} else if (!to_ews(r->st, format, str_or_empty(xr_attr(n, "Id")), box,
			   &ews) ||
		   !from_ews(to, &ews, &out)) {
		rsp_error(r, "ErrorInvalidIdMalformed", NULL);
	} else {
		struct id id;

		if (id_parse(r->st, &id, ews.s))
			box = id.box;
		rsp_ok(r);
		str_addf(&r->out,
			 "<m:AlternateId xmlns:xsi=\"http://www.w3.org/"
			 "2001/XMLSchema-instance\" xsi:type=\""
			 "t:AlternateIdType\" Format=\"%s\" Id=\"",
			 to);
		xw_text(&r->out, out.s);
		str_addf(&r->out, "\" Mailbox=\"%s\"/>", box->address);
		rsp_close(r);
	}
	str_release(&ews);
	str_release(&out);
}

void op_convert_id(struct req *r)
{
	const char *to = str_or_empty(xr_attr(r->op, "DestinationFormat"));

	rsp_begin(r);
	for (xmlNode *n = xr_first(xr_child(r->op, "SourceIds")); n;
	     n = xr_next(n))
		convert_one(r, n, to);
	rsp_end(r);
}

/* --- GetServerTimeZones -------------------------------------------------- */
static void put_period(struct str *b, const struct zone *z, bool summer_time)
{
	int bias = z->bias + (summer_time ? z->daylight_bias : 0);
	const char *name = summer_time ? "Daylight" : "Standard";

	str_addf(b,
		 "<t:Period Bias=\"%sPT%dM\" Name=\"%s\" "
		 "Id=\"trule:Microsoft/Registry/%s/1-%s\"/>",
		 bias < 0 ? "-" : "", bias < 0 ? -bias : bias, name, z->id,
		 name);
}

static void put_transition(struct str *b, const struct zone *z,
			   bool summer_time)
{
	static const char *const days[] = {"Sunday",	"Monday",   "Tuesday",
					   "Wednesday", "Thursday", "Friday",
					   "Saturday"};
	const struct zone_rule *r =
		summer_time ? &z->to_daylight : &z->to_standard;

	str_addf(b,
		 "<t:RecurringDayTransition><t:To Kind=\"Period\">"
		 "trule:Microsoft/Registry/%s/1-%s</t:To><t:TimeOffset>"
		 "PT%dM</t:TimeOffset><t:Month>%d</t:Month><t:DayOfWeek>%s"
		 "</t:DayOfWeek><t:Occurrence>%d</t:Occurrence>"
		 "</t:RecurringDayTransition>",
		 z->id, summer_time ? "Daylight" : "Standard",
		 r->hour * 60 + r->minute, r->month, days[r->day],
		 r->week == 5 ? -1 : r->week);
}

static void put_zone(struct str *b, const struct zone *z, bool full)
{
	str_addf(b, "<t:TimeZoneDefinition Id=\"%s\" Name=\"", z->id);
	xw_text(b, z->display);
	if (!full) {
		str_add(b, "\"/>");
		return;
	}
	str_add(b, "\"><t:Periods>");
	put_period(b, z, false);
	if (z->to_daylight.month)
		put_period(b, z, true);
	str_add(b, "</t:Periods><t:TransitionsGroups>"
		   "<t:TransitionsGroup Id=\"0\">");
	if (z->to_daylight.month) {
		put_transition(b, z, true);
		put_transition(b, z, false);
	} else {
		str_addf(b,
			 "<t:Transition><t:To Kind=\"Period\">trule:Microsoft/"
			 "Registry/%s/1-Standard</t:To></t:Transition>",
			 z->id);
	}
	str_add(b, "</t:TransitionsGroup></t:TransitionsGroups>"
		   "<t:Transitions><t:Transition><t:To Kind=\"Group\">0</t:To>"
		   "</t:Transition></t:Transitions></t:TimeZoneDefinition>");
}

void op_get_time_zones(struct req *r)
{
	const char *wish = xr_attr(r->op, "ReturnFullTimeZoneData");
	const xmlNode *ids = xr_child(r->op, "Ids");

	rsp_begin(r);
	rsp_ok(r);
	xw_open(&r->out, "m:TimeZoneDefinitions");
	for (size_t i = 0; zone_at(i); i++) {
		bool wanted = !ids;

		for (xmlNode *n = xr_first(ids); n; n = xr_next(n))
			wanted = wanted ||
				 strcmp(xr_text(n), zone_at(i)->id) == 0;
		if (wanted)
			put_zone(&r->out, zone_at(i), !wish || xr_true(wish));
	}
	xw_close(&r->out, "m:TimeZoneDefinitions");
	rsp_close(r);
	rsp_end(r);
}

/* --- settings ------------------------------------------------------------ */
void op_get_user_configuration(struct req *r)
{
	const xmlNode *name = xr_child(r->op, "UserConfigurationName");
	const char *code = NULL;
	const char *want = str_or_empty(
		xr_child_text(r->op, "UserConfigurationProperties"));
	struct folder *f = req_folder(r, xr_first(name), RIGHT_READ, &code);
	bool all = strcmp(want, "All") == 0;

	rsp_begin(r);
	if (f &&
	    (!str_eq(xr_attr(name, "Name"), "CategoryList") ||
	     !str_eq(f->distinguished, "calendar") || !f->box->categories_xml))
		code = "ErrorItemNotFound";
	if (code) {
		rsp_error(r, code, NULL);
	} else {
		rsp_ok(r);
		xw_open(&r->out, "m:UserConfiguration");
		str_add(&r->out, "<t:UserConfigurationName "
				 "Name=\"CategoryList\">");
		xw_folder_id(&r->out, "t:FolderId", f);
		str_add(&r->out, "</t:UserConfigurationName>");
		if (all || strstr(want, "XmlData"))
			xw_base64(&r->out, "t:XmlData", f->box->categories_xml,
				  strlen(f->box->categories_xml));
		xw_close(&r->out, "m:UserConfiguration");
		rsp_close(r);
	}
	rsp_end(r);
}

void op_get_password_expiration(struct req *r)
{
	const char *address = xr_child_text(r->op, "MailboxSmtpAddress");
	const struct box *box = address ? box_find(r->st, address) : r->user;
	const char *code = !box		    ? "ErrorNonExistentMailbox"
			   : box != r->user ? "ErrorAccessDenied"
					    : NULL;

	rsp_own_begin(r, code);
	if (!code && box->password_expires)
		xw_time(&r->out, "m:PasswordExpirationDate",
			box->password_expires);
	else if (!code)
		xw_elem(&r->out, "m:PasswordExpirationDate",
			"9999-12-31T23:59:59.9999999");
	rsp_own_end(r);
}
