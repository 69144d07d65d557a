/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Sign-in pages: found, filled in, posted; and what must not happen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include "net/forms.h"

/* Exchange 2003 (dossier WebDAV 4.3), shortened. */
static const char owa2003[] =
	"<html><head><script>document.write('<form><input type=password>');"
	"</script></head><body><!-- <form action=wrong> -->"
	"<FORM action=\"owaauth.dll\" method=POST name=logonForm>"
	"<input type=\"hidden\" name=\"destination\" "
	"value=\"https://owa.corp.example/exchange/?a=1&amp;b=2\">"
	"<input type=hidden name=flags value='0'>"
	"<input id=username name='username' type=\"text\">"
	"<input type=password name=password>"
	"<input type=radio name=trusted value=0 checked>"
	"<input type=radio name=trusted value=4>"
	"<input type=submit name=SubmitCreds value=\"Log On\">"
	"</FORM></body></html>";
/* Exchange 2007: another form stands before it. */
static const char owa2007[] =
	"<form action=\"/search\"><input name=q></form>"
	"<form action=\"/owa/auth/owaauth.dll\" method=\"POST\">"
	"<input type=\"hidden\" name=\"destination\" value=\"x\"/>"
	"<input type=\"hidden\" name=\"flags\" value=\"1\"/>"
	"<input type=\"hidden\" name=\"forcedownlevel\" value=\"0\"/>"
	"<input id=\"username\" name=\"username\"/>"
	"<input name=\"password\" type=\"password\"/>"
	"<input type=\"radio\" name=\"trusted\" value=\"4\"/>"
	"<input type=\"hidden\" name=\"isUtf8\" value=\"1\"/></form>";
/* ISA Server. */
static const char isa[] =
	"<form id=logonForm action=/CookieAuth.dll?Logon method=post>"
	"<input type=hidden name=curl value=Z2FexchangeZ2F>"
	"<input type=text name=username><input type=password name=password>"
	"<input type=submit name=SubmitCreds value='Log On'></form>";

static const struct {
	const char *page, *action, *body;
} pages[] = {
	{owa2003, "https://owa.corp.example/exchweb/bin/auth/owaauth.dll",
	 "destination=https%3A%2F%2Fowa.corp.example%2Fexchange%2F%3Fa%3D1%26b"
	 "%3D2&flags=4&trusted=4&SubmitCreds=Log%20On&username=CORP%5Cann&"
	 "password=p%2Bw%20%22%3D%C3%BC"},
	{owa2007, "https://owa.corp.example/owa/auth/owaauth.dll",
	 "destination=x&flags=5&forcedownlevel=0&trusted=4&isUtf8=1&username="
	 "CORP%5Cann&password=p%2Bw%20%22%3D%C3%BC"},
	{isa, "https://owa.corp.example/CookieAuth.dll?Logon",
	 "curl=Z2FexchangeZ2F&SubmitCreds=Log%20On&username=CORP%5Cann&"
	 "password=p%2Bw%20%22%3D%C3%BC"},
};

static void test_pages(void **state)
{
	static const char *const none[] = {
		"",
		"<form>",
		"<form><input type=password name=p></form>",
		"<form><input name=q></form>",
		"<input name=u><input type=password name=p>",
		"<form action=x><input name=u",
		"<<<<>>>>"};
	struct forms_page p;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct str body = STR_INIT;

		assert_true(forms_read(&p, pages[i].page,
				       "https://owa.corp.example/exchweb/bin/"
				       "auth/owalogon.asp?url=x&reason=0"));
		assert_string_equal(p.action, pages[i].action);
		forms_add_body(&body, &p, "CORP\\ann", "p+w \"=\u00FC");
		assert_string_equal(body.s, pages[i].body);
		str_release(&body);
		forms_page_release(&p);
	}
	for (size_t i = 0; i < ARRAY_LEN(none); i++)
		assert_false(forms_read(&p, none[i], "https://h/"));
}

