/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/view_head.h"

#include <string.h>

#include "base/clock.h"
#include "base/utf8.h"
#include "model/item.h"
#include "text/layout.h"
#include "ui/format.h"
#include "ui/invite_card.h"
#include "ui/view_seal.h"

#define LABEL_CELLS 6
#define ROWS_MAX 4 /* of one field, unless all headers are shown */
#define PEOPLE_COMPACT 3
#define PEOPLE_FULL 30
#define ATTACHMENTS_SHOWN 12

static void add_row(const struct view_head *h, unsigned style, const char *s)
{
	pager_add_head(h->pager, style, s, NULL, 0);
}

/* A row whose first `label` bytes are a field's name. */
static void add_field_row(const struct view_head *h, const char *s,
			  size_t label, unsigned style)
{
	struct draw_span span = {0, label, THEME_FIELD};

	pager_add_head(h->pager, style, s, &span, label ? 1 : 0);
}

/* "Label value", wrapped under itself, at most `rows` rows. */
static void add_field(const struct view_head *h, const char *label,
		      const char *value, int rows, unsigned style)
{
	size_t indent = LABEL_CELLS;
	size_t cells = utf8_width(label);
	struct layout_options o = {.ascii = !term_is_utf8()};
	struct lines lines;

	if (cells >= indent)
		indent = cells + 1;
	if ((size_t)h->width < indent + 12)
		indent = 0;
	o.width = (size_t)h->width - indent;
	if (o.width < 1)
		return;
	lines_init(&lines);
	layout_text(&lines, value, strlen(value), &o);
	for (size_t i = 0; i < lines.n && (int)i < rows; i++) {
		struct str row = STR_INIT;

		if (i == 0 && indent)
			str_add(&row, label);
		while (indent && row.len < indent)
			str_add_char(&row, ' ');
		str_add(&row, lines_text(&lines, i));
		if ((int)i + 1 == rows && i + 1 < lines.n)
			str_add(&row, o.ascii ? " ..." : " \xe2\x80\xa6");
		add_field_row(h, row.s, i == 0 && indent ? strlen(label) : 0,
			      style);
		str_release(&row);
	}
	lines_release(&lines);
}

static int64_t date_of(const struct item *it)
{
	return it->sent != CLOCK_NEVER ? it->sent : it->received;
}

/* From at the left, the date at the right edge. */
static void add_from(const struct view_head *h)
{
	struct str from CLEANUP(str_release) = STR_INIT;
	struct str date CLEANUP(str_release) = STR_INIT;
	struct str row CLEANUP(str_release) = STR_INIT;
	struct draw_span spans[2];
	size_t cells, space;
	int64_t when = date_of(h->item);

	if (!h->letter || !letter_add_people(h->letter, "From", 4, &from)) {
		str_add(&from, str_or_empty(h->item->from_name));
		if (h->item->from_addr)
			str_addf(&from, "%s<%s>", from.len ? " " : "",
				 h->item->from_addr);
	}
	if (when != CLOCK_NEVER && h->compact)
		clock_add_short(&date, when, clock_now());
	else if (when != CLOCK_NEVER)
		clock_add_long(&date, when);
	cells = utf8_width(date.s);
	str_add(&row, "From  ");
	if ((size_t)h->width < LABEL_CELLS + 16 + cells)
		cells = 0;
	space = (size_t)h->width - LABEL_CELLS - (cells ? cells + 1 : 0);
	utf8_add_column(&row, from.s, space, false,
			term_is_utf8() ? "\xe2\x80\xa6" : "~");
	spans[0] = (struct draw_span){0, 4, THEME_FIELD};
	if (cells)
		str_add_char(&row, ' ');
	spans[1] = (struct draw_span){row.len, date.len, THEME_DATE};
	if (cells)
		str_add(&row, date.s);
	pager_add_head(h->pager, THEME_PERSON, row.s, spans, cells ? 2 : 1);
}

static void add_people(const struct view_head *h, const char *label,
		       const char *field, const char *known)
{
	struct str who CLEANUP(str_release) = STR_INIT;
	size_t max = h->compact ? PEOPLE_COMPACT : PEOPLE_FULL;

	if (h->compact && known)
		item_add_names(&who, known);
	else if (h->letter)
		letter_add_people(h->letter, field, max, &who);
	if (!who.len)
		str_add(&who, str_or_empty(known));
	if (who.len)
		add_field(h, label, who.s, h->compact ? 1 : ROWS_MAX,
			  THEME_NORMAL);
}

static void add_subject(const struct view_head *h)
{
	const struct seal *seal = h->seal->seal;
	const char *subject = seal && seal->subject
				      ? seal->subject
				      : str_or_empty(h->item->subject);

	add_field(h, "Subj", *subject ? subject : "(no subject)",
		  h->compact ? 2 : ROWS_MAX, THEME_SUBJECT);
}

/* Names and sizes of the attachments, as many to a row as fit. */
static void add_attachments(const struct view_head *h)
{
	struct str row CLEANUP(str_release) = STR_INIT;
	size_t shown = 0, total = letter_attachments(h->letter);
	size_t max = h->compact ? 3 : ATTACHMENTS_SHOWN;

	for (size_t i = 0; i < letter_part_count(h->letter); i++) {
		struct str one CLEANUP(str_release) = STR_INIT;
		struct letter_part p;
		char *name CLEANUP(mem_free_ptr) = NULL;

		if (!letter_part(h->letter, i, &p) || !p.is_attachment)
			continue;
		if (shown++ == max)
			break;
		name = letter_part_file_name(h->letter, i);
		str_addf(&one, "@ %s ", name);
		format_add_size(&one, (int64_t)p.size);
		if (row.len && utf8_width(row.s) + 3 + utf8_width(one.s) >
				       (size_t)h->width) {
			add_row(h, THEME_ATTACHMENT, row.s);
			str_clear(&row);
		}
		if (row.len)
			str_add(&row, "   ");
		str_add_mem(&row, one.s, one.len);
	}
	if (total > max)
		str_addf(&row, "   +%zu (v)", total - max);
	if (row.len)
		add_row(h, THEME_ATTACHMENT, row.s);
}

