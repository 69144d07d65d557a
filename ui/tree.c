/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/tree.h"
#include <string.h>
#include "base/utf8.h"
#include "base/vec.h"

struct node {
	int64_t id;
	int depth;
	char *name, *count;
	enum theme_role role;
	char mark;
	bool heading, folded, parent;
};

struct tree {
	VEC(struct node) nodes;
	VEC(size_t) shown; /* indices of nodes not under a folded one */
	struct win win;
	size_t at, top; /* into shown */
	bool free_scroll;
	char *search;
};

struct tree *tree_new(void)
{
	return xcalloc(1, sizeof(struct tree));
}

static void free_nodes(struct tree *t)
{
	for (size_t i = 0; i < t->nodes.n; i++) {
		free(t->nodes.v[i].name);
		free(t->nodes.v[i].count);
	}
	vec_release(&t->nodes);
}

void tree_free(struct tree *t)
{
	if (!t)
		return;
	free_nodes(t);
	vec_release(&t->shown);
	free(t->search);
	free(t);
}

static struct node *find(const struct tree *t, int64_t id)
{
	for (size_t i = 0; i < t->nodes.n; i++)
		if (t->nodes.v[i].id == id && !t->nodes.v[i].heading)
			return &t->nodes.v[i];
	return NULL;
}

static const struct node *shown_node(const struct tree *t, size_t i)
{
	return &t->nodes.v[t->shown.v[i]];
}

/* Works out what is visible; the cursor stays on `keep` if it can. */
static void update(struct tree *t, int64_t keep)
{
	int hidden_below = -1;
	size_t old = t->at;

	t->shown.n = 0;
	t->at = 0;
	for (size_t i = 0; i < t->nodes.n; i++) {
		struct node *n = &t->nodes.v[i];
		if (hidden_below >= 0 && n->depth > hidden_below)
			continue;
		hidden_below = n->folded && n->parent ? n->depth : -1;
		if (n->id == keep && !n->heading)
			t->at = t->shown.n;
		vec_add(&t->shown, i);
	}
	if (keep && t->shown.n &&
	    (shown_node(t, t->at)->id != keep || shown_node(t, t->at)->heading))
		t->at = old < t->shown.n ? old : t->shown.n - 1;
	while (t->at + 1 < t->shown.n && shown_node(t, t->at)->heading)
		t->at++;
}

void tree_set(struct tree *t, const struct tree_node *nodes, size_t n)
{
	int64_t keep = tree_current(t);
	VEC(struct node) fresh = {0};

	for (size_t i = 0; i < n; i++) {
		const struct node *old = find(t, nodes[i].id);
		struct node one = {nodes[i].id,
				   nodes[i].depth,
				   xstrdup(nodes[i].name),
				   xstrdup(nodes[i].count),
				   nodes[i].role,
				   nodes[i].mark,
				   nodes[i].heading,
				   old ? old->folded : nodes[i].folded,
				   i + 1 < n &&
					   nodes[i + 1].depth > nodes[i].depth};
		vec_add(&fresh, one);
	}
	free_nodes(t);
	t->nodes.v = fresh.v;
	t->nodes.n = fresh.n;
	t->nodes.cap = fresh.cap;
	update(t, keep);
}

void tree_set_win(struct tree *t, const struct win *w)
{
	t->win = *w;
}

int64_t tree_current(const struct tree *t)
{
	if (t->at >= t->shown.n || shown_node(t, t->at)->heading)
		return 0;
	return shown_node(t, t->at)->id;
}

bool tree_go_to(struct tree *t, int64_t id)
{
	struct node *n = find(t, id);
	int depth;

	if (!n)
		return false;
	depth = n->depth;
	for (struct node *up = n; up > t->nodes.v && depth > 0;) {
		up--;
		if (up->depth < depth) {
			up->folded = false;
			depth = up->depth;
		}
	}
	t->free_scroll = false;
	update(t, id);
	return true;
}

bool tree_fold(struct tree *t, int64_t id, bool folded)
{
	struct node *n = find(t, id);

	if (!n || !n->parent || n->folded == folded)
		return false;
	n->folded = folded;
	update(t, tree_current(t));
	return true;
}

bool tree_is_folded(const struct tree *t, int64_t id)
{
	const struct node *n = find(t, id);

	return n && n->folded && n->parent;
}

/* --- drawing -------------------------------------------------------------------- */
static void settle(struct tree *t)
{
	size_t h = t->win.h > 0 ? (size_t)t->win.h : 1;

	if (!t->free_scroll) {
		if (t->at < t->top)
			t->top = t->at;
		else if (t->at >= t->top + h)
			t->top = t->at - h + 1;
		if (t->at == 1 && t->top == 1 && shown_node(t, 0)->heading)
			t->top = 0;
	}
	if (t->top + h > t->shown.n)
		t->top = t->shown.n > h ? t->shown.n - h : 0;
}

