/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Out of office by GetUserOofSettings and SetUserOofSettings (dossier 13.2). */
#include "net/xml.h"
#include "proto/ews/event.h"
#include "proto/services.h"

static const char *const states[] = {"Disabled", "Enabled", "Scheduled"};
static const char *const audiences[] = {"None", "Known", "All"};

static char *reply_of(const struct node *settings, enum tree_name name)
{
	const char *s = node_text(node_find(settings, name), T_Message);

	return s && *s ? xstrdup(s) : NULL;
}

/* These answers have one ResponseMessage and no ResponseMessages. */
static bool check(const struct ews_tree *t, struct err *err)
{
	const struct node *m = node_deep(ews_tree_root(t), T_ResponseMessage);
	const char *code = node_text(m, T_ResponseCode);

	if (!m)
		return err_set(err, ERR_PROTOCOL,
			       "the server's answer about out of office is "
			       "not understood");
	if (!str_eq(node_attr(m, A_ResponseClass), "Error"))
		return true;
	ews_code_error(err, str_or_empty(code), NULL,
		       node_text(m, T_MessageText), -1);
	return false;
}

static void add_mailbox(struct str *b, const struct backend *backend)
{
	str_add(b, "<t:Mailbox>");
	xml_add_element(b, "t:Address", backend->account->address);
	str_add(b, "</t:Mailbox>");
}

bool ews_oof_read(const struct ews_tree *t, struct oof *out)
{
	const struct node *s = node_deep(ews_tree_root(t), T_OofSettings);
	const struct node *d = node_find(s, T_Duration);

	if (!s)
		return false;
	oof_init(out);
	out->has_external = out->has_schedule = true;
	out->state = (enum oof_state)node_word(s, T_OofState, states,
					       ARRAY_LEN(states), OOF_DISABLED);
	out->audience =
		(enum oof_audience)node_word(s, T_ExternalAudience, audiences,
					     ARRAY_LEN(audiences), OOF_NONE);
	out->allowed = (enum oof_audience)node_word(
		s->parent, T_AllowExternalOof, audiences, ARRAY_LEN(audiences),
		OOF_ALL);
	out->start = node_time(d, T_StartTime);
	out->end = node_time(d, T_EndTime);
	out->internal = reply_of(s, T_InternalReply);
	out->external = reply_of(s, T_ExternalReply);
	return true;
}

bool ews_oof_get(struct backend *b, const struct op *op, struct oof *out,
		 struct err *err)
{
	struct ews_tree *t;
	struct str body = STR_INIT;
	bool ok;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:GetUserOofSettingsRequest>");
	add_mailbox(&body, b);
	str_add(&body, "</m:GetUserOofSettingsRequest>");
	t = ews_tree_new();
	ok = soap_tree(b, op, "GetUserOofSettings", &body, false, t, err) &&
	     check(t, err);
	if (ok && !ews_oof_read(t, out))
		ok = err_set(err, ERR_PROTOCOL,
			     "the server told nothing of out of office");
	ews_tree_free(t);
	return ok;
}

static void add_reply(struct str *b, const char *tag, const char *html)
{
	str_addf(b, "<t:%s>", tag);
	xml_add_element(b, "t:Message", str_or_empty(html));
	str_addf(b, "</t:%s>", tag);
}

static void add_time(struct str *b, const char *tag, int64_t t)
{
	struct str iso CLEANUP(str_release) = STR_INIT;

	clock_add_iso(&iso, t);
	xml_add_element(b, tag, iso.s);
}

bool ews_oof_set(struct backend *b, const struct op *op, const struct oof *o,
		 struct err *err)
{
	struct ews_tree *t;
	struct str body = STR_INIT;
	bool ok;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:SetUserOofSettingsRequest>");
	add_mailbox(&body, b);
	str_add(&body, "<t:UserOofSettings>");
	xml_add_element(&body, "t:OofState", states[o->state]);
	xml_add_element(&body, "t:ExternalAudience", audiences[o->audience]);
	if (o->start != CLOCK_NEVER && o->end != CLOCK_NEVER) {
		str_add(&body, "<t:Duration>");
		add_time(&body, "t:StartTime", o->start);
		add_time(&body, "t:EndTime", o->end);
		str_add(&body, "</t:Duration>");
	}
	add_reply(&body, "InternalReply", o->internal);
	add_reply(&body, "ExternalReply", o->external);
	str_add(&body, "</t:UserOofSettings></m:SetUserOofSettingsRequest>");
	t = ews_tree_new();
	ok = soap_tree(b, op, "SetUserOofSettings", &body, true, t, err) &&
	     check(t, err);
	ews_tree_free(t);
	return ok;
}
