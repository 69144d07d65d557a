/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/sgr.h"
#include <string.h>

#define FIRST_HANDLE 16
#define PARAMS_MAX 16
#define SCROLL_MAX 200
#define REPEAT_MAX 1000

void sgr_init(struct sgr *s)
{
	*s = (struct sgr){.want = {0, -1, -1}, .sent = {0, -1, -1}};
}

/* --- writing ------------------------------------------------------------------- */
static void add_colour(const struct sgr *s, struct str *b, int colour,
		       bool back)
{
	int handle = colour - FIRST_HANDLE;

	if (colour < 0)
		str_add(b, back ? "49;" : "39;");
	else if (handle >= 0 && handle < s->n_rgb)
		str_addf(b, "%d;2;%d;%d;%d;", back ? 48 : 38,
			 s->rgb[handle] >> 16 & 255, s->rgb[handle] >> 8 & 255,
			 s->rgb[handle] & 255);
	else if (colour < 8)
		str_addf(b, "%d;", (back ? 40 : 30) + colour);
	else if (colour < 16)
		str_addf(b, "%d;", (back ? 100 : 90) + colour - 8);
	else
		str_addf(b, "%d;5;%d;", back ? 48 : 38, colour);
}

/* Makes the terminal's attributes what is wanted. */
void sgr_settle(struct sgr *s, struct str *out)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	const struct sgr_state *w = &s->want;
	bool reset = (s->sent.attrs & ~w->attrs) ||
		     (w->fg < 0 && w->bg < 0 && !w->attrs &&
		      (s->sent.fg >= 0 || s->sent.bg >= 0));

	if (memcmp(w, &s->sent, sizeof(*w)) == 0)
		return;
	if (reset) {
		if (w->attrs || w->fg >= 0 || w->bg >= 0)
			str_add(&b, "0;");
		s->sent = (struct sgr_state){0, -1, -1};
	}
	for (int n = 1; n < 10; n++)
		if (w->attrs & ~s->sent.attrs & 1u << n)
			str_addf(&b, "%d;", n);
	if (w->fg != s->sent.fg)
		add_colour(s, &b, w->fg, false);
	if (w->bg != s->sent.bg)
		add_colour(s, &b, w->bg, true);
	if (b.len)
		str_cut(&b, b.len - 1); /* the last semicolon */
	str_addf(out, "\033[%sm", b.s);
	s->sent = *w;
}

/* --- reading ------------------------------------------------------------------- */
struct csi {
	int p[PARAMS_MAX];
	size_t n, len; /* parameters; bytes of the sequence */
	char final;    /* 0: not complete */
	bool private;  /* has '?', '<', blank or other oddities */
};

static struct csi read_csi(const char *p, size_t len)
{
	struct csi c = {.n = 1};
	size_t i = 2;

	for (; i < len && (unsigned char)p[i] < 0x40; i++) {
		if (p[i] >= '0' && p[i] <= '9') {
			if (c.p[c.n - 1] < 100000)
				c.p[c.n - 1] = c.p[c.n - 1] * 10 + (p[i] - '0');
		} else if (p[i] == ';' && c.n < PARAMS_MAX) {
			c.p[c.n++] = 0;
		} else {
			c.private = true;
		}
	}
	c.final = i < len ? p[i] : '\0';
	c.len = i + 1;
	return c;
}

/* Follows one SGR; false: it has something that is not understood. */
static bool follow(struct sgr_state *w, const struct csi *c)
{
	struct sgr_state new = *w;

	for (size_t i = 0; i < c->n; i++) {
		int v = c->p[i];
		if (v == 0)
			new = (struct sgr_state){0, -1, -1};
		else if (v < 10)
			new.attrs |= 1u << v;
		else if (v == 22)
			new.attrs &= ~(1u << 1 | 1u << 2);
		else if (v >= 23 && v <= 29)
			new.attrs &= ~(1u << (v - 20));
		else if (v >= 30 && v <= 37)
			new.fg = v - 30;
		else if (v >= 40 && v <= 47)
			new.bg = v - 40;
		else if (v == 39)
			new.fg = -1;
		else if (v == 49)
			new.bg = -1;
		else if (v >= 90 && v <= 97)
			new.fg = v - 82;
		else if (v >= 100 && v <= 107)
			new.bg = v - 92;
		else if ((v == 38 || v == 48) && i + 2 < c->n &&
			 c->p[i + 1] == 5) {
			*(v == 38 ? &new.fg : &new.bg) = c->p[i + 2] & 255;
			i += 2;
		} else {
			return false;
		}
	}
	*w = new;
	return true;
}

/* Sequences that only move the cursor need no attributes. */
static bool only_moves(char final)
{
	return final && strchr("ABCDEFGHdf", final) != NULL;
}

/* SU and SD: ncurses sends them with the cursor at the margin, where line feed
 * and reverse index do the same in terminals that know neither. */
static bool add_scroll(struct str *out, const struct csi *c)
{
	int n = c->p[0] ? c->p[0] : 1;

	if ((c->final != 'S' && c->final != 'T') || c->n != 1 || n > SCROLL_MAX)
		return false;
	while (n-- > 0)
		str_add(out, c->final == 'S' ? "\n" : "\033M");
	return true;
}

/* Handles what begins with ESC at p; returns its length. */
static size_t take_escape(struct sgr *s, struct str *out, const char *p,
			  size_t len)
{
	if (len > 2 && p[1] == '(') {
		bool on = p[2] == '0';
		/* ncurses repeats this with every reset. */
		if (on != s->graphics)
			str_add_mem(out, p, 3);
		s->graphics = on;
		return 3;
	}
	if (len < 3 || p[1] != '[') {
		sgr_settle(s, out);
		str_add_char(out, *p);
		return 1;
	}
	struct csi c = read_csi(p, len);
	if (!c.final || c.private) {
		sgr_settle(s, out);
		str_add_char(out, *p);
		return 1;
	}
	if (c.final == 'm') {
		if (follow(&s->want, &c))
			return c.len;
		sgr_settle(s, out);
		str_add_mem(out, p, c.len);
		return c.len;
	}
	if (c.final == 'b' && c.p[0] > 0 && c.p[0] <= REPEAT_MAX && out->len) {
		char again = out->s[out->len - 1];
		for (int n = c.p[0]; n > 0; n--)
			str_add_char(out, again);
		return c.len;
	}
	if (!only_moves(c.final))
		sgr_settle(s, out);
	if (add_scroll(out, &c))
		return c.len;
	str_add_mem(out, p, c.len);
	return c.len;
}

void sgr_add(struct sgr *s, struct str *out, const char *p, size_t len)
{
	const char *end = p + len;

	while (p < end) {
		if (*p == 0x1b) {
			p += take_escape(s, out, p, (size_t)(end - p));
			continue;
		}
		const char *esc = memchr(p, 0x1b, (size_t)(end - p));
		size_t n = (size_t)((esc ? esc : end) - p);
		/* Line ends and carriage returns need no attributes either,
		 * but are too rare to care. */
		sgr_settle(s, out);
		str_add_mem(out, p, n);
		p += n;
	}
}