static void draw_node(struct tree *t, int y, size_t i, bool focused)
{
	const struct node *n = shown_node(t, i);
	bool current = i == t->at;
	enum theme_role under = !current  ? THEME_NORMAL
				: focused ? THEME_CURSOR
					  : THEME_CURSOR_AWAY;
	unsigned style = THEME_ON(n->heading ? THEME_HEADER : n->role, under);
	int count = n->count ? (int)utf8_width(n->count) : 0;
	int x = 1 + (n->depth < 8 ? n->depth : 8);
	char mark[2] = {n->folded && n->parent ? '+' : n->mark ? n->mark : ' '};

	draw_fill(&t->win, 0, y, t->win.w, style);
	draw_text(&t->win, 0, y, 1, style,
		  current		   ? ">"
		  : n->folded && n->parent ? "+"
					   : " ");
	if (mark[0] != ' ' && mark[0] != '+')
		draw_text(&t->win, x - 1 > 0 ? x - 1 : 0, y, 1,
			  THEME_ON(THEME_MARK, under), mark);
	if (count > t->win.w - 4)
		count = 0;
	draw_column(&t->win, x, y, t->win.w - x - (count ? count + 1 : 0),
		    false, style, n->name);
	if (count)
		draw_column(&t->win, t->win.w - count, y, count, true, style,
			    n->count);
	if (current && focused)
		draw_cursor(&t->win, x, y);
}

void tree_draw(struct tree *t, bool focused)
{
	if (t->shown.n)
		settle(t);
	for (int y = 0; y < t->win.h; y++) {
		size_t i = t->top + (size_t)y;
		if (i < t->shown.n)
			draw_node(t, y, i, focused);
		else
			draw_fill(&t->win, 0, y, t->win.w, THEME_NORMAL);
	}
}

/* --- motion ---------------------------------------------------------------------- */
static void move_by(struct tree *t, long by)
{
	long at = (long)t->at + by, last = (long)t->shown.n - 1;
	long step = by < 0 ? -1 : 1;

	t->free_scroll = false;
	if (last < 0)
		return;
	at = at < 0 ? 0 : at > last ? last : at;
	while (at > 0 && at < last && shown_node(t, (size_t)at)->heading)
		at += step;
	if (shown_node(t, (size_t)at)->heading)
		step = -step;
	while (at >= 0 && at <= last && shown_node(t, (size_t)at)->heading)
		at += step;
	if (at >= 0 && at <= last)
		t->at = (size_t)at;
}

bool tree_search(struct tree *t, const char *text, bool back)
{
	size_t n = t->nodes.n, at;

	if (text != t->search)
		mem_replace(&t->search, xstrdup(text));
	if (!n || !t->search || !*t->search)
		return false;
	at = t->at < t->shown.n ? t->shown.v[t->at] : 0;
	for (size_t i = 1; i <= n; i++) {
		size_t k = back ? (at + n - i) % n : (at + i) % n;
		const struct node *node = &t->nodes.v[k];
		if (!node->heading &&
		    utf8_contains_folded(node->name, t->search))
			return tree_go_to(t, node->id);
	}
	return false;
}

static void fold_all(struct tree *t)
{
	bool any_open = false;

	for (size_t i = 0; i < t->nodes.n; i++)
		any_open = any_open ||
			   (t->nodes.v[i].parent && !t->nodes.v[i].folded);
	for (size_t i = 0; i < t->nodes.n; i++)
		t->nodes.v[i].folded = t->nodes.v[i].parent && any_open;
	update(t, tree_current(t));
}

bool tree_command(struct tree *t, const struct command_call *call)
{
	long n = call->count > 0 ? call->count : 1;
	long page = t->win.h > 1 ? t->win.h - 1 : 1;

	switch ((int)call->id) {
	case COMMAND_next:
		move_by(t, n);
		return true;
	case COMMAND_prev:
		move_by(t, -n);
		return true;
	case COMMAND_page_down:
		move_by(t, page * n);
		return true;
	case COMMAND_page_up:
		move_by(t, -page * n);
		return true;
	case COMMAND_half_down:
		move_by(t, page / 2 + 1);
		return true;
	case COMMAND_half_up:
		move_by(t, -page / 2 - 1);
		return true;
	case COMMAND_first:
		move_by(t, -(long)t->shown.n);
		return true;
	case COMMAND_last:
		move_by(t, (long)t->shown.n);
		return true;
	case COMMAND_next_match:
		return tree_search(t, t->search, false);
	case COMMAND_prev_match:
		return tree_search(t, t->search, true);
	case COMMAND_fold:
		return tree_fold(t, tree_current(t),
				 !tree_is_folded(t, tree_current(t)));
	case COMMAND_fold_all:
		fold_all(t);
		return true;
	default:
		return false;
	}
}

bool tree_mouse(struct tree *t, const struct input *in, bool *opened)
{
	size_t i = t->top + (size_t)(in->y - t->win.y);

	*opened = false;
	if (!win_has(&t->win, in->x, in->y))
		return false;
	if (in->action == MOUSE_WHEEL_UP || in->action == MOUSE_WHEEL_DOWN) {
		t->free_scroll = true;
		if (in->action == MOUSE_WHEEL_DOWN)
			t->top += 3;
		else
			t->top = t->top > 3 ? t->top - 3 : 0;
		return true;
	}
	if (in->action != MOUSE_PRESS || in->button != 1 || i >= t->shown.n ||
	    shown_node(t, i)->heading)
		return true;
	t->free_scroll = false;
	*opened = i == t->at || in->clicks == 2;
	/* A click on the "+" (or where it would be) folds. */
	if (in->x == t->win.x && shown_node(t, i)->parent) {
		*opened = false;
		tree_fold(t, shown_node(t, i)->id, !shown_node(t, i)->folded);
		return true;
	}
	t->at = i;
	return true;
}
