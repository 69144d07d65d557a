/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/picture.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>
#include "base/codec.h"
#include "base/log.h"
#include "base/proc.h"
#include "base/utf8.h"
#include "config/config.h"
#include "text/image.h"
#include "ui/app.h"
#include "ui/input.h"
#include "ui/overlay.h"
#include "ui/task.h"

#define BYTES_MAX ((size_t)10 << 20)
#define PIXELS_MAX ((int64_t)50 << 20)
#define DOT 3 /* what measures no more is there to count who reads */
#define DECODE_MS 5000
#define OUT_MAX ((size_t)16 << 20)
#define USUAL_CELL_W 9
#define USUAL_CELL_H 18

/* What was asked of chafa; the task's until it is over. */
struct rendering {
	struct picture *picture; /* NULL: nobody waits for it any longer */
	struct bytes data;
	enum picture_way way;
	enum term_depth depth;
	bool utf8;
	int cell_w, cell_h;
	struct art *art;
	bool ok;
	struct err err;
};

struct picture {
	int cols, rows;
	struct art *art; /* NULL: not ready */
	bool failed;
	struct rendering *rendering;
	void (*ready)(struct app *app, void *ctx);
	void *ctx;
};

struct pictures {
	VEC(struct rendering *) waiting;
	bool running, sixel, kitty, has_chafa;
	unsigned last_id;
};

/* --- which way ------------------------------------------------------------- */

static bool is_in_path(const char *program)
{
	struct strv dirs CLEANUP(strv_release);
	const char *path = getenv("PATH");

	strv_init(&dirs);
	strv_split(&dirs, path ? path : "/usr/bin:/bin", ":");
	for (size_t i = 0; i < dirs.n; i++) {
		char *file CLEANUP(mem_free_ptr) =
			xasprintf("%s/%s", dirs.v[i], program);

		if (access(file, X_OK) == 0)
			return true;
	}
	return false;
}

struct pictures *pictures_new(void)
{
	struct pictures *p = xcalloc(1, sizeof(*p));

	p->has_chafa = is_in_path("chafa");
	return p;
}

/* Choices of the option, in its order. */
enum wish { WISH_AUTO, WISH_KITTY, WISH_SIXEL, WISH_SYMBOLS, WISH_OFF };

static enum wish wish(const struct config *config)
{
	return config ? (enum wish)config_choice(config, NULL, CONFIG_IMAGES)
		      : WISH_OFF;
}

bool pictures_may_be_sent(const struct config *config)
{
	return wish(config) == WISH_AUTO && is_in_path("chafa");
}

enum picture_way picture_way(const struct app *app)
{
	const struct pictures *p = app->pictures;
	int w, h;
	bool sized = term_cell_size(&w, &h);

	if (!p->has_chafa || app->accessible || term_depth() == TERM_MONO ||
	    !term_has_overlay())
		return PICTURE_NONE;
	switch (wish(app->config)) {
	case WISH_OFF:
		return PICTURE_NONE;
	case WISH_KITTY:
		return PICTURE_KITTY;
	case WISH_SIXEL:
		return sized ? PICTURE_SIXEL : PICTURE_SYMBOLS;
	case WISH_SYMBOLS:
		return PICTURE_SYMBOLS;
	case WISH_AUTO:
		break;
	}
	return p->kitty		   ? PICTURE_KITTY
	       : p->sixel && sized ? PICTURE_SIXEL
				   : PICTURE_SYMBOLS;
}

void pictures_take_answer(struct app *app, const struct input *in)
{
	app->pictures->sixel |= in->sixel;
	app->pictures->kitty |= in->kitty;
	app_damage(app, DAMAGE_ALL);
}

/* --- what chafa printed ------------------------------------------------------ */

/* One row of symbols: characters of the screen and changes of colour. */
static bool is_row(const char *s, size_t len, int cols)
{
	size_t i = 0;
	int used = 0;

	while (i < len) {
		uint32_t rune;
		int cells;

		if (s[i] != 0x1b) {
			utf8_decode(s + i, len - i, &rune);
			if (rune < 0x20 || (rune >= 0x7f && rune < 0xa0) ||
			    rune == UTF8_REPLACEMENT)
				return false;
			i += utf8_grapheme(s + i, len - i, &cells);
			used += cells;
			continue;
		}
		if (++i == len || s[i++] != '[')
			return false;
		while (i < len && (s[i] == ';' || (s[i] >= '0' && s[i] <= '9')))
			i++;
		if (i == len || s[i++] != 'm')
			return false;
	}
	return used <= cols;
}

static bool take_symbols(struct art *a, const struct str *out)
{
	const char *s = out->s;

	while (*s && a->symbols.n < (size_t)a->rows) {
		size_t n = strcspn(s, "\n");

		if (!is_row(s, n, a->cols))
			return false;
		strv_give(&a->symbols, xstrndup(s, n));
		s += n + (s[n] == '\n');
	}
	return a->symbols.n > 0;
}