static void test_challenges(void **state)
{
	static const struct {
		int status;
		const char *location, *page;
		bool is;
	} rows[] = {
		{440, NULL, NULL, true},
		{302, "/exchweb/bin/auth/owalogon.asp?url=x&reason=0", NULL,
		 true},
		{302, "https://h/owa/auth/logon.aspx?url=x", NULL, true},
		{302, "https://h/CookieAuth.dll?GetLogon", NULL, true},
		{302, "https://h/exchange/ann/", NULL, false},
		{200, NULL, "<form><input type=\"password\">", true},
		{200, NULL, owa2003, true},
		{200, NULL, owa2007, true},
		{200, NULL, isa, true},
		{200, NULL, "<FORM><INPUT TYPE='Password' NAME=p></FORM>",
		 true},
		{200, NULL, "<p>hello</p>", false},
		{200, NULL, "<form><input name=q>type=\"password\"</form>",
		 false},
		{207, NULL, "<form><input type=\"password\">", false},
		{401, NULL, NULL, false},
		{404, NULL, NULL, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_answer a = {.status = rows[i].status,
					.location = (char *)rows[i].location};

		assert_int_equal(forms_is_challenge(&a, rows[i].page),
				 rows[i].is);
	}
}

/* --- signing in ------------------------------------------------------------------ */
struct hop {
	const char *url, *body; /* body NULL: a GET; else a part of it */
	int status;
	const char *location, *page;
};
struct walk {
	const struct hop *hops;
	size_t n, at;
};

static bool send_hop(void *ctx, const char *url, const char *body,
		     struct http_answer *out, struct str *page, struct err *err)
{
	struct walk *w = ctx;
	const struct hop *h;

	if (w->at == w->n)
		fail_msg("an unexpected request: %s", url);
	h = &w->hops[w->at++];
	assert_string_equal(url, h->url);
	if (h->body)
		assert_non_null(strstr(body, h->body));
	else
		assert_null(body);
	if (!h->status)
		return err_set(err, ERR_NETWORK, "lost");
	out->status = h->status;
	out->location = xstrdup(h->location);
	str_add(page, str_or_empty(h->page));
	return true;
}

#define START "https://owa.corp.example/exchange/ann/"
#define LOGON "https://owa.corp.example/exchweb/bin/auth/owalogon.asp?url=x"
#define POST "https://owa.corp.example/exchweb/bin/auth/owaauth.dll"

static const struct {
	struct hop hops[3];
	size_t n;
	bool allow_plain;
	enum err_kind kind;
	const char *code;
} walks[] = {
	{{{START, NULL, 302, "/exchweb/bin/auth/owalogon.asp?url=x", NULL},
	  {LOGON, NULL, 200, NULL, owa2003},
	  {POST, "username=ann", 302, START, NULL}},
	 3,
	 false,
	 ERR_NONE,
	 ""},
	/* a bad password shows the page again */
	{{{START, NULL, 302, LOGON, NULL},
	  {LOGON, NULL, 200, NULL, owa2003},
	  {POST, "password=secret", 302, LOGON "&reason=2", NULL}},
	 3,
	 false,
	 ERR_AUTH,
	 "refused"},
	/* never to another host, by redirect or by the form */
	{{{START, NULL, 302, "https://evil.example/owa/auth/logon.aspx", NULL}},
	 1,
	 false,
	 ERR_INPUT,
	 ""},
	{{{START, NULL, 200, NULL,
	   "<form action=https://evil.example/x><input name=u><input "
	   "type=password name=p></form>"}},
	 1,
	 false,
	 ERR_INPUT,
	 ""},
	/* nor out of encryption */
	{{{START, NULL, 200, NULL,
	   "<form action=http://owa.corp.example/x><input name=u><input "
	   "type=password name=p></form>"}},
	 1,
	 true,
	 ERR_INPUT,
	 ""},
	{{{START, NULL, 200, NULL, "<p>Welcome</p>"}},
	 1,
	 false,
	 ERR_UNSUPPORTED,
	 ""},
	{{{START, NULL, 0, NULL, NULL}}, 1, false, ERR_NETWORK, ""},
	{{{START, NULL, 200, NULL, isa},
	  {"https://owa.corp.example/CookieAuth.dll?Logon", "username=ann", 503,
	   NULL, NULL}},
	 2,
	 false,
	 ERR_SERVER,
	 ""},
};

static void test_walks(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(walks); i++) {
		struct walk w = {walks[i].hops, walks[i].n, 0};
		struct forms_login l = {.start = START,
					.user = "ann",
					.password = "secret",
					.allow_plain = walks[i].allow_plain,
					.send = send_hop,
					.ctx = &w};
		struct err err = ERR_INIT;

		assert_int_equal(forms_log_on(&l, &err),
				 walks[i].kind == ERR_NONE);
		assert_int_equal(err.kind, walks[i].kind);
		assert_string_equal(err.code, walks[i].code);
		assert_int_equal(w.at, w.n);
	}
}

static void test_plain(void **state)
{
	static const struct hop hops[] = {
		{"http://127.0.0.1/exchange/", NULL, 200, NULL, isa}};
	struct walk w = {hops, 1, 0};
	struct forms_login l = {.start = "http://127.0.0.1/exchange/",
				.user = "ann",
				.password = "secret",
				.send = send_hop,
				.ctx = &w};
	struct err err = ERR_INIT;

	(void)state;
	assert_false(forms_log_on(&l, &err));
	assert_int_equal(err.kind, ERR_INPUT);
	assert_non_null(strstr(err.text, "allow-plain-http"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages),
		cmocka_unit_test(test_challenges),
		cmocka_unit_test(test_walks),
		cmocka_unit_test(test_plain),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
