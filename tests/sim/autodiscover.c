/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Autodiscover, both dialects (dossier EWS 2.2, 2.3): what a mailbox's address
 * gives, and redirects of each kind as the administration orders them. */
#include "tests/sim/autodiscover.h"

#include <libxml/parser.h>
#include <string.h>
#include <strings.h>
#include "tests/sim/xmlw.h"

#define POX "http://schemas.microsoft.com/exchange/autodiscover/"
#define SOAP "http://schemas.microsoft.com/exchange/2010/Autodiscover"

static const xmlNode *find(const xmlNode *node, const char *name, int depth)
{
	const xmlNode *found = NULL;

	if (xr_is(node, name))
		return node;
	for (const xmlNode *c = depth ? xr_first(node) : NULL; c && !found;
	     c = xr_next(c))
		found = find(c, name, depth - 1);
	return found;
}

static char *asked_for(const struct str *body, const char *name)
{
	xmlDoc *doc = xmlReadMemory(body->s, (int)body->len, NULL, NULL,
				    XML_PARSE_NONET | XML_PARSE_NOERROR |
					    XML_PARSE_NOWARNING);
	const xmlNode *node =
		doc ? find(xmlDocGetRootElement(doc), name, 8) : NULL;
	char *text = node ? xstrdup(xr_text(node)) : NULL;

	xmlFreeDoc(doc);
	return text;
}

static void pox_error(struct str *out, int code, const char *text)
{
	str_addf(out,
		 "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
		 "<Autodiscover xmlns=\"" POX "responseschema/2006\">"
		 "<Response><Error Time=\"10:11:12.1234567\" Id=\"2477272013\">"
		 "<ErrorCode>%d</ErrorCode><Message>%s</Message><DebugData />"
		 "</Error></Response></Autodiscover>",
		 code, text);
}

static void pox_protocol(struct str *out, const char *type, const char *base,
			 bool old)
{
	str_addf(out,
		 "<Protocol><Type>%s</Type><Server>%s</Server>"
		 "<ASUrl>%s/EWS/Exchange.asmx</ASUrl>",
		 type, type, base);
	if (!old)
		str_addf(out, "<EwsUrl>%s/EWS/Exchange.asmx</EwsUrl>", base);
	str_addf(out, "<OOFUrl>%s/EWS/Exchange.asmx</OOFUrl></Protocol>", base);
}

static void pox_answer(struct sim *sim, const struct str *body,
		       const char *base, struct str *out)
{
	char *address = asked_for(body, "EMailAddress");
	char *tree CLEANUP(mem_free_ptr) = public_tree_mailbox(sim);
	struct box *box = address ? box_find(sim->st, address) : NULL;
	bool old = sim->product->rank < RANK_2010;
	bool split = str_eq(sim->auto_kind, "outside");

	if (!address) {
		pox_error(out, 600, "Invalid Request");
		return;
	}
	if (!box) {
		pox_error(out, 500, "The e-mail address cannot be found.");
		free(address);
		return;
	}
	str_add(out, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n"
		     "<Autodiscover xmlns=\"" POX "responseschema/2006\">"
		     "<Response xmlns=\"" POX "outlook/responseschema/2006a\">"
		     "<User>");
	xw_elem(out, "DisplayName", box->name);
	xw_elem(out, "AutoDiscoverSMTPAddress", box->address);
	str_add(out, "</User><Account><AccountType>email</AccountType>");
	if (str_eq(sim->auto_kind, "addr")) {
		str_add(out, "<Action>redirectAddr</Action>");
		xw_elem(out, "RedirectAddr", sim->auto_to);
	} else if (str_eq(sim->auto_kind, "url")) {
		str_add(out, "<Action>redirectUrl</Action>");
		xw_elem(out, "RedirectUrl", sim->auto_to);
	} else {
		str_add(out, "<Action>settings</Action>");
		pox_protocol(out, "EXCH", base, old);
		pox_protocol(out, "EXPR", split ? sim->auto_to : base, old);
		str_addf(out, "<Protocol><Type>WEB</Type></Protocol>");
		if (tree) {
			str_add(out, "<PublicFolderInformation>");
			xw_elem(out, "SmtpAddress", tree);
			str_add(out, "</PublicFolderInformation>");
		}
	}
	str_add(out, "</Account></Response></Autodiscover>");
	free(address);
}

static void soap_setting(struct str *out, const char *name, const char *value)
{
	str_add(out, "<UserSetting i:type=\"StringSetting\">");
	xw_elem(out, "Name", name);
	xw_elem(out, "Value", value);
	str_add(out, "</UserSetting>");
}

