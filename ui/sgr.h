/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_SGR_H
#define UI_SGR_H
/*
 * The last step of a frame: what ncurses wrote, with fewer bytes and more
 * colours. Attribute changes (ECMA-48 SGR) are followed as a state and sent
 * only where a character or an erasure needs them; palette numbers that stand
 * for 24-bit colours are written as such; REP, SU and SD, which some terminals
 * that call themselves xterm lack, are written out. Pure.
 */
#include "base/str.h"

struct sgr_state {
	unsigned attrs; /* bit n: SGR n is on, 1..9 */
	int fg, bg;	/* -1 default, 0..15, 16..255 */
};

struct sgr {
	struct sgr_state want, sent;
	bool graphics;	/* ESC ( 0 is in force */
	const int *rgb; /* of palette numbers 16..16+n_rgb-1 */
	int n_rgb;
};
/* The terminal is in its plain state. */
void sgr_init(struct sgr *s);
/* Appends the frame (len bytes at p) to out. */
void sgr_add(struct sgr *s, struct str *out, const char *p, size_t len);
/* Sends what is still held back (before another program writes). */
void sgr_settle(struct sgr *s, struct str *out);
#endif
