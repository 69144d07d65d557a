/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Messages sent once more: the body byte for byte, the header changed. */
#include "mime/resend.h"

#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/vec.h"
#include "mime/encode.h"
#include "mime/message.h"

static bool is_dropped(const char *raw, const struct mime_field *f,
		       const char *const *drop)
{
	for (size_t i = 0; drop[i]; i++) {
		size_t n = strlen(drop[i]);
		bool prefix = n && drop[i][n - 1] == '*';

		if (prefix && f->name_len >= n - 1 &&
		    strncasecmp(raw + f->name, drop[i], n - 1) == 0)
			return true;
		if (f->name_len == n &&
		    strncasecmp(raw + f->name, drop[i], n) == 0)
			return true;
	}
	return false;
}

void mime_header_without(struct str *out, const char *raw, size_t len,
			 const char *const *drop)
{
	struct mime_header_block h = {.start = 0};

	mime_header_scan(&h, raw, len, 0, 10000, NULL, NULL);
	for (size_t i = 0; i < h.n; i++) {
		const struct mime_field *f = &h.v[i];

		if (is_dropped(raw, f, drop))
			continue;
		mime_encode_crlf(out, raw + f->name,
				 f->value + f->value_len - f->name);
		str_add(out, "\r\n");
	}
	str_add(out, "\r\n");
	str_add_mem(out, raw + h.body, len - h.body);
	mime_header_block_release(&h);
}

void mime_bounce(struct str *out, const char *raw, size_t len,
		 const struct mime_bounce *b)
{
	static const char *const drop[] = {"Message-ID",
					   "Date",
					   "From",
					   "Sender",
					   "Reply-To",
					   "To",
					   "Cc",
					   "Bcc",
					   "Return-Path",
					   "Resent-*",
					   "DKIM-Signature",
					   "Received",
					   "ARC-*",
					   "X-MS-*",
					   "Disposition-Notification-To",
					   NULL};
	struct strv id = {.v = (char *[]){(char *)(uintptr_t)b->message_id},
			  .n = 1};
	CLEANUP(str_release) struct str date = STR_INIT;

	clock_add_rfc5322(&date, b->date);
	str_addf(out, "Date: %s\r\n", date.s);
	mime_encode_addresses(out, "From", b->from);
	mime_encode_addresses(out, "Reply-To", b->reply_to);
	mime_encode_addresses(out, "To", b->to);
	mime_encode_ids(out, "Message-ID", &id);
	mime_encode_addresses(out, "Resent-From", b->from);
	mime_encode_addresses(out, "Resent-To", b->to);
	str_addf(out, "Resent-Date: %s\r\n", date.s);
	mime_encode_ids(out, "Resent-Message-ID", &id);
	mime_header_without(out, raw, len, drop);
}
