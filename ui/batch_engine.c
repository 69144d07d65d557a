/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Verbs and the engine: starting it, waiting for requests and for the
 * journal, answering its questions on the terminal. */
#include "ui/batch.h"
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>
#include "base/clock.h"
#include "config/secret.h"
#include "ui/account.h"
#include "ui/batch_out.h"
#include "ui/password.h"

bool batch_open_account(struct batch *b, int *exit_code)
{
	struct err err;

	if (b->account)
		return true;
	b->account = account_from_config(b->config, b->account_name, &err);
	if (!b->account) {
		batch_fail(&err);
		*exit_code = BATCH_CONFIG;
		return false;
	}
	b->store_path = config_store_path(b->account->name);
	return true;
}

bool batch_open_store(struct batch *b, int *exit_code)
{
	struct err err;

	if (b->store)
		return true;
	if (store_open_read(&b->store, b->store_path, &err)) {
		store_set_book(b->store, b->account->book_path);
		return true;
	}
	if (err.kind == ERR_NOT_FOUND) {
		fprintf(stderr,
			"retinue: nothing is mirrored yet for account \"%s\"; "
			"run `retinue sync` first\n",
			b->account->name);
		*exit_code = BATCH_NOTHING;
	} else {
		*exit_code = batch_fail(&err);
	}
	return false;
}

void batch_close_store(struct batch *b)
{
	if (b->store)
		store_close(b->store);
	b->store = NULL;
}

int64_t batch_folder(struct batch *b, const char *name)
{
	int64_t id = query_folder_path(b->store, name);

	if (!id)
		fprintf(stderr,
			"retinue: there is no folder \"%s\"; "
			"`retinue folder list` names them all\n",
			name);
	return id;
}

static bool password_of(void *ctx, char **out, struct err *err)
{
	struct batch *b = ctx;

	return secret_password(b->config, b->account->name, out, err);
}

static bool secret_of(void *ctx, enum account_secret which, char **out,
		      struct err *err)
{
	struct batch *b = ctx;

	return account_secret(b->config, b->account->name, which, out, err);
}

static bool keep_refresh(void *ctx, const char *refresh, struct err *err)
{
	struct batch *b = ctx;

	return secret_store_refresh(b->config, b->account->name, refresh, err);
}

bool batch_engine(struct batch *b, enum engine_mode mode, bool bodies,
		  int *exit_code)
{
	struct engine_options o = {
		.account = b->account,
		.store_path = b->store_path,
		.mode = mode,
		.bodies = bodies,
		.password = password_of,
		.secret = secret_of,
		.keep = keep_refresh,
		.password_ctx = b,
		.interactive = isatty(STDIN_FILENO),
	};
	struct err err;

	if (b->engine)
		return true;
	if (!account_make_dirs(b->account->name, &err) ||
	    !engine_start(&b->engine, &o, &err)) {
		*exit_code = batch_fail(&err);
		return false;
	}
	return true;
}

/* Asks for a password without showing it. */
static void ask_password(struct batch *b, const struct event *e)
{
	struct termios old, quiet;
	struct str line CLEANUP(str_release) = STR_INIT;
	char c;

	if (!isatty(STDIN_FILENO) || tcgetattr(STDIN_FILENO, &old) != 0) {
		engine_answer(b->engine, e->ticket, NULL);
		return;
	}
	fprintf(stderr, "%sPassword for %s: ", e->retry ? "Refused. " : "",
		b->account->user ? b->account->user : b->account->address);
	quiet = old;
	quiet.c_lflag &= (tcflag_t)~ECHO;
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
	while (read(STDIN_FILENO, &c, 1) == 1 && c != '\n')
		str_add_char(&line, c);
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &old);
	fputc('\n', stderr);
	engine_answer(b->engine, e->ticket, line.len ? line.s : NULL);
	mem_wipe(line.s, line.len);
}

/* Waits for the next event; false when limit (monotonic ms, < 0: none) passed
 * or fd (-1: none) became readable, which *stopped tells. */
static bool next_event(struct batch *b, int64_t limit, int fd, bool *stopped,
		       struct event *out)
{
	for (;;) {
		struct pollfd p[2] = {{engine_fd(b->engine), POLLIN, 0},
				      {fd, POLLIN, 0}};
		int64_t left = limit < 0 ? -1 : limit - clock_mono_ms();

		if (engine_next_event(b->engine, out)) {
			if (out->kind != EVENT_QUESTION)
				return true;
			ask_password(b, out);
			event_release(out);
			continue;
		}
		if (limit >= 0 && left <= 0)
			return false;
		poll(p, fd >= 0 ? 2 : 1, (int)(left > 60000 ? 60000 : left));
		if (fd >= 0 && p[1].revents) {
			*stopped = true;
			return false;
		}
	}
}

