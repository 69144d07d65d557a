/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * Find people: contacts and the address list's copy at once as one types, what
 * the server knows beside below them, and what is known of one at the right.
 */
#include <inttypes.h>
#include <string.h>
#include "base/clock.h"
#include "base/utf8.h"
#include "ui/app.h"
#include "ui/event_form.h"
#include "ui/format.h"
#include "ui/list.h"
#include "ui/people.h"
#include "ui/people_card.h"
#include "ui/prompt.h"
#include "ui/session.h"

#define SHOWN_MOST 300
#define DETAIL_CELLS 30
#define WITH_DETAIL 72

enum column_id {
#define PEOPLE_COLUMN(list, id, name, title, min, want, right, drop, sort,     \
		      summary)                                                 \
	COLUMN_##list##_##id,
#include "ui/columns.def"
#undef PEOPLE_COLUMN
};
static const struct column columns[] = {
#define PEOPLE_COLUMN(list, id, name, title, min, want, right, drop, sort,     \
		      summary)                                                 \
	{name, title, COLUMN_##list##_##id, min, want, right, drop, sort},
#include "ui/columns.def"
#undef PEOPLE_COLUMN
};

struct people {
	struct list *list;
	struct person_list v; /* row ids are places, from 1 */
	size_t local;	      /* the first of them are from here */
	char *words, *title;  /* title: "Members of ..."; NULL: a search */
	bool more, asking;
	struct people_card *card;
	struct win detail;
};

static struct people *people_of(struct app *app)
{
	struct screen *s = screen_get(app, SCREEN_people);

	return s ? s->data : NULL;
}

static struct person *current(const struct people *p)
{
	const struct list_row *row = list_current(p->list);

	return row ? &p->v.v[row->id - 1] : NULL;
}

/* --- the list ------------------------------------------------------------------ */

static bool page(void *ctx, const struct list_row *anchor, bool back, size_t n,
		 struct list_rows *out, struct err *err)
{
	const struct people *p = ctx;
	int64_t all = (int64_t)p->v.n, from, to;

	(void)err;
	if (back) {
		to = anchor ? anchor->id - 1 : all;
		from = to > (int64_t)n ? to - (int64_t)n : 0;
	} else {
		from = anchor ? anchor->id : 0;
		to = from + (int64_t)n < all ? from + (int64_t)n : all;
	}
	for (int64_t i = from; i < to; i++)
		list_rows_add(out, i + 1, NULL);
	return true;
}

static bool row_again(void *ctx, int64_t id, struct list_row *out)
{
	const struct people *p = ctx;

	*out = (struct list_row){.id = id};
	return id > 0 && id <= (int64_t)p->v.n;
}

static int64_t count(void *ctx)
{
	return (int64_t)((const struct people *)ctx)->v.n;
}

static int64_t position(void *ctx, const struct list_row *row)
{
	(void)ctx;
	return row->id - 1;
}

static const char *what(const struct person *p)
{
	if (p->title && *p->title)
		return p->title;
	if (p->kind != PERSON_USER)
		return person_kind_name(p->kind);
	return str_or_empty(p->department ? p->department : p->company);
}

static void cell(void *ctx, const struct list_row *row, int column,
		 struct str *out, enum theme_role *role)
{
	const struct people *people = ctx;
	const struct person *p = &people->v.v[row->id - 1];

	switch ((enum column_id)column) {
	case COLUMN_people_name:
		str_add(out, person_title(p));
		*role = p->source == PERSON_CONTACT ? THEME_MARK : THEME_PERSON;
		break;
	case COLUMN_people_what:
		str_add(out, what(p));
		break;
	case COLUMN_people_office:
		str_add(out, p->office);
		break;
	case COLUMN_people_phone:
		str_add(out, p->phone ? p->phone : p->mobile);
		break;
	case COLUMN_people_address:
		str_add(out, p->addr);
		break;
	}
}

/* Before the server's, which came later. */
static bool heading(void *ctx, const struct list_row *above,
		    const struct list_row *row, struct str *out)
{
	const struct people *p = ctx;

	if (p->title || !above || row->id != (int64_t)p->local + 1)
		return false;
	str_add(out, "from the server");
	return true;
}

