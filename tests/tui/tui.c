/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * tui SCRIPT...: runs the real program in a pseudo-terminal whose screen
 * libvterm keeps, and writes TAP. See README in this directory for the verbs.
 * "-" reads a script from standard input.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include "base/clock.h"
#include "base/proc.h"
#include "base/vec.h"
#include "tests/tui/screen.h"

#define SETTLE_MS 300
#define BECOMES_MS 3000
#define IDLE_MARK "\033]7771;idle;"
#define SCRIPT_MAX ((size_t)1 << 20)

struct tui {
	const char *script; /* name for messages */
	int line;
	int rows, cols, cell_w, cell_h;
	struct strv env; /* NAME=value for the program */
	pid_t pid;	 /* 0: not running */
	int fd, status;
	bool ended;
	struct term_screen *screen;
	struct str wrote; /* every byte since the last input */
	struct str held;  /* output that may be the start of a mark */
	unsigned long long sent, seen; /* bytes typed; read, says the mark */
	int mark_rows, mark_cols;
	unsigned long long output; /* bytes since the last input */
	int64_t wait_ms;
	int tests, failed;
};

/* --- TAP -------------------------------------------------------------------- */
static bool report(struct tui *t, bool ok, const char *verb, const char *arg)
{
	t->tests++;
	t->failed += !ok;
	printf("%sok %d - %s:%d %s %s\n", ok ? "" : "not ", t->tests, t->script,
	       t->line, verb, arg);
	fflush(stdout);
	return ok;
}

static void show_screen(struct tui *t)
{
	for (int y = 0; t->screen && y < t->rows; y++) {
		struct str b CLEANUP(str_release) = STR_INIT;
		screen_add_row(t->screen, y, &b);
		printf("# |%s\n", b.s);
	}
}

/* --- the program ------------------------------------------------------------- */
static void stop_program(struct tui *t)
{
	if (!t->pid)
		return;
	if (!t->ended) {
		kill(t->pid, SIGTERM);
		for (int i = 0;
		     i < 200 && waitpid(t->pid, &t->status, WNOHANG) == 0;
		     i++) {
			char drop[4096];
			if (read(t->fd, drop, sizeof(drop)) < 0)
				usleep(10000);
			if (i == 150)
				kill(t->pid, SIGKILL);
		}
	}
	close(t->fd);
	t->pid = 0;
}

static struct winsize window_size(const struct tui *t)
{
	return (struct winsize){(unsigned short)t->rows,
				(unsigned short)t->cols,
				(unsigned short)(t->cols * t->cell_w),
				(unsigned short)(t->rows * t->cell_h)};
}

static void start_program(struct tui *t, const char *command)
{
	struct winsize ws = window_size(t);
	struct strv argv;
	struct err err = ERR_INIT;

	stop_program(t);
	strv_init(&argv);
	if (!proc_parse(&argv, command, &err)) {
		report(t, false, "run", err.text);
		return;
	}
	screen_free(t->screen);
	t->screen = screen_new(t->rows, t->cols);
	t->sent = t->seen = t->output = 0;
	t->mark_rows = t->mark_cols = 0;
	t->ended = false;
	str_clear(&t->held);
	t->pid = forkpty(&t->fd, NULL, NULL, &ws);
	if (t->pid == 0) {
		char *args[64];
		size_t n = 0;
		for (; n < argv.n && n < 63; n++)
			args[n] = argv.v[n];
		args[n] = NULL;
		unsetenv("COLORTERM");
		unsetenv("NO_COLOR");
		unsetenv("LC_ALL");
		unsetenv("LINES");
		unsetenv("COLUMNS");
		setenv("TERM", "xterm-256color", 1);
		setenv("LANG", "C.UTF-8", 1);
		setenv("TZ", "UTC", 1);
		setenv("RETINUE_TEST_IDLE", "1", 1);
		for (size_t i = 0; i < t->env.n; i++)
			putenv(t->env.v[i]);
		execvp(args[0], args);
		fprintf(stderr, "cannot run %s: %s\n", args[0],
			strerror(errno));
		_exit(127);
	}
	strv_release(&argv);
	fcntl(t->fd, F_SETFL, fcntl(t->fd, F_GETFL) | O_NONBLOCK);
}

