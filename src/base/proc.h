/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_PROC_H
#define BASE_PROC_H
/*
 * Child processes: editor, filter, password command. argv is an argument
 * list, never a shell line, unless the command text starts with "sh:".
 */
#include "base/err.h"
#include "base/str.h"

/* Splits a configured command into argv: words with '..' and ".." quotes and
 * backslash, ~ and $VAR expanded at word starts; "sh:TEXT" gives
 * {"sh","-c",TEXT}. */
bool proc_parse(struct strv *argv, const char *command,
		struct err *err) MUST_CHECK;

/* Appends word with ~, ~user, $VAR or ${VAR} at its start replaced (path
 * values). Fails with ERR_INPUT where it has no value. */
bool proc_expand(struct str *out, const char *word, struct err *err) MUST_CHECK;

/* Runs argv with `in` on stdin (may be NULL), collecting at most max_out bytes
 * of stdout; stderr goes to the log. Ends the child after timeout_ms (< 0:
 * never). env: NULL or "NAME=value" pairs added. *status (may be NULL): exit
 * code, or 128 + signal. Fails (ERR_INPUT) when argv cannot be started or is
 * out of time; then its whole process group was ended. */
bool proc_run(const struct strv *argv, const struct strv *env,
	      const struct bytes *in, struct str *out, size_t max_out,
	      int64_t timeout_ms, int *status, struct err *err) MUST_CHECK;

/* Runs argv on the terminal itself (editor, pager); the caller has given the
 * terminal up. */
bool proc_run_tty(const struct strv *argv, const struct strv *env, int *status,
		  struct err *err) MUST_CHECK;
/* Starts argv and does not wait (openers); its output is discarded. */
bool proc_spawn(const struct strv *argv, const struct strv *env,
		struct err *err) MUST_CHECK;

/* Files: whole content with a limit; atomic write (temporary + rename, mode). */
bool proc_read_file(const char *path, struct str *out, size_t max,
		    struct err *err) MUST_CHECK;
bool proc_write_file(const char *path, const void *p, size_t len, int mode,
		     struct err *err) MUST_CHECK;
/* mkdir -p with mode 0700 for what it makes. */
bool proc_make_dirs(const char *path, struct err *err) MUST_CHECK;
#endif
