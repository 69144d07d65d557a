/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_OVERLAY_H
#define UI_OVERLAY_H
/*
 * Pictures over the cells of a frame. ncurses knows nothing of them: it has
 * blanks there, and what is drawn here comes behind its frame. Whatever moves,
 * goes or is covered is wiped by having ncurses write those rows anew. Pure:
 * term.c asks it and writes.
 *
 * A frame that draws the screens begins with overlay_begin; each picture is put
 * with overlay_put after its cells were put blank; cells put later over it
 * cover it.
 */
#include "base/str.h"
#include "base/vec.h"

/* One picture made ready for terminals; counted references, ui thread only. */
struct art {
	int refs;
	unsigned id; /* of the kitty protocol; never 0, never used twice */
	int cols, rows;
	struct strv
		symbols;   /* a text a row: printable characters and SGR, ending
			    * plain; empty: none */
	char *sixel;	   /* a whole sequence; NULL: none */
	char *kitty;	   /* RGBA in base64; NULL: none */
	int width, height; /* pixels of kitty or sixel */
};
struct art *art_new(unsigned id, int cols, int rows); /* one reference */
struct art *art_ref(struct art *a);
void art_unref(struct art *a); /* NULL does nothing */

struct overlay_item {
	struct art *art; /* a reference */
	int x, y;	 /* cell of its first shown row */
	int first, rows; /* rows of it that are shown */
	bool covered;
};
struct overlay {
	VEC(struct overlay_item) wanted;
	VEC(struct overlay_item) shown; /* what the terminal has */
	VEC(unsigned) sent; /* ids whose pixels a kitty terminal keeps */
	bool lost;	    /* what the terminal has of it is not known */
};

void overlay_release(struct overlay *o);
void overlay_begin(struct overlay *o);
/* Rows first.. of the picture at x, y; what has no symbols needs all rows. */
void overlay_put(struct overlay *o, int x, int y, struct art *a, int first,
		 int rows);
/* Cells were put: covers what lies below. */
void overlay_cover(struct overlay *o, int x, int y, int w);
/* The terminal was erased, resized or left: all is put anew. */
void overlay_lose(struct overlay *o);

static inline bool overlay_is_empty(const struct overlay *o)
{
	return !o->wanted.n && !o->shown.n;
}
/* Does the terminal show something else than is wanted? */
bool overlay_is_stale(const struct overlay *o);
/* Takes what is shown away; before the rows of o->shown are written anew. */
void overlay_wipe(struct overlay *o, struct str *out);
/* Shows what is wanted, behind the frame. Position and pen are as before. */
void overlay_paint(struct overlay *o, struct str *out);
/* The terminal need not keep anything any longer. */
void overlay_forget(struct overlay *o, struct str *out);
#endif
