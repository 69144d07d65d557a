/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Shapes, and items written in them (dossier 7). */
#include "tests/sim/ews_calendar.h"

#include <string.h>
#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"

static const struct {
	const char *uri, *element, *flags;
	enum rank since;
} fields[FIELD_MAX] = {
#define X(id, uri, element, flags, since) {uri, element, flags, since},
#include "tests/sim/fields.def"
#undef X
};

int field_find(const char *uri)
{
	for (int i = 0; i < FIELD_MAX; i++)
		if (strcmp(fields[i].uri, uri) == 0)
			return i;
	return -1;
}

const char *field_element(int field)
{
	return fields[field].element;
}

/* --- shapes -------------------------------------------------------------- */
void shape_read(struct req *r, struct shape *s, const xmlNode *node, bool find)
{
	const char *base = xr_child_text(node, "BaseShape");
	const char *body = xr_child_text(node, "BodyType");
	char flag = 0;

	memset(s, 0, sizeof(*s));
	s->find = find;
	s->mime = xr_true(xr_child_text(node, "IncludeMimeContent"));
	s->body = body && strcmp(body, "Text") == 0   ? 'T'
		  : body && strcmp(body, "HTML") == 0 ? 'H'
						      : 'B';
	if (base && strcmp(base, "Default") == 0)
		flag = 'D';
	else if (base && strcmp(base, "AllProperties") == 0)
		flag = 'A';
	for (int i = 0; i < FIELD_MAX; i++)
		s->want[i] = flag && strchr(fields[i].flags, flag) &&
			     fields[i].since <= r->rank;
	for (xmlNode *n = xr_first(xr_child(node, "AdditionalProperties")); n;
	     n = xr_next(n)) {
		struct path p;

		if (!path_read(&p, n))
			continue;
		if (p.field < 0) {
			vec_add(&s->ext, p);
			continue;
		}
		s->want[p.field] = true;
		path_release(&p);
	}
	s->mime = (s->mime || s->want[FIELD_MIME]) && !find;
	for (int i = 0; find && i < FIELD_MAX; i++)
		if (strchr(fields[i].flags, 'G'))
			s->want[i] = false;
}

void shape_release(struct shape *s)
{
	for (size_t i = 0; i < s->ext.n; i++)
		path_release(&s->ext.v[i]);
	vec_release(&s->ext);
}

const char *item_element(const struct item *it)
{
	const char *c = str_or_empty(it->item_class);

	if (str_starts(c, "IPM.Schedule.Meeting.Request"))
		return "t:MeetingRequest";
	if (str_starts(c, "IPM.Schedule.Meeting.Resp"))
		return "t:MeetingResponse";
	if (str_starts(c, "IPM.Schedule.Meeting.Canceled"))
		return "t:MeetingCancellation";
	if (str_starts(c, "IPM.Post"))
		return "t:PostItem";
	if (item_is_event(it))
		return "t:CalendarItem";
	if (it->contact)
		return it->contact->list ? "t:DistributionList" : "t:Contact";
	return "t:Message";
}

void item_write_id(struct str *b, const struct item *it)
{
	const char *element = item_element(it);

	xw_open(b, element);
	xw_item_id(b, "t:ItemId", it);
	xw_close(b, element);
}

/* --- one item ------------------------------------------------------------ */
struct writer {
	struct req *r;
	struct str *b;
	const struct item *it;
	const struct shape *s;
	struct str raw; /* the message, when needed */
	struct mail m;
	bool have_raw, have_head, have_mail;
};

static void need_raw(struct writer *w)
{
	if (!w->have_raw)
		item_read_mime(w->it, &w->raw);
	w->have_raw = true;
}

static struct mail *need_head(struct writer *w)
{
	need_raw(w);
	if (!w->have_head && !w->have_mail)
		mail_read_head(&w->m, w->raw.s, w->raw.len);
	w->have_head = true;
	return &w->m;
}

static struct mail *need_mail(struct writer *w)
{
	need_raw(w);
	if (!w->have_mail) {
		mail_release(&w->m);
		mail_init(&w->m);
		mail_read(&w->m, w->raw.s, w->raw.len);
	}
	w->have_mail = true;
	return &w->m;
}

