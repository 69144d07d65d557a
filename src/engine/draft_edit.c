/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The draft as a text to edit, and what it is kept as between two runs. */
#include "engine/message_private.h"

#include <string.h>
#include <strings.h>

#include "base/vec.h"

/* What a kept draft remembers of how it is to go out. */
static void add_marks(const struct draft *d, struct str *out)
{
	if (d->seal.sign)
		str_add(out, " sign");
	if (d->seal.encrypt)
		str_add(out, " encrypt");
	if (d->seal.smime && (d->seal.sign || d->seal.encrypt))
		str_add(out, " smime");
}

static void read_seal(struct draft *d, const char *value)
{
	struct strv words CLEANUP(strv_release);

	strv_init(&words);
	strv_split(&words, value, " ,");
	d->seal = (struct seal_how){
		.sign = strv_has(&words, "sign"),
		.encrypt = strv_has(&words, "encrypt"),
		.smime = strv_has(&words, "smime"),
	};
}

void draft_read_marks(struct draft *d, const char *value)
{
	struct strv words CLEANUP(strv_release);

	strv_init(&words);
	if (!value)
		return;
	strv_split(&words, value, " ");
	d->markdown = strv_has(&words, "markdown");
	read_seal(d, value);
}

void draft_build_kept(struct draft *d, struct bytes *raw)
{
	struct str marks CLEANUP(str_release) = STR_INIT;
	size_t n = d->mime.extra.n;

	if (d->markdown)
		str_add(&marks, " markdown");
	add_marks(d, &marks);
	if (marks.len)
		mime_draft_add_header(&d->mime, DRAFT_MARKS, marks.s + 1);
	draft_build(d, raw);
	while (d->mime.extra.n > n) {
		struct mime_header_field *h =
			&d->mime.extra.v[--d->mime.extra.n];

		free(h->name);
		free(h->value);
	}
}

void draft_add_editable(const struct draft *d, struct str *out)
{
	struct str text CLEANUP(str_release) = STR_INIT;
	const char *rest;

	mime_draft_add_editable(&text, &d->mime);
	/* The fields of our own stand last in the header. */
	rest = strstr(text.s, "\n\n");
	if (!rest)
		rest = text.s + text.len;
	else
		rest++;
	str_add_mem(out, text.s, (size_t)(rest - text.s));
	if (d->markdown)
		str_add(out, "Format: markdown\n");
	if (d->seal.sign || d->seal.encrypt) {
		str_add(out, "Security:");
		add_marks(d, out);
		str_add_char(out, '\n');
	}
	str_add(out, rest);
}

static bool take_one(struct draft *d, const struct mime_header_field *h,
		     bool *ours, struct err *err)
{
	*ours = true;
	if (strcasecmp(h->name, "Attach") == 0) {
		size_t n;

		return !*h->value || draft_attach_glob(d, h->value, &n, err);
	}
	if (strcasecmp(h->name, "Format") == 0)
		d->markdown = strcasecmp(h->value, "markdown") == 0;
	else if (strcasecmp(h->name, "Security") == 0)
		read_seal(d, h->value);
	else
		*ours = false;
	return true;
}

/* Every line of ours is taken off, whether it could be obeyed or not: else the
 * same error would come back for ever. The first error is told. */
static bool take_fields(struct draft *d, struct err *err)
{
	bool ok = true;

	d->markdown = false;
	d->seal.sign = d->seal.encrypt = false;
	for (size_t i = 0; i < d->mime.extra.n;) {
		struct mime_header_field *h = &d->mime.extra.v[i];
		bool ours;

		if (!take_one(d, h, &ours, ok ? err : NULL))
			ok = false;
		if (!ours) {
			i++;
			continue;
		}
		free(h->name);
		free(h->value);
		vec_remove(&d->mime.extra, i);
	}
	return ok;
}

bool draft_read_editable(struct draft *d, const char *s, size_t len,
			 struct err *err)
{
	return mime_draft_read_editable(&d->mime, s, len, err) &&
	       take_fields(d, err);
}

bool draft_take_template(struct draft *d, const char *s, size_t len,
			 struct err *err)
{
	struct draft fresh = {.kind = DRAFT_NEW};
	struct mime_draft *f = &fresh.mime;
	struct {
		struct mime_address_list *to, *from;
	} lists[] = {{&d->mime.to, &f->to},
		     {&d->mime.cc, &f->cc},
		     {&d->mime.bcc, &f->bcc},
		     {&d->mime.from, &f->from},
		     {&d->mime.reply_to, &f->reply_to}};
	bool ok;

	mime_draft_init(f);
	ok = draft_read_editable(&fresh, s, len, err);
	for (size_t i = 0; ok && i < ARRAY_LEN(lists); i++) {
		struct mime_address_list old = *lists[i].to;

		if (!lists[i].from->n)
			continue;
		*lists[i].to = *lists[i].from;
		*lists[i].from = old;
	}
	if (ok && f->subject && *f->subject)
		mem_replace(&d->mime.subject, xstrdup(f->subject));
	if (ok) {
		mem_replace(&d->mime.text, xstrdup(str_or_empty(f->text)));
		d->markdown = d->markdown || fresh.markdown;
		for (size_t i = 0; i < f->attachments.n; i++)
			mime_draft_attach(&d->mime, f->attachments.v[i].name,
					  f->attachments.v[i].type,
					  f->attachments.v[i].data.p,
					  f->attachments.v[i].data.len);
	}
	mime_draft_release(f);
	return ok;
}

/* --- importance ------------------------------------------------------------
 */

int draft_importance(const struct draft *d)
{
	for (size_t i = 0; i < d->mime.extra.n; i++)
		if (str_eq_nocase(d->mime.extra.v[i].name, "Importance"))
			return str_eq_nocase(d->mime.extra.v[i].value, "high")
				       ? 1
			       : str_eq_nocase(d->mime.extra.v[i].value, "low")
				       ? -1
				       : 0;
	return 0;
}

void draft_set_importance(struct draft *d, int importance)
{
	for (size_t i = 0; i < d->mime.extra.n;) {
		struct mime_header_field *h = &d->mime.extra.v[i];

		if (!str_eq_nocase(h->name, "Importance")) {
			i++;
			continue;
		}
		free(h->name);
		free(h->value);
		vec_remove(&d->mime.extra, i);
	}
	if (importance)
		mime_draft_add_header(&d->mime, "Importance",
				      importance > 0 ? "high" : "low");
}
