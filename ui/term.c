/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/term.h"
#define NCURSES_WIDECHAR 1
#include <curses.h>
#include <term.h>
#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include "base/clock.h"
#include "base/codec.h"
#include "base/utf8.h"
#include "ui/overlay.h"
#include "ui/sgr.h"
#include "ui/term_kind.h"

/*
 * ncurses writes into a memory file, not to the terminal: a frame is taken
 * from there, colours the terminal's description cannot name are put in as
 * 24-bit ones, and the whole goes out in one write. Input is decoded by
 * input.c, so that nothing here ever waits for a key.
 */

#define MAX_PAIRS 1024
#define MAX_HANDLES 240 /* palette numbers 16..255 standing for RGB */
#define RUN_MAX 256

/* What a style number came to on this terminal. */
struct attributes {
	bool known;
	attr_t attrs;
	int pair;
};

static struct {
	bool open, outside; /* outside: another program has the terminal */
	SCREEN *screen;
	FILE *memory;
	int memory_fd;
	struct termios saved, raw;
	struct sigaction on_stop, on_interrupt; /* ours, while outside */
	struct input_decoder *decoder;
	struct str out; /* to the terminal, behind ncurses' own */
	enum term_depth depth;
	bool plain, utf8, locale_utf8, mouse, can_mouse, idle_marks, direct;
	bool reorder; /* term_set_manner */
	unsigned long long bytes_read;
	int cursor_x, cursor_y; /* -1: hidden */
	struct attributes styles[TERM_STYLES];
	struct {
		int fg, bg;
	} pairs[MAX_PAIRS];
	int n_pairs;
	struct sgr sgr;
	struct overlay overlay;
	int cell_w, cell_h; /* pixels; 0 not known */
	bool ansi;	    /* its attributes are those sgr.c understands */
	int handle_rgb[MAX_HANDLES];
	int n_handles;
	void (*missing)(void *ctx, unsigned style, struct term_look *out);
	void *missing_ctx;
} t = {.memory_fd = -1};

/* --- output --------------------------------------------------------------- */
static void write_all(const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(STDOUT_FILENO, s, len);
		if (n > 0) {
			s += n;
			len -= (size_t)n;
		} else if (n < 0 && errno == EAGAIN) {
			struct pollfd p = {STDOUT_FILENO, POLLOUT, 0};
			poll(&p, 1, 1000);
		} else if (!(n < 0 && errno == EINTR)) {
			return; /* the terminal is gone; reading will tell */
		}
	}
}

static void add_frame(struct str *b, const char *s, size_t len)
{
	t.sgr.rgb = t.handle_rgb;
	t.sgr.n_rgb = t.depth == TERM_TRUE && !t.direct ? t.n_handles : 0;
	if (t.ansi)
		sgr_add(&t.sgr, b, s, len);
	else
		str_add_mem(b, s, len);
}

/* Sends what ncurses has written since last time, then t.out. */
static void send_out(void)
{
	struct str frame CLEANUP(str_release) = STR_INIT;
	off_t len = lseek(t.memory_fd, 0, SEEK_CUR);

	if (len > 0) {
		char *raw CLEANUP(mem_free_ptr) = xmalloc((size_t)len + 1);
		ssize_t got = pread(t.memory_fd, raw, (size_t)len, 0);
		raw[got > 0 ? got : 0] = '\0';
		if (got > 0)
			add_frame(&frame, raw, (size_t)got);
		lseek(t.memory_fd, 0, SEEK_SET);
		if (ftruncate(t.memory_fd, 0) < 0)
			BUG("memory file: %s", strerror(errno));
	}
	if (t.ansi && t.out.len)
		sgr_settle(&t.sgr, &frame);
	str_add_mem(&frame, t.out.s, t.out.len);
	str_clear(&t.out);
	write_all(frame.s, frame.len);
}

static int put_out(int c)
{
	str_add_char(&t.out, (char)c);
	return c;
}

static void put_capability(const char *cap)
{
	const char *s = tigetstr(cap);

	if (s && s != (const char *)-1)
		tputs(s, 1, put_out);
}