static void empty(void *ctx, struct str *out)
{
	const struct people *p = ctx;

	str_add(out, p->asking	  ? "Nobody here; asking the server ..."
		     : !*p->words ? "Type / and a name, an address, or a field "
				    "such as office:2.14"
				  : "Nobody found");
}

static const struct list_ops ops = {.page = page,
				    .row = row_again,
				    .count = count,
				    .position = position,
				    .cell = cell,
				    .heading = heading,
				    .empty = empty};

/* --- searching ------------------------------------------------------------------- */

static void reload(struct app *app, struct people *p, bool from_top)
{
	struct err err = ERR_INIT;

	if (!(from_top ? list_load(p->list, 0, &err)
		       : list_refresh(p->list, &err)))
		message_error(app, "People", &err);
	app_damage(app, DAMAGE_SCREEN);
}

/* Those known by mail only get what the server knows of them, in their place.
 */
static void know_better(struct people *p, struct person_list *found)
{
	for (size_t i = 0; i < p->v.n; i++) {
		struct person *one = &p->v.v[i];

		for (size_t k = 0; k < found->n; k++)
			if (one->source == PERSON_RECENT && one->addr &&
			    str_eq_nocase(one->addr, found->v[k].addr)) {
				struct person known = found->v[k];

				found->v[k] = *one;
				*one = known;
			}
	}
}

/* What the server found beside goes below: the cursor stays where it is. */
static void found(struct app *app, void *ctx, struct person_list *taken,
		  bool more, const struct err *err)
{
	struct people *p = ctx;

	p->asking = false;
	p->more |= more;
	know_better(p, taken);
	person_list_merge(&p->v, taken);
	if (err && err->kind != ERR_CANCELLED && err->kind != ERR_UNSUPPORTED)
		message_show(app, MESSAGE_WARNING, "%s", err->text);
	reload(app, p, false);
}

static void search(struct app *app, struct people *p, const char *words)
{
	struct err err = ERR_INIT;

	person_list_release(&p->v);
	mem_replace(&p->words, xstrdup(words));
	mem_replace(&p->title, NULL);
	p->more = false;
	if (app->store && !query_directory(app->store, words, SHOWN_MOST, &p->v,
					   &p->more, &err))
		message_error(app, "People", &err);
	p->local = p->v.n;
	p->asking = people_ask(app, words, found, p);
	reload(app, p, true);
}

static void query_changed(struct app *app, void *ctx, const char *text)
{
	struct people *p = people_of(app);

	(void)ctx;
	if (p)
		search(app, p, text);
}

static void query_done(struct app *app, void *ctx, const char *text)
{
	(void)ctx;
	(void)text;
	app_damage(app, DAMAGE_ALL);
}

static void ask_query(struct app *app, const char *initial)
{
	struct prompt_spec spec = {.label = "Find people: ",
				   .initial = initial,
				   .history = "people",
				   .done = query_done,
				   .change = query_changed};

	prompt_open(app, &spec);
}

/* People that belong to one of them: members, reports. */
static void show_these(struct app *app, struct people *p, char *owned_title,
		       struct person_list *taken)
{
	people_forget(app, p);
	person_list_release(&p->v);
	p->v = *taken;
	*taken = (struct person_list){0};
	p->local = p->v.n;
	p->more = p->asking = false;
	mem_replace(&p->title, owned_title);
	reload(app, p, true);
}

/* --- the screen ------------------------------------------------------------------ */

static bool open_people(struct app *app, struct screen *s, const char *arg,
			struct err *err)
{
	struct people *p = xcalloc(1, sizeof(*p));

	(void)err;
	p->list = list_new(&ops, p, columns, ARRAY_LEN(columns));
	p->card = people_card_new();
	p->words = xstrdup("");
	s->data = p;
	list_set_header(p->list, true);
	search(app, p, str_or_empty(arg));
	if (!arg)
		ask_query(app, NULL);
	return true;
}

