/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/loop.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>
#include "base/clock.h"
#include "engine/engine.h"
#include "ui/app.h"
#include "ui/bar.h"
#include "ui/paint.h"
#include "ui/picture.h"
#include "ui/task.h"
#include "ui/typing.h"

#define RESIZE_MS 30 /* further resizes within this are one */
#define MENU_MS 400
#define AMBIGUOUS_MS 1000
#define CALM_MS 60 /* after a key, and between them, news waits as long */
#define CALM_MOST_MS 5000 /* but no longer than this while a key repeats */
#define SOON_MS 150	  /* longer than row 1 waits to follow the state */
#define EVENTS_A_TURN 64  /* then keys and the screen have their turn */
#define COUNT_MAX 100000

/* Signal handlers write the signal's number here (house rule 17). */
static int signal_pipe[2] = {-1, -1};

static void on_signal(int number)
{
	unsigned char byte = (unsigned char)number;
	int saved = errno;

	if (write(signal_pipe[1], &byte, 1) < 0)
		errno = saved; /* full: one of its kind is waiting anyway */
	errno = saved;
}

static void signals_on(void)
{
	static const int caught[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP,
				     SIGTSTP};
	struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
	struct sigaction ignore = {.sa_handler = SIG_IGN};

	if (signal_pipe[0] < 0 &&
	    pipe2(signal_pipe, O_CLOEXEC | O_NONBLOCK) < 0)
		BUG("no pipe for signals: %s", strerror(errno));
	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		sigaction(caught[i], &a, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
}

static void signals_off(void)
{
	static const int caught[] = {SIGWINCH, SIGTERM, SIGINT, SIGHUP,
				     SIGTSTP};
	struct sigaction plain = {.sa_handler = SIG_DFL};

	for (size_t i = 0; i < ARRAY_LEN(caught); i++)
		sigaction(caught[i], &plain, NULL);
	close(signal_pipe[0]);
	close(signal_pipe[1]);
	signal_pipe[0] = signal_pipe[1] = -1;
}

/* --- keys ------------------------------------------------------------------ */
void loop_forget_keys(struct app *app)
{
	struct keyboard *kb = app->keyboard;

	app_timer_cancel(app, kb->timer);
	if (kb->menu || kb->seq.n || kb->count)
		app_damage(app, kb->menu ? DAMAGE_ALL : DAMAGE_LINE);
	*kb = (struct keyboard){0};
}

static void run_found(struct app *app, const struct keys_result *r)
{
	struct command_call call = {
		.id = r->id, .by_key = true, .rest = r->line};
	struct strv words;
	bool ok = true;

	strv_init(&words);
	call.count = app->keyboard->count;
	loop_forget_keys(app);
	/* Bindings were checked when they were made. A macro is no list of
	 * words: a quote in it may be a key. */
	if (r->id == COMMAND_type)
		strv_add(&words, r->line);
	else
		ok = command_split(r->line, &words, NULL);
	if (ok) {
		call.argc = (int)words.n;
		call.argv = words.v;
		command_run(app, &call);
	}
	strv_release(&words);
}

static void show_menu(struct app *app, void *ctx)
{
	(void)ctx;
	app->keyboard->timer = 0;
	app->keyboard->menu = true;
	app_damage(app, DAMAGE_ALL);
}

/* Nothing followed a sequence that is a command and a beginning of others. */
static void run_ambiguous(struct app *app, void *ctx)
{
	struct keys_result r =
		keys_find(app->keys, screen_scope(app), &app->keyboard->seq);

	(void)ctx;
	app->keyboard->timer = 0;
	if (r.found == KEYS_COMMAND)
		run_found(app, &r);
}

static void say_unbound(struct app *app)
{
	struct str keys CLEANUP(str_release) = STR_INIT;
	struct str help CLEANUP(str_release) = STR_INIT;

	kbd_add_sequence(&keys, &app->keyboard->seq);
	keys_add_hint(app->keys, screen_scope(app), COMMAND_help, &help);
	message_show(app, MESSAGE_WARNING,
		     "%s is not bound in %s; %s shows the keys", keys.s,
		     scope_title(screen_scope(app)),
		     help.len ? help.s : ":help");
}

/* Digits before a key are its count, unless they are bound. */
static bool take_count(struct app *app, uint32_t key)
{
	struct keyboard *kb = app->keyboard;
	struct kbd_sequence seq = {{key}, 1};

	if (kb->seq.n || key < '0' || key > '9' || (key == '0' && !kb->count))
		return false;
	if (!kb->count &&
	    keys_find(app->keys, screen_scope(app), &seq).found != KEYS_NONE)
		return false;
	if (kb->count < COUNT_MAX)
		kb->count = kb->count * 10 + (int)(key - '0');
	app_damage(app, DAMAGE_LINE);
	return true;
}

static void bound_key(struct app *app, uint32_t key)
{
	struct keyboard *kb = app->keyboard;
	struct keys_result r;

	if (take_count(app, key))
		return;
	if (kb->seq.n == KBD_SEQUENCE_MAX)
		loop_forget_keys(app);
	kb->seq.key[kb->seq.n++] = key;
	app_timer_cancel(app, kb->timer);
	kb->timer = 0;
	r = keys_find(app->keys, screen_scope(app), &kb->seq);
	if (r.found == KEYS_COMMAND && !r.longer) {
		run_found(app, &r);
	} else if (r.found == KEYS_COMMAND) {
		kb->timer = app_timer(app, AMBIGUOUS_MS, run_ambiguous, NULL);
	} else if (r.found == KEYS_PREFIX) {
		if (!kb->menu)
			kb->timer = app_timer(app, MENU_MS, show_menu, NULL);
		app_damage(app, kb->menu ? DAMAGE_ALL : DAMAGE_LINE);
	} else {
		if (key != KBD_ESC && key != (KBD_CTRL | 'g'))
			say_unbound(app);
		loop_forget_keys(app);
	}
}

void loop_key(struct app *app, uint32_t key)
{
	struct screen *s = screen_top(app);
	bool pending = app->keyboard->seq.n || app->keyboard->count;

	message_clear(app);
	if (app->prompt) {
		prompt_key(app, key);
		return;
	}
	if (pending && (key == KBD_ESC || key == (KBD_CTRL | 'g'))) {
		loop_forget_keys(app);
		return;
	}
	if (!pending && s && screen_row(s->id)->ops->key &&
	    screen_row(s->id)->ops->key(app, s, key)) {
		app_damage(app, DAMAGE_ALL);
		return;
	}
	bound_key(app, key);
}

void loop_add_typed(struct app *app, struct str *b)
{
	if (app->keyboard->count)
		str_addf(b, "%d", app->keyboard->count);
	if (app->keyboard->seq.n) {
		kbd_add_sequence(b, &app->keyboard->seq);
		str_add_char(b, '-');
	}
}

/* --- input ----------------------------------------------------------------- */
static void take_mouse(struct app *app, const struct input *in)
{
	struct screen *s = screen_top(app);

	app_damage(app, DAMAGE_ALL);
	if (in->action == MOUSE_PRESS) {
		message_clear(app);
		loop_forget_keys(app);
	}
	if (prompt_mouse(app, in) || bar_mouse(app, in))
		return;
	if (s && screen_row(s->id)->ops->mouse)
		screen_row(s->id)->ops->mouse(app, s, in);
}

static void take_paste(struct app *app, const char *text)
{
	struct screen *s = screen_top(app);

	if (app->prompt)
		prompt_paste(app, text);
	else if (s && screen_row(s->id)->ops->paste)
		screen_row(s->id)->ops->paste(app, s, text);
	else
		message_show(app, MESSAGE_WARNING,
			     "there is nothing to paste into here");
	app_damage(app, DAMAGE_ALL);
}

/* Every input at hand, in order; true when there was any. */
static bool take_inputs(struct app *app)
{
	struct input in;
	bool any = false;

	while (!app->quit && !typing_waits(app) && term_next_input(&in)) {
		any = true;
		switch (in.kind) {
		case INPUT_KEY:
			loop_key(app, in.key);
			break;
		case INPUT_MOUSE:
			take_mouse(app, &in);
			break;
		case INPUT_PASTE:
			take_paste(app, in.text);
			break;
		case INPUT_BACKGROUND:
			theme_set_background(app->theme, in.light);
			theme_apply(app->theme);
			term_redraw();
			app_damage(app, DAMAGE_ALL);
			break;
		case INPUT_GRAPHICS:
			pictures_take_answer(app, &in);
			break;
		}
		input_release(&in);
	}
	return any;
}

/* What the loop waits for besides keys. News of a sync may cost a redraw each:
 * it is taken together, and while a key repeats it waits, so that no key waits
 * behind it. Answers to what a person did (engine_urgent_fd) come at once. */
struct pace {
	int64_t resize_at;  /* monotonic ms, -1: none */
	int64_t busy_at;    /* the last key or news */
	int64_t calm_since; /* the first of them that news waits for; -1: none
			     */
};

static int64_t news_at(const struct pace *p)
{
	int64_t calm = p->busy_at + CALM_MS,
		most = p->calm_since + CALM_MOST_MS;

	return p->calm_since < 0 ? 0 : calm < most ? calm : most;
}

static void pace_busy(struct pace *p)
{
	p->busy_at = clock_mono_ms();
	if (p->calm_since < 0)
		p->calm_since = p->busy_at;
}

static bool news_wait(struct app *app)
{
	struct pollfd p = {app->engine ? engine_fd(app->engine) : -1, POLLIN,
			   0};

	return poll(&p, 1, 0) > 0;
}

/* --- engine and signals -----------------------------------------------------
 */
static bool take_events(struct app *app)
{
	struct event ev;
	int n = 0;

	while (app->engine && n < EVENTS_A_TURN &&
	       engine_next_event(app->engine, &ev)) {
		n++;
		if (app->on_event)
			app->on_event(app, &ev);
		for (size_t i = 0; i < app->screens.n; i++) {
			struct screen *s = app->screens.v[i];
			if (screen_row(s->id)->ops->event)
				screen_row(s->id)->ops->event(app, s, &ev);
		}
		event_release(&ev);
	}
	return n > 0;
}

static void take_signal(struct app *app, int number, int64_t *resize_at)
{
	switch (number) {
	case SIGWINCH:
		if (*resize_at < 0)
			*resize_at = clock_mono_ms() + RESIZE_MS;
		break;
	case SIGTSTP:
		term_suspend();
		app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
		break;
	case SIGHUP:
		/* A daemon's habit while the terminal lives; else its end. */
		if (isatty(term_fd()))
			command_run_line(app, "reload");
		else
			app_quit(app, 0);
		break;
	default:
		app_quit(app, 0);
		break;
	}
}

static bool take_signals(struct app *app, int64_t *resize_at)
{
	unsigned char byte;
	bool any = false;

	while (read(signal_pipe[0], &byte, 1) == 1) {
		take_signal(app, byte, resize_at);
		any = true;
	}
	return any;
}

/* --- the loop --------------------------------------------------------------- */
static int64_t earlier(int64_t a, int64_t b)
{
	return a < 0 ? b : b < 0 || a < b ? a : b;
}

static int time_left(struct app *app, const struct pace *pace)
{
	int64_t at = earlier(timers_next(app->timers), term_input_deadline());

	if (typing_waits(app))
		return 0;
	at = earlier(at, pace->resize_at);
	if (pace->calm_since >= 0)
		at = earlier(at, news_at(pace));
	if (at < 0)
		return -1;
	at -= clock_mono_ms();
	return at < 0 ? 0 : at > 60000 ? 60000 : (int)at;
}

/* Keys of a macro before those of the person: they were wanted earlier. */
static bool take_keys(struct app *app, struct pace *pace)
{
	bool any = typing_turn(app) || take_inputs(app);

	if (any)
		pace_busy(pace);
	return any;
}

/* Waits (at most timeout ms) and takes what came; false: nothing did. */
static bool take_turn(struct app *app, int timeout, struct pace *pace)
{
	struct engine *e = app->engine;
	bool calm = news_at(pace) > clock_mono_ms();
	struct pollfd p[] = {
		{term_fd(), POLLIN, 0},
		{signal_pipe[0], POLLIN, 0},
		{e ? (calm ? engine_urgent_fd : engine_fd)(e) : -1, POLLIN, 0},
		{tasks_fd(app->tasks), POLLIN, 0},
		{app->side_fd, POLLIN, 0},
	};
	bool any = false;

	if (!calm)
		pace->calm_since = -1;
	if (poll(p, ARRAY_LEN(p), timeout) > 0) {
		if (p[0].revents & (POLLHUP | POLLERR | POLLNVAL) ||
		    (p[0].revents & POLLIN && !term_read()))
			app_quit(app, 0);
		any = p[0].revents; /* an answer of the terminal too */
		if (p[1].revents)
			any = take_signals(app, &pace->resize_at) || any;
		any = take_keys(app, pace) || any;
		if (p[2].revents && !app->quit && take_events(app)) {
			pace_busy(pace);
			any = true;
		}
		if (p[3].revents && !app->quit)
			any = tasks_run(app) || any;
		if (p[4].revents && !app->quit) {
			app->on_side(app);
			any = true;
		}
	} else {
		any = take_keys(app, pace); /* a lone ESC is decided */
	}
	any = timers_run(app->timers, app, clock_mono_ms()) || any;
	if (pace->resize_at >= 0 && clock_mono_ms() >= pace->resize_at) {
		pace->resize_at = -1;
		term_resize();
		/* What the terminal kept of a frame that it cut, or that was
		 * of another size, is not known; also where the size is the
		 * old one again. */
		term_redraw();
		app_damage(app, DAMAGE_ALL | DAMAGE_LAYOUT);
		any = true;
	}
	return any;
}

/* What has changed is drawn, but row 1 alone not between the keys of somebody
 * who types: it is news like any other. */
static void draw(struct app *app, const struct pace *pace)
{
	if (!app->damage || app->quit ||
	    (app->damage == DAMAGE_BAR && pace->calm_since >= 0 &&
	     news_at(pace) > clock_mono_ms()))
		return;
	paint(app);
}

/* Is all drawn that is known? A redraw that is due soon counts as known. */
static bool is_idle(struct app *app, const struct pace *pace)
{
	int64_t timer = timers_next(app->timers);

	return !app->damage && !tasks_are_running(app->tasks) &&
	       pace->resize_at < 0 && !typing_waits(app) &&
	       term_input_deadline() < 0 &&
	       (timer < 0 || timer > clock_mono_ms() + SOON_MS) &&
	       (pace->calm_since < 0 || !news_wait(app));
}

void loop_run(struct app *app)
{
	struct pace pace = {.resize_at = -1, .calm_since = -1};
	bool announced = false;

	signals_on();
	paint(app);
	if (app->started)
		app->started(app, app->ctx);
	while (!app->quit) {
		bool any = take_turn(app, 0, &pace);
		if (app->quit)
			break;
		draw(app, &pace);
		if (any) {
			announced = false;
			continue;
		}
		if (!announced && is_idle(app, &pace)) {
			term_announce_idle();
			announced = true;
		}
		if (take_turn(app, time_left(app, &pace), &pace))
			announced = false;
		draw(app, &pace);
	}
	signals_off();
}

/* --- timers ------------------------------------------------------------------ */
struct timer {
	int id;
	int64_t at;
	void (*fn)(struct app *app, void *ctx);
	void *ctx;
};
struct timers {
	VEC(struct timer) v;
	int last_id;
};

struct timers *timers_new(void)
{
	return xcalloc(1, sizeof(struct timers));
}

void timers_free(struct timers *t)
{
	if (!t)
		return;
	vec_release(&t->v);
	free(t);
}

int timers_add(struct timers *t, int64_t at_ms,
	       void (*fn)(struct app *app, void *ctx), void *ctx)
{
	struct timer one = {++t->last_id, at_ms, fn, ctx};

	vec_add(&t->v, one);
	return one.id;
}

void timers_cancel(struct timers *t, int id)
{
	for (size_t i = 0; i < t->v.n; i++) {
		if (t->v.v[i].id != id)
			continue;
		vec_remove(&t->v, i);
		return;
	}
}

static size_t soonest(const struct timers *t)
{
	size_t best = 0;

	for (size_t i = 1; i < t->v.n; i++)
		if (t->v.v[i].at < t->v.v[best].at)
			best = i;
	return best;
}

int64_t timers_next(const struct timers *t)
{
	return t->v.n ? t->v.v[soonest(t)].at : -1;
}

bool timers_run(struct timers *t, struct app *app, int64_t now_ms)
{
	bool any = false;
	int newest = t->last_id; /* those added meanwhile wait a turn */

	while (t->v.n) {
		size_t i = soonest(t);
		struct timer one = t->v.v[i];
		if (one.at > now_ms || one.id > newest)
			break;
		vec_remove(&t->v, i);
		one.fn(app, one.ctx);
		any = true;
	}
	return any;
}
