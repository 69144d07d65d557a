/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/reply.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "mime/message.h"
#include "mime/reply_block.h"
#include "text/html.h"
#include "text/quote.h"

#define REFERENCES_KEPT 50
#define TEXT_MAX ((size_t)4 << 20)
#define BODY_PARTS_MAX 64

/* --- subjects ------------------------------------------------------------- */

/* Marks in the languages mail programs write them. */
static const char *const marks[] = {
	"re",	  "aw",	 "sv",	"antw", "vs",	"ref",	"rif",
	"odp",	  "ynt", "res", "回复", "答复", "返信", "fwd",
	"fw",	  "wg",	 "vb",	"tr",	"rv",	"enc",	"vl",
	"doorst", "pd",	 "ilt", "转发", "轉寄", "vá",	"továbbítás",
};

/* Length of one mark with its colon at s; 0: none. "Re[2]:" and "Re^3:" too. */
static size_t mark_len(const char *s)
{
	for (size_t i = 0; i < ARRAY_LEN(marks); i++) {
		size_t n = strlen(marks[i]);

		if (strncasecmp(s, marks[i], n) != 0)
			continue;
		if (s[n] == '[' || s[n] == '(' || s[n] == '^') {
			size_t k = n + 1 + strspn(s + n + 1, "0123456789");

			if (k > n + 1 && (s[k] == ']' || s[k] == ')'))
				n = k + 1;
			else if (k > n + 1 && s[n] == '^')
				n = k;
		}
		n += strspn(s + n, " ");
		if (s[n] == ':')
			return n + 1;
		if (strncmp(s + n, "\xEF\xBC\x9A", 3) == 0) /* wide colon */
			return n + 3;
	}
	return 0;
}

const char *mime_subject_bare(const char *s)
{
	size_t n;

	s += strspn(s, " \t");
	while ((n = mark_len(s)) > 0)
		s += n + strspn(s + n, " \t");
	return s;
}

char *mime_subject_for(const char *s, bool forward)
{
	CLEANUP(mem_free_ptr)
	char *clean = utf8_clean_line(str_or_empty(s), false);

	return xasprintf("%s%s",
			 forward ? "Fwd: " : "Re: ", mime_subject_bare(clean));
}

/* --- people ----------------------------------------------------------- */

/* The own address that addr is, as the configuration spells it; or NULL. */
static const char *own_address(const struct mime_reply_options *o,
			       const char *addr)
{
	for (size_t i = 0; o->own && i < o->own->n; i++)
		if (str_eq_nocase(o->own->v[i], addr))
			return o->own->v[i];
	return o->from_addr && str_eq_nocase(o->from_addr, addr) ? o->from_addr
								 : NULL;
}

static bool is_own(const struct mime_reply_options *o, const char *addr)
{
	return own_address(o, addr) != NULL;
}

/* Adds what `from` has and neither list has yet. */
static void add_people(struct mime_address_list *to,
		       const struct mime_address_list *other,
		       const struct mime_address_list *from,
		       const struct mime_reply_options *o, bool own_too)
{
	for (size_t i = 0; i < from->n; i++) {
		const char *addr = from->v[i].addr;

		if (addr && mime_address_is_valid(addr) &&
		    (own_too || !is_own(o, addr)) &&
		    !mime_address_list_has(to, addr) &&
		    !(other && mime_address_list_has(other, addr)))
			mime_address_list_add(to, from->v[i].name, addr);
	}
}

struct people {
	struct mime_address_list from, reply_to, to, cc, followup;
};

static void people_read(struct people *p, struct mime_message *m)
{
	memset(p, 0, sizeof(*p));
	mime_addresses(m, "From", &p->from);
	mime_addresses(m, "Reply-To", &p->reply_to);
	mime_addresses(m, "To", &p->to);
	mime_addresses(m, "Cc", &p->cc);
	mime_addresses(m, "Mail-Followup-To", &p->followup);
}

static void people_release(struct people *p)
{
	mime_address_list_release(&p->from);
	mime_address_list_release(&p->reply_to);
	mime_address_list_release(&p->to);
	mime_address_list_release(&p->cc);
	mime_address_list_release(&p->followup);
}

static void set_from(struct mime_draft *d, const struct people *p,
		     const struct mime_reply_options *o)
{
	const struct mime_address_list *seen[] = {&p->to, &p->cc, &p->from};
	const char *addr = o->from_addr;

	for (size_t k = 0; k < ARRAY_LEN(seen) && !addr; k++)
		for (size_t i = 0; i < seen[k]->n && !addr; i++)
			if (seen[k]->v[i].addr)
				addr = own_address(o, seen[k]->v[i].addr);
	if (!addr && o->own && o->own->n > 0)
		addr = o->own->v[0];
	if (addr)
		mime_address_list_add(&d->from, o->from_name, addr);
}

