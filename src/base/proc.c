/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/proc.h"
#include "base/clock.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

#define GRACE_MS 500 /* between SIGTERM and SIGKILL */
#define TICK_MS 50   /* looking for a child's end without a pidfd */

/* --- command text to argument list --------------------------------------- */

static bool is_name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_';
}

static const char *home_of(const char *user)
{
	const char *home = *user ? NULL : getenv("HOME");
	const struct passwd *pw;

	if (home && *home)
		return home;
	/* Commands are read at start and by the ui thread alone. */
	pw = *user ? getpwnam(user) : getpwuid(getuid());
	return pw ? pw->pw_dir : NULL;
}

/* Expands what may stand at the start of a word; *s moves behind it. */
static bool expand_start(struct str *out, const char **s, struct err *err)
{
	const char *p = *s, *end, *value;
	CLEANUP(mem_free_ptr) char *name = NULL;
	bool brace;

	if (*p == '~') {
		end = p + 1 + strcspn(p + 1, "/ \t'\"\\");
		name = xstrndup(p + 1, (size_t)(end - p - 1));
		value = home_of(name);
		if (!value)
			return err_set(err, ERR_INPUT, "no home for ~%s", name);
		str_add(out, value);
		*s = end;
		return true;
	}
	if (*p != '$')
		return true;
	brace = p[1] == '{';
	p += brace ? 2 : 1;
	for (end = p; is_name_char(*end);)
		end++;
	if (end == p)
		return true; /* a lone dollar sign */
	if (brace && *end != '}')
		return err_set(err, ERR_INPUT, "${ without }");
	name = xstrndup(p, (size_t)(end - p));
	value = getenv(name);
	if (!value)
		return err_set(err, ERR_INPUT, "$%s is not set", name);
	str_add(out, value);
	*s = end + brace;
	return true;
}

bool proc_expand(struct str *out, const char *word, struct err *err)
{
	if (!expand_start(out, &word, err))
		return false;
	str_add(out, word);
	return true;
}

/* One word, with its quotes taken off; *s moves to the blank behind it. */
static bool read_word(struct str *out, const char **s, struct err *err)
{
	const char *p = *s;
	char quote = 0;

	if (!expand_start(out, &p, err))
		return false;
	for (; *p; p++) {
		if (quote == '\'' && *p != '\'') {
			str_add_char(out, *p);
		} else if (*p == quote && quote) {
			quote = 0;
		} else if (!quote && (*p == '\'' || *p == '"')) {
			quote = *p;
			if (quote == '"' && p == *s && p[1] == '$') {
				p++;
				if (!expand_start(out, &p, err))
					return false;
				p--;
			}
		} else if (*p == '\\' && p[1] &&
			   (!quote || p[1] == '"' || p[1] == '\\')) {
			str_add_char(out, *++p);
		} else if (!quote && (*p == ' ' || *p == '\t')) {
			break;
		} else {
			str_add_char(out, *p);
		}
	}
	if (quote)
		return err_set(err, ERR_INPUT, "quote %c is not closed", quote);
	*s = p;
	return true;
}

bool proc_parse(struct strv *argv, const char *command, struct err *err)
{
	struct strv words = {0};
	const char *s = command;

	s += strspn(s, " \t");
	if (str_starts(s, "sh:")) {
		s += 3;
		s += strspn(s, " \t");
		strv_add(&words, "sh");
		strv_add(&words, "-c");
		strv_add(&words, s);
		s = "";
	}
	for (; *s; s += strspn(s, " \t")) {
		CLEANUP(str_release) struct str word = STR_INIT;

		if (!read_word(&word, &s, err)) {
			strv_release(&words);
			return err_add(err, "command \"%s\"", command);
		}
		strv_give(&words, str_take(&word));
	}
	if (words.n == 0 || !*words.v[0]) {
		strv_release(&words);
		return err_set(err, ERR_INPUT, "empty command");
	}
	for (size_t i = 0; i < words.n; i++)
		strv_give(argv, words.v[i]);
	free(words.v);
	return true;
}