static void modes_on(void)
{
	put_capability("smkx");
	if (!t.can_mouse)
		return;
	str_add(&t.out, "\033[?2004h");
	if (t.mouse)
		str_add(&t.out, "\033[?1000h\033[?1002h\033[?1006h");
}

static void modes_off(void)
{
	if (t.can_mouse)
		str_add(&t.out, "\033[?1006l\033[?1002l\033[?1000l\033[?2004l");
	put_capability("rmkx");
}

/* --- opening -------------------------------------------------------------- */
static bool refuse(struct err *err, const char *name)
{
	return err_set(
		err, ERR_INPUT,
		"this terminal (TERM=%s) cannot place text on the screen; "
		"set TERM to what you use, such as xterm-256color. "
		"`retinue list` and the other verbs work anywhere",
		name ? name : "not set");
}

static enum term_depth find_depth(const char *wish)
{
	static const struct {
		const char *name;
		enum term_depth depth;
	} wishes[] = {{"never", TERM_MONO},
		      {"8", TERM_8},
		      {"16", TERM_16},
		      {"256", TERM_256},
		      {"true", TERM_TRUE}};
	const char *no = getenv("NO_COLOR"), *ct = getenv("COLORTERM");
	int colours = tigetnum("colors");
	enum term_depth can = colours >= 256  ? TERM_256
			      : colours >= 16 ? TERM_16
			      : colours >= 8  ? TERM_8
					      : TERM_MONO;
	bool rgb = t.direct || str_eq(ct, "truecolor") || str_eq(ct, "24bit");

	for (size_t i = 0; wish && i < ARRAY_LEN(wishes); i++) {
		if (!str_eq(wish, wishes[i].name))
			continue;
		if (wishes[i].depth == TERM_TRUE)
			return can == TERM_256 ? TERM_TRUE : can;
		return wishes[i].depth < can ? wishes[i].depth : can;
	}
	if (no && *no && !str_eq(wish, "always"))
		return TERM_MONO;
	return can == TERM_256 && rgb ? TERM_TRUE : can;
}

static void add_known_keys(void)
{
	static const struct {
		const char *cap;
		uint32_t key;
	} caps[] = {
		{"kcuu1", KBD_UP},
		{"kcud1", KBD_DOWN},
		{"kcub1", KBD_LEFT},
		{"kcuf1", KBD_RIGHT},
		{"khome", KBD_HOME},
		{"kend", KBD_END},
		{"kpp", KBD_PAGE_UP},
		{"knp", KBD_PAGE_DOWN},
		{"kich1", KBD_INSERT},
		{"kdch1", KBD_DELETE},
		{"kcbt", KBD_TAB | KBD_SHIFT},
		{"kent", KBD_ENTER},
		{"kf1", KBD_F1},
		{"kf2", KBD_F2},
		{"kf3", KBD_F3},
		{"kf4", KBD_F4},
		{"kf5", KBD_F5},
		{"kf6", KBD_F6},
		{"kf7", KBD_F7},
		{"kf8", KBD_F8},
		{"kf9", KBD_F9},
		{"kf10", KBD_F10},
		{"kf11", KBD_F11},
		{"kf12", KBD_F12},
	};

	for (size_t i = 0; i < ARRAY_LEN(caps); i++) {
		const char *s = tigetstr(caps[i].cap);
		if (s && s != (const char *)-1 && s[0] == 0x1b && s[1])
			input_decoder_add(t.decoder, s, caps[i].key);
	}
	if (t.saved.c_cc[VERASE] == 8)
		input_decoder_add(t.decoder, "\b", KBD_BACKSPACE);
}

static bool open_memory(struct err *err)
{
	t.memory_fd = memfd_create("frame", MFD_CLOEXEC);
	if (t.memory_fd < 0)
		return err_errno(err, "no memory file for the screen");
	t.memory = fdopen(t.memory_fd, "w+");
	if (!t.memory)
		return err_errno(err, "no memory file for the screen");
	return true;
}

