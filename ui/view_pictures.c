/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/view_pictures.h"
#include "ui/app.h"

#define MOST 30 /* in one message */
#define PART_MAX ((size_t)10 << 20)
#define ROWS_LEAST 3
#define ROWS_MOST 24

void view_pictures_forget(struct view_pictures *all, struct pager *pager)
{
	pager_set_pictures(pager, NULL, 0);
	for (size_t i = 0; i < all->v.n; i++)
		picture_free(all->v.v[i].picture);
	vec_release(&all->v);
}

static struct picture *make(struct app *app, const struct view_pictures *all,
			    struct letter *l, size_t part,
			    void (*ready)(struct app *app, void *ctx),
			    void *ctx)
{
	struct str data = STR_INIT;
	struct bytes taken;
	bool ok;

	data.max = PART_MAX;
	ok = letter_part_bytes(l, part, &data, NULL);
	taken = bytes_from_str(&data);
	if (!ok) {
		bytes_release(&taken);
		return NULL;
	}
	return picture_new(app, &taken, all->cols, all->rows, ready, ctx);
}

static struct picture *get(struct app *app, struct view_pictures *all,
			   struct letter *l, size_t part,
			   void (*ready)(struct app *app, void *ctx), void *ctx)
{
	struct view_picture one = {.part = part};

	for (size_t i = 0; i < all->v.n; i++)
		if (all->v.v[i].part == part)
			return all->v.v[i].picture;
	if (all->v.n >= MOST)
		return NULL;
	one.picture = make(app, all, l, part, ready, ctx);
	vec_add(&all->v, one);
	return one.picture;
}

/* Where it was made for another room, it is made anew. */
static void set_room(struct app *app, struct view_pictures *all,
		     const struct win *w, struct pager *pager)
{
	enum picture_way way = picture_way(app);
	int cols = w->w - 1;
	int rows = w->h - 4 > ROWS_MOST	   ? ROWS_MOST
		   : w->h - 4 < ROWS_LEAST ? ROWS_LEAST
					   : w->h - 4;

	if (all->v.n &&
	    (all->way != way || all->cols != cols || all->rows != rows))
		view_pictures_forget(all, pager);
	all->way = way;
	all->cols = cols;
	all->rows = rows;
}

/* Behind those of the same line, in order of the lines. */
static void insert(struct pager_picture *v, size_t n, struct pager_picture one)
{
	for (; n > 0 && v[n - 1].line > one.line; n--)
		v[n] = v[n - 1];
	v[n] = one;
}

void view_pictures_lay(struct app *app, struct view_pictures *all,
		       struct letter *l, const struct lines *lines,
		       const struct win *w, struct pager *pager,
		       void (*ready)(struct app *app, void *ctx), void *ctx)
{
	struct pager_picture placed[MOST];
	size_t n = 0;

	set_room(app, all, w, pager);
	for (size_t i = 0;
	     all->way != PICTURE_NONE && i < lines->images.n && n < MOST; i++) {
		long line = lines_of_image(lines, i + 1);
		long part = lines->images.v[i].part;
		struct picture *p;

		if (line < 0 || part < 0)
			continue;
		p = get(app, all, l, (size_t)part, ready, ctx);
		if (!p || picture_has_failed(p))
			continue;
		insert(placed, n++, (struct pager_picture){(size_t)line, p});
	}
	pager_set_pictures(pager, placed, n);
}
