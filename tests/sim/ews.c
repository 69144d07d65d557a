/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Envelope, versions, dispatch, faults and response messages. */
#include "tests/sim/ews.h"

#include <libxml/parser.h>
#include <string.h>
#include "tests/sim/features.h"
#include "tests/sim/zones.h"

#define NS_T "http://schemas.microsoft.com/exchange/services/2006/types"
#define NS_M "http://schemas.microsoft.com/exchange/services/2006/messages"
#define NS_E "http://schemas.microsoft.com/exchange/services/2006/errors"
#define NS_SOAP "http://schemas.xmlsoap.org/soap/envelope/"

static const struct {
	const char *name;
	enum rank since;
	op_fn *run;
} ops[] = {
	{"GetFolder", RANK_2007, op_get_folder},
	{"FindFolder", RANK_2007, op_find_folder},
	{"CreateFolder", RANK_2007, op_create_folder},
	{"UpdateFolder", RANK_2007, op_update_folder},
	{"DeleteFolder", RANK_2007, op_delete_folder},
	{"MoveFolder", RANK_2007, op_move_folder},
	{"CopyFolder", RANK_2007, op_copy_folder},
	{"EmptyFolder", RANK_2010SP1, op_empty_folder},
	{"SyncFolderHierarchy", RANK_2007, op_sync_hierarchy},
	{"SyncFolderItems", RANK_2007, op_sync_items},
	{"GetItem", RANK_2007, op_get_item},
	{"FindItem", RANK_2007, op_find_item},
	{"CreateItem", RANK_2007, op_create_item},
	{"UpdateItem", RANK_2007, op_update_item},
	{"DeleteItem", RANK_2007, op_delete_item},
	{"MoveItem", RANK_2007, op_move_item},
	{"CopyItem", RANK_2007, op_copy_item},
	{"SendItem", RANK_2007, op_send_item},
	{"CreateAttachment", RANK_2007, op_create_attachment},
	{"GetAttachment", RANK_2007, op_get_attachment},
	{"DeleteAttachment", RANK_2007, op_delete_attachment},
	{"Subscribe", RANK_2007, op_subscribe},
	{"Unsubscribe", RANK_2007, op_unsubscribe},
	{"GetEvents", RANK_2007, op_get_events},
	{"GetStreamingEvents", RANK_2010SP1, op_get_streaming_events},
	{"ResolveNames", RANK_2007, op_resolve_names},
	{"ExpandDL", RANK_2007, op_expand_dl},
	{"GetUserAvailabilityRequest", RANK_2007, op_get_availability},
	{"GetUserOofSettingsRequest", RANK_2007, op_get_oof},
	{"SetUserOofSettingsRequest", RANK_2007, op_set_oof},
	{"GetDelegate", RANK_2007SP1, op_get_delegate},
	{"AddDelegate", RANK_2007SP1, op_add_delegate},
	{"UpdateDelegate", RANK_2007SP1, op_update_delegate},
	{"RemoveDelegate", RANK_2007SP1, op_remove_delegate},
	{"GetRoomLists", RANK_2010, op_get_room_lists},
	{"GetRooms", RANK_2010, op_get_rooms},
	{"ConvertId", RANK_2007SP1, op_convert_id},
	{"GetServerTimeZones", RANK_2010, op_get_time_zones},
	{"MarkAllItemsAsRead", RANK_2013, op_mark_all_read},
	{"GetUserConfiguration", RANK_2010, op_get_user_configuration},
	{"FindPeople", RANK_2013, op_find_people},
	{"GetUserPhoto", RANK_2013, op_get_user_photo},
	{"GetPasswordExpirationDate", RANK_2010SP2, op_get_password_expiration},
};

/* --- envelopes ----------------------------------------------------------- */
void ews_envelope_open(const struct sim *sim, struct str *b)
{
	const struct product *p = sim->product;
	bool old = p->rank <= RANK_2007SP1;
	const char *h = old ? "t" : "h";

	str_addf(b,
		 "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
		 "<%s:Envelope xmlns:%s=\"" NS_SOAP "\"><%s:Header>"
		 "<%s:ServerVersionInfo MajorVersion=\"%d\" "
		 "MinorVersion=\"%d\" MajorBuildNumber=\"%d\" "
		 "MinorBuildNumber=\"%d\"",
		 old ? "soap" : "s", old ? "soap" : "s", old ? "soap" : "s", h,
		 p->major, p->minor, p->build, p->revision);
	if (p->version)
		str_addf(b, " Version=\"%s\"", p->version);
	str_addf(b, " xmlns:%s=\"" NS_T "\"/></%s:Header><%s:Body>", h,
		 old ? "soap" : "s", old ? "soap" : "s");
}