static void set_raw(void)
{
	t.raw = t.saved;
	t.raw.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR |
				     IGNCR | ICRNL | IXON);
	t.raw.c_oflag &= ~(tcflag_t)OPOST;
	t.raw.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
	t.raw.c_cc[VMIN] = 0;
	t.raw.c_cc[VTIME] = 0;
	tcsetattr(STDIN_FILENO, TCSANOW, &t.raw);
}

bool term_open(const struct term_options *o, struct err *err)
{
	const char *name = getenv("TERM");

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
		return err_set(
			err, ERR_INPUT,
			"the screens need a terminal; `retinue list` and "
			"the other verbs work without one");
	if (!name || !*name || str_eq(name, "dumb"))
		return refuse(err, name);
	if (!open_memory(err))
		return false;
	tcgetattr(STDIN_FILENO, &t.saved);
	t.screen = newterm(NULL, t.memory, stdin);
	if (!t.screen || !cursor_address || hard_copy) {
		if (t.screen)
			delscreen(t.screen);
		fclose(t.memory);
		return refuse(err, name);
	}
	t.open = true;
	str_init(&t.out);
	t.locale_utf8 = str_eq(nl_langinfo(CODESET), "UTF-8");
	t.utf8 = t.locale_utf8 && !o->ascii;
	t.direct = tigetflag("RGB") > 0;
	t.can_mouse = term_kind_is_known(name);
	t.ansi = (t.can_mouse || str_eq(name, "linux")) && !t.direct;
	sgr_init(&t.sgr);
	t.mouse = o->mouse;
	t.plain = o->plain;
	t.idle_marks = getenv("RETINUE_TEST_IDLE") != NULL;
	t.cursor_x = t.cursor_y = -1;
	t.decoder = input_decoder_new();
	/* How it is drawn says nothing about what is typed. */
	input_decoder_set_utf8(t.decoder, t.locale_utf8);
	set_raw();
	add_known_keys();
	nonl();
	typeahead(-1);
	t.depth = find_depth(o->colour);
	if (t.depth != TERM_MONO) {
		start_color();
		use_default_colors();
	}
	idlok(stdscr, TRUE);
	idcok(stdscr, TRUE);
	leaveok(stdscr, FALSE);
	term_resize();
	modes_on();
	if (o->ask_background && t.can_mouse && t.depth != TERM_MONO)
		str_add(&t.out, "\033]11;?\033\\");
	if (o->ask_graphics && term_has_overlay())
		term_kind_add_question(&t.out);
	return true;
}

static void stay_alive(int number)
{
	(void)number;
}

/* While another program has the terminal, C-c is meant for it and C-z for the
 * whole job: our own handlers step aside. */
static void signals_aside(bool aside)
{
	struct sigaction stop = {.sa_handler = SIG_DFL};
	struct sigaction interrupt = {.sa_handler = stay_alive};

	if (aside) {
		sigaction(SIGTSTP, &stop, &t.on_stop);
		sigaction(SIGINT, &interrupt, &t.on_interrupt);
	} else {
		sigaction(SIGTSTP, &t.on_stop, NULL);
		sigaction(SIGINT, &t.on_interrupt, NULL);
	}
}

void term_close(void)
{
	if (!t.open)
		return;
	term_leave();
	signals_aside(false);
	delscreen(t.screen);
	fclose(t.memory);
	input_decoder_free(t.decoder);
	str_release(&t.out);
	overlay_release(&t.overlay);
	t.open = false;
	t.memory_fd = -1;
	t.n_pairs = t.n_handles = 0;
}

void term_leave(void)
{
	if (!t.open || t.outside)
		return;
	signals_aside(true);
	overlay_wipe(&t.overlay, &t.out);
	overlay_forget(&t.overlay, &t.out);
	overlay_lose(&t.overlay);
	curs_set(1);
	modes_off();
	endwin();
	if (t.ansi)
		str_add(&t.out, "\033[m");
	send_out();
	sgr_init(&t.sgr);
	tcsetattr(STDIN_FILENO, TCSANOW, &t.saved);
	t.outside = true;
}

void term_enter(void)
{
	if (!t.open || !t.outside)
		return;
	t.outside = false;
	signals_aside(false);
	set_raw();
	modes_on();
	term_resize();
	clearok(curscr, TRUE);
}