static void put_mailbox(struct writer *w, const struct addr *a)
{
	bool named = a->name && *a->name;

	xw_open(w->b, "t:Mailbox");
	xw_elem(w->b, "t:Name", named ? a->name : a->email);
	if (!w->s->find) {
		xw_elem(w->b, "t:EmailAddress", a->email);
		xw_elem(w->b, "t:RoutingType", "SMTP");
		if (w->r->rank >= RANK_2010)
			xw_elem(w->b, "t:MailboxType",
				box_find(w->r->st, str_or_empty(a->email))
					? "Mailbox"
					: "OneOff");
	}
	xw_close(w->b, "t:Mailbox");
}

static void put_person(struct writer *w, int field, const struct addr *a)
{
	if (!a->email && !a->name)
		return;
	xw_open(w->b, fields[field].element);
	put_mailbox(w, a);
	xw_close(w->b, fields[field].element);
}

static void put_people(struct writer *w, int field, const struct addrs *list)
{
	if (list->n == 0)
		return;
	xw_open(w->b, fields[field].element);
	for (size_t i = 0; i < list->n; i++)
		put_mailbox(w, &list->v[i]);
	xw_close(w->b, fields[field].element);
}

static void put_bad_chars(struct writer *w)
{
	if (w->r->fault.kind == FAULT_BAD_CHARS)
		str_add(w->b, "&#x0;&#xD83D;\x01&#x1A; and more");
}

static void put_filler(struct writer *w, size_t n)
{
	static const char line[] = "QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFB";

	for (size_t i = 0; i < n; i += sizeof(line) - 1)
		str_add_mem(w->b, line, sizeof(line) - 1);
}

static void put_mime(struct writer *w)
{
	if (item_is_event(w->it)) {
		struct str ical = STR_INIT;

		ical_add(&ical, w->it, NULL);
		str_add(w->b, "<t:MimeContent CharacterSet=\"UTF-8\">");
		codec_base64_add(w->b, ical.s, ical.len);
		str_add(w->b, "</t:MimeContent>");
		str_release(&ical);
		return;
	}
	need_raw(w);
	str_add(w->b, "<t:MimeContent CharacterSet=\"UTF-8\">");
	if (w->r->fault.kind == FAULT_HUGE) {
		/* Whole groups first, so that the filler continues them. */
		size_t whole = w->raw.len - w->raw.len % 3;

		codec_base64_add(w->b, w->raw.s, whole);
		put_filler(w, (size_t)w->r->fault.a);
	} else {
		codec_base64_add(w->b, w->raw.s, w->raw.len);
	}
	str_add(w->b, "</t:MimeContent>");
}

static void put_body(struct writer *w, const char *element, char want)
{
	const struct mail *m = need_mail(w);
	bool html = want == 'H' || (want == 'B' && m->html);
	struct str made = STR_INIT;

	if (html && !m->html)
		mime_text_to_html(&made, str_or_empty(m->text));
	else if (!html && !m->text && m->html)
		mime_html_to_text(&made, m->html);
	str_addf(w->b, "<%s BodyType=\"%s\"%s>", element,
		 html ? "HTML" : "Text",
		 w->r->rank >= RANK_2013 ? " IsTruncated=\"false\"" : "");
	if (made.len)
		xw_text(w->b, made.s);
	else
		xw_text(w->b, html ? m->html : m->text);
	put_bad_chars(w);
	if (w->r->fault.kind == FAULT_HUGE)
		put_filler(w, (size_t)w->r->fault.a);
	xw_close(w->b, element);
	str_release(&made);
}

uint64_t attachment_key(const struct mail *m, size_t index)
{
	const struct attachment *a = &m->atts.v[index];
	uint64_t h = 0xcbf29ce484222325u;

	for (const char *s = str_or_empty(a->name); *s; s++)
		h = (h ^ (unsigned char)*s) * 0x100000001b3u;
	for (size_t i = 0; i < a->content.len; i++)
		h = (h ^ (unsigned char)a->content.s[i]) * 0x100000001b3u;
	for (size_t i = 0; i < index; i++)
		if (str_eq(m->atts.v[i].name, a->name) &&
		    m->atts.v[i].content.len == a->content.len)
			h++;
	return h;
}

