/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/app.h"
#include <string.h>
#include "base/utf8.h"

#define POPUP_ROWS 8
#define TEXT_LEAST 16 /* cells for what is typed, however long the label */
#define HELP_LEAST 6  /* fewer cells of what is in brackets say nothing */

/* --- the prompt ----------------------------------------------------------- */
struct prompt {
	char *label, *history, *complete;
	struct edit edit;
	bool popup;
	/* A choice instead of a line: */
	char *choices; /* NULL: a line */
	char preset;
	prompt_done_fn *done;
	prompt_change_fn *change;
	prompt_choice_fn *choice;
	void *ctx;
	void (*free_ctx)(void *ctx);
	/* history: -1 the line being typed, kept in `typed` */
	int place;
	char *typed;
	/* search back through the history (C-r) */
	bool searching;
	struct candidates found;
	bool open;    /* the popup is shown */
	int selected; /* -1: none yet */
};

static void free_prompt(struct prompt *p)
{
	free(p->label);
	free(p->history);
	free(p->complete);
	free(p->choices);
	free(p->typed);
	edit_release(&p->edit);
	candidates_release(&p->found);
	if (p->free_ctx)
		p->free_ctx(p->ctx);
	free(p);
}

/* Ends it. The prompt is gone before `done` runs, so that it may open the
 * next one. */
static void finish(struct app *app, const char *text, char choice)
{
	struct prompt *p = app->prompt;

	app->prompt = NULL;
	app_damage(app, DAMAGE_ALL);
	if (p->choices) {
		p->choice(app, p->ctx, choice);
	} else {
		if (text && p->history && !p->edit.secret)
			histories_add(app->histories, p->history, text);
		p->done(app, p->ctx, text);
	}
	free_prompt(p);
}

void prompt_cancel(struct app *app)
{
	if (app->prompt)
		finish(app, NULL, 0);
}

void prompt_free(struct app *app)
{
	if (app->prompt)
		free_prompt(app->prompt);
	app->prompt = NULL;
}

static void refill(struct app *app, struct prompt *p)
{
	candidates_release(&p->found);
	p->selected = -1;
	complete(app, p->complete, p->edit.text.s, p->edit.cursor, &p->found);
}

void prompt_open(struct app *app, const struct prompt_spec *spec)
{
	struct prompt *p = xcalloc(1, sizeof(*p));

	prompt_cancel(app);
	p->label = xstrdup(str_or_empty(spec->label));
	p->history = xstrdup(spec->history);
	p->complete = xstrdup(spec->complete);
	edit_init(&p->edit, spec->secret);
	edit_set(&p->edit, str_or_empty(spec->initial));
	p->popup = spec->popup && spec->complete;
	p->done = spec->done;
	p->change = spec->change;
	p->ctx = spec->ctx;
	p->free_ctx = spec->free_ctx;
	p->place = -1;
	p->selected = -1;
	app->prompt = p;
	if (p->popup) {
		refill(app, p);
		p->open = p->found.n > 0;
	}
	app_damage(app, DAMAGE_ALL);
}

void prompt_choose(struct app *app, const char *question, const char *choices,
		   char preset, prompt_choice_fn *done, void *ctx,
		   void (*free_ctx)(void *ctx))
{
	struct prompt *p = xcalloc(1, sizeof(*p));
	struct str b = STR_INIT;

	prompt_cancel(app);
	str_addf(&b, "%s (", question);
	for (const char *c = choices; *c; c++)
		str_addf(&b, *c == preset ? "%s[%c]" : "%s%c",
			 c == choices ? "" : "/", *c);
	str_add(&b, ") ");
	p->label = str_take(&b);
	p->choices = xstrdup(choices);
	p->preset = preset;
	p->choice = done;
	p->ctx = ctx;
	p->free_ctx = free_ctx;
	edit_init(&p->edit, false);
	app->prompt = p;
	app_damage(app, DAMAGE_ALL);
}

const char *prompt_hints(const struct app *app)
{
	const struct prompt *p = app->prompt;

	if (!p)
		return NULL;
	if (p->choices)
		return p->preset ? "Enter as marked|Esc back" : "Esc back";
	if (p->complete)
		return "Enter take|Tab complete|Up earlier|C-r find|Esc back";
	if (p->history)
		return "Enter take|Up earlier|C-r find|Esc back";
	return "Enter take|Esc back";
}

/* --- keys ----------------------------------------------------------------- */
static void changed(struct app *app, struct prompt *p)
{
	p->place = -1;
	if (p->popup || p->open) {
		refill(app, p);
		p->open = p->found.n > 0 && (p->popup || p->open);
	}
	if (p->change)
		p->change(app, p->ctx, p->edit.text.s);
}