static void set_recipients(struct mime_draft *d, struct mime_message *m,
			   const struct people *p, enum mime_reply_kind kind,
			   const struct mime_reply_options *o)
{
	bool to_self = p->from.n > 0 && p->from.v[0].addr &&
		       is_own(o, p->from.v[0].addr) && p->reply_to.n == 0;
	const char *list = mime_list_post(m);

	if (kind == MIME_REPLY_LIST && list) {
		mime_address_list_add(&d->to, NULL, list);
		return;
	}
	if (kind != MIME_REPLY && p->followup.n > 0) {
		add_people(&d->to, NULL, &p->followup, o, false);
		if (d->to.n > 0)
			return;
	}
	if (to_self)
		add_people(&d->to, NULL, &p->to, o, kind == MIME_REPLY);
	else
		add_people(&d->to, NULL,
			   p->reply_to.n > 0 ? &p->reply_to : &p->from, o,
			   true);
	if (kind != MIME_REPLY) {
		/* Where others were asked to answer, the sender still reads. */
		add_people(&d->to, NULL, &p->to, o, false);
		add_people(&d->cc, &d->to, &p->cc, o, false);
	}
	if (d->to.n == 0)
		add_people(&d->to, NULL, &p->from, o, true);
}

/* RFC 5322 3.6.4. Long chains keep the root and the newest. */
static void set_threading(struct mime_draft *d, struct mime_message *m)
{
	CLEANUP(strv_release) struct strv refs;
	const char *id = mime_message_id(m), *parent = mime_in_reply_to(m);

	strv_init(&refs);
	mime_references(m, &refs);
	if (refs.n == 0 && parent)
		strv_add(&refs, parent);
	for (size_t i = 0; i < refs.n; i++)
		if (i == 0 || i + REFERENCES_KEPT > refs.n)
			strv_add(&d->references, refs.v[i]);
	if (!id)
		return;
	strv_add(&d->references, id);
	mem_replace(&d->in_reply_to, xstrdup(id));
}

/* A child block (MS-OXOMSG 2.2.1.3): how long after the header's time, in
 * units that a leading bit chooses, then chance. */
static void add_child_block(struct str *index, int64_t now)
{
	const unsigned char *p = (const unsigned char *)index->s;
	CLEANUP(mem_free_ptr) char *chance = codec_random_id();
	uint64_t then = 0, delta,
		 filetime = (uint64_t)(now + 11644473600) * 10000000;
	unsigned char block[5];
	uint32_t code;

	/* Bytes 1 to 5 of the header are those of a FILETIME, the top one
	 * left out, the lowest two cut off. */
	for (int i = 0; i < 6; i++)
		then = then << 8 | p[i];
	then <<= 16;
	delta = filetime > then ? filetime - then : 0;
	if (delta >> 49)
		code = 0x80000000u | (uint32_t)(delta >> 23 & 0x7fffffffu);
	else
		code = (uint32_t)(delta >> 18 & 0x7fffffffu);
	block[0] = (unsigned char)(code >> 24);
	block[1] = (unsigned char)(code >> 16);
	block[2] = (unsigned char)(code >> 8);
	block[3] = (unsigned char)code;
	block[4] = (unsigned char)(chance[0] << 4);
	str_add_mem(index, block, sizeof(block));
}

void mime_begin_thread(struct mime_draft *d)
{
	uint64_t filetime = (uint64_t)(clock_now() + 11644473600) * 10000000;
	unsigned char head[22];
	struct str text = STR_INIT;

	/* A FILETIME without its lowest two bytes, whose top one is 1, then a
	 * GUID (MS-OXOMSG 2.2.1.3). */
	for (int i = 0; i < 6; i++)
		head[i] = (unsigned char)(filetime >> (56 - 8 * i));
	codec_random(head + 6, 16);
	codec_base64_add(&text, head, sizeof(head));
	mem_replace(&d->thread_index, str_take(&text));
	mem_replace(&d->thread_topic,
		    xstrdup(mime_subject_bare(str_or_empty(d->subject))));
}

/* Outlook sorts a conversation by these. */
static void set_outlook_thread(struct mime_draft *d, struct mime_message *m,
			       const char *subject)
{
	const char *topic = mime_header(m, "Thread-Topic");
	const char *parent = mime_header(m, "Thread-Index");
	CLEANUP(str_release) struct str index = STR_INIT;
	struct str text = STR_INIT;

	if (!parent || !codec_base64_decode(&index, parent, strlen(parent)) ||
	    index.len < 22 || (index.len - 22) % 5 || index.len > 1000)
		return;
	add_child_block(&index, clock_now());
	codec_base64_add(&text, index.s, index.len);
	mem_replace(&d->thread_index, str_take(&text));
	mem_replace(&d->thread_topic,
		    xstrdup(topic ? topic
				  : mime_subject_bare(str_or_empty(subject))));
}

/* --- text ----------------------------------------------------------------- */

/* The text to quote or forward; flowed paragraphs are joined by the quoting. */
static void body(struct mime_message *m, struct str *out,
		 struct quote_options *q)
{
	size_t all[BODY_PARTS_MAX];
	size_t n = mime_body_parts(m, MIME_BODY_PLAIN, all, ARRAY_LEN(all));

