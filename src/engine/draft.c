/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Messages being written: a struct mime_draft with an account's habits. */
#include "engine/message_private.h"

#include <glob.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/utf8.h"
#include "mime/build.h"
#include "mime/reply.h"
#include "mime/reply_block.h"

#define ATTACHMENT_MAX ((size_t)100 << 20)
#define RECALL_TEXT_MAX ((size_t)16 << 20)
#define QUOTE_WIDTH 0

/* --- making ----------------------------------------------------------------
 */

static void set_from(struct mime_draft *d, const struct account *a)
{
	if (d->from.n == 0 && a && a->address)
		mime_address_list_add(&d->from, a->display_name, a->address);
}

static void add_signature(struct mime_draft *d, const char *signature)
{
	struct str text = STR_INIT;

	if (!signature || !*signature)
		return;
	str_add(&text, str_or_empty(d->text));
	str_addf(&text, "\n-- \n%s", signature);
	if (text.s[text.len - 1] != '\n')
		str_add_char(&text, '\n');
	mem_replace(&d->text, str_take(&text));
}

static void answer(struct draft *d, const struct account *a,
		   struct letter *about, enum mime_reply_kind kind,
		   const char *signature)
{
	struct strv own CLEANUP(strv_release);
	struct mime_reply_options o = {
		.own = &own,
		.from_name = a ? a->display_name : NULL,
		.signature = signature,
		.quote_width = QUOTE_WIDTH,
		.block = a && (a->reply_style == ACCOUNT_REPLY_BLOCK ||
			       (a->reply_style == ACCOUNT_REPLY_AUTO &&
				reply_has_html(about->mime))),
	};

	strv_init(&own);
	if (a && a->address)
		strv_add(&own, a->address);
	for (size_t i = 0; a && i < a->identities.n; i++)
		strv_add(&own, a->identities.v[i]);
	mime_reply(&d->mime, about->mime, kind, &o);
}

static void recall_attachments(struct mime_draft *d, struct letter *l)
{
	for (size_t i = 0; i < mime_part_count(l->mime); i++) {
		const struct mime_part *p = mime_part(l->mime, i);
		struct str data = STR_INIT;

		if (!p->is_attachment && !p->content_id)
			continue;
		data.max = ATTACHMENT_MAX;
		if (mime_part_bytes(l->mime, i, &data, NULL))
			mime_draft_attach(d, p->name, p->type, data.s,
					  data.len);
		/* A picture inside the HTML keeps its name there. */
		if (d->attachments.n && !p->is_attachment)
			d->attachments.v[d->attachments.n - 1].content_id =
				xstrdup(p->content_id);
		str_release(&data);
	}
}

static void recall_text(struct mime_draft *d, struct letter *l)
{
	struct str text = STR_INIT;
	enum mime_body_kind kind;
	int index = mime_body_part(l->mime, MIME_BODY_PLAIN, &kind);

	text.max = RECALL_TEXT_MAX;
	if (index >= 0 && kind == MIME_BODY_PLAIN)
		mime_part_text(l->mime, (size_t)index, &text);
	else
		mime_body_text(l->mime, &text, RECALL_TEXT_MAX);
	mem_replace(&d->text, str_take(&text));
}

static void recall_html(struct draft *draft, struct letter *l)
{
	struct str html = STR_INIT;
	enum mime_body_kind kind;
	int index = mime_body_part(l->mime, MIME_BODY_HTML, &kind);

	html.max = RECALL_TEXT_MAX;
	if (index < 0 || kind != MIME_BODY_HTML)
		return;
	mime_part_text(l->mime, (size_t)index, &html);
	mem_replace(&draft->html, str_take(&html));
	reply_find_block(&draft->mime, draft->html);
	mem_replace(&draft->html_text, xstrdup(draft->mime.text));
}

static void recall(struct draft *draft, struct letter *l)
{
	struct mime_draft *d = &draft->mime;
	const char *id = mime_in_reply_to(l->mime);

	mime_addresses(l->mime, "From", &d->from);
	mime_addresses(l->mime, "To", &d->to);
	mime_addresses(l->mime, "Cc", &d->cc);
	mime_addresses(l->mime, "Bcc", &d->bcc);
	mime_addresses(l->mime, "Reply-To", &d->reply_to);
	d->subject = xstrdup(mime_header(l->mime, "Subject"));
	d->in_reply_to = xstrdup(id);
	mime_references(l->mime, &d->references);
	recall_text(d, l);
	recall_html(draft, l);
	recall_attachments(d, l);
	draft_read_marks(draft, mime_header(l->mime, DRAFT_MARKS));
}

struct draft *draft_new(const struct account *a, enum draft_kind kind,
			struct letter *about, const char *signature)
{
	struct draft *d = xcalloc(1, sizeof(*d));

