/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Item elements of requests laid over messages and items. */
#include "tests/sim/compose.h"

#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "base/codec.h"

void addrs_read(struct addrs *out, const xmlNode *list)
{
	for (xmlNode *n = xr_first(list); n; n = xr_next(n)) {
		const char *email = xr_child_text(n, "EmailAddress");
		const char *name = xr_child_text(n, "Name");

		if (email || name)
			addrs_add(out, name && *name ? name : NULL,
				  str_or_empty(email));
	}
}

static void addrs_replace(struct addrs *out, const xmlNode *list, bool append)
{
	if (!append)
		addrs_release(out);
	addrs_read(out, list);
}

static void body_set(struct mail *m, const xmlNode *body, bool append)
{
	bool html =
		strcmp(str_or_empty(xr_attr(body, "BodyType")), "HTML") == 0;
	char **to = html ? &m->html : &m->text;
	char **other = html ? &m->text : &m->html;

	if (append && *to) {
		mem_replace(to, xasprintf("%s%s", *to, xr_text(body)));
		return;
	}
	if (append && *other)
		to = other;
	else
		mem_replace(other, NULL);
	mem_replace(to, append && *to ? xasprintf("%s%s", *to, xr_text(body))
				      : xstrdup(xr_text(body)));
}

bool attachment_read(struct mail *m, const xmlNode *n)
{
	const char *content = xr_child_text(n, "Content");
	const xmlNode *inner = xr_child(n, "Message");
	struct attachment *a;

	if (!xr_is(n, "FileAttachment") && !xr_is(n, "ItemAttachment"))
		return false;
	a = mail_attach(m);
	a->name = xstrdup(xr_child_text(n, "Name"));
	a->type = xstrdup(xr_child_text(n, "ContentType"));
	a->cid = xstrdup(xr_child_text(n, "ContentId"));
	a->location = xstrdup(xr_child_text(n, "ContentLocation"));
	a->is_inline = xr_true(xr_child_text(n, "IsInline"));
	if (xr_is(n, "FileAttachment"))
		return content && codec_base64_decode(&a->content, content,
						      strlen(content));
	a->is_message = true;
	mem_replace(&a->type, xstrdup("message/rfc822"));
	content = xr_child_text(inner, "MimeContent");
	if (content)
		return codec_base64_decode(&a->content, content,
					   strlen(content));
	if (inner) {
		struct mail one;

		mail_init(&one);
		overlay_mail(&one, inner, false);
		mail_write(&a->content, &one);
		mail_release(&one);
	}
	return inner != NULL;
}

static bool overlay_texts(struct mail *m, const xmlNode *n, bool append)
{
	const char *text = xr_text(n);

	if (xr_is(n, "Subject"))
		mem_replace(&m->subject, xstrdup(text));
	else if (xr_is(n, "Body"))
		body_set(m, n, append);
	else if (xr_is(n, "InReplyTo"))
		mem_replace(&m->in_reply_to, xstrdup(text));
	else if (xr_is(n, "References"))
		mem_replace(&m->references, xstrdup(text));
	else if (xr_is(n, "InternetMessageId"))
		mem_replace(&m->message_id, xstrdup(text));
	else if (xr_is(n, "ConversationTopic"))
		mem_replace(&m->topic, xstrdup(text));
	else if (xr_is(n, "ConversationIndex"))
		mem_replace(&m->thread_index, xstrdup(text));
	else if (xr_is(n, "Importance"))
		m->importance = strcmp(text, "High") == 0  ? 2
				: strcmp(text, "Low") == 0 ? 0
							   : 1;
	else if (xr_is(n, "Sensitivity"))
		m->sensitivity = strcmp(text, "Personal") == 0	     ? 1
				 : strcmp(text, "Private") == 0	     ? 2
				 : strcmp(text, "Confidential") == 0 ? 3
								     : 0;
	else if (xr_is(n, "IsReadReceiptRequested"))
		m->receipt = xr_true(text);
	else if (xr_is(n, "IsDeliveryReceiptRequested"))
		m->delivery_receipt = xr_true(text);
	else
		return false;
	return true;
}