/* A whole mark at p: takes its numbers. */
static void take_mark(struct tui *t, const char *p)
{
	int cols, rows;
	unsigned long long seen;

	if (sscanf(p, "%llu;%dx%d", &seen, &cols, &rows) != 3)
		return;
	t->seen = seen;
	t->mark_cols = cols;
	t->mark_rows = rows;
}

/* How much of a text ends with a whole character: the emulator takes a
 * character in two pieces for two broken ones. */
static size_t whole_len(const char *s, size_t len)
{
	size_t at = len, need;
	unsigned char lead;

	while (at > 0 && len - at < 3 &&
	       ((unsigned char)s[at - 1] & 0xc0) == 0x80)
		at--;
	if (!at)
		return len;
	lead = (unsigned char)s[at - 1];
	need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
	return len - at + 1 < need ? at - 1 : len;
}

/* How much of a text comes before what may be the beginning of a mark. Any other
 * sequence is not kept back: perhaps nothing follows it for long. */
static size_t before_mark(const char *s, size_t len)
{
	const char *esc = memrchr(s, 0x1b, len);
	size_t left = esc ? len - (size_t)(esc - s) : 0;

	return left && left < sizeof(IDLE_MARK) &&
			       memcmp(esc, IDLE_MARK, left) == 0
		       ? len - left
		       : len;
}

/* Gives output to the screen, taking the idle marks out. */
static void take_output(struct tui *t, const char *p, size_t len)
{
	const size_t mark = sizeof(IDLE_MARK) - 1;

	str_add_mem(&t->held, p, len);
	for (;;) {
		char *s = t->held.s;
		char *at = memmem(s, t->held.len, IDLE_MARK, mark);
		char *end =
			at ? memchr(at, '\a', t->held.len - (size_t)(at - s))
			   : NULL;
		size_t used;
		if (at && end) {
			screen_feed(t->screen, s, (size_t)(at - s));
			t->output += (size_t)(at - s);
			take_mark(t, at + mark);
			used = (size_t)(end - s) + 1;
		} else {
			/* Keep what may be the beginning of a mark. */
			used = at ? (size_t)(at - s)
				  : whole_len(s, before_mark(s, t->held.len));
			screen_feed(t->screen, s, used);
			t->output += used;
		}
		memmove(s, s + used, t->held.len - used);
		str_cut(&t->held, t->held.len - used);
		if (!at || !end)
			return;
	}
}

/* Reads for at most ms; false: nothing came. */
static bool pump(struct tui *t, int ms)
{
	struct pollfd p = {t->fd, POLLIN, 0};
	char buffer[65536];
	ssize_t n;

	if (!t->pid || t->ended) {
		usleep((useconds_t)ms * 1000);
		return false;
	}
	if (poll(&p, 1, ms) <= 0)
		return false;
	n = read(t->fd, buffer, sizeof(buffer));
	if (n > 0) {
		str_add_mem(&t->wrote, buffer, (size_t)n);
		take_output(t, buffer, (size_t)n);
		/* Answers of the terminal (cursor reports) go back. */
		n = (ssize_t)screen_answer(t->screen, buffer, sizeof(buffer));
		if (n > 0 && write(t->fd, buffer, (size_t)n) == n)
			t->sent += (unsigned long long)n;
		return true;
	}
	if (n < 0 && errno == EAGAIN)
		return false;
	if (!t->ended && waitpid(t->pid, &t->status, 0) == t->pid)
		t->ended = true;
	return false;
}

static void send_bytes(struct tui *t, const char *p, size_t len)
{
	while (pump(t, 0))
		;
	t->output = 0;
	str_clear(&t->wrote);
	while (len) {
		ssize_t n = write(t->fd, p, len);
		if (n > 0) {
			p += n;
			len -= (size_t)n;
			t->sent += (unsigned long long)n;
		} else if (errno != EAGAIN) {
			return;
		} else {
			pump(t, 10);
		}
	}
}

/* --- waiting ------------------------------------------------------------------ */
static bool is_idle(const struct tui *t)
{
	return t->seen >= t->sent && t->mark_rows == t->rows &&
	       t->mark_cols == t->cols;
}

