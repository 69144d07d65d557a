/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Reading Autodiscover's answers: POX (dossier EWS 2.2) and SOAP (2.3). Local
 * names count; errors stand in another namespace than settings. */
#include "net/autodiscover.h"
#include "net/xml.h"

#include <string.h>

enum name {
	N_ACCOUNT,
	N_ACTION,
	N_AD,
	N_AS_URL,
	N_AUTODISCOVER,
	N_ADDRESS,
	N_DISPLAY_NAME,
	N_ERROR,
	N_ERROR_CODE,
	N_ERROR_MESSAGE,
	N_EWS_URL,
	N_MAJOR,
	N_MESSAGE,
	N_MINOR,
	N_NAME,
	N_OOF_URL,
	N_PROTOCOL,
	N_PUBLIC,
	N_PUBLIC_INFO,
	N_REDIRECT_ADDR,
	N_REDIRECT_TARGET,
	N_REDIRECT_URL,
	N_RESPONSE,
	N_SETTING,
	N_SETTING_ERROR,
	N_SETTINGS_ANSWER,
	N_SMTP,
	N_TYPE,
	N_USER,
	N_USER_RESPONSE,
	N_VALUE,
	NAMES
};
static const char *const names[NAMES] = {
	[N_ACCOUNT] = "Account",
	[N_ACTION] = "Action",
	[N_AD] = "AD",
	[N_AS_URL] = "ASUrl",
	[N_AUTODISCOVER] = "Autodiscover",
	[N_ADDRESS] = "AutoDiscoverSMTPAddress",
	[N_DISPLAY_NAME] = "DisplayName",
	[N_ERROR] = "Error",
	[N_ERROR_CODE] = "ErrorCode",
	[N_ERROR_MESSAGE] = "ErrorMessage",
	[N_EWS_URL] = "EwsUrl",
	[N_MAJOR] = "MajorVersion",
	[N_MESSAGE] = "Message",
	[N_MINOR] = "MinorVersion",
	[N_NAME] = "Name",
	[N_OOF_URL] = "OOFUrl",
	[N_PROTOCOL] = "Protocol",
	[N_PUBLIC] = "PublicFolderServer",
	[N_PUBLIC_INFO] = "PublicFolderInformation",
	[N_REDIRECT_ADDR] = "RedirectAddr",
	[N_REDIRECT_TARGET] = "RedirectTarget",
	[N_REDIRECT_URL] = "RedirectUrl",
	[N_RESPONSE] = "Response",
	[N_SETTING] = "UserSetting",
	[N_SETTING_ERROR] = "UserSettingError",
	[N_SETTINGS_ANSWER] = "GetUserSettingsResponseMessage",
	[N_SMTP] = "SmtpAddress",
	[N_TYPE] = "Type",
	[N_USER] = "User",
	[N_USER_RESPONSE] = "UserResponse",
	[N_VALUE] = "Value",
};
#define POX "http://schemas.microsoft.com/exchange/autodiscover/"
static const char *const spaces[] = {
	POX "responseschema/2006", POX "outlook/responseschema/2006a",
	"http://schemas.microsoft.com/exchange/2010/Autodiscover", "", NULL};

struct reading {
	struct autodiscover_answer *out;
	struct str text;
	bool pox, soap, in_user, in_protocol, in_error, in_setting_error,
		in_user_response, in_public;
	int responses; /* of users: only the first counts */
	char *action, *type, *ews, *as, *oof;
	char *name, *value;
	char *user_code, *code, *redirect_addr, *redirect_url;
	char *ews_outside, *ews_inside, *major;
	bool foreign, exchange;
};

static void on_start(void *ctx, int name, const struct xml_attrs *attrs)
{
	struct reading *r = ctx;

	str_clear(&r->text);
	switch (name) {
	case N_AUTODISCOVER:
		r->pox = true;
		break;
	case N_SETTINGS_ANSWER:
		r->soap = true;
		break;
	case N_USER:
		r->in_user = true;
		break;
	case N_PROTOCOL:
		r->in_protocol = true;
		/* 2013 and later name the type in an attribute. */
		mem_replace(&r->type, xml_attr_copy(attrs, "Type"));
		break;
	case N_ERROR:
		r->in_error = true;
		break;
	case N_PUBLIC_INFO:
		r->in_public = true;
		break;
	case N_SETTING_ERROR:
		r->in_setting_error = true;
		break;
	case N_USER_RESPONSE:
		r->in_user_response = true;
		r->responses++;
		break;
	default:
		break;
	}
}

static void on_text(void *ctx, const char *s, size_t len)
{
	struct reading *r = ctx;

	if (r->text.len < 4096)
		str_add_mem(&r->text, s, len);
}