static void use_history(struct prompt *p, const char *text)
{
	edit_set(&p->edit, text);
	p->open = false;
}

static void walk_history(struct app *app, struct prompt *p, int by)
{
	const char *text;

	if (!p->history || p->place + by < -1)
		return;
	if (p->place < 0)
		mem_replace(&p->typed, xstrdup(p->edit.text.s));
	/* Only lines that begin with what was typed. */
	for (int place = p->place + by; place >= 0; place += by) {
		text = histories_get(app->histories, p->history, (size_t)place);
		if (!text)
			return;
		if (!str_starts(text, p->typed))
			continue;
		p->place = place;
		use_history(p, text);
		return;
	}
	p->place = -1;
	use_history(p, p->typed);
}

static void accept_candidate(struct prompt *p, int i)
{
	const struct candidate *c = &p->found.v[i];
	struct str b CLEANUP(str_release) = STR_INIT;
	size_t at = p->found.start;

	if (at > p->edit.text.len)
		return;
	str_add_mem(&b, p->edit.text.s, at);
	str_add(&b, c->text);
	at = b.len;
	str_add(&b, p->edit.text.s + p->edit.cursor);
	edit_set(&p->edit, b.s);
	p->edit.cursor = at;
}

static bool is_shown(const struct candidates *c, const char *text)
{
	for (size_t i = 0; i < c->n; i++)
		if (str_eq(c->v[i].text, text))
			return true;
	return false;
}

void prompt_more(struct app *app, const char *kind)
{
	struct prompt *p = app->prompt;
	struct candidates late = {0};

	if (!p || !str_eq(p->complete, kind) || (!p->open && !p->popup))
		return;
	complete(app, kind, p->edit.text.s, p->edit.cursor, &late);
	if (p->found.n && late.start != p->found.start) {
		candidates_release(&late);
		return;
	}
	p->found.start = late.start;
	for (size_t i = 0; i < late.n; i++)
		if (!is_shown(&p->found, late.v[i].text))
			candidates_add(&p->found, late.v[i].text,
				       late.v[i].note);
	candidates_release(&late);
	p->open = p->found.n > 0;
	app_damage(app, DAMAGE_ALL);
}