void term_suspend(void)
{
	term_leave();
	kill(0, SIGTSTP);
	term_enter();
}

/* --- input ---------------------------------------------------------------- */
int term_fd(void)
{
	return STDIN_FILENO;
}

bool term_read(void)
{
	char buffer[4096];

	for (;;) {
		ssize_t n = read(STDIN_FILENO, buffer, sizeof(buffer));
		if (n > 0)
			t.bytes_read += (unsigned long long)n;
		if (n > 0)
			input_decoder_feed(t.decoder, buffer, (size_t)n,
					   clock_mono_ms());
		if (n == (ssize_t)sizeof(buffer))
			continue;
		/* VMIN 0: nothing there reads as 0 too; only an error or a
		 * hang-up reported by poll is the end. */
		return n >= 0 || errno == EAGAIN || errno == EINTR;
	}
}

bool term_next_input(struct input *out)
{
	return input_decoder_next(t.decoder, clock_mono_ms(), out);
}

int64_t term_input_deadline(void)
{
	return input_decoder_deadline(t.decoder);
}

/* --- what it is ----------------------------------------------------------- */
int term_width(void)
{
	return COLS;
}

int term_height(void)
{
	return LINES;
}

void term_resize(void)
{
	struct winsize ws = {0};
	int rows = 24, cols = 80;

	if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &ws) == 0 && ws.ws_row &&
	    ws.ws_col) {
		rows = ws.ws_row;
		cols = ws.ws_col;
		t.cell_w = ws.ws_xpixel / ws.ws_col;
		t.cell_h = ws.ws_ypixel / ws.ws_row;
	}
	if (rows == LINES && cols == COLS)
		return;
	resizeterm(rows, cols);
	overlay_lose(&t.overlay);
}

enum term_depth term_depth(void)
{
	return t.depth;
}

bool term_is_plain(void)
{
	return t.plain;
}

bool term_is_utf8(void)
{
	return t.utf8;
}

void term_set_mouse(bool on)
{
	if (on == t.mouse)
		return;
	t.mouse = on;
	if (t.can_mouse)
		str_add(&t.out, on ? "\033[?1000h\033[?1002h\033[?1006h"
				   : "\033[?1006l\033[?1002l\033[?1000l");
}

/* --- looks ---------------------------------------------------------------- */
/* A look's colour as this terminal numbers it. */
static int colour_number(int colour)
{
	if (colour < 0 || !(colour & TERM_RGB))
		return colour;
	colour &= 0xffffff;
	if (t.direct)
		return colour < 8 ? 8 : colour;
	for (int i = 0; i < t.n_handles; i++)
		if (t.handle_rgb[i] == colour)
			return 16 + i;
	if (t.n_handles == MAX_HANDLES)
		return -1;
	t.handle_rgb[t.n_handles] = colour;
	return 16 + t.n_handles++;
}

static int take_pair(int fg, int bg)
{
	if (fg < 0 && bg < 0)
		return 0;
	for (int i = 0; i < t.n_pairs; i++)
		if (t.pairs[i].fg == fg && t.pairs[i].bg == bg)
			return i + 1;
	if (t.n_pairs == MAX_PAIRS || t.n_pairs + 1 >= COLOR_PAIRS ||
	    init_extended_pair(t.n_pairs + 1, fg, bg) == ERR)
		return 0;
	t.pairs[t.n_pairs].fg = fg;
	t.pairs[t.n_pairs].bg = bg;
	return ++t.n_pairs;
}

void term_set_look(unsigned style, const struct term_look *look)
{
	struct attributes *a = &t.styles[style % TERM_STYLES];

	a->known = true;
	a->attrs = (look->attrs & TERM_BOLD ? A_BOLD : 0) |
		   (look->attrs & TERM_UNDERLINE ? A_UNDERLINE : 0) |
		   (look->attrs & TERM_REVERSE ? A_REVERSE : 0) |
		   (look->attrs & TERM_DIM ? A_DIM : 0) |
		   (look->attrs & TERM_ITALIC ? A_ITALIC : 0);
	a->pair = t.depth == TERM_MONO ? 0
				       : take_pair(colour_number(look->fg),
						   colour_number(look->bg));
}