	out->max = TEXT_MAX;
	for (size_t i = 0; i < n; i++) {
		const struct mime_part *p = mime_part(m, all[i]);

		if (strcmp(p->type, "text/html") == 0) {
			CLEANUP(str_release) struct str html = STR_INIT;

			html.max = TEXT_MAX * 4;
			mime_part_text(m, all[i], &html);
			html_to_text(out, html.s, html.len,
				     TEXT_MAX - out->len);
		} else {
			mime_part_text(m, all[i], out);
			q->flowed = n == 1 && p->flowed;
			q->delsp = p->delsp;
		}
		if (out->len > 0 && out->s[out->len - 1] != '\n')
			str_add_char(out, '\n');
	}
	out->truncated = false;
}

static void add_signature(struct str *out, const struct mime_reply_options *o)
{
	if (!o->signature || !o->signature[0])
		return;
	str_add(out, "\n-- \n");
	str_add(out, o->signature);
	if (!str_ends(o->signature, "\n"))
		str_add_char(out, '\n');
}

static void reply_text(struct mime_draft *d, struct mime_message *m,
		       const struct people *p,
		       const struct mime_reply_options *o)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(str_release) struct str source = STR_INIT;
	struct quote_options q = {.width = o->quote_width};

	if (!o->no_quote && o->block) {
		reply_add_block(d, m);
		str_add_char(&text, '\n');
		add_signature(&text, o);
		str_add_char(&text, '\n');
		str_add(&text, d->quoted_text);
		mem_replace(&d->text, str_take(&text));
		return;
	}
	if (!o->no_quote) {
		body(m, &source, &q);
		quote_add_attribution(&text, mime_date(m),
				      p->from.n ? p->from.v[0].name : NULL,
				      p->from.n ? p->from.v[0].addr : NULL);
		quote_text(&text, source.s, source.len, &q);
		str_add_char(&text, '\n');
	}
	add_signature(&text, o);
	mem_replace(&d->text, str_take(&text));
}

static void add_header_line(struct str *out, struct mime_message *m,
			    const char *name)
{
	const char *value = mime_header(m, name);

	if (value)
		str_addf(out, "%s: %s\n", name, value);
}

static void forward_text(struct mime_draft *d, struct mime_message *m,
			 const struct mime_reply_options *o)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(str_release) struct str source = STR_INIT;
	struct quote_options q = {.flowed = false};

	str_add_char(&text, '\n');
	add_signature(&text, o);
	str_add(&text, "\n-------- Forwarded message --------\n");
	add_header_line(&text, m, "From");
	add_header_line(&text, m, "Date");
	add_header_line(&text, m, "Subject");
	add_header_line(&text, m, "To");
	add_header_line(&text, m, "Cc");
	str_add_char(&text, '\n');
	body(m, &source, &q);
	str_add_mem(&text, source.s, source.len);
	mem_replace(&d->text, str_take(&text));
}

static void take_attachments(struct mime_draft *d, struct mime_message *m)
{
	for (size_t i = 0; i < mime_part_count(m); i++) {
		const struct mime_part *p = mime_part(m, i);
		CLEANUP(str_release) struct str data = STR_INIT;

		if (!p->is_attachment || !mime_part_bytes(m, i, &data, NULL))
			continue;
		CLEANUP(mem_free_ptr) char *name = mime_part_file_name(m, i);
		mime_draft_attach(d, name, p->type, data.s, data.len);
	}
}

/* The subject as a file name: "Plan for May.eml". */
static void attach_message(struct mime_draft *d, struct mime_message *m)
{
	const char *subject = mime_header(m, "Subject");
	CLEANUP(mem_free_ptr)
	char *name = xasprintf("%.80s.eml",
			       subject && subject[0] ? subject : "message");
	CLEANUP(mem_free_ptr) char *safe = mime_safe_name(name);

	mime_draft_attach(d, safe, "message/rfc822", m->raw + m->head.start,
			  m->len - m->head.start);
}

void mime_reply(struct mime_draft *d, struct mime_message *m,
		enum mime_reply_kind kind, const struct mime_reply_options *o)
{
	bool forward = kind == MIME_FORWARD || kind == MIME_FORWARD_ATTACHED;
	CLEANUP(people_release) struct people p;

	people_read(&p, m);
	set_from(d, &p, o);
	mem_replace(&d->subject,
		    mime_subject_for(mime_header(m, "Subject"), forward));
	set_threading(d, m);
	switch (kind) {
	case MIME_REPLY:
	case MIME_REPLY_ALL:
	case MIME_REPLY_LIST:
		set_recipients(d, m, &p, kind, o);
		set_outlook_thread(d, m, mime_header(m, "Subject"));
		reply_text(d, m, &p, o);
		break;
	case MIME_FORWARD:
		mem_replace(&d->in_reply_to, NULL);
		forward_text(d, m, o);
		take_attachments(d, m);
		break;
	case MIME_FORWARD_ATTACHED: {
		CLEANUP(str_release) struct str text = STR_INIT;

		mem_replace(&d->in_reply_to, NULL);
		str_add_char(&text, '\n');
		add_signature(&text, o);
		mem_replace(&d->text, str_take(&text));
		attach_message(d, m);
		break;
	}
	}
}