/* Bytes that all candidates begin with. */
static size_t common_start(const struct candidates *c)
{
	size_t n = strlen(c->v[0].text);

	for (size_t i = 1; i < c->n; i++) {
		size_t j = 0;
		while (j < n && c->v[i].text[j] == c->v[0].text[j])
			j++;
		n = j;
	}
	while (n && ((unsigned char)c->v[0].text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

static bool is_folder(const struct prompt *p, int i)
{
	const char *text = p->found.v[i].text;
	size_t len = strlen(text);

	return len && text[len - 1] == '/';
}

/* A folder on the way to a file: taken, it is gone into. */
static bool is_on_the_way(const struct prompt *p, int i)
{
	return str_eq(p->complete, "file") && is_folder(p, i);
}

static void press_tab(struct app *app, struct prompt *p, int by)
{
	size_t word, common;

	if (!p->complete)
		return;
	if (!p->open) {
		refill(app, p);
		if (!p->found.n)
			return;
		if (p->found.n == 1) {
			accept_candidate(p, 0);
			if (!is_folder(p, 0))
				edit_insert(&p->edit, " ");
			changed(app, p);
			return;
		}
		word = p->edit.cursor - p->found.start;
		common = common_start(&p->found);
		if (common > word) {
			struct candidate c = {
				xstrndup(p->found.v[0].text, common), NULL, 0};
			struct candidate all = p->found.v[0];
			p->found.v[0] = c;
			accept_candidate(p, 0);
			free(c.text);
			p->found.v[0] = all;
		}
		p->open = true;
		return;
	}
	if (p->found.n == 1 && is_on_the_way(p, 0)) {
		accept_candidate(p, 0);
		changed(app, p);
		return;
	}
	p->selected += by;
	if (p->selected >= (int)p->found.n)
		p->selected = 0;
	if (p->selected < 0)
		p->selected = (int)p->found.n - 1;
}

static void press_enter(struct app *app, struct prompt *p)
{
	if (p->open && p->selected >= 0) {
		bool on = is_on_the_way(p, p->selected);

		accept_candidate(p, p->selected);
		if (on) {
			changed(app, p);
			return;
		}
		/* One Enter takes the candidate; where the prompt is only
		 * about it, also the answer. */
		if (!p->popup) {
			p->open = false;
			changed(app, p);
			return;
		}
	}
	char *text CLEANUP(mem_free_ptr) = xstrdup(p->edit.text.s);
	finish(app, text, 0);
}

static void choice_key(struct app *app, struct prompt *p, uint32_t key)
{
	uint32_t low = key >= 'A' && key <= 'Z' ? key + 32 : key;

	if (key == KBD_ENTER && p->preset)
		finish(app, NULL, p->preset);
	else if (key && key < 0x7f && strchr(p->choices, (int)key))
		finish(app, NULL, (char)key);
	else if (low < 0x7f && low && strchr(p->choices, (int)low))
		finish(app, NULL, (char)low);
}

/* C-r: the newest entry holding what is typed; again: an older one. */
static void search_history(struct app *app, struct prompt *p)
{
	const char *text;

	if (!p->history)
		return;
	if (p->place < 0)
		mem_replace(&p->typed, xstrdup(p->edit.text.s));
	for (int i = p->place + 1;; i++) {
		text = histories_get(app->histories, p->history, (size_t)i);
		if (!text)
			return;
		if (!utf8_contains_folded(text, p->typed))
			continue;
		p->place = i;
		use_history(p, text);
		return;
	}
}

static void line_key(struct app *app, struct prompt *p, uint32_t key)
{
	size_t len = p->edit.text.len;
	char *before;

	/* Backspace in an empty line leaves, as people expect. */
	if (key == KBD_BACKSPACE && !len) {
		finish(app, NULL, 0);
		return;
	}
	before = xstrdup(p->edit.text.s);
	bool differs =
		edit_key(&p->edit, key) && !str_eq(before, p->edit.text.s);
	mem_wipe(before, len);
	free(before);
	if (differs)
		changed(app, p);
}

bool prompt_key(struct app *app, uint32_t key)
{
	struct prompt *p = app->prompt;

	if (!p)
		return false;
	app_damage(app, DAMAGE_ALL);
	if (key == KBD_ESC || key == (KBD_CTRL | 'g') ||
	    key == (KBD_CTRL | 'c')) {
		if (p->open && key == KBD_ESC && !p->popup)
			p->open = false;
		else
			finish(app, NULL, 0);
	} else if (p->choices) {
		choice_key(app, p, key);
	} else if (key == KBD_ENTER) {
		press_enter(app, p);
	} else if (key == KBD_TAB || (p->open && key == KBD_DOWN) ||
		   (p->open && key == (KBD_CTRL | 'n'))) {
		press_tab(app, p, 1);
	} else if (key == (KBD_TAB | KBD_SHIFT) || (p->open && key == KBD_UP) ||
		   (p->open && key == (KBD_CTRL | 'p'))) {
		press_tab(app, p, -1);
	} else if (key == KBD_UP || key == (KBD_CTRL | 'p')) {
		walk_history(app, p, 1);
	} else if (key == KBD_DOWN || key == (KBD_CTRL | 'n')) {
		walk_history(app, p, -1);
	} else if (key == (KBD_CTRL | 'r')) {
		search_history(app, p);
	} else {
		line_key(app, p, key);
	}
	return true;
}

void prompt_paste(struct app *app, const char *text)
{
	struct prompt *p = app->prompt;

	if (!p || p->choices)
		return;
	edit_insert(&p->edit, text);
	changed(app, p);
	app_damage(app, DAMAGE_ALL);
}

/* --- drawing -------------------------------------------------------------- */

/* As much of text as fits beside dots, where it can in whole words. */
static void add_start(struct str *out, const char *text, size_t len,
		      size_t cells, const char *dots)
{
	size_t n = utf8_fit(text, cells - utf8_width(dots), NULL), word;

	if (utf8_width_n(text, len) <= cells) {
		str_add_mem(out, text, len);
		return;
	}
	n = n < len ? n : len;
	for (word = n; word && text[word] != ' '; word--)
		;
	n = word > n / 2 ? word : n;
	while (n && strchr(" ,", text[n - 1]))
		n--;
	str_add_mem(out, text, n);
	str_add(out, dots);
}

char *prompt_fit_label(const char *label, size_t cells, const char *dots)
{
	static const char enter[] = "Enter: ", end[] = "): ", ends[] = ": ";
	const char *open = strstr(label, " ("), *help = open ? open + 2 : label;
	const char *close = open ? strstr(open, end) : NULL;
	size_t words = open ? (size_t)(open - label) : strlen(label);
	struct str b = STR_INIT;

	if (utf8_width(label) <= cells)
		return xstrdup(label);
	if (!open && words > 2 && str_eq(label + words - 2, ends))
		words -= 2;
	if (str_starts(help, enter))
		help += strlen(enter);
	if (close && close > help &&
	    utf8_width_n(label, words) + 2 + HELP_LEAST + strlen(end) <=
		    cells) {
		str_add_mem(&b, label, words);
		str_add(&b, " (");
		add_start(&b, help, (size_t)(close - help),
			  cells - utf8_width(b.s) - strlen(end), dots);
		str_add(&b, end);
		return str_take(&b);
	}
	if (cells > strlen(ends) + utf8_width(dots))
		add_start(&b, label, words, cells - strlen(ends), dots);
	str_add(&b, ends);
	return str_take(&b);
}

/* A question is read to its end: what does not fit stands in rows above. The
 * cells of the last row. */
static int draw_question(const char *text, const struct win *row,
			 const struct win *above)
{
	struct strv lines;
	int n = 0;

	strv_init(&lines);
	while (utf8_width(text) >= (size_t)row->w) {
		size_t fits = utf8_fit(text, (size_t)row->w - 1, NULL), at;

		for (at = fits; at && text[at] != ' '; at--)
			;
		at = at ? at : fits;
		strv_give(&lines, xstrndup(text, at));
		text += at;
		text += *text == ' ';
	}
	for (size_t i = 0; i < lines.n; i++) {
		int y = above->h - (int)(lines.n - i);

		draw_fill(above, 0, y, above->w, THEME_NORMAL);
		draw_text(above, 0, y, -1, THEME_PROMPT, lines.v[i]);
	}
	n = draw_text(row, 0, 0, -1, THEME_PROMPT, text);
	strv_release(&lines);
	return n;
}

static struct win popup_win(const struct prompt *p, const struct win *above)
{
	int rows = p->found.n < POPUP_ROWS ? (int)p->found.n : POPUP_ROWS;

	if (rows > above->h)
		rows = above->h;
	return win_sub(above, 0, above->h - rows, above->w, rows);
}

static int popup_first(const struct prompt *p, int rows)
{
	int first = p->selected - rows + 1;

	return first > 0 ? first : 0;
}

static void draw_popup(const struct prompt *p, const struct win *above)
{
	struct win w = popup_win(p, above);
	int first = popup_first(p, w.h), width = 12;

	for (int y = 0; y < w.h; y++) {
		int n = (int)utf8_width(p->found.v[first + y].text);
		width = n > width ? n : width;
	}
	if (width > w.w * 2 / 3)
		width = w.w * 2 / 3;
	for (int y = 0; y < w.h; y++) {
		const struct candidate *c = &p->found.v[first + y];
		bool on = first + y == p->selected;
		unsigned style = on ? THEME_POPUP_CURSOR : THEME_POPUP;
		draw_fill(&w, 0, y, w.w, style);
		draw_text(&w, 0, y, 1, style, on ? ">" : " ");
		draw_column(&w, 2, y, width, false, style, c->text);
		if (c->note)
			draw_column(&w, width + 4, y, w.w - width - 5, false,
				    style, c->note);
	}
}

void prompt_draw(struct app *app, const struct win *row,
		 const struct win *above)
{
	struct prompt *p = app->prompt;
	char *label CLEANUP(mem_free_ptr) = NULL;
	int n;

	draw_clear(row, THEME_NORMAL);
	if (p->choices) {
		n = draw_question(p->label, row, above);
		draw_cursor(row, n < row->w ? n : row->w - 1, 0);
		return;
	}
	n = row->w * 2 / 3 < row->w - TEXT_LEAST ? row->w * 2 / 3
						 : row->w - TEXT_LEAST;
	label = prompt_fit_label(p->label, n > 0 ? (size_t)n : 0,
				 term_is_utf8() ? "\xe2\x80\xa6" : "~");
	n = draw_text(row, 0, 0, -1, THEME_PROMPT, label);
	draw_cursor(
		row,
		n + edit_draw(&p->edit, row, n, 0, row->w - n, THEME_NORMAL),
		0);
	if (p->open)
		draw_popup(p, above);
}

bool prompt_mouse(struct app *app, const struct input *in)
{
	struct prompt *p = app->prompt;
	struct win body = app_body(app), all = body;
	int i;

	if (!p || !p->open || in->action != MOUSE_PRESS)
		return p != NULL;
	all.h = term_height() - 1 - all.y;
	struct win w = popup_win(p, &all);
	if (!win_has(&w, in->x, in->y))
		return true;
	i = popup_first(p, w.h) + in->y - w.y;
	if (i < (int)p->found.n) {
		p->selected = i;
		press_enter(app, p);
	}
	app_damage(app, DAMAGE_ALL);
	return true;
}