	d->kind = kind;
	mime_draft_init(&d->mime);
	switch (kind) {
	case DRAFT_NEW:
		add_signature(&d->mime, signature);
		break;
	case DRAFT_REPLY:
		answer(d, a, about, MIME_REPLY, signature);
		break;
	case DRAFT_REPLY_ALL:
		answer(d, a, about, MIME_REPLY_ALL, signature);
		break;
	case DRAFT_REPLY_LIST:
		answer(d, a, about, MIME_REPLY_LIST, signature);
		break;
	case DRAFT_FORWARD:
		answer(d, a, about, MIME_FORWARD, signature);
		break;
	case DRAFT_FORWARD_ATTACHED:
		answer(d, a, about, MIME_FORWARD_ATTACHED, signature);
		break;
	case DRAFT_RECALL:
		recall(d, about);
		break;
	}
	/* What was secret stays so in the answer, as far as it is known. */
	if (about && about->secret)
		d->seal = (struct seal_how){.encrypt = true,
					    .smime = about->smime};
	set_from(&d->mime, a);
	draft_renew(d);
	return d;
}

void draft_free(struct draft *d)
{
	if (!d)
		return;
	mime_draft_release(&d->mime);
	free(d->html);
	free(d->html_text);
	free(d->html_sign);
	free(d);
}

enum draft_kind draft_kind(const struct draft *d)
{
	return d->kind;
}

int draft_verb(const struct draft *d)
{
	switch (d->kind) {
	case DRAFT_REPLY:
		return 102;
	case DRAFT_REPLY_ALL:
	case DRAFT_REPLY_LIST:
		return 103;
	case DRAFT_FORWARD:
	case DRAFT_FORWARD_ATTACHED:
		return 104;
	case DRAFT_NEW:
	case DRAFT_RECALL:
		return 0;
	}
	BUG("draft kind %d", (int)d->kind);
}

bool draft_markdown(const struct draft *d)
{
	return d->markdown;
}

void draft_set_markdown(struct draft *d, bool on)
{
	d->markdown = on;
}

void draft_set_html_signature(struct draft *d, const char *html)
{
	mem_replace(&d->html_sign, xstrdup(html));
}

/* --- fields ---------------------------------------------------------------- */

static struct mime_address_list *list_of(struct mime_draft *d,
					 enum draft_field f)
{
	switch (f) {
	case DRAFT_FROM:
		return &d->from;
	case DRAFT_TO:
		return &d->to;
	case DRAFT_CC:
		return &d->cc;
	case DRAFT_BCC:
		return &d->bcc;
	case DRAFT_REPLY_TO:
		return &d->reply_to;
	case DRAFT_SUBJECT:
		return NULL;
	}
	BUG("draft field %d", (int)f);
}

char *draft_get(const struct draft *d, enum draft_field f)
{
	struct str out = STR_INIT;

	if (f == DRAFT_SUBJECT)
		return xstrdup(str_or_empty(d->mime.subject));
	/* list_of only looks up the member. */
	mime_address_list_add_text(
		&out, list_of((struct mime_draft *)(uintptr_t)&d->mime, f));
	return str_take(&out);
}

/* The first address of a typed line that cannot be one. */
static bool check_addresses(const struct mime_address_list *l, bool parsed,
			    const char *text, struct err *err)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].addr && !mime_address_is_valid(l->v[i].addr))
			return err_set(err, ERR_INPUT,
				       "\"%s\" is not a mail address",
				       l->v[i].addr);
	if (!parsed)
		return err_set(err, ERR_INPUT,
			       "\"%.200s\" is not a list of mail addresses",
			       text);
	return true;
}

bool draft_read_addresses(struct mime_address_list *list, const char *text,
			  struct err *err)
{
	bool parsed = mime_address_parse(list, text, 0);

	return check_addresses(list, parsed, text, err);
}

bool draft_set(struct draft *d, enum draft_field f, const char *text,
	       struct err *err)
{
	struct mime_address_list list;
	struct mime_address_list *to = list_of(&d->mime, f);

	if (!to) {
		mem_replace(&d->mime.subject, utf8_clean_line(text, false));
		return true;
	}
	mime_address_list_init(&list);
	if (!draft_read_addresses(&list, text, err)) {
		mime_address_list_release(&list);
		return false;
	}
	mime_address_list_release(to);
	*to = list;
	return true;
}

const char *draft_text(const struct draft *d)
{
	return str_or_empty(d->mime.text);
}

void draft_set_text(struct draft *d, const char *text)
{
	mem_replace(&d->mime.text, xstrdup(text));
}

static size_t count_addresses(const struct mime_address_list *l)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		n += l->v[i].addr != NULL;
	return n;
}

size_t draft_recipients(const struct draft *d)
{
	return count_addresses(&d->mime.to) + count_addresses(&d->mime.cc) +
	       count_addresses(&d->mime.bcc);
}

static size_t count_outside(const struct mime_address_list *l,
			    const char *domain)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const char *at =
			l->v[i].addr ? strrchr(l->v[i].addr, '@') : NULL;

		n += at && !str_eq_nocase(at + 1, domain);
	}
	return n;
}

