/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_VIEW_PICTURES_H
#define UI_VIEW_PICTURES_H
/* The pictures that came with the message a pager shows, each below the line
 * that names it. */
#include "engine/message.h"
#include "ui/pager.h"
#include "ui/picture.h"

struct view_picture {
	size_t part;
	struct picture *picture; /* NULL: it is none */
};
struct view_pictures {
	VEC(struct view_picture) v;
	enum picture_way way; /* made for this way, and at most so large */
	int cols, rows;
};

/* Before the pager gets the lines: makes what the letter has, or takes what it
 * made before for the same size. ready as in picture.h. */
void view_pictures_lay(struct app *app, struct view_pictures *all,
		       struct letter *l, const struct lines *lines,
		       const struct win *w, struct pager *pager,
		       void (*ready)(struct app *app, void *ctx), void *ctx);
void view_pictures_forget(struct view_pictures *all, struct pager *pager);
#endif