static void keep(struct reading *r, char **to)
{
	str_trim(&r->text);
	if (r->text.len && !*to)
		*to = xstrdup(r->text.s);
}

static void replace(struct reading *r, char **to)
{
	mem_replace(to, NULL);
	keep(r, to);
}

static bool is_mail_type(const char *type)
{
	return str_eq_nocase(type, "IMAP") || str_eq_nocase(type, "POP3") ||
	       str_eq_nocase(type, "SMTP");
}

/* A Protocol is complete: outside URLs win over inside ones. */
static void end_protocol(struct reading *r)
{
	const char *url = r->ews ? r->ews : r->as;

	if (is_mail_type(r->type)) {
		r->foreign = true;
	} else {
		r->exchange = true;
		/* WEB holds an EXPR of its own, with ASUrl at most. */
		if (str_eq_nocase(r->type, "EXPR")) {
			if (url && (r->ews || !r->ews_outside))
				mem_replace(&r->ews_outside, xstrdup(url));
		} else if (url && !r->ews_inside) {
			r->ews_inside = xstrdup(url);
		}
		if (r->oof &&
		    (!r->out->oof_url || str_eq_nocase(r->type, "EXPR")))
			mem_replace(&r->out->oof_url, xstrdup(r->oof));
	}
	mem_replace(&r->ews, NULL);
	mem_replace(&r->as, NULL);
	mem_replace(&r->oof, NULL);
	mem_replace(&r->type, NULL);
	r->in_protocol = false;
}

static void end_setting(struct reading *r)
{
	const struct {
		const char *name;
		char **to;
	} settings[] = {
		{"ExternalEwsUrl", &r->ews_outside},
		{"InternalEwsUrl", &r->ews_inside},
		{"UserDisplayName", &r->out->display_name},
		{"AutoDiscoverSMTPAddress", &r->out->address},
		{"PublicFolderServer", &r->out->public_server},
		{"ActiveDirectoryServer", &r->out->directory_server},
		{"PublicFolderInformation", &r->out->public_mailbox},
		{"InternalRpcClientServer", &r->out->mailbox},
	};

	r->exchange = true;
	for (size_t i = 0; i < ARRAY_LEN(settings); i++)
		if (str_eq(r->name, settings[i].name) && r->value &&
		    !*settings[i].to && r->responses == 1)
			*settings[i].to = xstrdup(r->value);
	mem_replace(&r->name, NULL);
	mem_replace(&r->value, NULL);
}

static void end_protocol_field(struct reading *r, int name)
{
	switch (name) {
	case N_TYPE:
		keep(r, &r->type);
		break;
	case N_EWS_URL:
		replace(r, &r->ews);
		break;
	case N_AS_URL:
		replace(r, &r->as);
		break;
	case N_OOF_URL:
		replace(r, &r->oof);
		break;
	case N_PUBLIC:
		keep(r, &r->out->public_server);
		break;
	case N_AD:
		keep(r, &r->out->directory_server);
		break;
	default:
		break;
	}
}

static void end_code(struct reading *r)
{
	if (r->in_setting_error)
		return;
	if (r->in_user_response && r->responses == 1)
		keep(r, &r->user_code);
	else if (!r->in_user_response)
		keep(r, &r->code);
}

static void end_field(struct reading *r, int name)
{
	switch (name) {
	case N_ERROR_CODE:
		end_code(r);
		break;
	case N_MESSAGE:
		if (r->in_error)
			keep(r, &r->out->message);
		break;
	case N_ERROR_MESSAGE:
		if (r->in_user_response && !r->in_setting_error)
			keep(r, &r->out->message);
		break;
	case N_ACTION:
		keep(r, &r->action);
		break;
	case N_REDIRECT_ADDR:
		keep(r, &r->redirect_addr);
		break;
	case N_REDIRECT_URL:
		keep(r, &r->redirect_url);
		break;
	case N_REDIRECT_TARGET:
		if (r->responses == 1)
			keep(r, &r->out->target);
		break;
	case N_DISPLAY_NAME:
		if (r->in_user)
			keep(r, &r->out->display_name);
		break;
	case N_ADDRESS:
		if (r->in_user)
			keep(r, &r->out->address);
		break;
	case N_SMTP:
		if (r->in_public)
			keep(r, &r->out->public_mailbox);
		break;
	case N_NAME:
		replace(r, &r->name);
		break;
	case N_VALUE:
		replace(r, &r->value);
		break;
	case N_MAJOR:
		keep(r, &r->major);
		break;
	case N_MINOR:
		str_trim(&r->text);
		if (r->major && !r->out->version)
			r->out->version =
				xasprintf("%s.%s", r->major, r->text.s);
		break;
	default:
		break;
	}
}