void ews_envelope_close(const struct sim *sim, struct str *b)
{
	bool old = sim->product->rank <= RANK_2007SP1;

	str_add(b, old ? "</soap:Body></soap:Envelope>"
		       : "</s:Body></s:Envelope>");
}

static void fault_2007(struct req *r, const char *code, const char *text,
		       int64_t backoff, int line)
{
	struct str *b = &r->out;

	ews_envelope_open(r->sim, b);
	str_add(b, "<soap:Fault xmlns:soap11=\"" NS_SOAP "\">"
		   "<faultcode>soap11:Client</faultcode>");
	xw_elem(b, "faultstring", text);
	str_add(b, "<detail>");
	str_addf(b,
		 "<e:ResponseCode xmlns:e=\"" NS_E "\">%s</e:ResponseCode>"
		 "<e:Message xmlns:e=\"" NS_E "\">",
		 code);
	xw_text(b, text);
	str_add(b, "</e:Message>");
	if (line > 0)
		str_addf(b,
			 "<e:Line xmlns:e=\"" NS_E "\">%d</e:Line>"
			 "<e:Position xmlns:e=\"" NS_E "\">1</e:Position>",
			 line);
	if (backoff > 0)
		str_addf(b,
			 "<t:MessageXml xmlns:t=\"" NS_T "\"><t:Value "
			 "Name=\"BackOffMilliseconds\">%lld</t:Value>"
			 "</t:MessageXml>",
			 (long long)backoff);
	str_add(b, "</detail></soap:Fault>");
	ews_envelope_close(r->sim, b);
}

static void fault_2010(struct req *r, const char *code, const char *text,
		       int64_t backoff, int line)
{
	struct str *b = &r->out;

	str_addf(b,
		 "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope "
		 "xmlns:s=\"" NS_SOAP "\"><s:Body><s:Fault>"
		 "<faultcode xmlns:a=\"" NS_T "\">a:%s</faultcode>"
		 "<faultstring xml:lang=\"en-US\">",
		 code);
	if (line > 0)
		str_add(b, "The request failed schema validation: ");
	xw_text(b, text);
	str_addf(b,
		 "</faultstring><detail><e:ResponseCode xmlns:e=\"" NS_E
		 "\">%s</e:ResponseCode><e:Message xmlns:e=\"" NS_E "\">",
		 code);
	xw_text(b, line > 0 ? "The request failed schema validation." : text);
	str_add(b, "</e:Message>");
	if (line > 0 || backoff > 0)
		str_add(b, "<t:MessageXml xmlns:t=\"" NS_T "\">");
	if (line > 0) {
		str_addf(b,
			 "<t:LineNumber>%d</t:LineNumber>"
			 "<t:LinePosition>1</t:LinePosition>",
			 line);
		xw_elem(b, "t:Violation", text);
	}
	if (backoff > 0)
		str_addf(b,
			 "<t:Value Name=\"BackOffMilliseconds\">%lld"
			 "</t:Value>",
			 (long long)backoff);
	if (line > 0 || backoff > 0)
		str_add(b, "</t:MessageXml>");
	str_add(b, "</detail></s:Fault></s:Body></s:Envelope>");
}

static void put_fault(struct req *r, const char *code, const char *text,
		      int64_t backoff, int line)
{
	str_clear(&r->out);
	r->http = 500;
	if (r->sim->product->rank <= RANK_2007SP1)
		fault_2007(r, code, text, backoff, line);
	else
		fault_2010(r, code, text, backoff, line);
	str_addf(&r->detail, " fault=%s", code);
}

void ews_fault(struct req *r, const char *code, int64_t backoff,
	       const char *fmt, ...)
{
	struct str text = STR_INIT;
	va_list args;

	va_start(args, fmt);
	str_addfv(&text, fmt, args);
	va_end(args);
	put_fault(r, code, text.s, backoff, 0);
	str_release(&text);
}

