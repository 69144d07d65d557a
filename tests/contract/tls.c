/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* HTTPS with an authority of one's own: refused in words, or trusted by name. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"
#include "tests/contract/contract.h"

struct tls {
	char *cert, *key;
};

/* A certificate for 127.0.0.1 that signs itself. */
static bool make_certificate(const struct tls *t)
{
	struct strv argv;
	struct str out = STR_INIT;
	struct err err = ERR_INIT;
	char *command = xasprintf(
		"openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj "
		"/CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1 "
		"-keyout %s -out %s",
		t->key, t->cert);
	int status = -1;
	bool ok;

	strv_init(&argv);
	ok = proc_parse(&argv, command, &err) &&
	     proc_run(&argv, NULL, NULL, &out, 1 << 20, 60000, &status, &err);
	strv_release(&argv);
	str_release(&out);
	free(command);
	return ok && status == 0;
}

static bool connect_with(const struct sim *s, const char *ca_file,
			 struct err *err)
{
	struct client c;
	bool ok;

	client_open(&c, s, 1, false);
	c.ops->close(c.b);
	mem_replace(&c.account->ca_file, xstrdup(ca_file));
	c.account->allow_plain_http = false;
	c.b = c.ops->open(c.account, &c.host, NULL);
	ok = c.ops->connect(c.b, NULL, &c.info, err);
	client_close(&c);
	return ok;
}

static void test_certificate(void *ctx)
{
	struct tls *t = ctx;
	const char *args[] = {"--tls",	    t->cert, t->key,
			      "--messages", "1",     NULL};
	struct err err = ERR_INIT;
	struct sim s;

	if (!CHECK(sim_start(&s, "ews", "2016", args)))
		return;
	CHECK(str_starts(s.url, "https://"));
	CHECK(!connect_with(&s, NULL, &err));
	CHECK_MSG(err.kind == ERR_NETWORK && strstr(err.text, "ca-file"),
		  err.text);
	CHECK_MSG(connect_with(&s, t->cert, &err), err.text);
	CHECK(!connect_with(&s, "/nonexistent.pem", &err));
	CHECK_MSG(err.kind == ERR_INPUT, err.text);
	CHECK(sim_stop(&s));
}

void tls_run(void)
{
	char dir[] = "/tmp/retinue-tls-XXXXXX";
	struct tls t;

	if (!mkdtemp(dir))
		return;
	t = (struct tls){xasprintf("%s/cert.pem", dir),
			 xasprintf("%s/key.pem", dir)};
	if (make_certificate(&t))
		run_test("a certificate is checked", test_certificate, &t);
	else
		skip_test("a certificate is checked", "openssl is not here");
	unlink(t.cert);
	unlink(t.key);
	rmdir(dir);
	free(t.cert);
	free(t.key);
}