void attachment_write_head(struct req *r, const struct item *it,
			   const struct mail *m, size_t index)
{
	const struct attachment *a = &m->atts.v[index];
	struct str *b = &r->out;

	str_add(b, "<t:AttachmentId Id=\"");
	id_add_attachment(b, it, attachment_key(m, index));
	str_add(b, "\"/>");
	xw_elem(b, "t:Name", a->name);
	if (a->type && *a->type)
		xw_elem(b, "t:ContentType", a->type);
	if (a->cid)
		xw_elem(b, "t:ContentId", a->cid);
	if (a->location)
		xw_elem(b, "t:ContentLocation", a->location);
	if (r->rank < RANK_2010)
		return;
	xw_elemf(b, "t:Size", "%zu", a->content.len);
	xw_open(b, "t:LastModifiedTime");
	clock_add_iso(b, it->received);
	str_cut(b, b->len - 1); /* no zone suffix here */
	xw_close(b, "t:LastModifiedTime");
	xw_bool(b, "t:IsInline", a->is_inline);
}

static void put_attachments(struct writer *w)
{
	const struct mail *m = need_mail(w);

	if (m->atts.n == 0)
		return;
	xw_open(w->b, "t:Attachments");
	for (size_t i = 0; i < m->atts.n; i++) {
		const char *element = m->atts.v[i].is_message
					      ? "t:ItemAttachment"
					      : "t:FileAttachment";

		xw_open(w->b, element);
		attachment_write_head(w->r, w->it, m, i);
		if (!m->atts.v[i].is_message && w->r->rank >= RANK_2010)
			xw_bool(w->b, "t:IsContactPhoto", false);
		xw_close(w->b, element);
	}
	xw_close(w->b, "t:Attachments");
}

static void put_headers(struct writer *w)
{
	struct str name = STR_INIT, value = STR_INIT;
	size_t pos = 0, head;
	bool any = false;

	need_raw(w);
	head = mime_head_len(w->raw.s, w->raw.len);
	if (w->it->draft || w->it->contact || item_is_event(w->it) ||
	    str_eq(w->it->folder->distinguished, "sentitems"))
		head = 0; /* local items have no transport headers */
	while (mime_next_field(w->raw.s, head, &pos, &name, &value)) {
		char *text = mime_decode_text(value.s);

		if (!any)
			xw_open(w->b, "t:InternetMessageHeaders");
		any = true;
		str_add(w->b, "<t:InternetMessageHeader HeaderName=\"");
		xw_text(w->b, name.s);
		str_add(w->b, "\">");
		xw_text(w->b, text);
		str_add(w->b, "</t:InternetMessageHeader>");
		free(text);
	}
	if (any)
		xw_close(w->b, "t:InternetMessageHeaders");
	str_release(&name);
	str_release(&value);
}

static void put_conversation(struct writer *w)
{
	const struct item *it = w->it;
	const char *root = it->references && *it->references ? it->references
			   : it->in_reply_to		     ? it->in_reply_to
			   : it->message_id		     ? it->message_id
					    : str_or_empty(it->subject);
	uint64_t h[2] = {0xcbf29ce484222325u, 1};

	for (; *root && *root != ' '; root++)
		h[0] = (h[0] ^ (unsigned char)*root) * 0x100000001b3u;
	h[1] = h[0] * 0x9e3779b97f4a7c15u;
	str_add(w->b, "<t:ConversationId Id=\"");
	codec_base64_add(w->b, h, sizeof(h));
	str_add(w->b, "\"/>");
}

static void put_flag(struct writer *w)
{
	static const char *const names[] = {"NotFlagged", "Complete",
					    "Flagged"};
	const struct item *it = w->it;

	xw_open(w->b, "t:Flag");
	xw_elem(w->b, "t:FlagStatus", names[it->flag % 3]);
	if (it->flag == 2 && it->flag_start != CLOCK_NEVER)
		xw_time(w->b, "t:StartDate", it->flag_start);
	if (it->flag == 2 && it->flag_due != CLOCK_NEVER)
		xw_time(w->b, "t:DueDate", it->flag_due);
	if (it->flag == 1 && it->flag_done != CLOCK_NEVER)
		xw_time(w->b, "t:CompleteDate", it->flag_done);
	xw_close(w->b, "t:Flag");
}

