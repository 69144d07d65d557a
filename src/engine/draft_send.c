/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Messages on their way out: drafts built, others' bytes completed, sent once
 * more or passed on. */
#include "engine/message_private.h"

#include <string.h>

#include "base/clock.h"
#include "mime/reply.h"
#include "mime/resend.h"
#include "text/markdown.h"
#include "text/quote.h"

/* What the person wrote, as HTML. */
static void add_own_html(const struct draft *d, const char *text, size_t len,
			 struct str *out)
{
	size_t sign = quote_signature_start(text, len);

	if (d->markdown)
		markdown_to_html(out, text, sign);
	else
		markdown_plain_to_html(out, text, sign);
	if (sign < len && d->html_sign)
		str_addf(out, "<div>-- <br>%s</div>\n", d->html_sign);
	else if (sign < len)
		markdown_plain_to_html(out, text + sign, len - sign);
}

/* The HTML beside the text: from markdown, around the block that an answer
 * quotes, or what the draft came with. NULL: there is none. */
static char *html_of(const struct draft *d)
{
	struct str out = STR_INIT;
	const char *text = draft_text(d), *quoted = d->mime.quoted_text;
	bool block = quoted && *quoted && str_ends(text, quoted);
	size_t own = strlen(text) - (block ? strlen(quoted) : 0);

	if (d->html && str_eq(d->html_text, text))
		return xstrdup(d->html);
	if (!d->markdown && !block)
		return NULL;
	str_add(&out, "<html><body>\n");
	add_own_html(d, text, own, &out);
	if (block)
		str_add(&out, d->mime.quoted_html);
	str_add(&out, "</body></html>\n");
	return str_take(&out);
}

void draft_build(struct draft *d, struct bytes *raw)
{
	struct str out = STR_INIT;

	out.max = (size_t)2 << 30;
	mem_replace(&d->mime.html, html_of(d));
	d->mime.sealed = d->seal.sign;
	mime_build(&out, &d->mime, true);
	*raw = bytes_from_str(&out);
}

void draft_begin_thread(struct draft *d)
{
	mime_begin_thread(&d->mime);
}

const char *draft_message_id(const struct draft *d)
{
	return d->mime.message_id;
}

void draft_renew(struct draft *d)
{
	const char *addr = d->mime.from.n ? d->mime.from.v[0].addr : NULL;

	mem_replace(&d->mime.message_id,
		    mime_new_message_id(str_or_empty(addr)));
	d->mime.date = CLOCK_NEVER;
}

static void own_address(struct mime_address_list *list, const struct account *a)
{
	mime_address_list_init(list);
	if (a && a->address)
		mime_address_list_add(list, a->display_name, a->address);
}

bool draft_complete(const char *s, size_t len, const struct account *a,
		    const char *from, struct bytes *raw, char **message_id,
		    struct err *err)
{
	struct str out = STR_INIT;
	struct str own CLEANUP(str_release) = STR_INIT;
	struct mime_address_list list;
	struct mime_complete c = {.date = clock_now(), .from = from};
	struct mime_message *m;

	own_address(&list, a);
	mime_address_list_add_text(&own, &list);
	mime_address_list_release(&list);
	if (!from && own.len)
		c.from = own.s;
	if (!mime_complete(&out, s, len, &c, err) ||
	    !mime_read_headers_only(&m, out.s, out.len, NULL, err)) {
		str_release(&out);
		return false;
	}
	*message_id = xstrdup(mime_message_id(m));
	mime_message_free(m);
	*raw = bytes_from_str(&out);
	return true;
}

bool draft_mailto(struct draft *d, const char *uri, struct err *err)
{
	return mime_draft_mailto(&d->mime, uri, err);
}

/* --- others' bytes ---------------------------------------------------------
 */

bool letter_send_again(struct letter *l, const struct account *a,
		       struct bytes *raw, char **message_id, struct err *err)
{
	static const char *const drop[] = {"Message-ID", "Date", "X-Unsent",
					   NULL};
	struct str out CLEANUP(str_release) = STR_INIT;

	mime_header_without(&out, (const char *)l->raw.p, l->raw.len, drop);
	return draft_complete(out.s, out.len, a, NULL, raw, message_id, err);
}

bool letter_bounce(struct letter *l, const struct account *a, const char *to,
		   struct bytes *raw, char **message_id, struct err *err)
{
	struct mime_address_list from, reply, list;
	struct mime_bounce b = {.from = &from,
				.reply_to = &reply,
				.to = &list,
				.date = clock_now()};
	struct str out = STR_INIT;
	bool ok;

	own_address(&from, a);
	mime_address_list_init(&reply);
	mime_address_list_init(&list);
	mime_addresses(l->mime, "Reply-To", &reply);
	if (!reply.n)
		mime_addresses(l->mime, "From", &reply);
	ok = draft_read_addresses(&list, to, err);
	if (ok && !list.n)
		ok = err_set(err, ERR_INPUT, "nobody to send it to");
	if (ok) {
		*message_id = mime_new_message_id(a ? a->address : NULL);
		b.message_id = *message_id;
		mime_bounce(&out, (const char *)l->raw.p, l->raw.len, &b);
		*raw = bytes_from_str(&out);
	}
	mime_address_list_release(&from);
	mime_address_list_release(&reply);
	mime_address_list_release(&list);
	return ok;
}