/* ESC P params q "1;1;width;height data ESC \, of nothing but sixel. */
static bool take_sixel(struct art *a, const struct str *out)
{
	const char *s = strstr(out->s, "\033P"), *size, *end;

	if (!s || !(end = strstr(s, "\033\\")))
		return false;
	for (const char *p = s + 2; p < end; p++)
		if ((*p < 0x21 || *p > 0x7e) && *p != '\n' && *p != '\r')
			return false;
	size = strstr(s, "q\"1;1;");
	if (!size || size > end ||
	    sscanf(size + 6, "%d;%d", &a->width, &a->height) != 2)
		return false;
	mem_replace(&a->sixel, xstrndup(s, (size_t)(end - s) + 2));
	return true;
}

/* ESC _ G keys ; base64 ESC \ in any number of chunks, each with an end of its
 * own; the first names width and height. Only the pixels are kept. */
static bool take_kitty(struct art *a, const struct str *out)
{
	struct str pixels CLEANUP(str_release) = STR_INIT;
	struct str again = STR_INIT;
	const char *s = strstr(out->s, "\033_G");

	if (!s || strncmp(s, "\033_Ga=T,f=32,s=", 14) != 0 ||
	    sscanf(s + 14, "%d,v=%d", &a->width, &a->height) != 2)
		return false;
	for (; s; s = strstr(s, "\033_G")) {
		size_t n;

		s += 3;
		s += strcspn(s, ";\033");
		s += *s == ';';
		n = strcspn(s, "\033");
		if (!codec_base64_decode(&pixels, s, n))
			return false;
		s += n;
	}
	if (a->width < 1 || a->height < 1 ||
	    pixels.len / 4 / (size_t)a->width != (size_t)a->height ||
	    pixels.len % ((size_t)a->width * 4))
		return false;
	codec_base64_add(&again, pixels.s, pixels.len);
	mem_replace(&a->kitty, str_take(&again));
	return true;
}

/* --- running it ------------------------------------------------------------ */

static const char *colours_of(enum term_depth d)
{
	return d == TERM_TRUE  ? "full"
	       : d == TERM_256 ? "240"
	       : d == TERM_16  ? "16"
			       : "8";
}

/* The shell sets limits, then becomes chafa; nothing of the picture is in any
 * argument. */
static bool run_chafa(struct rendering *r, const char *format, int cols,
		      int rows, struct str *out)
{
	struct strv argv CLEANUP(strv_release);
	const char *const fixed[] = {
		"sh",
		"-c",
		"ulimit -t 10; ulimit -v 1500000; ulimit -f 0; exec \"$@\"",
		"sh",
		"chafa",
		"--format",
		format,
		"--colors",
		colours_of(r->depth),
		"--symbols",
		r->utf8 ? "block+space-wide" : "ascii",
		"--stretch",
		"--animate",
		"off",
		"--size",
	};
	int status = 0;

	strv_init(&argv);
	for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
		strv_add(&argv, fixed[i]);
	strv_give(&argv, xasprintf("%dx%d", cols, rows));
	strv_add(&argv, "-");
	if (!proc_run(&argv, NULL, &r->data, out, OUT_MAX, DECODE_MS, &status,
		      &r->err))
		return false;
	return status == 0 && !str_is_truncated(out)
		       ? true
		       : err_set(&r->err, ERR_INPUT, "chafa ended with %d",
				 status);
}

static bool render_symbols(struct rendering *r)
{
	struct str out CLEANUP(str_release) = STR_INIT;

	return run_chafa(r, "symbols", r->art->cols, r->art->rows, &out) &&
	       take_symbols(r->art, &out);
}

static bool render_pixels_as(struct rendering *r, int cols, int rows)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	bool kitty = r->way == PICTURE_KITTY;

	return run_chafa(r, kitty ? "kitty" : "sixels", cols, rows, &out) &&
	       (kitty ? take_kitty(r->art, &out) : take_sixel(r->art, &out)) &&
	       r->art->width > 0 && r->art->height > 0;
}

/* Where chafa does not know what a cell of this terminal measures, its answer is
 * of another size: then it is asked for as many of its own cells. */
static bool render_pixels(struct rendering *r)
{
	struct art *a = r->art;
	int w = a->cols * r->cell_w, h = a->rows * r->cell_h;
	int cols, rows;

	if (!render_pixels_as(r, a->cols, a->rows))
		return false;
	if (a->width <= w && a->width * 4 >= w * 3 && a->height <= h &&
	    a->height * 4 >= h * 3)
		return true;
	cols = (int)((int64_t)a->cols * w / a->width);
	rows = (int)((int64_t)a->rows * h / a->height);
	return render_pixels_as(r, cols ? cols : 1, rows ? rows : 1) &&
	       (r->way == PICTURE_KITTY || (a->width <= w && a->height <= h));
}