static void put_preview(struct writer *w)
{
	const struct mail *m = need_mail(w);
	struct str text = STR_INIT, short_text = STR_INIT;
	bool blank = true;
	size_t n = 0;
	uint32_t rune;

	if (m->text)
		str_add(&text, m->text);
	else if (m->html)
		mime_html_to_text(&text, m->html);
	for (size_t at = 0; at < text.len && n < 255; n++) {
		size_t used = utf8_decode(text.s + at, text.len - at, &rune);

		if (rune > ' ')
			str_add_mem(&short_text, text.s + at, used);
		else if (!blank)
			str_add_char(&short_text, ' ');
		blank = rune <= ' ';
		at += used;
	}
	if (short_text.len)
		xw_elem(w->b, "t:Preview", short_text.s);
	str_release(&text);
	str_release(&short_text);
}

static void put_icon(struct writer *w)
{
	int icon = w->it->icon;

	if (icon == 261)
		xw_elem(w->b, "t:IconIndex", "MailReplied");
	else if (icon == 262)
		xw_elem(w->b, "t:IconIndex", "MailForwarded");
	else if (str_starts(w->it->item_class, "IPM.Note"))
		xw_elem(w->b, "t:IconIndex",
			w->it->draft  ? "MailUnsent"
			: w->it->read ? "MailRead"
				      : "MailUnread");
}

static void put_responses(struct writer *w)
{
	if (w->it->draft || w->it->contact)
		return;
	if (w->it->cal) {
		event_responses_write(w->r, w->it);
		return;
	}
	str_add(w->b, "<t:ResponseObjects><t:ReplyToItem/><t:ReplyAllToItem/>"
		      "<t:ForwardItem/></t:ResponseObjects>");
}

void rights_write(struct req *r, unsigned rights)
{
	static const struct {
		const char *name;
		unsigned bit;
	} bits[] = {{"t:CreateAssociated", RIGHT_OWNER},
		    {"t:CreateContents", RIGHT_CREATE},
		    {"t:CreateHierarchy", RIGHT_SUBFOLDERS},
		    {"t:Delete", RIGHT_DELETE},
		    {"t:Modify", RIGHT_EDIT},
		    {"t:Read", RIGHT_READ}};

	xw_open(&r->out, "t:EffectiveRights");
	for (size_t i = 0; i < ARRAY_LEN(bits); i++)
		xw_bool(&r->out, bits[i].name, (rights & bits[i].bit) != 0);
	if (r->rank >= RANK_2010)
		xw_bool(&r->out, "t:ViewPrivateItems",
			(rights & RIGHT_OWNER) != 0);
	xw_close(&r->out, "t:EffectiveRights");
}

static void put_list(struct writer *w)
{
	if (w->it->categories.n == 0)
		return;
	xw_open(w->b, "t:Categories");
	for (size_t i = 0; i < w->it->categories.n; i++)
		xw_elem(w->b, "t:String", w->it->categories.v[i]);
	xw_close(w->b, "t:Categories");
}

static void put_optional(struct writer *w, int field, const char *text)
{
	if (text && *text)
		xw_elem(w->b, fields[field].element, text);
}

/* Lists of names are cut in tables (dossier 5: 255 characters). */
static void put_display(struct writer *w, int field, const char *text)
{
	size_t len = strlen(str_or_empty(text)), at = 0;
	uint32_t rune;
	char *cut;

	for (int n = 0; at < len && n < 255; n++)
		at += utf8_decode(text + at, len - at, &rune);
	cut = xstrndup(str_or_empty(text), w->s->find ? at : len);
	xw_elem(w->b, fields[field].element, cut);
	free(cut);
}

static void put_optional_time(struct writer *w, int field, int64_t t)
{
	if (t != CLOCK_NEVER)
		xw_time(w->b, fields[field].element, t);
}

static void put_owner(struct writer *w, int field)
{
	const struct box *box = w->it->folder->box;
	struct addr a = {box->name, box->address};

	if (!w->it->draft && !str_eq(w->it->folder->distinguished, "sentitems"))
		put_person(w, field, &a);
}