static bool wait_idle(struct tui *t)
{
	int64_t end = clock_mono_ms() + t->wait_ms;

	while (!is_idle(t) && !t->ended && clock_mono_ms() < end)
		pump(t, 50);
	return is_idle(t);
}

static bool wait_text(struct tui *t, const char *text, bool there)
{
	int64_t end = clock_mono_ms() + t->wait_ms;

	while (screen_has(t->screen, text) != there && clock_mono_ms() < end)
		pump(t, 50);
	return screen_has(t->screen, text) == there;
}

/* --- keys --------------------------------------------------------------------- */
static const struct {
	const char *name, *bytes;
} key_names[] = {
	{"Enter", "\r"},       {"Esc", "\033"},	       {"Tab", "\t"},
	{"S-Tab", "\033[Z"},   {"Space", " "},	       {"Backspace", "\177"},
	{"Up", "\033[A"},      {"Down", "\033[B"},     {"Right", "\033[C"},
	{"Left", "\033[D"},    {"Home", "\033[H"},     {"End", "\033[F"},
	{"PgUp", "\033[5~"},   {"PgDn", "\033[6~"},    {"Insert", "\033[2~"},
	{"Delete", "\033[3~"}, {"F1", "\033OP"},       {"F2", "\033OQ"},
	{"F3", "\033OR"},      {"F4", "\033OS"},       {"F5", "\033[15~"},
	{"F6", "\033[17~"},    {"F7", "\033[18~"},     {"F8", "\033[19~"},
	{"F9", "\033[20~"},    {"F10", "\033[21~"},    {"F11", "\033[23~"},
	{"F12", "\033[24~"},   {"S-F6", "\033[17;2~"},
};

static void add_key(struct str *b, const char *name)
{
	if (str_starts(name, "M-") && name[2]) {
		str_add_char(b, '\033');
		add_key(b, name + 2);
		return;
	}
	if (str_starts(name, "C-") && name[2]) {
		str_add_char(b, (char)(name[2] == ' ' ? 0 : name[2] & 0x1f));
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(key_names); i++)
		if (str_eq(name, key_names[i].name)) {
			str_add(b, key_names[i].bytes);
			return;
		}
	str_add(b, name);
}

/* Each key (word) is sent and taken before the next: a lone Esc must not run
 * into what follows. */
static void send_keys(struct tui *t, const char *words)
{
	struct strv v;

	strv_init(&v);
	strv_split(&v, words, " ");
	for (size_t i = 0; i < v.n; i++) {
		struct str b CLEANUP(str_release) = STR_INIT;
		add_key(&b, v.v[i]);
		send_bytes(t, b.s, b.len);
		if (str_eq(v.v[i], "Esc"))
			wait_idle(t);
	}
	strv_release(&v);
}

static void send_click(struct tui *t, const char *verb, const char *arg)
{
	int x = 0, y = 0, button = 0;
	struct str b CLEANUP(str_release) = STR_INIT;

	sscanf(arg, "%d,%d", &x, &y);
	if (str_eq(verb, "wheel-up"))
		button = 64;
	if (str_eq(verb, "wheel-down"))
		button = 65;
	str_addf(&b, "\033[<%d;%d;%dM", button, x, y);
	if (button == 0)
		str_addf(&b, "\033[<%d;%d;%dm", button, x, y);
	send_bytes(t, b.s, b.len);
}

/* COL,ROW COL,ROW: pressed at the first, let go at the second. */
static void send_drag(struct tui *t, const char *arg)
{
	int x = 0, y = 0, to_x = 0, to_y = 0;
	struct str b CLEANUP(str_release) = STR_INIT;

	sscanf(arg, "%d,%d %d,%d", &x, &y, &to_x, &to_y);
	str_addf(&b, "\033[<0;%d;%dM\033[<32;%d;%dM\033[<0;%d;%dm", x, y, to_x,
		 to_y, to_x, to_y);
	send_bytes(t, b.s, b.len);
}

/* --- goldens -------------------------------------------------------------------- */
static void show_difference(const char *want, const char *got)
{
	int line = 1;

	while (*want || *got) {
		size_t a = strcspn(want, "\n"), b = strcspn(got, "\n");
		if (a != b || strncmp(want, got, a) != 0) {
			printf("# %d want |%.*s\n", line, (int)a, want);
			printf("# %d got  |%.*s\n", line, (int)b, got);
		}
		want += a + (want[a] == '\n');
		got += b + (got[b] == '\n');
		line++;
	}
}