void term_clear_looks(void)
{
	memset(t.styles, 0, sizeof(t.styles));
	t.n_pairs = t.n_handles = 0;
}

void term_on_missing_look(void (*fn)(void *ctx, unsigned style,
				     struct term_look *out),
			  void *ctx)
{
	t.missing = fn;
	t.missing_ctx = ctx;
}

static const struct attributes *attributes(unsigned style)
{
	struct attributes *a = &t.styles[style % TERM_STYLES];

	if (!a->known) {
		struct term_look look = {.fg = -1, .bg = -1};
		if (t.missing)
			t.missing(t.missing_ctx, style, &look);
		term_set_look(style, &look);
	}
	return a;
}

/* --- cells ---------------------------------------------------------------- */
static void set_cell(cchar_t *c, const wchar_t *text, unsigned style)
{
	const struct attributes *a = attributes(style);
	int pair = a->pair;

	if (setcchar(c, text, a->attrs, 0, &pair) == ERR)
		setcchar(c, L"?", a->attrs, 0, &pair);
}

void term_erase(void)
{
	erase();
}

void term_fill(int x, int y, int w, unsigned style)
{
	cchar_t run[RUN_MAX];

	overlay_cover(&t.overlay, x, y, w);
	set_cell(&run[0], L" ", style);
	for (int i = 1; i < w && i < RUN_MAX; i++)
		run[i] = run[0];
	for (; w > 0; x += RUN_MAX, w -= RUN_MAX)
		mvadd_wchnstr(y, x, run, w < RUN_MAX ? w : RUN_MAX);
}

void term_put_ascii(int x, int y, unsigned style, const char *s, size_t len)
{
	cchar_t run[RUN_MAX], cell;

	overlay_cover(&t.overlay, x, y, (int)len);
	set_cell(&cell, L" ", style);
	while (len) {
		size_t n = len < RUN_MAX ? len : RUN_MAX;
		for (size_t i = 0; i < n; i++) {
			run[i] = cell;
			run[i].chars[0] = s[i] >= 0x20 && s[i] < 0x7f
						  ? (wchar_t)s[i]
						  : L'?';
		}
		mvadd_wchnstr(y, x, run, (int)n);
		x += (int)n;
		s += n;
		len -= n;
	}
}

void term_put(int x, int y, unsigned style, const char *cluster, size_t len,
	      int cells)
{
	wchar_t text[CCHARW_MAX + 1], next[2] = L" ";
	cchar_t cell[2];
	size_t n = 0;

	while (len && n < CCHARW_MAX) {
		uint32_t rune;
		size_t used = utf8_decode(cluster, len, &rune);
		int w = wcwidth((wchar_t)rune);
		cluster += used;
		len -= used;
		if (n == 0 && w <= 0)
			text[n++] = L'?';
		else if (n == 0)
			text[n++] = (wchar_t)rune;
		else if (w == 0 && rune != 0x200d && rune != 0xfe0f)
			text[n++] = (wchar_t)rune;
		else if (w == 1 && cells == 2 && next[0] == L' ')
			next[0] = (wchar_t)rune; /* half of a flag */
		/* A second spacing character does not fit a cell. */
	}
	if (!n)
		return;
	overlay_cover(&t.overlay, x, y, cells);
	text[n] = L'\0';
	if (wcwidth(text[0]) > cells) {
		text[0] = L'?';
		text[1] = L'\0';
	}
	set_cell(&cell[0], text, style);
	set_cell(&cell[1], next, style);
	mvadd_wchnstr(y, x, cell, wcwidth(text[0]) < cells ? 2 : 1);
}

void term_restyle(int x, int y, int w, unsigned style)
{
	const struct attributes *a = attributes(style);
	int pair = a->pair;

	mvchgat(y, x, w, a->attrs, 0, &pair);
}