bool batch_request(struct batch *b, struct request *taken, int64_t limit_ms,
		   struct event *done, struct err *err)
{
	uint64_t ticket = engine_submit(b->engine, taken);
	int64_t limit = clock_mono_ms() + limit_ms;
	char *results CLEANUP(mem_free_ptr) = NULL;
	struct person_list people = {0};
	bool people_more = false;
	struct event e;

	while (next_event(b, limit, -1, NULL, &e)) {
		if (b->on_event)
			b->on_event(b->on_event_ctx, &e);
		if (e.kind == EVENT_RESULTS && e.ticket == ticket) {
			mem_replace(&results, xstrdup(e.text));
		} else if (e.kind == EVENT_PEOPLE && e.ticket == ticket) {
			people = e.people;
			people_more = e.count > 0;
			e.people = (struct person_list){0};
		} else if (e.kind == EVENT_DONE && e.ticket == ticket) {
			if (e.err.kind != ERR_NONE) {
				*err = e.err;
				event_release(&e);
				return false;
			}
			if (results) {
				mem_replace(&e.text, results);
				results = NULL;
			}
			e.people = people;
			e.count = people_more;
			*done = e;
			return true;
		}
		event_release(&e);
	}
	engine_cancel(b->engine, ticket);
	return err_set(err, ERR_NETWORK, "no answer within %lld seconds",
		       (long long)limit_ms / 1000);
}

bool batch_ask(struct batch *b, struct request *taken, int64_t limit_ms,
	       void (*fn)(void *ctx, struct event *e), void *ctx, int *status)
{
	struct event done;
	struct err err;
	bool ok;

	if (!batch_engine(b, ENGINE_FULL, false, status)) {
		request_release(taken);
		return false;
	}
	b->on_event = fn;
	b->on_event_ctx = ctx;
	ok = batch_request(b, taken, limit_ms, &done, &err);
	b->on_event = NULL;
	if (ok)
		event_release(&done);
	else
		*status = batch_fail(&err);
	return ok;
}

void batch_pump(struct batch *b, int64_t ms)
{
	int64_t limit = clock_mono_ms() + ms;
	struct event e;

	while (next_event(b, limit, -1, NULL, &e))
		event_release(&e);
}