static void put_state_field(struct writer *w, int field)
{
	const struct item *it = w->it;
	const char *element = fields[field].element;

	switch ((enum field)field) {
	case FIELD_IS_SUBMITTED:
		xw_bool(w->b, element, it->submitted);
		break;
	case FIELD_IS_DRAFT:
		xw_bool(w->b, element, it->draft);
		break;
	case FIELD_IS_FROM_ME:
		xw_bool(w->b, element,
			str_eq_nocase(it->from.email,
				      it->folder->box->address));
		break;
	case FIELD_IS_RESEND:
		xw_bool(w->b, element, false);
		break;
	case FIELD_IS_UNMODIFIED:
		xw_bool(w->b, element, it->change == it->created);
		break;
	case FIELD_HEADERS:
		put_headers(w);
		break;
	case FIELD_SENT:
		put_optional_time(w, field, it->sent);
		break;
	case FIELD_MADE:
		put_optional_time(w, field, it->made);
		break;
	case FIELD_RESPONSES:
		put_responses(w);
		break;
	case FIELD_REMINDER_DUE:
		if (it->cal && it->cal->reminder)
			xw_cal_time(w->r, w->b, element,
				    it->cal->reminder_due != CLOCK_NEVER
					    ? it->cal->reminder_due
					    : it->cal->start);
		break;
	case FIELD_REMINDER_SET:
		xw_bool(w->b, element, it->cal && it->cal->reminder);
		break;
	case FIELD_REMINDER_MINUTES:
		xw_elemf(w->b, element, "%d",
			 it->cal ? it->cal->reminder_minutes : 0);
		break;
	case FIELD_DISPLAY_CC:
		put_display(w, field, it->display_cc);
		break;
	case FIELD_DISPLAY_TO:
		put_display(w, field, it->display_to);
		break;
	case FIELD_HAS_ATTACHMENTS:
		xw_bool(w->b, element, it->has_attachments);
		break;
	case FIELD_CULTURE:
		xw_elem(w->b, element, "en-US");
		break;
	case FIELD_RIGHTS:
		rights_write(w->r, folder_rights(it->folder, w->r->user));
		break;
	case FIELD_MODIFIED_NAME:
		xw_elem(w->b, element, it->folder->box->name);
		break;
	case FIELD_MODIFIED:
		put_optional_time(w, field, it->modified);
		break;
	case FIELD_ASSOCIATED:
		xw_bool(w->b, element, false);
		break;
	case FIELD_CONVERSATION:
		put_conversation(w);
		break;
	case FIELD_FLAG:
		put_flag(w);
		break;
	case FIELD_INSTANCE:
		xw_base64(w->b, element, &it->id, sizeof(it->id));
		break;
	case FIELD_PREVIEW:
		put_preview(w);
		break;
	case FIELD_ICON:
		put_icon(w);
		break;
	default:
		break;
	}
}

static void put_item_field(struct writer *w, int field)
{
	static const char *const importance[] = {"Low", "Normal", "High"};
	static const char *const sensitivity[] = {"Normal", "Personal",
						  "Private", "Confidential"};
	const struct item *it = w->it;
	const char *element = fields[field].element;

	switch ((enum field)field) {
	case FIELD_PARENT:
		xw_folder_id(w->b, element, it->folder);
		break;
	case FIELD_CLASS:
		xw_elem(w->b, element, it->item_class);
		break;
	case FIELD_SUBJECT:
		if (it->subject || w->r->fault.kind == FAULT_BAD_CHARS) {
			xw_open(w->b, element);
			xw_text(w->b, it->subject);
			put_bad_chars(w);
			xw_close(w->b, element);
		}
		break;
	case FIELD_SENSITIVITY:
		xw_elem(w->b, element, sensitivity[it->sensitivity & 3]);
		break;
	case FIELD_BODY:
		put_body(w, element, w->s->body);
		break;
	case FIELD_UNIQUE_BODY:
		put_body(w, element, w->s->body);
		break;
	case FIELD_TEXT_BODY:
		put_body(w, element, 'T');
		break;
	case FIELD_ATTACHMENTS:
		put_attachments(w);
		break;
	case FIELD_RECEIVED:
		put_optional_time(w, field, it->received);
		break;
	case FIELD_SIZE:
		xw_elemf(w->b, element, "%zu", it->size);
		break;
	case FIELD_CATEGORIES:
		put_list(w);
		break;
	case FIELD_IMPORTANCE:
		xw_elem(w->b, element, importance[it->importance % 3]);
		break;
	case FIELD_IN_REPLY_TO:
		put_optional(w, field, it->in_reply_to);
		break;
	default:
		put_state_field(w, field);
		break;
	}
}