static void reopen_people(struct app *app, struct screen *s, const char *arg)
{
	if (arg)
		search(app, s->data, arg);
}

static void close_people(struct app *app, struct screen *s)
{
	struct people *p = s->data;

	people_forget(app, p);
	people_card_free(app, p->card);
	list_free(p->list);
	person_list_release(&p->v);
	free(p->words);
	free(p->title);
	free(p);
}

static void layout_people(struct app *app, struct screen *s)
{
	struct people *p = s->data;
	bool beside = s->win.w >= WITH_DETAIL && !app->accessible;
	int detail = s->win.w / 3 > DETAIL_CELLS ? s->win.w / 3 : DETAIL_CELLS;
	int width = beside ? s->win.w - detail - 3 : s->win.w;
	struct win list = win_sub(&s->win, 0, 1, width, s->win.h - 1);

	list_set_win(p->list, &list);
	p->detail = win_sub(&s->win, width + 2, 1, beside ? detail : 0,
			    s->win.h - 1);
}

static void add_age(struct str *b, int64_t age)
{
	str_add(b, "address list copied ");
	if (age < 60) {
		str_add(b, "just now");
		return;
	}
	format_add_span(b, age);
	str_add(b, " ago");
}

static void draw_head(struct app *app, const struct win *w,
		      const struct people *p)
{
	struct str b CLEANUP(str_release) = STR_INIT;
	char *copied CLEANUP(mem_free_ptr) =
		app->store ? query_book_fact(app->store, "copied") : NULL;
	int64_t age = copied ? clock_now() - strtoll(copied, NULL, 10) : 0;
	int used, width;

	draw_fill(w, 0, 0, w->w, THEME_HEADER);
	if (p->title)
		used = draw_text(w, 1, 0, w->w - 2, THEME_HEADER, p->title);
	else
		used = draw_textf(w, 1, 0, THEME_HEADER, "Find people  %s",
				  p->words);
	if (p->asking)
		str_add(&b, "asking the server ...");
	else if (p->more)
		str_add(&b, "there are more");
	else if (copied)
		add_age(&b, age);
	width = (int)utf8_width(b.s);
	if (used + width + 4 < w->w)
		draw_text(w, w->w - width - 1, 0, width, THEME_HEADER, b.s);
}

static void draw_people(struct app *app, struct screen *s)
{
	struct people *p = s->data;

	draw_clear(&s->win, THEME_NORMAL);
	draw_head(app, &s->win, p);
	list_draw(p->list, screen_top(app) == s);
	if (p->detail.w <= 0)
		return;
	draw_vline(&s->win, p->detail.x - s->win.x - 2, 1, s->win.h - 1,
		   THEME_BORDER);
	people_card_draw(app, p->card, &p->detail, current(p));
}

static void write_to(struct app *app, const struct person *p)
{
	struct str to CLEANUP(str_release) = STR_INIT;
	struct command_call call = {.id = COMMAND_compose, .argc = 1};
	char *word = NULL;

	person_add_mailbox(p, &to);
	if (!to.len) {
		message_show(app, MESSAGE_WARNING, "%s has no address",
			     person_title(p));
		return;
	}
	word = to.s;
	call.argv = &word;
	call.rest = to.s;
	cmd_compose(app, &call);
}

/* Here it is contacts that one changes. */
static void undo_contact(struct app *app)
{
	struct request r = {.kind = REQUEST_CONTACT, .wish = CONTACT_UNDO};

	session_submit(app, &r, "Nothing was taken back");
}

static bool people_command(struct app *app, struct screen *s,
			   const struct command_call *call)
{
	struct people *p = s->data;
	struct person *one = current(p);

	if (call->id == COMMAND_search) {
		if (call->argc)
			search(app, p, call->rest);
		else
			ask_query(app, p->words);
		return true;
	}
	if (call->id == COMMAND_undo && !call->argc) {
		undo_contact(app);
		return true;
	}
	if ((call->id == COMMAND_open ||
	     (call->id == COMMAND_compose && !call->argc)) &&
	    one) {
		write_to(app, one);
		return true;
	}
	return list_command(p->list, call);
}

