/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef UI_TERM_H
#define UI_TERM_H
/*
 * The terminal: the only module that knows ncurses, and (house rule 17) the
 * only one with a global, the screen. Cells are put with a style number whose
 * look is set once by theme.c; term_flush() sends one frame in one write.
 * Text put here is already safe: draw.c sees to that.
 */
#include "base/err.h"
#include "ui/input.h"

enum term_depth { TERM_MONO, TERM_8, TERM_16, TERM_256, TERM_TRUE };

struct term_options {
	/* "auto", "always" (in spite of NO_COLOR), "never", "8", "16",
	 * "256", "true"; NULL: auto */
	const char *colour;
	bool mouse;
	bool ascii;	     /* nothing but ASCII, whatever the locale */
	bool plain;	     /* no lines around and between things */
	bool ask_background; /* an INPUT_BACKGROUND event may follow */
	bool ask_graphics;   /* ... INPUT_GRAPHICS events may */
};

/* Fails with a sentence for people: no terminal, unknown or dumb TERM. */
bool term_open(const struct term_options *o, struct err *err) MUST_CHECK;
void term_close(void); /* as it was before; any number of times */
/* Gives the terminal to another program and takes it back (then all must be
 * drawn anew). */
void term_leave(void);
void term_enter(void);
void term_suspend(void); /* job control stop; returns when continued */

int term_fd(void);
/* Reads what is there without waiting. False: end of input (hang-up). */
bool term_read(void);
bool term_next_input(struct input *out); /* caller releases */
int64_t term_input_deadline(void);	 /* clock_mono_ms(), -1: none */

int term_width(void);
int term_height(void);
void term_resize(void); /* asks the size */
enum term_depth term_depth(void);
bool term_is_utf8(void); /* else only ASCII may be put */
void term_set_plain(bool on);
void term_set_ascii(bool on);
bool term_is_plain(void); /* read aloud: no lines, words and not marks */
void term_set_mouse(bool on);

/* The look of style number 0..TERM_STYLES-1. Colours: -1 default, 0..255
 * palette, TERM_RGB | 0xRRGGBB. */
#define TERM_STYLES 4096
#define TERM_RGB 0x1000000
enum term_attr {
	TERM_BOLD = 1,
	TERM_UNDERLINE = 2,
	TERM_REVERSE = 4,
	TERM_DIM = 8,
	TERM_ITALIC = 16
};
struct term_look {
	int fg, bg;
	unsigned attrs; /* enum term_attr */
};
void term_set_look(unsigned style, const struct term_look *look);
void term_clear_looks(void);
/* Asked for a style without a look; fills it. Set once by theme.c. */
void term_on_missing_look(void (*fn)(void *ctx, unsigned style,
				     struct term_look *out),
			  void *ctx);

void term_erase(void);
/* One grapheme cluster of `cells` cells at x, y; must lie inside. */
void term_put(int x, int y, unsigned style, const char *cluster, size_t len,
	      int cells);
void term_put_ascii(int x, int y, unsigned style, const char *s, size_t len);
void term_fill(int x, int y, int w, unsigned style);
/* Restyles cells already put, keeping their text. */
void term_restyle(int x, int y, int w, unsigned style);

enum term_border {
	BORDER_H,
	BORDER_V,
	BORDER_UL,
	BORDER_UR,
	BORDER_LL,
	BORDER_LR,
	BORDER_LEFT,
	BORDER_RIGHT,
	BORDER_TOP,
	BORDER_BOTTOM,
	BORDER_CROSS
};
void term_put_border(int x, int y, unsigned style, enum term_border part);

/* --- pictures; struct art is overlay.h's --- */
struct art;
/* Can something be put over ncurses' cells on this terminal at all? */
bool term_has_overlay(void);
/* Pixels of a cell; false: the terminal does not say. */
bool term_cell_size(int *width, int *height);
/* A frame that draws the screens begins: pictures are put again. */
void term_begin_pictures(void);
/* Rows first.. of it over cells put blank before; what is put later over them
 * covers it. */
void term_put_picture(int x, int y, struct art *a, int first, int rows);

void term_set_cursor(int x, int y);
void term_hide_cursor(void);
void term_bell(void);
/* Without lines, without what is not ASCII; is right-to-left text ours to put in
 * order, and not the terminal's? */
void term_set_manner(bool plain, bool ascii, bool reorder);
bool term_reorders(void);
/* A notification of the terminal, by OSC 777 and, for those that have only
 * that, OSC 9. Controls in the texts are left out. */
void term_notify(const char *title, const char *text);
/* Paints what changed since the last flush. */
void term_flush(void);
void term_redraw(void); /* the next flush paints every cell */
/* Tests wait for this mark (only with RETINUE_TEST_IDLE set): bytes of input
 * read so far and the size drawn, "ESC ] 7771;idle;BYTES;COLSxROWS BEL". */
void term_announce_idle(void);
/* Puts text on the clipboard by OSC 52. */
void term_copy(const char *text);
/* The screen as plain text, for the linear reader and for errors. */
void term_add_row_text(struct str *b, int y);
#endif