static void schema_fault(struct req *r, const char *violation, int line)
{
	pthread_mutex_lock(&r->sim->count_lock);
	r->sim->schema_failures++;
	pthread_mutex_unlock(&r->sim->count_lock);
	put_fault(r, "ErrorSchemaValidation", violation, 0,
		  line > 0 ? line : 1);
	str_addf(&r->detail, " violation=\"%.300s\"", violation);
}

/* --- response messages --------------------------------------------------- */
void rsp_begin(struct req *r)
{
	str_addf(&r->out,
		 "<m:%sResponse xmlns:m=\"" NS_M "\" xmlns:t=\"" NS_T
		 "\"><m:ResponseMessages>",
		 r->name);
}

void rsp_end(struct req *r)
{
	str_addf(&r->out, "</m:ResponseMessages></m:%sResponse>", r->name);
}

void rsp_ok(struct req *r)
{
	str_addf(&r->out,
		 "<m:%sResponseMessage ResponseClass=\"Success\">"
		 "<m:ResponseCode>NoError</m:ResponseCode>",
		 r->name);
}

void rsp_close(struct req *r)
{
	str_addf(&r->out, "</m:%sResponseMessage>", r->name);
}

void rsp_error(struct req *r, const char *code, const char *payload)
{
	bool warning = strcmp(code, "ErrorBatchProcessingStopped") == 0;

	str_addf(&r->out, "<m:%sResponseMessage ResponseClass=\"%s\">", r->name,
		 warning ? "Warning" : "Error");
	xw_elem(&r->out, "m:MessageText", ews_code_text(code));
	xw_elem(&r->out, "m:ResponseCode", code);
	str_add(&r->out, "<m:DescriptiveLinkKey>0</m:DescriptiveLinkKey>");
	str_add(&r->out, payload);
	rsp_close(r);
	if (r->detail.len < 400)
		str_addf(&r->detail, " error=%s", code);
}

void rsp_own_begin(struct req *r, const char *code)
{
	str_addf(&r->out,
		 "<m:%sResponse xmlns:m=\"" NS_M "\" xmlns:t=\"" NS_T
		 "\" ResponseClass=\"%s\">",
		 r->name, code ? "Error" : "Success");
	if (code)
		xw_elem(&r->out, "m:MessageText", ews_code_text(code));
	xw_elem(&r->out, "m:ResponseCode", code ? code : "NoError");
	if (code)
		str_addf(&r->detail, " error=%s", code);
}

void rsp_own_end(struct req *r)
{
	str_addf(&r->out, "</m:%sResponse>", r->name);
}

/* --- one request --------------------------------------------------------- */
static bool find_version(struct req *r, const xmlNode *header)
{
	const xmlNode *node = xr_child(header, "RequestServerVersion");
	const char *text = xr_attr(node, "Version");

	r->rank = RANK_2007;
	if (!text)
		return true;
	if (version_rank(text, &r->rank) && r->rank <= r->sim->product->rank)
		return true;
	ews_fault(r, "ErrorInvalidServerVersion", 0,
		  "The specified server version is invalid.");
	str_addf(&r->detail, " version=%s", text);
	return false;
}

/* Whole-request faults that leave the operation undone. */
static bool refused(struct req *r)
{
	switch (r->fault.kind) {
	case FAULT_BUSY:
		ews_fault(r, "ErrorServerBusy", r->fault.a,
			  "The server cannot service this request right now. "
			  "Try again later.");
		return true;
	case FAULT_MAILBOX_MOVE:
		ews_fault(r, "ErrorMailboxMoveInProgress", 0,
			  "The mailbox is being moved. Try again later.");
		return true;
	case FAULT_NO_MAILBOX:
		ews_fault(r, "ErrorNonExistentMailbox", 0,
			  "The SMTP address has no mailbox associated.");
		return true;
	case FAULT_401:
	case FAULT_STATUS:
	case FAULT_500:
	case FAULT_503:
	case FAULT_HTML:
		return true;
	default:
		return false;
	}
}

