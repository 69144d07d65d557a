/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "tests/sim/state.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include "base/clock.h"
#include "tests/sim/cal.h"
#include "tests/sim/contact.h"
#include "tests/sim/corpus.h"
#include "tests/sim/events.h"

enum { FILE_HEAD = 64 * 1024 };

struct item *item_new(void)
{
	struct item *it = xcalloc(1, sizeof(*it));

	str_init(&it->mime);
	strv_init(&it->categories);
	it->sent = it->received = it->made = it->modified = CLOCK_NEVER;
	it->flag_start = it->flag_due = it->flag_done = CLOCK_NEVER;
	it->verb_time = CLOCK_NEVER;
	it->importance = 1;
	it->original = CLOCK_NEVER;
	return it;
}

static void item_clear_texts(struct item *it)
{
	free(it->item_class);
	free(it->subject);
	free(it->message_id);
	free(it->in_reply_to);
	free(it->references);
	free(it->display_to);
	free(it->display_cc);
	it->item_class = it->subject = it->message_id = NULL;
	it->in_reply_to = it->references = NULL;
	it->display_to = it->display_cc = NULL;
	addr_release(&it->from);
	addr_release(&it->sender);
}

void item_free(struct item *it)
{
	if (!it)
		return;
	item_clear_texts(it);
	str_release(&it->mime);
	cal_free(it->cal);
	contact_free(it->contact);
	free(it->path);
	strv_release(&it->categories);
	for (size_t i = 0; i < it->props.n; i++) {
		free(it->props.v[i].key);
		strv_release(&it->props.v[i].values);
	}
	vec_release(&it->props);
	vec_release(&it->readers);
	free(it);
}

static void addr_copy(struct addr *to, const struct addrs *from)
{
	if (from->n == 0)
		return;
	to->name = xstrdup(from->v[0].name);
	to->email = xstrdup(from->v[0].email);
}

static char *display(const struct addrs *list)
{
	struct str b = STR_INIT;

	if (list->n == 0)
		return NULL;
	mime_display_list(&b, list);
	return str_take(&b);
}

void item_take_mail(struct item *it, const struct mail *m)
{
	char *old_class = it->item_class;

	it->item_class = NULL;
	item_clear_texts(it);
	/* A class chosen by the client outlives a change of content. */
	if (old_class && strcmp(m->item_class, "IPM.Note") == 0)
		it->item_class = old_class;
	else {
		free(old_class);
		it->item_class = xstrdup(m->item_class);
	}
	it->subject = xstrdup(m->subject);
	it->message_id = xstrdup(m->message_id);
	it->in_reply_to = xstrdup(m->in_reply_to);
	it->references = xstrdup(m->references);
	addr_copy(&it->from, &m->from);
	addr_copy(&it->sender, m->sender.n ? &m->sender : &m->from);
	it->display_to = display(&m->to);
	it->display_cc = display(&m->cc);
	it->sent = m->date;
	it->importance = (unsigned char)m->importance;
	it->sensitivity = (unsigned char)m->sensitivity;
	it->receipt = m->receipt;
	it->has_attachments = m->has_attachments;
}

void item_set_mime(struct item *it, const char *p, size_t len)
{
	struct mail m;
	struct str copy = STR_INIT;

	mime_add_crlf(&copy, p, len);
	mail_init(&m);
	mail_read(&m, copy.s, copy.len);
	str_release(&it->mime);
	it->mime = copy;
	it->source = SOURCE_MEMORY;
	free(it->path);
	it->path = NULL;
	item_take_mail(it, &m);
	item_resize(it, it->mime.len);
	mail_release(&m);
}

static void file_read(const char *path, struct str *out, size_t max)
{
	FILE *f = fopen(path, "rbe");
	struct str raw = STR_INIT;
	char buf[16384];
	size_t n;

	if (!f)
		return;
	while (raw.len < max && (n = fread(buf, 1, sizeof(buf), f)) > 0)
		str_add_mem(&raw, buf, n);
	fclose(f);
	mime_add_crlf(out, raw.s, raw.len);
	str_release(&raw);
}