/* What a mailbox's owner, or a public folder mailbox (box NULL), is told. */
static void soap_settings(struct sim *sim, const struct box *box,
			  const struct public_mailbox *public, const char *base,
			  struct str *out)
{
	char *ews CLEANUP(mem_free_ptr) =
		xasprintf("%s/EWS/Exchange.asmx", base);
	char *tree CLEANUP(mem_free_ptr) = public_tree_mailbox(sim);
	const char *at = box ? strchr(box->address, '@') : NULL;
	char *by_guid CLEANUP(mem_free_ptr) =
		at ? xasprintf("%s%s", box->guid, at) : NULL;

	soap_setting(out, "UserDisplayName",
		     box ? box->name : "Public folders");
	soap_setting(out, "AutoDiscoverSMTPAddress",
		     box ? box->address : public->address);
	soap_setting(out, "InternalEwsUrl", ews);
	soap_setting(out, "ExternalEwsUrl", ews);
	if (sim->product->rank >= RANK_2013)
		soap_setting(out, "InternalRpcClientServer",
			     box ? str_or_empty(by_guid) : public->by_guid);
	if (box && tree)
		soap_setting(out, "PublicFolderInformation", tree);
}

/* What the framework says to whatever is no request of its kind. */
static bool is_refused(const struct str *body, struct str *out)
{
	char *action CLEANUP(mem_free_ptr) = asked_for(body, "Action");

	if (action)
		return false;
	str_add(out, "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/"
		     "envelope/\"><s:Body><s:Fault><faultcode xmlns:a=\"http://"
		     "schemas.microsoft.com/ws/2005/05/addressing/none\">"
		     "a:ActionNotSupported</faultcode><faultstring "
		     "xml:lang=\"en-US\""
		     ">The message with Action '' cannot be processed at the "
		     "receiver.</faultstring></s:Fault></s:Body></s:Envelope>");
	return true;
}

static void soap_answer(struct sim *sim, const struct str *body,
			const char *base, struct str *out)
{
	char *address = asked_for(body, "Mailbox");
	struct box *box = address ? box_find(sim->st, address) : NULL;
	struct public_mailbox public = {0};
	bool known =
		box || (address && public_mailbox_find(sim, address, &public));
	const char *code = !known			    ? "InvalidUser"
			   : str_eq(sim->auto_kind, "addr") ? "RedirectAddress"
			   : str_eq(sim->auto_kind, "url")  ? "RedirectUrl"
							    : "NoError";

	str_add(out,
		"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/"
		"envelope/\" xmlns:a=\"http://www.w3.org/2005/08/addressing\">"
		"<s:Header><h:ServerVersionInfo xmlns:h=\"" SOAP "\" "
		"xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\">");
	str_addf(out,
		 "<h:MajorVersion>%d</h:MajorVersion><h:MinorVersion>%d"
		 "</h:MinorVersion></h:ServerVersionInfo></s:Header>",
		 sim->product->major, sim->product->minor);
	str_add(out, "<s:Body><GetUserSettingsResponseMessage xmlns=\"" SOAP
		     "\"><Response xmlns:i=\"http://www.w3.org/2001/"
		     "XMLSchema-instance\"><ErrorCode>NoError</ErrorCode>"
		     "<ErrorMessage /><UserResponses><UserResponse>");
	xw_elem(out, "ErrorCode", code);
	xw_elem(out, "ErrorMessage", "");
	if (str_eq(code, "RedirectAddress") || str_eq(code, "RedirectUrl"))
		xw_elem(out, "RedirectTarget", sim->auto_to);
	else
		str_add(out, "<RedirectTarget i:nil=\"true\" />");
	str_add(out, "<UserSettingErrors /><UserSettings>");
	if (str_eq(code, "NoError"))
		soap_settings(sim, box, &public, base, out);
	str_add(out, "</UserSettings></UserResponse></UserResponses></Response>"
		     "</GetUserSettingsResponseMessage></s:Body></s:Envelope>");
	free(public.address);
	free(public.by_guid);
	free(address);
}

unsigned autodiscover_answer(struct sim *sim, const char *url,
			     const char *method, const char *base,
			     const struct str *body, struct str *out)
{
	bool soap = strcasecmp(url, "/autodiscover/autodiscover.svc") == 0;
	unsigned status = 200;

	if (!soap && strcasecmp(url, "/autodiscover/autodiscover.xml") != 0)
		return 404;
	if (soap && sim->product->rank < RANK_2010)
		return 404;
	state_lock(sim->st);
	if (str_eq(sim->auto_kind, "off"))
		status = 404;
	else if (strcmp(method, "POST") != 0)
		pox_error(out, 600, "Invalid Request");
	else if (soap && is_refused(body, out))
		status = 500;
	else if (soap)
		soap_answer(sim, body, base, out);
	else
		pox_answer(sim, body, base, out);
	if (sim->auto_kind && sim->auto_left > 0 && --sim->auto_left == 0)
		mem_replace(&sim->auto_kind, NULL);
	state_unlock(sim->st);
	return status;
}