/* What the screen is once nothing has come for a while. */
static void settled_screen(struct tui *t, struct str *out)
{
	while (pump(t, SETTLE_MS))
		;
	screen_add_golden(t->screen, out);
}

/* Is the screen as wanted, or does it become so? What a sync reports in the
 * background may still be on its way, or half painted. */
static bool becomes(struct tui *t, const char *want, struct str *got)
{
	int64_t end = clock_mono_ms() + BECOMES_MS;

	for (;;) {
		str_clear(got);
		screen_add_golden(t->screen, got);
		if (str_eq(want, got->s))
			return true;
		if (clock_mono_ms() > end || t->ended)
			return false;
		pump(t, 20);
	}
}

/* Where the two protocols show something differently, the one named by DIALECT
 * has a golden of its own, NAME.DIALECT; elsewhere they share one. */
static void read_golden(const char *common, char **path, struct str *want,
			struct err *err)
{
	const char *dialect = getenv("DIALECT");
	struct err none = ERR_INIT;

	*path = xasprintf("%s.%s", common, dialect ? dialect : "ews");
	if (proc_read_file(*path, want, SCRIPT_MAX, &none))
		return;
	mem_replace(path, xstrdup(common));
	if (!proc_read_file(*path, want, SCRIPT_MAX, err))
		str_clear(want);
}

/* A dialect writes a golden only where it differs from the common one. */
static bool write_golden(struct tui *t, const char *common, struct err *err)
{
	const char *dialect = getenv("DIALECT");
	char *path CLEANUP(mem_free_ptr) =
		dialect ? xasprintf("%s.%s", common, dialect) : xstrdup(common);
	struct str got CLEANUP(str_release) = STR_INIT;
	struct str want CLEANUP(str_release) = STR_INIT;

	settled_screen(t, &got);
	if (dialect && proc_read_file(common, &want, SCRIPT_MAX, err) &&
	    str_eq(want.s, got.s))
		return true;
	return proc_write_file(path, got.s, got.len, 0644, err);
}

static void compare_golden(struct tui *t, const char *name)
{
	const char *dir = getenv("TUI_GOLDEN");
	char *common CLEANUP(mem_free_ptr) =
		xasprintf("%s/%s", dir ? dir : "tests/tui/golden", name);
	char *path CLEANUP(mem_free_ptr) = NULL;
	struct str want CLEANUP(str_release) = STR_INIT;
	struct str got CLEANUP(str_release) = STR_INIT;
	struct err err = ERR_INIT;

	if (getenv("UPDATE")) {
		bool ok = write_golden(t, common, &err);

		report(t, ok, "screen", ok ? name : err.text);
		return;
	}
	read_golden(common, &path, &want, &err);
	if (!want.len) {
		report(t, false, "screen", name);
		printf("# %s (UPDATE=1 writes it)\n", err.text);
		show_screen(t);
		return;
	}
	if (!report(t, becomes(t, want.s, &got), "screen", name))
		show_difference(want.s, got.s);
}

/* --- verbs ------------------------------------------------------------------------ */
static void check_line(struct tui *t, const char *arg)
{
	char *text;
	long row = strtol(arg, &text, 10);
	struct str b CLEANUP(str_release) = STR_INIT;

	text += strspn(text, " ");
	if (row < 0)
		row += t->rows + 1;
	if (row >= 1 && row <= t->rows)
		screen_add_row(t->screen, (int)row - 1, &b);
	if (!report(t, strstr(b.s, text) != NULL, "line", arg))
		printf("# line %ld is |%s\n", row, b.s);
}

static void check_style(struct tui *t, const char *arg)
{
	char text[128], style[64];
	struct str got CLEANUP(str_release) = STR_INIT;

	if (sscanf(arg, "%63s %127[^\n]", style, text) != 2 ||
	    !screen_add_style_of(t->screen, text, &got)) {
		report(t, false, "style", arg);
		show_screen(t);
		return;
	}
	if (!report(t, strstr(got.s, style) != NULL, "style", arg))
		printf("# the style of \"%s\" is %s\n", text, got.s);
}