static bool overlay_people(struct mail *m, const xmlNode *n, bool append)
{
	if (xr_is(n, "ToRecipients"))
		addrs_replace(&m->to, n, append);
	else if (xr_is(n, "CcRecipients"))
		addrs_replace(&m->cc, n, append);
	else if (xr_is(n, "BccRecipients"))
		addrs_replace(&m->bcc, n, append);
	else if (xr_is(n, "ReplyTo"))
		addrs_replace(&m->reply_to, n, append);
	else if (xr_is(n, "From"))
		addrs_replace(&m->from, n, false);
	else if (xr_is(n, "Sender"))
		addrs_replace(&m->sender, n, false);
	else
		return false;
	return true;
}

/* A named property of InternetHeaders is a header of the message. */
static bool overlay_header(struct mail *m, const xmlNode *n)
{
	const xmlNode *uri = xr_child(n, "ExtendedFieldURI");
	const char *set = xr_attr(uri, "DistinguishedPropertySetId");
	const char *name = xr_attr(uri, "PropertyName");
	const char *value = str_or_empty(xr_child_text(n, "Value"));

	if (!set || strcmp(set, "InternetHeaders") != 0 || !name ||
	    strpbrk(name, " :\r\n") || strpbrk(value, "\r\n"))
		return false;
	for (size_t i = 0; i < m->extra.n;) {
		size_t len = strlen(name);

		if (strncasecmp(m->extra.v[i], name, len) == 0 &&
		    m->extra.v[i][len] == ':') {
			free(m->extra.v[i]);
			vec_remove(&m->extra, i);
		} else {
			i++;
		}
	}
	strv_give(&m->extra, xasprintf("%s: %s", name, value));
	return true;
}

bool overlay_mail(struct mail *m, const xmlNode *message, bool append)
{
	bool any = false;

	for (xmlNode *n = xr_first(message); n; n = xr_next(n)) {
		if (xr_is(n, "Attachments")) {
			for (xmlNode *a = xr_first(n); a; a = xr_next(a))
				any = attachment_read(m, a) || any;
		} else if (xr_is(n, "ExtendedProperty")) {
			any = overlay_header(m, n) || any;
		} else {
			any = overlay_texts(m, n, append) ||
			      overlay_people(m, n, append) || any;
		}
	}
	return any;
}

static bool flag_read(struct item *it, const xmlNode *n)
{
	const char *status = str_or_empty(xr_child_text(n, "FlagStatus"));
	const char *start = xr_child_text(n, "StartDate");
	const char *due = xr_child_text(n, "DueDate");
	const char *done = xr_child_text(n, "CompleteDate");

	/* Start and due: both or neither; a completion date only when
	 * complete (dossier 10.3). */
	if (!start != !due || (done && strcmp(status, "Complete") != 0) ||
	    (start && strcmp(status, "Flagged") != 0))
		return false;
	it->flag_start = it->flag_due = it->flag_done = CLOCK_NEVER;
	it->flag = strcmp(status, "Flagged") == 0    ? 2
		   : strcmp(status, "Complete") == 0 ? 1
						     : 0;
	if (start && !clock_parse_iso(start, &it->flag_start))
		return false;
	if (due && !clock_parse_iso(due, &it->flag_due))
		return false;
	if (done && !clock_parse_iso(done, &it->flag_done))
		return false;
	if (it->flag == 1 && !done)
		it->flag_done = clock_now();
	return true;
}

static bool overlay_ext(struct item *it, const xmlNode *n, bool creating)
{
	struct path p;
	bool good = path_read(&p, xr_child(n, "ExtendedFieldURI"));

	if (good) {
		good = item_set_ext(it, &p, n, creating);
		path_release(&p);
	}
	return good;
}