/* --- starting ------------------------------------------------------------- */

/* NULL-ended list of borrowed strings: a frees only the array. */
static char **argv_of(const struct strv *argv)
{
	char **v = xcalloc(argv->n + 1, sizeof(*v));

	for (size_t i = 0; i < argv->n; i++)
		v[i] = argv->v[i];
	return v;
}

static bool same_name(const char *a, const char *b)
{
	size_t n = strcspn(a, "=");

	return strncmp(a, b, n) == 0 && b[n] == '=';
}

/* The environment with `more` added or put in place. */
static char **environ_with(const struct strv *more)
{
	size_t n = 0, extra = more ? more->n : 0;
	char **v;

	while (environ[n])
		n++;
	v = xcalloc(n + extra + 1, sizeof(*v));
	n = 0;
	for (char **e = environ; *e; e++) {
		bool replaced = false;

		for (size_t i = 0; i < extra && !replaced; i++)
			replaced = same_name(more->v[i], *e);
		if (!replaced)
			v[n++] = *e;
	}
	for (size_t i = 0; i < extra; i++)
		v[n++] = more->v[i];
	return v;
}

/* fds: what becomes 0, 1 and 2 (-1: inherited); flags of posix_spawn. */
static bool start(pid_t *pid, const struct strv *argv, const struct strv *env,
		  const int fds[3], int flags, struct err *err)
{
	CLEANUP(mem_free_ptr) char **args = argv_of(argv);
	CLEANUP(mem_free_ptr) char **vars = environ_with(env);
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	if (argv->n == 0)
		BUG("empty argument list");
	sigemptyset(&none);
	sigfillset(&all);
	posix_spawn_file_actions_init(&actions);
	for (int i = 0; i < 3; i++)
		if (fds[i] >= 0)
			posix_spawn_file_actions_adddup2(&actions, fds[i], i);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, (short)(flags | POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF));
	posix_spawnattr_setpgroup(&attr, 0);
	/* Our threads block signals and ignore some: a child starts afresh. */
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	rc = posix_spawnp(pid, args[0], &actions, &attr, args, vars);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	if (rc == 0)
		return true;
	err_set(err, ERR_INPUT, "cannot run %s: %s", args[0], strerror(rc));
	if (err)
		err->number = rc;
	return false;
}

static int exit_code(int wait_status)
{
	return WIFEXITED(wait_status) ? WEXITSTATUS(wait_status)
				      : 128 + WTERMSIG(wait_status);
}

static int wait_for(pid_t pid)
{
	int status = 0;

	while (waitpid(pid, &status, 0) < 0)
		if (errno != EINTR)
			return 127; /* somebody else reaped it */
	return exit_code(status);
}

/* --- running with pipes ----------------------------------------------------
 */

struct run {
	pid_t pid;
	int pidfd;	     /* -1: not offered by this kernel */
	int in, out, errors; /* our ends; -1: closed */
	const struct bytes *input;
	size_t written;
	struct str *output;
	size_t max_out;
	struct str error_line;
};

static void close_fd(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

static void feed(struct run *r)
{
	ssize_t n = write(r->in, r->input->p + r->written,
			  r->input->len - r->written);

	if (n > 0)
		r->written += (size_t)n;
	if ((n < 0 && errno != EAGAIN && errno != EINTR) ||
	    r->written == r->input->len)
		close_fd(&r->in);
}

static void log_errors(struct run *r, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (s[i] != '\n') {
			str_add_char(&r->error_line, s[i]);
			continue;
		}
		log_at(LOG_WARN, "proc", "%s", r->error_line.s);
		str_clear(&r->error_line);
	}
}