/* A sixel picture that is partly scrolled away is shown as symbols. */
static void work(void *ctx)
{
	struct rendering *r = ctx;

	r->ok = r->way == PICTURE_SYMBOLS || render_pixels(r);
	if (r->ok && r->way != PICTURE_KITTY)
		r->ok = render_symbols(r);
}

static void free_rendering(void *ctx)
{
	struct rendering *r = ctx;

	if (r->picture)
		r->picture->rendering = NULL;
	art_unref(r->art);
	bytes_release(&r->data);
	free(r);
}

static void start_next(struct app *app);

static void done(struct app *app, void *ctx)
{
	struct rendering *r = ctx;
	struct picture *p = r->picture;

	app->pictures->running = false;
	if (p) {
		p->failed = !r->ok;
		if (r->ok)
			p->art = art_ref(r->art);
		else
			log_at(LOG_INFO, "picture", "%s",
			       r->err.kind ? r->err.text
					   : "chafa's answer is no picture");
		p->rendering = NULL;
		r->picture = NULL;
		p->ready(app, p->ctx);
		app_damage(app, DAMAGE_SCREEN);
	}
	free_rendering(r);
	start_next(app);
}

static void start_next(struct app *app)
{
	struct pictures *all = app->pictures;
	struct task_spec spec = {
		.work = work, .done = done, .drop = free_rendering};

	while (!all->running && all->waiting.n) {
		struct rendering *r = all->waiting.v[0];

		vec_remove(&all->waiting, 0);
		if (!r->picture) {
			free_rendering(r);
			continue;
		}
		all->running = true;
		spec.ctx = r;
		task_start(app, &spec);
	}
}

void pictures_free(struct app *app)
{
	struct pictures *all = app->pictures;

	for (size_t i = 0; i < all->waiting.n; i++)
		free_rendering(all->waiting.v[i]);
	vec_release(&all->waiting);
	free(all);
	app->pictures = NULL;
}

/* --- one picture ------------------------------------------------------------- */

/* Cells for so many pixels, in its shape, within cols by rows. */
static void fit(struct picture *p, const struct image_info *info, int cell_w,
		int cell_h, int cols, int rows)
{
	int64_t w = info->width, h = info->height;

	p->cols = (int)((w + cell_w - 1) / cell_w);
	if (p->cols > cols)
		p->cols = cols;
	p->rows = (int)((p->cols * cell_w * h / w + cell_h / 2) / cell_h);
	if (p->rows > rows) {
		p->rows = rows;
		p->cols = (int)((rows * cell_h * w / h + cell_w / 2) / cell_w);
	}
	if (p->rows < 1)
		p->rows = 1;
	if (p->cols < 1)
		p->cols = 1;
	if (p->cols > cols)
		p->cols = cols;
}

struct picture *picture_new(struct app *app, struct bytes *taken, int cols,
			    int rows, void (*ready)(struct app *app, void *ctx),
			    void *ctx)
{
	enum picture_way way = picture_way(app);
	struct image_info info;
	struct picture *p;
	struct rendering *r;
	int cell_w, cell_h;

	if (way == PICTURE_NONE || cols < 1 || rows < 1 ||
	    taken->len > BYTES_MAX ||
	    !image_probe(taken->p, taken->len, &info) ||
	    (int64_t)info.width * info.height > PIXELS_MAX ||
	    (info.width <= DOT && info.height <= DOT)) {
		bytes_release(taken);
		return NULL;
	}
	if (!term_cell_size(&cell_w, &cell_h)) {
		cell_w = USUAL_CELL_W;
		cell_h = USUAL_CELL_H;
	}
	p = xcalloc(1, sizeof(*p));
	fit(p, &info, cell_w, cell_h, cols, rows);
	p->ready = ready;
	p->ctx = ctx;
	p->rendering = r = xcalloc(1, sizeof(*r));
	r->picture = p;
	r->data = *taken;
	*taken = (struct bytes){0};
	r->way = way;
	r->depth = term_depth();
	r->utf8 = term_is_utf8();
	r->cell_w = cell_w;
	r->cell_h = cell_h;
	r->art = art_new(++app->pictures->last_id, p->cols, p->rows);
	vec_add(&app->pictures->waiting, r);
	start_next(app);
	return p;
}

void picture_free(struct picture *p)
{
	if (!p)
		return;
	if (p->rendering)
		p->rendering->picture = NULL;
	art_unref(p->art);
	free(p);
}

int picture_cols(const struct picture *p)
{
	return p->cols;
}

int picture_rows(const struct picture *p)
{
	return p->rows;
}

bool picture_has_failed(const struct picture *p)
{
	return p->failed;
}

void picture_draw(const struct picture *p, const struct win *w, int x, int y,
		  int first)
{
	int rows = p->rows - first;

	if (rows > w->h - y)
		rows = w->h - y;
	if (!p->art || rows < 1 || x + p->cols > w->w)
		return;
	term_put_picture(w->x + x, w->y + y, p->art, first, rows);
}