bool overlay_item(struct item *it, const xmlNode *message, bool creating,
		  bool *only_read, const char **code)
{
	for (xmlNode *n = xr_first(message); n; n = xr_next(n)) {
		bool good = true;

		if (!xr_is(n, "IsRead"))
			*only_read = false;
		if (xr_is(n, "ItemClass")) {
			mem_replace(&it->item_class, xstrdup(xr_text(n)));
		} else if (xr_is(n, "Categories")) {
			strv_release(&it->categories);
			strv_init(&it->categories);
			for (xmlNode *c = xr_first(n); c; c = xr_next(c))
				strv_add(&it->categories, xr_text(c));
		} else if (xr_is(n, "Flag")) {
			good = flag_read(it, n);
		} else if (xr_is(n, "ExtendedProperty")) {
			good = overlay_ext(it, n, creating);
		} else if (xr_is(n, "IsRead") && creating) {
			it->read = xr_true(xr_text(n));
		} else if (xr_is(n, "IsDraft") || xr_is(n, "Size") ||
			   xr_is(n, "DateTimeReceived") ||
			   xr_is(n, "IsSubmitted") ||
			   xr_is(n, "InternetMessageHeaders")) {
			good = false;
		}
		if (!good) {
			*code = "ErrorInvalidPropertySet";
			return false;
		}
	}
	return true;
}

/* Does anything ask for a new MIME text, or will lines on top do? */
static bool needs_rewrite(const xmlNode *message)
{
	struct mail scratch;
	bool any = false;

	mail_init(&scratch);
	for (xmlNode *n = xr_first(message); n; n = xr_next(n))
		any = any || (!xr_is(n, "BccRecipients") &&
			      (xr_is(n, "Attachments") ||
			       overlay_texts(&scratch, n, false) ||
			       overlay_people(&scratch, n, false)));
	mail_release(&scratch);
	return any;
}

/* Hidden recipients and named headers given beside a MIME text, which itself
 * is kept as it came. */
static void add_top_lines(struct str *out, const xmlNode *message)
{
	struct mail top;

	mail_init(&top);
	for (xmlNode *n = xr_first(message); n; n = xr_next(n)) {
		if (xr_is(n, "BccRecipients"))
			addrs_read(&top.bcc, n);
		else if (xr_is(n, "ExtendedProperty"))
			overlay_header(&top, n);
	}
	if (top.bcc.n > 0) {
		str_add(out, "Bcc: ");
		mime_add_addrs(out, &top.bcc);
		str_add(out, "\r\n");
	}
	for (size_t i = 0; i < top.extra.n; i++)
		str_addf(out, "%s\r\n", top.extra.v[i]);
	mail_release(&top);
}

/* Every bit of a message that creation needs: its bytes from MIME or from
 * properties, then the item-level fields. */
struct item *item_compose(const xmlNode *message, const char **code)
{
	const char *mime = xr_child_text(message, "MimeContent");
	struct str raw = STR_INIT, out = STR_INIT;
	struct item *it = NULL;
	struct mail m;
	bool only_read = true;

	mail_init(&m);
	if (mime && !codec_base64_decode(&raw, mime, strlen(mime))) {
		*code = "ErrorMimeContentInvalidBase64String";
	} else {
		if (mime && !needs_rewrite(message)) {
			add_top_lines(&out, message);
			mime_add_crlf(&out, raw.s, raw.len);
		} else {
			if (mime)
				mail_read(&m, raw.s, raw.len);
			overlay_mail(&m, message, false);
			mail_write(&out, &m);
		}
		it = item_new();
		it->draft = it->read = true;
		it->made = clock_now();
		item_set_mime(it, out.s, out.len);
		if (xr_is(message, "PostItem"))
			mem_replace(&it->item_class, xstrdup("IPM.Post"));
		if (!overlay_item(it, message, true, &only_read, code)) {
			item_free(it);
			it = NULL;
		}
	}
	mail_release(&m);
	str_release(&raw);
	str_release(&out);
	return it;
}