/* Reads what is there; false when nothing is left for now or ever. */
static bool drain(struct run *r, int *fd)
{
	char buf[16384];
	ssize_t n;

	if (*fd < 0)
		return false;
	n = read(*fd, buf, sizeof(buf));
	if (n < 0 && errno == EINTR)
		return true;
	if (n <= 0) {
		if (n == 0 || errno != EAGAIN)
			close_fd(fd);
		return false;
	}
	if (fd == &r->errors) {
		log_errors(r, buf, (size_t)n);
	} else {
		size_t room = r->max_out - r->output->len;

		str_add_mem(r->output, buf,
			    (size_t)n < room ? (size_t)n : room);
		if ((size_t)n > room)
			close_fd(fd); /* SIGPIPE tells the child */
	}
	return true;
}

static bool has_ended(const struct run *r)
{
	siginfo_t info = {0};

	return waitid(P_PID, (id_t)r->pid, &info,
		      WEXITED | WNOHANG | WNOWAIT) != 0 ||
	       info.si_pid == r->pid;
}

/* Until the child ends; false when `deadline` (monotonic ms) came first. A
 * grandchild may hold the pipes open for ever (a key agent does): the end of
 * the child itself counts. */
static bool attend(struct run *r, int64_t deadline)
{
	while (!has_ended(r)) {
		struct pollfd p[4] = {{.fd = r->in, .events = POLLOUT},
				      {.fd = r->out, .events = POLLIN},
				      {.fd = r->errors, .events = POLLIN},
				      {.fd = r->pidfd, .events = POLLIN}};
		int64_t left = deadline == INT64_MAX
				       ? INT64_MAX
				       : deadline - clock_mono_ms();

		if (left <= 0)
			return false;
		if (r->pidfd < 0 && left > TICK_MS)
			left = TICK_MS;
		if (poll(p, 4, left > 60000 ? 60000 : (int)left) <= 0)
			continue;
		if (p[0].revents)
			feed(r);
		if (p[1].revents)
			drain(r, &r->out);
		if (p[2].revents)
			drain(r, &r->errors);
	}
	while (drain(r, &r->out))
		;
	while (drain(r, &r->errors))
		;
	return true;
}

static void end_group(struct run *r)
{
	kill(-r->pid, SIGTERM);
	if (!attend(r, clock_mono_ms() + GRACE_MS))
		kill(-r->pid, SIGKILL);
}

static bool make_pipe(int ends[2], int ours, struct err *err)
{
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_errno(err, "cannot make a pipe");
	fcntl(ends[ours], F_SETFL, O_NONBLOCK);
	return true;
}

/* A child that stops reading must not end us: SIGPIPE is blocked for this
 * thread and a pending one taken off again. */
static void block_sigpipe(sigset_t *old)
{
	sigset_t pipes;

	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	sigprocmask(SIG_BLOCK, &pipes, old);
}

static void restore_sigpipe(const sigset_t *old)
{
	const struct timespec now = {0};
	sigset_t pipes;

	sigemptyset(&pipes);
	sigaddset(&pipes, SIGPIPE);
	if (!sigismember(old, SIGPIPE))
		while (sigtimedwait(&pipes, NULL, &now) > 0)
			;
	sigprocmask(SIG_SETMASK, old, NULL);
}

static bool start_piped(struct run *r, const struct strv *argv,
			const struct strv *env, struct err *err)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, errors[2] = {-1, -1};
	bool ok;

	if (r->input)
		ok = make_pipe(in, 1, err);
	else
		ok = (in[0] = open("/dev/null", O_RDONLY | O_CLOEXEC)) >= 0 ||
		     err_errno(err, "cannot open /dev/null");
	ok = ok && make_pipe(out, 0, err) && make_pipe(errors, 0, err) &&
	     start(&r->pid, argv, env, (const int[3]){in[0], out[1], errors[1]},
		   POSIX_SPAWN_SETPGROUP, err);
	close_fd(&in[0]);
	close_fd(&out[1]);
	close_fd(&errors[1]);
	r->in = in[1];
	r->out = out[0];
	r->errors = errors[0];
	if (ok)
		r->pidfd = (int)syscall(SYS_pidfd_open, r->pid, 0);
	return ok;
}

