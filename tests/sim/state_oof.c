/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Out of office: the switch, and the answer each sender gets once. */
#include "tests/sim/state.h"

#include "base/clock.h"
#include "base/codec.h"
#include "tests/sim/compose.h"
#include "tests/sim/contact.h"

void oof_set(struct box *box, bool on, const char *reply)
{
	if (on != box->oof.on)
		strv_release(&box->oof.told);
	box->oof.on = on;
	if (reply)
		mem_replace(&box->oof.reply, xstrdup(reply));
}

/* Answers of machines are not answered (RFC 3834). */
static bool from_machine(const struct item *it)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct str field CLEANUP(str_release) = STR_INIT;
	struct str value CLEANUP(str_release) = STR_INIT;
	size_t pos = 0, head;

	item_read_head(it, &raw);
	head = mime_head_len(raw.s, raw.len);
	while (mime_next_field(raw.s, head, &pos, &field, &value))
		if (str_eq_nocase(field.s, "Auto-Submitted") &&
		    !str_eq_nocase(value.s, "no"))
			return true;
	return false;
}

bool oof_is_active(const struct box *box)
{
	int64_t now = clock_now();

	return box->oof.on && (!box->oof.scheduled ||
			       (now >= box->oof.start && now < box->oof.end));
}

/* The text for that sender; NULL: he gets none. */
static const char *text_for(const struct box *box, const struct box *to)
{
	const struct folder *f;

	if (str_eq_nocase(strrchr(box->address, '@'),
			  strrchr(to->address, '@')))
		return str_or_empty(box->oof.reply);
	if (box->oof.audience == 2)
		return box->oof.external;
	f = box_folder((struct box *)(uintptr_t)box, "contacts");
	for (size_t i = 0; box->oof.audience == 1 && i < f->items.n; i++) {
		const struct contact *c = f->items.v[i]->contact;

		for (int k = 0; c && k < 3; k++)
			if (str_eq_nocase(c->email[k].address, to->address))
				return box->oof.external;
	}
	return NULL;
}

void oof_answer(struct state *st, struct box *box, const struct item *it)
{
	struct box *to = box_find(st, str_or_empty(it->from.email));
	struct str b CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	const char *said;
	char *id;

	if (!oof_is_active(box) || !to || to == box || from_machine(it) ||
	    strv_has(&box->oof.told, to->address) || !text_for(box, to))
		return;
	strv_add(&box->oof.told, to->address);
	id = codec_random_id();
	str_add(&b, "From: ");
	mime_add_encoded(&b, box->name);
	str_addf(&b, " <%s>\r\nTo: <%s>\r\nSubject: ", box->address,
		 to->address);
	mime_add_encoded(&b, "Out of Office AutoReply: ");
	mime_add_encoded(&b, str_or_empty(it->subject));
	str_add(&b, "\r\nDate: ");
	clock_add_rfc5322(&b, clock_now());
	str_addf(&b,
		 "\r\nMessage-ID: <%s@oof.invalid>\r\n"
		 "Auto-Submitted: auto-replied\r\n",
		 id);
	if (it->message_id)
		str_addf(&b, "In-Reply-To: %s\r\n", it->message_id);
	str_add(&b, "MIME-Version: 1.0\r\n"
		    "Content-Type: text/plain; charset=\"utf-8\"\r\n"
		    "Content-Transfer-Encoding: 8bit\r\n\r\n");
	said = text_for(box, to);
	mime_add_crlf(&text, said, strlen(said));
	str_addf(&b, "%s\r\n", text.s ? text.s : "");
	deliver_local(st, box_folder(to, "inbox"), b.s, b.len);
	free(id);
}
