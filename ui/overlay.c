/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/overlay.h"

#define CHUNK 4096 /* base64 bytes a kitty command may carry */

struct art *art_new(unsigned id, int cols, int rows)
{
	struct art *a = xcalloc(1, sizeof(*a));

	a->refs = 1;
	a->id = id;
	a->cols = cols;
	a->rows = rows;
	strv_init(&a->symbols);
	return a;
}

struct art *art_ref(struct art *a)
{
	a->refs++;
	return a;
}

void art_unref(struct art *a)
{
	if (!a || --a->refs > 0)
		return;
	strv_release(&a->symbols);
	free(a->sixel);
	free(a->kitty);
	free(a);
}

static void drop(struct overlay_item *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		art_unref(v[i].art);
}

void overlay_release(struct overlay *o)
{
	drop(o->wanted.v, o->wanted.n);
	drop(o->shown.v, o->shown.n);
	vec_release(&o->wanted);
	vec_release(&o->shown);
	vec_release(&o->sent);
}

void overlay_begin(struct overlay *o)
{
	drop(o->wanted.v, o->wanted.n);
	o->wanted.n = 0;
}

void overlay_put(struct overlay *o, int x, int y, struct art *a, int first,
		 int rows)
{
	struct overlay_item item = {art_ref(a), x, y, first, rows, false};

	vec_add(&o->wanted, item);
}

void overlay_cover(struct overlay *o, int x, int y, int w)
{
	for (size_t i = 0; i < o->wanted.n; i++) {
		struct overlay_item *item = &o->wanted.v[i];

		if (y >= item->y && y < item->y + item->rows &&
		    x < item->x + item->art->cols && x + w > item->x)
			item->covered = true;
	}
}

void overlay_lose(struct overlay *o)
{
	o->lost = true;
}

static bool same(const struct overlay_item *a, const struct overlay_item *b)
{
	return a->art == b->art && a->x == b->x && a->y == b->y &&
	       a->first == b->first && a->rows == b->rows;
}

bool overlay_is_stale(const struct overlay *o)
{
	size_t k = 0;

	if (o->lost)
		return !overlay_is_empty(o);
	for (size_t i = 0; i < o->wanted.n; i++) {
		if (o->wanted.v[i].covered)
			continue;
		if (k == o->shown.n || !same(&o->wanted.v[i], &o->shown.v[k++]))
			return true;
	}
	return k != o->shown.n;
}

static long sent_at(const struct overlay *o, unsigned id)
{
	for (size_t i = 0; i < o->sent.n; i++)
		if (o->sent.v[i] == id)
			return (long)i;
	return -1;
}

/* With the upper-case letter its pixels go too. */
void overlay_wipe(struct overlay *o, struct str *out)
{
	for (size_t i = 0; i < o->shown.n; i++) {
		const struct art *a = o->shown.v[i].art;
		bool last = a->refs == 1;
		long at = sent_at(o, a->id);

		if (!a->kitty)
			continue;
		str_addf(out, "\033_Ga=d,d=%c,i=%u,q=2\033\\", last ? 'I' : 'i',
			 a->id);
		if (last && at >= 0)
			vec_remove(&o->sent, (size_t)at);
	}
}

static void send_kitty(struct overlay *o, const struct art *a, struct str *out)
{
	size_t len = strlen(a->kitty);

	for (size_t at = 0; at < len; at += CHUNK) {
		size_t n = len - at < CHUNK ? len - at : CHUNK;

		str_add(out, "\033_G");
		if (!at)
			str_addf(out, "a=t,f=32,i=%u,q=2,s=%d,v=%d,", a->id,
				 a->width, a->height);
		str_addf(out, "m=%d;", at + n < len);
		str_add_mem(out, a->kitty + at, n);
		str_add(out, "\033\\");
	}
	vec_add(&o->sent, a->id);
}

/* C=1: the cursor stays where it is. */
static void place_kitty(struct overlay *o, const struct overlay_item *item,
			struct str *out)
{
	const struct art *a = item->art;

	if (sent_at(o, a->id) < 0)
		send_kitty(o, a, out);
	str_addf(out, "\033_Ga=p,i=%u,p=1,q=2,C=1,c=%d,r=%d,x=0,y=%d,w=%d,h=%d",
		 a->id, a->cols, item->rows, item->first * a->height / a->rows,
		 a->width, item->rows * a->height / a->rows);
	str_add(out, "\033\\");
}

static void paint_item(struct overlay *o, const struct overlay_item *item,
		       struct str *out)
{
	const struct art *a = item->art;
	bool whole = item->rows == a->rows;

	if (a->kitty || (a->sixel && whole)) {
		str_addf(out, "\033[%d;%dH", item->y + 1, item->x + 1);
		if (a->kitty)
			place_kitty(o, item, out);
		else
			str_add(out, a->sixel);
		return;
	}
	for (int i = 0; i < item->rows; i++) {
		size_t row = (size_t)(item->first + i);

		if (row >= a->symbols.n)
			break;
		str_addf(out, "\033[%d;%dH\033[m%s\033[m", item->y + i + 1,
			 item->x + 1, a->symbols.v[row]);
	}
}

/* DECSC and DECRC keep position and pen for ncurses. */
void overlay_paint(struct overlay *o, struct str *out)
{
	drop(o->shown.v, o->shown.n);
	o->shown.n = 0;
	o->lost = false;
	if (!o->wanted.n)
		return;
	str_add(out, "\0337");
	for (size_t i = 0; i < o->wanted.n; i++) {
		struct overlay_item item = o->wanted.v[i];

		if (item.covered)
			continue;
		paint_item(o, &item, out);
		art_ref(item.art);
		vec_add(&o->shown, item);
	}
	str_add(out, "\0338");
}

void overlay_forget(struct overlay *o, struct str *out)
{
	for (size_t i = 0; i < o->sent.n; i++)
		str_addf(out, "\033_Ga=d,d=I,i=%u,q=2\033\\", o->sent.v[i]);
	o->sent.n = 0;
}