static void on_end(void *ctx, int name)
{
	struct reading *r = ctx;

	if (name == N_PROTOCOL)
		end_protocol(r);
	else if (name == N_SETTING)
		end_setting(r);
	else if (name == N_SETTING_ERROR)
		r->in_setting_error = false;
	else if (name == N_USER_RESPONSE)
		r->in_user_response = false;
	else if (name == N_USER)
		r->in_user = false;
	else if (name == N_ERROR)
		r->in_error = false;
	else if (name == N_PUBLIC_INFO)
		r->in_public = false;
	else if (r->in_protocol)
		end_protocol_field(r, name);
	else
		end_field(r, name);
	str_clear(&r->text);
}

static void take_urls(struct reading *r)
{
	struct autodiscover_answer *a = r->out;

	a->ews_url = xstrdup(r->ews_outside ? r->ews_outside : r->ews_inside);
	if (r->ews_outside && r->ews_inside &&
	    !str_eq_nocase(r->ews_outside, r->ews_inside))
		a->ews_inside = xstrdup(r->ews_inside);
}

static void conclude_pox(struct reading *r)
{
	struct autodiscover_answer *a = r->out;

	if (r->code) {
		a->kind = AUTODISCOVER_ERROR;
		a->code = xstrdup(r->code);
	} else if (r->redirect_addr &&
		   str_eq_nocase(str_or_empty(r->action), "redirectAddr")) {
		a->kind = AUTODISCOVER_ADDRESS;
		mem_replace(&a->target, xstrdup(r->redirect_addr));
	} else if (r->redirect_url &&
		   str_eq_nocase(str_or_empty(r->action), "redirectUrl")) {
		a->kind = AUTODISCOVER_URL;
		mem_replace(&a->target, xstrdup(r->redirect_url));
	} else if (r->exchange) {
		a->kind = AUTODISCOVER_SETTINGS;
		take_urls(r);
	} else {
		a->kind =
			r->foreign ? AUTODISCOVER_FOREIGN : AUTODISCOVER_ERROR;
	}
}

static void conclude_soap(struct reading *r)
{
	struct autodiscover_answer *a = r->out;
	const char *code = r->code && !str_eq(r->code, "NoError")
				   ? r->code
				   : str_or_empty(r->user_code);

	if (str_eq(code, "RedirectAddress") && a->target) {
		a->kind = AUTODISCOVER_ADDRESS;
	} else if (str_eq(code, "RedirectUrl") && a->target) {
		a->kind = AUTODISCOVER_URL;
	} else if (str_eq(code, "NoError") || r->exchange) {
		a->kind = AUTODISCOVER_SETTINGS;
		take_urls(r);
	} else {
		a->kind = AUTODISCOVER_ERROR;
		a->code = *code ? xstrdup(code) : NULL;
	}
}

static void reading_release(struct reading *r)
{
	char *texts[] = {r->action,	  r->type,
			 r->ews,	  r->as,
			 r->oof,	  r->name,
			 r->value,	  r->user_code,
			 r->code,	  r->redirect_addr,
			 r->redirect_url, r->ews_outside,
			 r->ews_inside,	  r->major};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	str_release(&r->text);
}

void autodiscover_answer_release(struct autodiscover_answer *a)
{
	char *texts[] = {
		a->target,	     a->code,		a->message,
		a->display_name,     a->address,	a->ews_url,
		a->ews_inside,	     a->oof_url,	a->public_server,
		a->directory_server, a->public_mailbox, a->mailbox,
		a->version};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		free(texts[i]);
	*a = (struct autodiscover_answer){0};
}

bool autodiscover_parse(const char *s, size_t len,
			struct autodiscover_answer *out, struct err *err)
{
	static const struct xml_handler handler = {on_start, on_text, on_end};
	struct reading r = {.out = out, .text = STR_INIT};
	struct xml_reader *x =
		xml_reader_new(names, NAMES, spaces, &handler, &r);
	bool ok;

	*out = (struct autodiscover_answer){0};
	ok = xml_feed(x, s, len, err) && xml_finish(x, err);
	if (ok && !r.pox && !r.soap)
		ok = err_set(err, ERR_PROTOCOL,
			     "this is not an answer of Autodiscover");
	if (ok && r.pox)
		conclude_pox(&r);
	else if (ok)
		conclude_soap(&r);
	xml_reader_free(x);
	reading_release(&r);
	if (!ok)
		autodiscover_answer_release(out);
	return ok;
}