static void put_message_field(struct writer *w, int field)
{
	const struct item *it = w->it;
	const char *element = fields[field].element;

	switch ((enum field)field) {
	case FIELD_SENDER:
		put_person(w, field, &it->sender);
		break;
	case FIELD_TO:
		put_people(w, field, &need_head(w)->to);
		break;
	case FIELD_CC:
		put_people(w, field, &need_head(w)->cc);
		break;
	case FIELD_BCC:
		put_people(w, field, &need_head(w)->bcc);
		break;
	case FIELD_REPLY_TO:
		put_people(w, field, &need_head(w)->reply_to);
		break;
	case FIELD_RECEIPT:
		xw_bool(w->b, element, it->receipt);
		break;
	case FIELD_DELIVERY_RECEIPT:
		xw_bool(w->b, element, false);
		break;
	case FIELD_CONVERSATION_INDEX:
		if (!w->s->find)
			put_optional(w, field, need_head(w)->thread_index);
		break;
	case FIELD_TOPIC:
		put_optional(w, field, subject_topic(it->subject));
		break;
	case FIELD_FROM:
		put_person(w, field, &it->from);
		break;
	case FIELD_MESSAGE_ID:
		put_optional(w, field, it->message_id);
		break;
	case FIELD_IS_READ:
		xw_bool(w->b, element, it->read);
		break;
	case FIELD_RESPONSE_REQUESTED:
		xw_bool(w->b, element, false);
		break;
	case FIELD_REFERENCES:
		put_optional(w, field, it->references);
		break;
	case FIELD_RECEIVED_BY:
	case FIELD_RECEIVED_REPRESENTING:
		put_owner(w, field);
		break;
	default:
		break;
	}
}

static void put_extended(struct writer *w)
{
	for (size_t i = 0; i < w->s->ext.n; i++) {
		struct value v;

		value_init(&v);
		item_value(w->it, &w->s->ext.v[i], &v);
		value_write(w->b, &w->s->ext.v[i], &v);
		value_release(&v);
	}
}

/* Which rows of the table an element has, in which order they stand there. */
static bool has_field(const struct writer *w, int i)
{
	const char *element = item_element(w->it);
	bool event = strcmp(element, "t:CalendarItem") == 0;
	bool request = strcmp(element, "t:MeetingRequest") == 0;
	bool meeting = str_starts(element, "t:Meeting");

	if (i < FIELD_SENDER)
		return true;
	if (i < FIELD_FILE_AS)
		return !event && !w->it->contact;
	if (i < FIELD_M_ASSOCIATED)
		return w->it->contact != NULL;
	if (i < FIELD_C_UID)
		return meeting;
	if (i < FIELD_MR_TYPE)
		return meeting || event;
	if (i < FIELD_C_START)
		return request;
	if (event || request)
		return i < FIELD_MS_PROPOSED_START &&
		       (event || (i != FIELD_C_RESPONSE_REQUESTED &&
				  i != FIELD_C_IS_ORGANIZER));
	if (i >= FIELD_MS_PROPOSED_START)
		return strcmp(element, "t:MeetingResponse") == 0;
	return meeting && w->r->rank >= RANK_2013 &&
	       (i == FIELD_C_START || i == FIELD_C_END ||
		i == FIELD_C_LOCATION || i == FIELD_C_RECURRENCE);
}

static void put_field(struct writer *w, int i)
{
	if (i < FIELD_SENDER)
		put_item_field(w, i);
	else if (i < FIELD_FILE_AS)
		put_message_field(w, i);
	else if (i < FIELD_M_ASSOCIATED)
		contact_field_write(w->r, w->it, i, fields[i].element);
	else
		event_field_write(w->r, w->it, w->s->find, i,
				  fields[i].element);
}

void item_write(struct req *r, const struct item *it, const struct shape *s)
{
	struct writer w = {
		.r = r, .b = &r->out, .it = it, .s = s, .raw = STR_INIT};
	const char *element = item_element(it);

	mail_init(&w.m);
	xw_open(w.b, element);
	if (s->mime)
		put_mime(&w);
	if (!s->no_id)
		xw_item_id(w.b, "t:ItemId", it);
	for (int i = FIELD_PARENT; i < FIELD_MAX; i++) {
		if (s->want[i] && has_field(&w, i))
			put_field(&w, i);
		if (i == FIELD_HAS_ATTACHMENTS)
			put_extended(&w);
	}
	xw_close(w.b, element);
	mail_release(&w.m);
	str_release(&w.raw);
}