void term_put_border(int x, int y, unsigned style, enum term_border part)
{
	static const char ascii[] = "-|+++++++++";
	const cchar_t *wide[] = {WACS_HLINE,	WACS_VLINE,    WACS_ULCORNER,
				 WACS_URCORNER, WACS_LLCORNER, WACS_LRCORNER,
				 WACS_LTEE,	WACS_RTEE,     WACS_TTEE,
				 WACS_BTEE,	WACS_PLUS};
	const struct attributes *a = attributes(style);
	cchar_t cell;

	overlay_cover(&t.overlay, x, y, 1);
	if (t.plain || !t.utf8) {
		term_put_ascii(x, y, style, t.plain ? " " : &ascii[part], 1);
		return;
	}
	cell = *wide[part];
	cell.attr = (cell.attr & (A_ALTCHARSET | A_CHARTEXT)) | a->attrs;
	cell.ext_color = a->pair;
	mvadd_wchnstr(y, x, &cell, 1);
}

void term_set_cursor(int x, int y)
{
	t.cursor_x = x;
	t.cursor_y = y;
}

void term_hide_cursor(void)
{
	t.cursor_x = t.cursor_y = -1;
}

void term_set_manner(bool plain, bool ascii, bool reorder)
{
	t.plain = plain;
	t.utf8 = t.locale_utf8 && !ascii;
	t.reorder = reorder;
}

bool term_reorders(void)
{
	return t.reorder && t.utf8;
}

void term_bell(void)
{
	str_add_char(&t.out, '\a');
}

void term_notify(const char *title, const char *text)
{
	term_kind_add_notice(&t.out, title, text);
}

/* --- pictures --- */
bool term_has_overlay(void)
{
	return t.ansi;
}

bool term_cell_size(int *width, int *height)
{
	*width = t.cell_w;
	*height = t.cell_h;
	return t.cell_w > 0 && t.cell_h > 0;
}

void term_begin_pictures(void)
{
	overlay_begin(&t.overlay);
}

void term_put_picture(int x, int y, struct art *a, int first, int rows)
{
	overlay_put(&t.overlay, x, y, a, first, rows);
}

/* Rows that showed another picture are written anew. A terminal that scrolled
 * them would take pixels along that ncurses knows nothing of. */
static void wipe_pictures(void)
{
	bool stale = overlay_is_stale(&t.overlay);

	idlok(stdscr, overlay_is_empty(&t.overlay));
	if (!stale)
		return;
	overlay_wipe(&t.overlay, &t.out);
	for (size_t i = 0; i < t.overlay.shown.n; i++) {
		const struct overlay_item *item = &t.overlay.shown.v[i];
		int rows = item->y + item->rows <= LINES ? item->rows
							 : LINES - item->y;

		if (item->y < LINES)
			wredrawln(stdscr, item->y, rows);
	}
}

static void send_frame(void)
{
	if (overlay_is_stale(&t.overlay))
		overlay_paint(&t.overlay, &t.out);
	send_out();
}

void term_flush(void)
{
	if (!t.open || t.outside)
		return;
	if (t.cursor_x >= 0 && t.cursor_x < COLS && t.cursor_y < LINES)
		move(t.cursor_y, t.cursor_x);
	curs_set(t.cursor_x >= 0);
	wipe_pictures();
	wnoutrefresh(stdscr);
	doupdate();
	send_frame();
}

void term_redraw(void)
{
	overlay_lose(&t.overlay);
	clearok(curscr, TRUE);
}

void term_announce_idle(void)
{
	struct str mark CLEANUP(str_release) = STR_INIT;

	if (!t.idle_marks || !t.open || t.outside)
		return;
	str_addf(&mark, "\033]7771;idle;%llu;%dx%d\a", t.bytes_read, COLS,
		 LINES);
	write_all(mark.s, mark.len);
}

void term_copy(const char *text)
{
	if (!t.can_mouse)
		return;
	str_add(&t.out, "\033]52;c;");
	codec_base64_add(&t.out, text, strlen(text));
	str_add_char(&t.out, '\a');
}

void term_add_row_text(struct str *b, int y)
{
	wchar_t row[1024];
	int n = mvinnwstr(y, 0, row, (int)ARRAY_LEN(row) - 1);

	while (n > 0 && row[n - 1] == L' ')
		n--;
	for (int i = 0; i < n; i++)
		str_add_rune(b, (uint32_t)row[i]);
}
