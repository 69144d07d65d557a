/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_PICTURE_H
#define UI_PICTURE_H
/*
 * A picture in cells of the screen: kitty's graphics, sixel, or coloured blocks.
 * It is decoded by the program chafa, one at a time, with limits of time and
 * memory, so that a broken or hostile one harms nothing here; what that prints
 * is taken apart and only what belongs to a picture reaches the terminal. Its
 * size in cells is known at once, so that what stands around it never moves.
 */
#include "base/str.h"
#include "ui/draw.h"

struct app;
struct config;
struct input;

enum picture_way {
	PICTURE_NONE, /* none is shown: off, no colours, no chafa */
	PICTURE_SYMBOLS,
	PICTURE_SIXEL,
	PICTURE_KITTY
};
enum picture_way picture_way(const struct app *app);

struct picture;
/* At most cols by rows cells, and never enlarged. *taken are the bytes of a PNG,
 * JPEG, GIF or WebP; NULL: it is none, is too large or a mere dot, or there is
 * no way to show it. ready runs in the loop once it can be drawn or has failed;
 * not after picture_free. */
struct picture *picture_new(struct app *app, struct bytes *taken, int cols,
			    int rows, void (*ready)(struct app *app, void *ctx),
			    void *ctx);
void picture_free(struct picture *p); /* NULL does nothing */
int picture_cols(const struct picture *p);
int picture_rows(const struct picture *p);
bool picture_has_failed(const struct picture *p);
/* Its rows from `first` on at x, y of w, as many as fit. */
void picture_draw(const struct picture *p, const struct win *w, int x, int y,
		  int first);

/* --- the program's part --------------------------------------------------- */
struct pictures *pictures_new(void);
void pictures_free(struct app *app);
/* Is it worth asking the terminal? */
bool pictures_may_be_sent(const struct config *config);
void pictures_take_answer(struct app *app, const struct input *in);
#endif