static void busy_messages(struct req *r)
{
	struct str payload = STR_INIT;
	size_t n = xr_count(xr_child(r->op, "ItemIds"));

	str_addf(&payload,
		 "<m:MessageXml><t:Value "
		 "Name=\"BackOffMilliseconds\">%lld</t:Value>"
		 "</m:MessageXml>",
		 (long long)r->fault.a);
	if (strncmp(r->name, "SyncFolderItems", 15) == 0)
		str_add(&payload, "<m:SyncState/><m:IncludesLastItemInRange>"
				  "true</m:IncludesLastItemInRange>");
	rsp_begin(r);
	for (size_t i = 0; i < (n ? n : 1); i++)
		rsp_error(r, "ErrorServerBusy", payload.s);
	rsp_end(r);
	str_release(&payload);
}

static void run(struct req *r, op_fn *fn)
{
	ews_envelope_open(r->sim, &r->out);
	if (r->fault.kind == FAULT_BUSY_MESSAGE) {
		busy_messages(r);
	} else {
		state_lock(r->st);
		fn(r);
		for (size_t i = 0; i < r->lent.n; i++)
			item_free(r->lent.v[i]);
		vec_release(&r->lent);
		state_unlock(r->st);
	}
	if (r->http == 0) {
		r->http = 200;
		ews_envelope_close(r->sim, &r->out);
	}
}

static bool check_request(struct req *r)
{
	struct str why = STR_INIT;
	int line = 0;
	bool good = features_check(r->op, r->rank, &why, &line);

	if (good && r->sim->schemas)
		good = schemas_check(r->sim->schemas, r->rank, r->doc, &why,
				     &line);
	if (!good)
		schema_fault(r, why.s, line);
	str_release(&why);
	return good;
}

static void dispatch(struct req *r, const xmlNode *envelope)
{
	op_fn *fn = NULL;
	const char *name;

	r->op = xr_first(xr_child(envelope, "Body"));
	name = xr_name(r->op);
	for (size_t i = 0; i < ARRAY_LEN(ops); i++) {
		if (strcmp(ops[i].name, name) == 0 &&
		    ops[i].since <= r->sim->product->rank) {
			r->name = ops[i].name;
			fn = ops[i].run;
		}
	}
	r->fault = faults_hit(r->sim->faults, r->name, r->user->alias);
	if (!find_version(r, xr_child(envelope, "Header")))
		return;
	if (!fn) {
		struct str why = STR_INIT;

		str_addf(&why,
			 "The element '%s' in namespace '" NS_M "' is "
			 "not expected.",
			 name);
		schema_fault(r, why.s, 1);
		str_release(&why);
		return;
	}
	if (refused(r) || !check_request(r))
		return;
	r->zone = zone_find(
		xr_attr(xr_child(xr_child(xr_child(envelope, "Header"),
					  "TimeZoneContext"),
				 "TimeZoneDefinition"),
			"Id"));
	run(r, fn);
}

/* A user's requests at one time are limited (dossier 5). */
static bool admitted(struct req *r)
{
	bool good;

	state_lock(r->st);
	r->user->active++;
	good = r->sim->max_active == 0 || r->user->active <= r->sim->max_active;
	state_unlock(r->st);
	if (!good)
		ews_fault(r, "ErrorExceededConnectionCount", 0,
			  "You have exceeded the available concurrent "
			  "connections for your account.");
	return good;
}

static void leave(struct req *r)
{
	state_lock(r->st);
	r->user->active--;
	state_unlock(r->st);
}

void ews_handle(struct req *r, const char *body, size_t len)
{
	xmlNode *root;

	r->name = "unknown";
	if (len > (size_t)INT32_MAX) {
		r->http = 413;
		return;
	}
	r->doc = xmlReadMemory(body, (int)len, NULL, NULL,
			       XML_PARSE_NOENT | XML_PARSE_NONET |
				       XML_PARSE_HUGE | XML_PARSE_NOERROR |
				       XML_PARSE_NOWARNING | XML_PARSE_NOCDATA);
	root = r->doc ? xmlDocGetRootElement(r->doc) : NULL;
	if (!root || r->doc->intSubset || !xr_is(root, "Envelope")) {
		r->http = 400;
		str_add(&r->detail, " not-soap");
	} else {
		if (admitted(r))
			dispatch(r, root);
		if (r->fault.kind == FAULT_DELAY)
			sim_pause(r->sim, r->fault.a);
		leave(r);
	}
	xmlFreeDoc(r->doc);
	r->doc = NULL;
	r->op = NULL;
}