static bool people_mouse(struct app *app, struct screen *s,
			 const struct input *in)
{
	struct people *p = s->data;
	const char *sort;
	enum list_click click = list_mouse(p->list, in, &sort);

	if (click == LIST_OPENED && current(p))
		write_to(app, current(p));
	app_damage(app, DAMAGE_SCREEN);
	return click != LIST_NOWHERE;
}

static unsigned people_has(struct app *app, struct screen *s)
{
	(void)app;
	return current(s->data) ? NEED_person : 0;
}

/* --- commands -------------------------------------------------------------------- */

void cmd_screen_people(struct app *app, const struct command_call *call)
{
	screen_open(app, SCREEN_people, call->argc ? call->rest : NULL);
}

static void found_manager(struct app *app, void *ctx, struct person_list *taken,
			  bool more, const struct err *err)
{
	struct people *p = ctx;
	struct person_list one = {0};
	char *title;

	(void)more;
	if (err || taken->n < 2) {
		message_show(app, MESSAGE_WARNING, "%s",
			     err ? err->text : "no manager is known");
		return;
	}
	title = xasprintf("Manager of %s", person_title(&taken->v[0]));
	person_copy(person_list_new(&one), &taken->v[1]);
	show_these(app, p, title, &one);
}

void cmd_manager(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;
	struct person manager;
	struct person_list l = {0};

	(void)call;
	if (!one)
		return;
	if (one->manager_key && app->store &&
	    query_book_entry(app->store, one->manager_key, &manager, NULL)) {
		char *title = xasprintf("Manager of %s", person_title(one));

		vec_add(&l, manager);
		show_these(app, p, title, &l);
	} else if (one->manager_key && one->key) {
		people_ask_about(app, REQUEST_PERSON, one->key, found_manager,
				 p);
	} else {
		message_show(app, MESSAGE_INFO, "No manager of %s is known",
			     person_title(one));
	}
}

void cmd_reports(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;
	struct person_list l = {0};

	(void)call;
	if (!one || !app->store)
		return;
	if (one->key && query_book_reports(app->store, one->key, &l, NULL) &&
	    l.n) {
		char *title = xasprintf("Reports of %s", person_title(one));

		show_these(app, p, title, &l);
	} else {
		message_show(app, MESSAGE_INFO, "Nobody reports to %s",
			     person_title(one));
	}
}

static void found_members(struct app *app, void *ctx, struct person_list *taken,
			  bool more, const struct err *err)
{
	struct people *p = ctx;

	(void)more;
	if (err) {
		message_show(app, MESSAGE_WARNING, "%s", err->text);
		return;
	}
	if (!taken->n)
		message_show(app, MESSAGE_INFO,
			     "The list is empty, or hides its members");
	else
		show_these(app, p, xasprintf("%zu members", taken->n), taken);
}

void cmd_expand(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;

	(void)call;
	if (!one)
		return;
	if (one->kind != PERSON_LIST) {
		message_show(app, MESSAGE_INFO, "%s is no list",
			     person_title(one));
		return;
	}
	message_show(app, MESSAGE_INFO, "Reading the list ...");
	people_ask_about(app, REQUEST_EXPAND, one->key ? one->key : one->addr,
			 found_members, p);
}

void cmd_copy_address(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;
	struct str b CLEANUP(str_release) = STR_INIT;

	(void)call;
	if (!one)
		return;
	person_add_mailbox(one, &b);
	if (!b.len)
		return;
	term_copy(b.s);
	message_show(app, MESSAGE_OK, "Copied %s", b.s);
}

void cmd_person_freebusy(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;
	struct str b CLEANUP(str_release) = STR_INIT;

	(void)call;
	if (one)
		person_add_mailbox(one, &b);
	if (b.len)
		screen_open(app, SCREEN_freebusy, b.s);
}