void item_read_mime(const struct item *it, struct str *out)
{
	switch (it->source) {
	case SOURCE_MEMORY:
		str_add_mem(out, it->mime.s, it->mime.len);
		return;
	case SOURCE_FILE:
		file_read(it->path, out, SIZE_MAX);
		return;
	case SOURCE_MADE:
		corpus_message(it->corpus, it->number, out);
		return;
	}
}

void item_read_head(const struct item *it, struct str *out)
{
	if (it->source == SOURCE_FILE) {
		file_read(it->path, out, FILE_HEAD);
		if (mime_head_len(out->s, out->len) < out->len)
			return;
		str_clear(out);
	}
	if (it->source == SOURCE_MADE)
		corpus_head(it->corpus, it->number, out);
	else
		item_read_mime(it, out);
}

struct item *item_clone(const struct item *it)
{
	struct item *copy = xmalloc(sizeof(*copy));

	*copy = *it;
	str_init(&copy->mime);
	str_add_mem(&copy->mime, it->mime.s, it->mime.len);
	copy->path = xstrdup(it->path);
	copy->item_class = xstrdup(it->item_class);
	copy->subject = xstrdup(it->subject);
	copy->message_id = xstrdup(it->message_id);
	copy->in_reply_to = xstrdup(it->in_reply_to);
	copy->references = xstrdup(it->references);
	copy->display_to = xstrdup(it->display_to);
	copy->display_cc = xstrdup(it->display_cc);
	copy->from.name = xstrdup(it->from.name);
	copy->from.email = xstrdup(it->from.email);
	copy->sender.name = xstrdup(it->sender.name);
	copy->sender.email = xstrdup(it->sender.email);
	strv_init(&copy->categories);
	for (size_t i = 0; i < it->categories.n; i++)
		strv_add(&copy->categories, it->categories.v[i]);
	memset(&copy->props, 0, sizeof(copy->props));
	memset(&copy->readers, 0, sizeof(copy->readers));
	for (size_t i = 0; i < it->props.n; i++)
		prop_set(copy, it->props.v[i].key, &it->props.v[i].values);
	copy->cal = it->cal ? cal_copy(it->cal) : NULL;
	copy->contact = it->contact ? contact_copy(it->contact) : NULL;
	return copy;
}

struct item *item_copy(struct state *st, const struct item *it,
		       struct folder *to)
{
	struct item *copy = item_clone(it);

	if (it->cal)
		cal_copy_exceptions(copy, it);
	copy->folder = NULL;
	item_place(st, copy, to, false);
	event_item(st, EVENT_COPIED, copy, it->id, it->folder);
	return copy;
}

struct prop *item_prop(struct item *it, const char *key)
{
	for (size_t i = 0; i < it->props.n; i++)
		if (strcmp(it->props.v[i].key, key) == 0)
			return &it->props.v[i];
	return NULL;
}

void prop_set(struct item *it, const char *key, const struct strv *values)
{
	struct prop *p = item_prop(it, key);

	if (!p) {
		p = vec_new(&it->props);
		p->key = xstrdup(key);
	} else {
		strv_release(&p->values);
	}
	strv_init(&p->values);
	for (size_t i = 0; i < values->n; i++)
		strv_add(&p->values, values->v[i]);
}

void prop_remove(struct item *it, const char *key)
{
	for (size_t i = 0; i < it->props.n; i++) {
		if (strcmp(it->props.v[i].key, key) != 0)
			continue;
		free(it->props.v[i].key);
		strv_release(&it->props.v[i].values);
		vec_remove(&it->props, i);
		return;
	}
}

const char *subject_topic(const char *s)
{
	static const char *const prefixes[] = {
		"re:", "fw:", "fwd:", "aw:", "wg:", "sv:", "vs:", "tr:"};
	bool more = true;

	while (s && more) {
		more = false;
		while (*s == ' ')
			s++;
		for (size_t i = 0; i < ARRAY_LEN(prefixes); i++) {
			size_t n = strlen(prefixes[i]);

			if (strncasecmp(s, prefixes[i], n) == 0) {
				s += n;
				more = true;
			}
		}
	}
	return s;
}
