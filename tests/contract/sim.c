/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Starting a simulator of one's own, and its administration address. */
#include <arpa/inet.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/chan.h"
#include "base/proc.h"
#include "base/uri.h"
#include "tests/contract/contract.h"

#define START_MS 20000

static void exec_sim(const char *path, const char *ready, const char *dialect,
		     const char *version, const char *const *args)
{
	const char *argv[32] = {path,	     "--listen",     "127.0.0.1:0",
				"--dialect", dialect,	     "--version",
				version,     "--ready-file", ready};
	const char *schema = getenv("RETINUE_SIM_SCHEMA");
	size_t n = 9;

	if (schema) {
		argv[n++] = "--schema";
		argv[n++] = schema;
	}
	for (; args && *args; args++)
		argv[n++] = *args;
	argv[n] = NULL;
	execv(path, (char *const *)argv);
	_exit(127);
}

bool sim_has(const char *dialect)
{
	const char *bin = getenv("RETINUE_BIN");
	char *command CLEANUP(mem_free_ptr) =
		xasprintf("%s/exchange-sim --help", bin ? bin : "build");
	struct str out = STR_INIT;
	struct strv argv;
	struct err err = ERR_INIT;
	int status;
	bool has;

	strv_init(&argv);
	has = proc_parse(&argv, command, &err) &&
	      proc_run(&argv, NULL, NULL, &out, 1 << 16, 10000, &status,
		       &err) &&
	      strstr(out.s, dialect);
	strv_release(&argv);
	str_release(&out);
	return has;
}

bool sim_start(struct sim *s, const char *dialect, const char *version,
	       const char *const *args)
{
	const char *bin = getenv("RETINUE_BIN");
	char *path CLEANUP(mem_free_ptr) =
		xasprintf("%s/exchange-sim", bin ? bin : "build");
	char name[] = "/tmp/retinue-contract-XXXXXX";
	struct str text = STR_INIT;
	int fd = mkstemp(name);

	*s = (struct sim){.ready = xstrdup(name),
			  .dav = strcmp(dialect, "webdav") == 0};
	if (fd >= 0)
		close(fd);
	unlink(name);
	fflush(stdout);
	s->pid = fork();
	if (s->pid == 0)
		exec_sim(path, name, dialect, version, args);
	for (int waited = 0; waited < START_MS; waited += 20) {
		str_clear(&text);
		if (proc_read_file(name, &text, 1 << 16, NULL) &&
		    strstr(text.s, "\naddress4="))
			break;
		if (waitpid(s->pid, NULL, WNOHANG) == s->pid) {
			s->pid = 0;
			break;
		}
		chan_flag_wait(NULL, 20);
	}
	s->text = str_take(&text);
	if (s->dav) {
		char *base = sim_value(s, "base_url");

		s->url = base ? xasprintf("%s/exchange/", base) : NULL;
		free(base);
	} else {
		s->url = sim_value(s, "ews_url");
	}
	s->admin = sim_value(s, "admin_url");
	return s->pid > 0 && s->url && s->admin;
}

char *sim_value(const struct sim *s, const char *key)
{
	size_t n = strlen(key);

	for (const char *p = s->text; p && *p; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, key, n) == 0 && p[n] == '=')
			return xstrndup(p + n + 1, strcspn(p + n + 1, "\n"));
	}
	return NULL;
}

char *sim_admin(const struct sim *s, const char *method, const char *path,
		const char *body)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	struct str out = STR_INIT;
	struct uri u = {0};
	char buffer[65536], *text;
	ssize_t n;
	int fd;

	if (!uri_parse(&u, s->admin))
		return NULL;
	a.sin_port = htons((uint16_t)uri_port(&u));
	inet_pton(AF_INET, u.host, &a.sin_addr);
	str_addf(&out,
		 "%s %s%s HTTP/1.1\r\nHost: sim\r\nConnection: close\r\n"
		 "Content-Length: %zu\r\n\r\n%s",
		 method, u.path, path, strlen(str_or_empty(body)),
		 str_or_empty(body));
	fd = socket(AF_INET, SOCK_STREAM, 0);
	if (connect(fd, (void *)&a, sizeof(a)) == 0)
		(void)!send(fd, out.s, out.len, MSG_NOSIGNAL);
	str_clear(&out);
	while ((n = recv(fd, buffer, sizeof(buffer), 0)) > 0)
		str_add_mem(&out, buffer, (size_t)n);
	close(fd);
	uri_release(&u);
	text = strstr(out.s, "\r\n\r\n");
	text = xstrdup(text ? text + 4 : "");
	str_release(&out);
	return text;
}

int sim_count(const struct sim *s, const char *operation)
{
	char *stats = sim_admin(s, "GET", "/stats", NULL);
	char *key = xasprintf("\"%s\":", operation);
	const char *p = strstr(stats, key);
	int n = p ? (int)strtol(p + strlen(key), NULL, 10) : 0;

	free(key);
	free(stats);
	return n;
}

void sim_faults(const struct sim *s, const char *table)
{
	free(sim_admin(s, "POST", "/faults", table));
}

bool sim_stop(struct sim *s)
{
	bool ok = s->pid > 0;

	if (ok) {
		if (str_starts(s->admin, "https:")) {
			kill(s->pid, SIGTERM); /* no TLS in sim_admin */
		} else {
			ok = CHECK(sim_count(s, "schema_failures") == 0);
			free(sim_admin(s, "POST", "/quit", NULL));
		}
		for (int waited = 0; s->pid && waited < 5000; waited += 20)
			if (waitpid(s->pid, NULL, WNOHANG) == s->pid)
				s->pid = 0;
			else
				chan_flag_wait(NULL, 20);
		if (s->pid) {
			kill(s->pid, SIGKILL);
			waitpid(s->pid, NULL, 0);
		}
	}
	unlink(s->ready);
	free(s->ready);
	free(s->text);
	free(s->url);
	free(s->admin);
	return ok;
}