static void check_cursor(struct tui *t, const char *arg)
{
	char *got CLEANUP(mem_free_ptr) = screen_cursor_row(t->screen);
	int64_t end = clock_mono_ms() + t->wait_ms;

	/* News from the server may be painted at any moment. */
	while (!strstr(got, arg) && !t->ended && clock_mono_ms() < end) {
		pump(t, 50);
		mem_replace(&got, screen_cursor_row(t->screen));
	}
	if (!report(t, strstr(got, arg) != NULL, "cursor", arg))
		printf("# the cursor is in |%s\n", got);
}

static void check_quit(struct tui *t, const char *arg)
{
	int64_t end = clock_mono_ms() + t->wait_ms;
	int want = (int)strtol(arg, NULL, 10);

	while (!t->ended && clock_mono_ms() < end)
		pump(t, 50);
	bool ok = t->ended && WIFEXITED(t->status) &&
		  WEXITSTATUS(t->status) == want;
	if (!report(t, ok, "quit", arg)) {
		printf("# ended %d, status 0x%x\n", t->ended, t->status);
		show_screen(t);
	}
	stop_program(t);
}

static void resize(struct tui *t, const char *arg)
{
	struct winsize ws;

	if (sscanf(arg, "%dx%d", &t->cols, &t->rows) != 2)
		report(t, false, "size", arg);
	if (!t->pid)
		return;
	ws = window_size(t);
	while (pump(t, 0))
		;
	screen_resize(t->screen, t->rows, t->cols);
	ioctl(t->fd, TIOCSWINSZ, &ws);
}

static void check_wait(struct tui *t, const char *verb, const char *arg)
{
	bool ok = str_eq(verb, "wait-idle")   ? wait_idle(t)
		  : str_eq(verb, "wait-text") ? wait_text(t, arg, true)
					      : wait_text(t, arg, false);

	/* A wait that holds is no test of its own, only one that does not. */
	if (ok)
		return;
	report(t, false, verb, arg);
	show_screen(t);
}

static void check_bytes(struct tui *t, const char *arg)
{
	unsigned long long most = strtoull(arg, NULL, 10);

	if (!report(t, t->output <= most, "bytes", arg))
		printf("# %llu bytes were written\n", t->output);
}

/* Something else happens meanwhile: another program, which must go well. */
static void run_other(struct tui *t, const char *command)
{
	struct str out CLEANUP(str_release) = STR_INIT;
	struct strv argv CLEANUP(strv_release);
	struct err err = ERR_INIT;
	int status = 0;
	bool ok;

	strv_init(&argv);
	ok = proc_parse(&argv, command, &err) &&
	     proc_run(&argv, NULL, NULL, &out, SCRIPT_MAX, t->wait_ms, &status,
		      &err) &&
	     status == 0;
	if (!report(t, ok, "other", command))
		printf("# status %d %s %s\n", status, err.text,
		       str_or_empty(out.s));
}

/* "\\e" for the escape character. */
static char *with_escapes(const char *arg)
{
	struct str b = STR_INIT;

	for (; *arg; arg++) {
		bool escape = arg[0] == '\\' && arg[1] == 'e';

		str_add_char(&b, escape ? '\033' : *arg);
		arg += escape;
	}
	return str_take(&b);
}

/* What no screen shows: sequences for pictures, titles and the like. */
static void check_wrote(struct tui *t, const char *verb, const char *arg)
{
	char *want CLEANUP(mem_free_ptr) = with_escapes(arg);
	int64_t end = clock_mono_ms() + t->wait_ms;
	bool there;

	if (str_eq(verb, "wrotenot"))
		wait_idle(t);
	while (!(there = memmem(t->wrote.s, t->wrote.len, want, strlen(want)) !=
			 NULL) &&
	       str_eq(verb, "wrote") && !t->ended && clock_mono_ms() < end)
		pump(t, 50);
	report(t, there == str_eq(verb, "wrote"), verb, arg);
}

static void answer(struct tui *t, const char *arg)
{
	char *bytes CLEANUP(mem_free_ptr) = with_escapes(arg);

	send_bytes(t, bytes, strlen(bytes));
}