bool proc_run(const struct strv *argv, const struct strv *env,
	      const struct bytes *in, struct str *out, size_t max_out,
	      int64_t timeout_ms, int *status, struct err *err)
{
	CLEANUP(str_release) struct str collected = STR_INIT;
	struct run r = {.pidfd = -1,
			.in = -1,
			.out = -1,
			.errors = -1,
			.input = in,
			.output = &collected,
			.max_out = max_out};
	sigset_t old;
	bool ok;

	str_init_max(&r.error_line, 4096);
	ok = start_piped(&r, argv, env, err);
	if (ok) {
		int code;

		block_sigpipe(&old);
		if (r.in >= 0 && in->len == 0)
			close_fd(&r.in);
		ok = attend(&r, timeout_ms < 0 ? INT64_MAX
					       : clock_mono_ms() + timeout_ms);
		if (!ok)
			end_group(&r);
		code = wait_for(r.pid);
		restore_sigpipe(&old);
		if (ok && status)
			*status = code;
		if (ok)
			str_add_mem(out, collected.s, collected.len);
		else
			err_set(err, ERR_INPUT,
				"%s did not finish within %g seconds",
				argv->v[0], (double)timeout_ms / 1000);
	}
	if (r.error_line.len)
		log_at(LOG_WARN, "proc", "%s", r.error_line.s);
	str_release(&r.error_line);
	close_fd(&r.in);
	close_fd(&r.out);
	close_fd(&r.errors);
	close_fd(&r.pidfd);
	mem_wipe(collected.s, collected.len);
	return ok;
}

bool proc_run_tty(const struct strv *argv, const struct strv *env, int *status,
		  struct err *err)
{
	const struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction old_int, old_quit;
	pid_t pid;
	bool ok;

	/* Ctrl-C in the editor is the editor's, not ours. */
	sigaction(SIGINT, &ignore, &old_int);
	sigaction(SIGQUIT, &ignore, &old_quit);
	ok = start(&pid, argv, env, (const int[3]){-1, -1, -1}, 0, err);
	if (ok) {
		int code = wait_for(pid);

		if (status)
			*status = code;
	}
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	return ok;
}

/* In the middle process of proc_spawn: starts the real one and reports the
 * error number (0: it runs) through `report`. */
NORETURN static void spawn_and_leave(char **args, char **vars, int null,
				     int report)
{
	sigset_t none;
	pid_t pid;

	setsid();
	pid = fork();
	if (pid == 0) {
		for (int sig = 1; sig < NSIG; sig++)
			signal(sig, SIG_DFL);
		sigemptyset(&none);
		sigprocmask(SIG_SETMASK, &none, NULL);
		for (int fd = 0; fd < 3; fd++)
			dup2(null, fd);
		execvpe(args[0], args, vars);
		pid = -1;
	}
	if (pid < 0) {
		int number = errno;

		if (write(report, &number, sizeof(number)) < 0)
			_exit(1);
	}
	_exit(0);
}

bool proc_spawn(const struct strv *argv, const struct strv *env,
		struct err *err)
{
	CLEANUP(mem_free_ptr) char **args = argv_of(argv);
	CLEANUP(mem_free_ptr) char **vars = environ_with(env);
	int report[2], null, number = 0;
	pid_t middle;

	if (pipe2(report, O_CLOEXEC) != 0)
		return err_errno(err, "cannot make a pipe");
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	/* Two steps, so that the program becomes init's child and leaves no
	 * zombie with us. */
	middle = null < 0 ? -1 : fork();
	if (middle == 0)
		spawn_and_leave(args, vars, null, report[1]);
	number = middle < 0 ? errno : 0;
	close(report[1]);
	if (null >= 0)
		close(null);
	if (middle > 0) {
		wait_for(middle);
		/* Ends at once when exec closed the other end. */
		while (read(report[0], &number, sizeof(number)) < 0 &&
		       errno == EINTR)
			;
	}
	close(report[0]);
	if (number == 0)
		return true;
	err_set(err, ERR_INPUT, "cannot run %s: %s", args[0], strerror(number));
	if (err)
		err->number = number;
	return false;
}
