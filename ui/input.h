/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_INPUT_H
#define UI_INPUT_H
/*
 * What a terminal sends, decoded: keys, mouse (SGR), bracketed paste. Pure:
 * bytes in, struct input out; term.c feeds it. Never waits: a lone ESC is
 * decided when input_deadline() has passed.
 */
#include "ui/kbd.h"

enum input_kind {
	INPUT_KEY,
	INPUT_MOUSE,
	INPUT_PASTE,
	INPUT_BACKGROUND,
	INPUT_GRAPHICS
};
enum input_mouse {
	MOUSE_PRESS,
	MOUSE_RELEASE,
	MOUSE_DRAG,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN
};

struct input {
	enum input_kind kind;
	uint32_t key; /* KEY; modifiers of a MOUSE event */
	enum input_mouse action;
	int button;	   /* 1 left, 2 middle, 3 right */
	int x, y;	   /* cell, 0-based */
	int clicks;	   /* PRESS: 1, 2 for a double click */
	bool light;	   /* BACKGROUND: the terminal's is a light one */
	bool sixel, kitty; /* GRAPHICS: it takes these; one event for each */
	char *text;	   /* PASTE: owned, valid UTF-8, may hold newlines */
};
void input_release(struct input *in);

struct input_decoder;
struct input_decoder *input_decoder_new(void);
void input_decoder_free(struct input_decoder *d);
/* A sequence the terminal's description names for a key. */
void input_decoder_add(struct input_decoder *d, const char *sequence,
		       uint32_t key);
void input_decoder_set_utf8(struct input_decoder *d, bool utf8);
void input_decoder_feed(struct input_decoder *d, const void *p, size_t len,
			int64_t now_ms);
/* The next event; false: nothing complete yet. The caller releases *out. */
bool input_decoder_next(struct input_decoder *d, int64_t now_ms,
			struct input *out);
/* When to call next() again although no byte came; -1: no such time. */
int64_t input_decoder_deadline(const struct input_decoder *d);
#endif