static void add_word(struct str *b, const char *word)
{
	if (b->len)
		str_add(b, "   ");
	str_add(b, word);
}

/* What the flags say, in words. */
static void add_state(const struct view_head *h)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	unsigned f = h->item->flags;

	if (f & ITEM_HIGH)
		add_word(&b, "! high importance");
	if (f & ITEM_LOW)
		add_word(&b, "low importance");
	if (f & ITEM_FLAGGED) {
		add_word(&b, "flagged");
		if (h->item->flag_due != CLOCK_NEVER) {
			str_add(&b, ", due ");
			clock_add_short(&b, h->item->flag_due, clock_now());
		}
	}
	if (f & ITEM_COMPLETE)
		add_word(&b, "follow-up done");
	if (f & ITEM_ANSWERED)
		add_word(&b, "you answered");
	if (f & ITEM_FORWARDED)
		add_word(&b, "you forwarded it");
	if (!h->letter && f & ITEM_SIGNED)
		add_word(&b, "signed (not checked)");
	if (!h->letter && f & ITEM_ENCRYPTED)
		add_word(&b, "encrypted");
	if (f & ITEM_INVITATION && !h->invite)
		add_word(&b, "? invitation");
	if (f & ITEM_DRAFT)
		add_word(&b, "draft (R goes on)");
	if (f & ITEM_PENDING)
		add_word(&b, "^ waiting to go out");
	if (b.len)
		add_row(h, THEME_MARK, b.s);
	if (f & ITEM_CONFLICT)
		add_row(h, THEME_WARNING,
			"A change was refused or clashed: ,w shows it");
}

/* What signatures and encryption are worth. */
static void add_seal(const struct view_head *h)
{
	const struct view_seal *s = h->seal;
	enum theme_role role;
	struct strv rows CLEANUP(strv_release);

	strv_init(&rows);
	(void)view_seal_word(s, &role);
	if (s->running)
		add_field(h, "Seal", "Checking signature and encryption", 1,
			  THEME_DIMMED);
	else if (view_seal_is_locked(s))
		add_field(h, "Seal",
			  "Encrypted; the key is locked: ,p asks for "
			  "its passphrase",
			  ROWS_MAX, THEME_WARNING);
	else if (s->problem.kind)
		add_field(h, "Seal", s->problem.text, ROWS_MAX, THEME_ERROR);
	if (!s->seal)
		return;
	strv_split(&rows, s->seal->text, "\n");
	for (size_t i = 0; i < rows.n; i++)
		add_field(h, i ? "" : "Seal", rows.v[i], ROWS_MAX,
			  role == THEME_DIMMED ? THEME_WARNING : role);
}

static void add_categories(const struct view_head *h)
{
	struct strv names CLEANUP(strv_release);
	struct str b CLEANUP(str_release) = STR_INIT;

	strv_init(&names);
	strv_split(&names, str_or_empty(h->item->categories), "\n");
	for (size_t i = 0; i < names.n; i++)
		str_addf(&b, "%s[%s]", i ? " " : "", names.v[i]);
	if (b.len)
		add_row(h, THEME_CATEGORY, b.s);
}

/* What was kept from doing harm. */
static void add_notices(const struct view_head *h)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	const struct html_report *r = &h->shown->html;

	if (r->remote_images) {
		format_add_plural(&b, (int64_t)r->remote_images, "remote image",
				  "remote images");
		str_add(&b, " blocked");
		if (r->trackers)
			str_addf(&b, " (%zu invisible)", r->trackers);
	}
	if (r->forms)
		add_word(&b, "has a form: do not type a password into it");
	if (b.len)
		add_row(h, THEME_DIMMED, b.s);
	if (h->truncated)
		add_row(h, THEME_WARNING,
			"Only the beginning is shown: M-w saves the whole "
			"message, v lists its parts");
}

static bool add_any_header(void *arg, const char *name, const char *value)
{
	const struct view_head *h = arg;
	struct str label CLEANUP(str_release) = STR_INIT;

	str_addf(&label, "%s:", name);
	add_field(h, label.s, value, ROWS_MAX, THEME_NORMAL);
	return true;
}

void view_head_add(const struct view_head *h)
{
	if (h->width < LABEL_CELLS + 4)
		return;
	if (h->all && h->letter) {
		letter_header_each(h->letter, add_any_header,
				   (void *)(uintptr_t)h);
	} else {
		if (!h->compact)
			add_subject(h);
		add_from(h);
		add_people(h, "To", "To", h->item->to);
		add_people(h, "Cc", "Cc", h->item->cc);
		if (!h->compact)
			add_people(h, "Bcc", "Bcc", h->item->bcc);
	}
	if (h->letter)
		add_attachments(h);
	add_seal(h);
	add_state(h);
	add_categories(h);
	add_notices(h);
	if (h->invite) {
		struct invite_card card = {.invite = h->invite,
					   .item = h->item,
					   .width = h->width - 1,
					   .compact = h->compact,
					   .focused = h->card_focused};

		invite_card_add(h->pager, &card);
	}
	add_row(h, THEME_NORMAL, "");
}
