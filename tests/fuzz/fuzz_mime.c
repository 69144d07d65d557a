/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <string.h>

#include "base/utf8.h"
#include "mime/reply.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool header_is_text(void *arg, const char *name, const char *value)
{
	(void)arg;
	(void)name;
	if (!utf8_is_valid(value, strlen(value)))
		BUG("a header value is no text");
	for (; *value; value++)
		if ((unsigned char)*value < ' ')
			BUG("a header value has a control character");
	return true;
}

static void read_parts(struct mime_message *m)
{
	for (size_t i = 0; i < mime_part_count(m) && i < 50; i++) {
		const struct mime_part *p = mime_part(m, i);
		struct str b;
		char *name = mime_part_file_name(m, i);

		if (!name[0] || strpbrk(name, "/\\\n") || name[0] == '.')
			BUG("a file name is not safe: %s", name);
		free(name);
		if (p->parent >= (int)i || p->depth > 50)
			BUG("part %zu hangs wrong", i);
		str_init_max(&b, 10000);
		mime_part_text(m, i, &b);
		if (b.len > 10000 || !utf8_is_valid(b.s, b.len))
			BUG("part %zu is no text", i);
		str_clear(&b);
		(void)!mime_part_bytes(m, i, &b, NULL);
		str_release(&b);
	}
}

/* An answer to anything is a message that can be read again. */
static void answer(struct mime_message *m, enum mime_reply_kind kind)
{
	struct mime_reply_options o = {.from_addr = "me@example.org",
				       .quote_width = 72};
	struct mime_message *again = NULL;
	struct mime_draft d;
	struct str out = STR_INIT;

	mime_draft_init(&d);
	mime_reply(&d, m, kind, &o);
	mime_build(&out, &d, true);
	if (!mime_read(&again, out.s, out.len, NULL, NULL) ||
	    !mime_header(again, "From"))
		BUG("an answer cannot be read");
	mime_message_free(again);
	mime_draft_release(&d);
	str_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct mime_complete c = {.from = "me@example.org"};
	struct mime_address_list l;
	struct mime_message *m = NULL;
	struct strv refs;
	struct str out = STR_INIT;

	if (mime_complete(&out, (const char *)data, size, &c, NULL) &&
	    !memmem(out.s, out.len, "\r\n\r\n", 4))
		BUG("a completed message has no header");
	str_release(&out);
	if (!mime_read(&m, data, size, NULL, NULL))
		return 0;
	mime_header_each(m, header_is_text, NULL);
	mime_address_list_init(&l);
	mime_addresses(m, "To", &l);
	mime_addresses(m, "From", &l);
	mime_address_list_release(&l);
	strv_init(&refs);
	mime_references(m, &refs);
	strv_release(&refs);
	(void)mime_date(m);
	read_parts(m);
	answer(m, MIME_REPLY_ALL);
	answer(m, MIME_FORWARD);
	mime_message_free(m);
	return 0;
}