/* An hour from the next half hour on; the form moves it. */
void cmd_person_meet(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;
	struct appointment a;
	struct attendee *who;

	(void)call;
	if (!one || !one->addr)
		return;
	appointment_init(&a);
	a.start = (clock_now() / 1800 + 1) * 1800;
	a.end = a.start + 3600;
	who = vec_new(&a.attendees);
	*who = (struct attendee){
		.name = xstrdup(person_title(one)),
		.addr = xstrdup(one->addr),
		.role = one->kind == PERSON_ROOM ? ATTENDEE_RESOURCE
						 : ATTENDEE_REQUIRED,
		.answered = CLOCK_NEVER,
		.proposed_start = CLOCK_NEVER,
		.proposed_end = CLOCK_NEVER,
	};
	event_form_new(app, &a);
	appointment_release(&a);
}

/* --- contacts ---------------------------------------------------------------- */

static void submit_contact(struct app *app, enum contact_wish wish,
			   const struct person *from, const char *what)
{
	struct request r = {.kind = REQUEST_CONTACT, .wish = (int)wish};

	r.person = xmalloc(sizeof(*r.person));
	person_copy(r.person, from);
	if (wish == CONTACT_NEW) {
		/* The address list's names for things are not a contact's. */
		mem_replace(&r.person->key, NULL);
		mem_replace(&r.person->change_key, NULL);
		r.person->id = r.person->folder = 0;
	}
	session_submit(app, &r, what);
}

void cmd_contact_save(struct app *app, const struct command_call *call)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;

	(void)call;
	if (!one)
		return;
	if (one->source == PERSON_CONTACT) {
		message_show(app, MESSAGE_INFO, "%s is a contact already",
			     person_title(one));
		return;
	}
	submit_contact(app, CONTACT_NEW, one, "The contact was not kept");
	message_show(app, MESSAGE_OK, "%s is among your contacts now",
		     person_title(one));
}

void cmd_contact_new(struct app *app, const struct command_call *call)
{
	(void)call;
	screen_open(app, SCREEN_contact, NULL);
}

/* The contact under the cursor; NULL: it is none, which was said. */
static struct person *own(struct app *app)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;

	if (one && one->source == PERSON_CONTACT)
		return one;
	message_show(app, MESSAGE_INFO,
		     "This is no contact of yours: a keeps it as one");
	return NULL;
}

void cmd_contact_edit(struct app *app, const struct command_call *call)
{
	struct person *one = own(app);
	char *id CLEANUP(mem_free_ptr) =
		one ? xasprintf("%" PRId64, one->id) : NULL;

	(void)call;
	if (id)
		screen_open(app, SCREEN_contact, id);
}

static void remove_answer(struct app *app, void *ctx, char choice)
{
	struct people *p = people_of(app);
	struct person *one = p ? current(p) : NULL;

	(void)ctx;
	if (choice == 'y' && one && one->source == PERSON_CONTACT)
		submit_contact(app, CONTACT_GONE, one,
			       "The contact was not removed");
}

void cmd_contact_remove(struct app *app, const struct command_call *call)
{
	struct person *one = own(app);
	char *q CLEANUP(mem_free_ptr) =
		one ? xasprintf("Remove the contact %s?", person_title(one))
		    : NULL;

	(void)call;
	if (q)
		prompt_choose(app, q, "yn", 'n', remove_answer, NULL, NULL);
}

/* A contact changed: the search is made anew, the cursor stays. */
static void people_event_of(struct app *app, struct screen *s,
			    const struct event *ev)
{
	struct people *p = s->data;
	int64_t at = list_position(p->list);
	char *words CLEANUP(mem_free_ptr) = NULL;

	if (people_card_event(p->card, ev))
		app_damage(app, DAMAGE_SCREEN);
	if (ev->kind != EVENT_CONTACTS || p->title)
		return;
	words = xstrdup(p->words);
	search(app, p, words);
	if (at > 0)
		list_move(p->list, at);
}

const struct screen_ops scr_people_ops = {
	.open = open_people,
	.reopen = reopen_people,
	.close = close_people,
	.layout = layout_people,
	.draw = draw_people,
	.event = people_event_of,
	.mouse = people_mouse,
	.command = people_command,
	.has = people_has,
};