static int signal_fd(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static void show_progress(const struct event *e)
{
	if (e->total)
		fprintf(stderr, "\r\033[K%s  %lld of %lld",
			str_or_empty(e->text), (long long)e->done,
			(long long)e->total);
	else
		fprintf(stderr, "\r\033[K%s  %lld", str_or_empty(e->text),
			(long long)e->done);
}

/* Once a day, or at each sync where nothing else runs. */
static void tell_password(struct batch *b)
{
	struct password_days days;
	int status;

	if (!batch_open_store(b, &status))
		return;
	password_days(b->store, b->account, &days);
	password_run_hook(b->config, b->account->name, &days);
}

int batch_sync(struct batch *b, bool watch, bool show, int64_t limit_ms)
{
	struct request r = {.kind = REQUEST_SYNC};
	struct event e;
	bool bar = show && isatty(STDERR_FILENO), stopped = false;
	int64_t limit = limit_ms < 0 ? -1 : clock_mono_ms() + limit_ms;
	int status = BATCH_NETWORK;
	uint64_t ticket;
	int sfd;

	if (!batch_engine(b, watch ? ENGINE_FULL : ENGINE_ONCE, true, &status))
		return status;
	sfd = signal_fd();
	ticket = engine_submit(b->engine, &r);
	while (next_event(b, limit, sfd, &stopped, &e)) {
		bool end = e.kind == EVENT_DONE && e.ticket == ticket && !watch;

		if (e.kind == EVENT_PROGRESS && bar)
			show_progress(&e);
		else if (e.kind == EVENT_NOTICE && show)
			fprintf(stderr, "%sretinue: %s\n",
				bar ? "\r\033[K" : "",
				e.err.kind ? e.err.text : str_or_empty(e.text));
		if (e.kind == EVENT_PASSWORD)
			tell_password(b);
		if (e.kind == EVENT_DONE && e.ticket == ticket) {
			if (bar)
				fputs("\r\033[K", stderr);
			status = e.err.kind ? batch_fail(&e.err) : BATCH_DONE;
		}
		event_release(&e);
		if (end)
			break;
	}
	close(sfd);
	if (stopped)
		status = watch ? BATCH_DONE : BATCH_LATER;
	engine_stop(b->engine);
	b->engine = NULL;
	return status;
}

static bool find_entry(struct batch *b, int64_t id, struct journal_entry *out,
		       struct journal_list *hold)
{
	journal_list_release(hold);
	if (!query_journal(b->store, true, 200, hold, NULL))
		return false;
	for (size_t i = 0; i < hold->n; i++)
		if (hold->v[i].id == id) {
			*out = hold->v[i];
			return true;
		}
	return false;
}

static int settled_exit(const struct journal_entry *e)
{
	switch (e->state) {
	case JOURNAL_DONE:
	case JOURNAL_UNDONE:
		return BATCH_DONE;
	case JOURNAL_FAILED:
		fprintf(stderr, "retinue: %s: %s\n", e->text,
			str_or_empty(e->error));
		return e->count > 1 ? BATCH_PARTLY : BATCH_REFUSED;
	case JOURNAL_CONFLICT:
		fprintf(stderr,
			"retinue: %s: changed on the server too; `retinue "
			"resolve %lld --mine` or `--server` settles it\n",
			e->text, (long long)e->id);
		return BATCH_CONFLICT;
	case JOURNAL_WAITING:
	case JOURNAL_SENDING:
		break;
	}
	return -1;
}

int batch_wait_entry(struct batch *b, int64_t entry, int64_t limit_ms)
{
	int64_t limit = clock_mono_ms() + limit_ms;
	struct journal_list list = {0};
	struct journal_entry e = {0};
	int status = -1;

	if (!batch_open_store(b, &status))
		return status;
	status = -1;
	while (status < 0) {
		int64_t slice = clock_mono_ms() + 250;
		struct event event;

		if (!find_entry(b, entry, &e, &list)) {
			status = BATCH_DONE; /* settled and forgotten */
			break;
		}
		status = settled_exit(&e);
		if (e.kind == JOURNAL_CONTACT && query_contacts_ready(b->store))
			status = -1;
		if (status >= 0 || clock_mono_ms() >= limit)
			break;
		/* Another process may be the one that sends: its commits bring
		 * no event here, so look again after a moment all the same. */
		if (next_event(b, slice, -1, NULL, &event))
			event_release(&event);
	}
	if (status < 0) {
		fprintf(stderr,
			"retinue: %s%s%s; kept, and sent with the next sync\n",
			e.text ? e.text : "not sent yet", e.error ? ": " : "",
			str_or_empty(e.error));
		status = BATCH_LATER;
	}
	journal_list_release(&list);
	return status;
}

int batch_submit_entry(struct batch *b, struct request *taken, const char *what,
		       bool wait)
{
	struct event done;
	struct err err;
	int status = BATCH_DONE;
	int64_t entry;

	wait = (wait || batch_has(b, OPT_WAIT)) && !batch_has(b, OPT_QUEUE);
	if (!batch_engine(b, wait ? ENGINE_FULL : ENGINE_LOCAL, false, &status))
		return status;
	if (!batch_request(b, taken, 30000, &done, &err))
		return batch_fail(&err);
	entry = done.entry;
	event_release(&done);
	if (wait)
		status = batch_wait_entry(b, entry, 60000);
	if (batch_has(b, OPT_JSON))
		out_document(json_pack("{s:I,s:s,s:b,s:i}", "entry",
				       (json_int_t)entry, "text", what,
				       "settled", wait && status == BATCH_DONE,
				       "exit", status));
	else if (status == BATCH_DONE)
		fprintf(stderr, "%s: %s (entry %lld)\n", what,
			wait ? "done" : "queued", (long long)entry);
	return status;
}

int batch_change(struct batch *b, struct intent *taken, const char *what,
		 bool wait)
{
	struct request r = {.kind = REQUEST_INTENT, .intent = taken};

	if (batch_has(b, OPT_DRY_RUN)) {
		intent_free(taken);
		if (batch_has(b, OPT_JSON))
			out_document(json_pack("{s:s,s:b}", "text", what,
					       "dry_run", 1));
		else
			printf("would %s\n", what);
		return BATCH_DONE;
	}
	return batch_submit_entry(b, &r, what, wait);
}
