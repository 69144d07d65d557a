/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PAGER_H
#define UI_PAGER_H
/*
 * A text on the screen: lines laid out by src/text, with scrolling, search,
 * quote folding and links. A few lines of head (header fields, cards) may
 * stand above the text and scroll with it.
 */
#include "text/lines.h"
#include "ui/command.h"
#include "ui/draw.h"

struct pager;
struct picture;
struct pager *pager_new(void);
void pager_free(struct pager *p);
void pager_set_win(struct pager *p, const struct win *w);
/* The text; taken (moved out of *lines). keep: scroll position stays at the
 * same share of the text (laid out anew after a resize). */
void pager_set_lines(struct pager *p, struct lines *taken, bool keep);
/* Room below the line for a picture, drawn there. */
struct pager_picture {
	size_t line;
	const struct picture *picture; /* borrowed */
};
/* By rising lines; until the next call. */
void pager_set_pictures(struct pager *p, const struct pager_picture *v,
			size_t n);
/* Rows above the text: one string a row, spans in draw terms. All head rows
 * are dropped by pager_clear_head. Copied. */
void pager_clear_head(struct pager *p);
void pager_add_head(struct pager *p, unsigned style, const char *text,
		    const struct draw_span *spans, size_t n);
void pager_draw(struct pager *p, bool focused);

/* Quoted stretches of more than a few lines shrink to one line. */
void pager_fold_quotes(struct pager *p, bool folded);
bool pager_quotes_folded(const struct pager *p);
/* Next match after the one shown; false: none. Highlights all. "" forgets. */
bool pager_search(struct pager *p, const char *text, bool back);
const char *pager_search_text(const struct pager *p); /* "" none */

bool pager_scroll(struct pager *p, long by); /* rows; false: at the end */
bool pager_at_end(const struct pager *p);
int pager_percent(const struct pager *p);
const struct lines *pager_lines(const struct pager *p);
/* Number of the link at a screen cell; 0: none. */
int pager_link_at(const struct pager *p, int x, int y);

/* next-line, page-down, half-page-down, first, last, next-match, ...: taken. */
bool pager_command(struct pager *p, const struct command_call *call);
bool pager_mouse(struct pager *p, const struct input *in, int *link);
#endif