size_t draft_outside(const struct draft *d, const struct account *a)
{
	const char *at = a && a->address ? strrchr(a->address, '@') : NULL;

	if (!at)
		return 0;
	return count_outside(&d->mime.to, at + 1) +
	       count_outside(&d->mime.cc, at + 1) +
	       count_outside(&d->mime.bcc, at + 1);
}

bool draft_mentions_attachment(const struct draft *d)
{
	/* Beginnings of the word, in the languages Outlook is used in. */
	static const char *const words[] = {
		"attach",	"enclosed",	  "anhang",    "angehängt",
		"anhänge",	"anbei",	  "beigefügt", "adjunt",
		"pièce jointe", "pièces jointes", "ci-joint",  "allegat",
		"bijlage",	"bijgevoegd",	  "bifoga",    "vedhæft",
		"vedlegg",	"vedlagt",	  "anexo",     "anexad",
		"liitt",	"załącz",	  "zalacz",    "příloh",
		"přilož",	"csatol",	  "mellékel",  "ataşat",
		"вложен",	"прилага",	  "συνημμ",    "添付",
		"附件",		"첨부",		  "ekte ",     "ekli ",
	};
	const char *s = draft_text(d);

	while (*s) {
		size_t len = strcspn(s, "\n");
		char *row CLEANUP(mem_free_ptr) = xstrndup(s, len);

		if (strcmp(row, "-- ") == 0 ||
		    strcmp(row, REPLY_BLOCK_LINE) == 0)
			break;
		for (size_t i = 0; *row != '>' && i < ARRAY_LEN(words); i++)
			if (utf8_contains_folded(row, words[i]))
				return true;
		s += len + (s[len] == '\n');
	}
	return false;
}

/* --- attachments ----------------------------------------------------------- */

size_t draft_attachments(const struct draft *d)
{
	return d->mime.attachments.n;
}

const char *draft_attachment(const struct draft *d, size_t i, size_t *size)
{
	const struct mime_attachment *a = &d->mime.attachments.v[i];

	if (size)
		*size = a->data.len;
	return a->name ? a->name : str_or_empty(a->type);
}

static bool draft_attach_path(struct draft *d, const char *path,
			      struct err *err)
{
	struct str data CLEANUP(str_release) = STR_INIT;
	const char *base = strrchr(path, '/');
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
	    (uint64_t)st.st_size > ATTACHMENT_MAX)
		return err_set(err, ERR_INPUT,
			       "%.200s has %lld MB; at most %zu MB can be "
			       "attached: put it where the others can fetch "
			       "it and send the link",
			       base ? base + 1 : path,
			       (long long)(st.st_size >> 20),
			       ATTACHMENT_MAX >> 20);
	if (!proc_read_file(path, &data, ATTACHMENT_MAX, err))
		return false;
	draft_attach(d, base ? base + 1 : path, NULL, data.s, data.len);
	return true;
}

size_t draft_size(const struct draft *d)
{
	size_t n = strlen(draft_text(d)) + 2000;

	for (size_t i = 0; i < d->mime.attachments.n; i++)
		/* base64 with its line ends */
		n += d->mime.attachments.v[i].data.len / 57 * 78 + 500;
	return n;
}

bool draft_attach_glob(struct draft *d, const char *pattern, size_t *count,
		       struct err *err)
{
	struct str real CLEANUP(str_release) = STR_INIT;
	glob_t found = {.gl_pathc = 0};
	bool ok = true;

	*count = 0;
	if (!strpbrk(pattern, "*?[")) {
		*count = 1;
		return draft_attach_file(d, pattern, err);
	}
	if (!proc_expand(&real, pattern, err))
		return false;
	/* A file may really be called so. */
	if (access(real.s, F_OK) == 0) {
		*count = 1;
		return draft_attach_file(d, pattern, err);
	}
	if (glob(real.s, GLOB_MARK, NULL, &found) != 0 || !found.gl_pathc)
		ok = err_set(err, ERR_INPUT, "no file is called %.300s",
			     pattern);
	for (size_t i = 0; ok && i < found.gl_pathc; i++) {
		if (str_ends(found.gl_pathv[i], "/"))
			continue; /* folders cannot be attached */
		ok = draft_attach_path(d, found.gl_pathv[i], err);
		*count += ok;
	}
	globfree(&found);
	return ok;
}

bool draft_attach_file(struct draft *d, const char *path, struct err *err)
{
	struct str real CLEANUP(str_release) = STR_INIT;

	return proc_expand(&real, path, err) &&
	       draft_attach_path(d, real.s, err);
}

void draft_attach(struct draft *d, const char *name, const char *type,
		  const void *p, size_t len)
{
	mime_draft_attach(&d->mime, name, type, p, len);
}

void draft_detach(struct draft *d, size_t i)
{
	struct mime_attachment *a = &d->mime.attachments.v[i];

	free(a->name);
	free(a->type);
	free(a->content_id);
	bytes_release(&a->data);
	vec_remove(&d->mime.attachments, i);
}