/* Screen contents that only make sense while (or after) a program runs. */
static bool screen_verb(struct tui *t, const char *verb, const char *arg)
{
	static const struct {
		const char *name;
		void (*fn)(struct tui *t, const char *arg);
	} verbs[] = {{"screen", compare_golden}, {"line", check_line},
		     {"style", check_style},	 {"cursor", check_cursor},
		     {"bytes", check_bytes},	 {"keys", send_keys},
		     {"quit", check_quit},	 {"answer", answer}};

	for (size_t i = 0; i < ARRAY_LEN(verbs); i++)
		if (str_eq(verb, verbs[i].name)) {
			verbs[i].fn(t, arg);
			return true;
		}
	if (str_starts(verb, "wait-") || str_eq(verb, "gone-text"))
		check_wait(t, verb, arg);
	else if (str_eq(verb, "has"))
		report(t, wait_text(t, arg, true), verb, arg) ? (void)0
							      : show_screen(t);
	else if (str_eq(verb, "hasnot"))
		report(t, wait_text(t, arg, false), verb, arg) ? (void)0
							       : show_screen(t);
	else if (str_eq(verb, "type"))
		send_bytes(t, arg, strlen(arg));
	else if (str_eq(verb, "click") || str_starts(verb, "wheel-"))
		send_click(t, verb, arg);
	else if (str_eq(verb, "drag"))
		send_drag(t, arg);
	else if (str_eq(verb, "signal"))
		kill(t->pid, (int)strtol(arg, NULL, 10));
	else if (str_starts(verb, "wrote"))
		check_wrote(t, verb, arg);
	else if (str_eq(verb, "show"))
		show_screen(t);
	else
		return false;
	return true;
}

static void run_verb(struct tui *t, const char *verb, const char *arg)
{
	if (str_eq(verb, "size"))
		resize(t, arg);
	else if (str_eq(verb, "env"))
		strv_add(&t->env, arg);
	else if (str_eq(verb, "cell"))
		sscanf(arg, "%dx%d", &t->cell_w, &t->cell_h);
	else if (str_eq(verb, "other"))
		run_other(t, arg);
	else if (str_eq(verb, "run"))
		start_program(t, arg);
	else if (str_eq(verb, "timeout"))
		t->wait_ms = strtoll(arg, NULL, 10) * 1000;
	else if (!t->pid)
		report(t, false, verb, "(nothing runs)");
	else if (!screen_verb(t, verb, arg))
		report(t, false, verb, "(no such verb)");
}

static void run_script(struct tui *t, const char *text)
{
	while (*text) {
		size_t len = strcspn(text, "\n");
		char *line CLEANUP(mem_free_ptr) = xstrndup(text, len);
		char *verb = line + strspn(line, " \t");
		char *arg = verb + strcspn(verb, " \t");
		t->line++;
		text += len + (text[len] == '\n');
		if (!*verb || *verb == '#')
			continue;
		if (*arg)
			*arg++ = '\0';
		run_verb(t, verb, arg);
	}
	stop_program(t);
}

int main(int argc, char **argv)
{
	const char *seconds = getenv("TUI_TIMEOUT");
	struct tui t = {.rows = 24,
			.cols = 80,
			.wait_ms = seconds ? strtoll(seconds, NULL, 10) * 1000
					   : 10000};

	setvbuf(stdout, NULL, _IOLBF, 0); /* who waits for a line gets it */
	strv_init(&t.env);
	str_init(&t.held);
	str_init(&t.wrote);
	for (int i = 1; i < argc; i++) {
		struct str text CLEANUP(str_release) = STR_INIT;
		struct err err = ERR_INIT;
		const char *path =
			str_eq(argv[i], "-") ? "/dev/stdin" : argv[i];
		const char *slash = strrchr(path, '/');
		t.script = slash ? slash + 1 : path;
		t.line = 0;
		if (!proc_read_file(path, &text, SCRIPT_MAX, &err)) {
			report(&t, false, "read", err.text);
			continue;
		}
		run_script(&t, text.s);
	}
	printf("1..%d\n", t.tests);
	screen_free(t.screen);
	strv_release(&t.env);
	str_release(&t.held);
	str_release(&t.wrote);
	return t.failed ? 1 : 0;
}
