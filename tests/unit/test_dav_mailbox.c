/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The WebDAV backend in conversation: finding the mailbox. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vec.h"
#include "dav_script.h"

static void connect_ok(struct script *s, const char *url, const char *root,
		       const char *version)
{
	struct backend_info info;
	struct err err = ERR_INIT;

	if (!dav_ops.connect(s->b, NULL, &info, &err))
		fail_msg("%s", err.text);
	assert_string_equal(info.url, url);
	assert_string_equal(s->b->root, root);
	assert_string_equal(info.version, version);
	assert_true(info.caps & CAP_NEW_IDS);
	backend_info_release(&info);
}

static void test_candidates(void **state)
{
	static const struct step steps[] = {
		{"PROPFIND /exchange/ann/", "Depth: 0", 404, NULL,
		 "MS-WebStorage: 8.1.0"},
		{"PROPFIND /exchange/ann@corp.example/", "inbox", 207,
		 MULTI(ROW("/exchange/ann@corp.example/",
			   "<d:inbox>http://be/exchange/ann%40corp.example/"
			   "Inbox</d:inbox>")),
		 "MS-WebStorage: 8.1.0"}};
	struct script s;

	(void)state;
	begin_at(&s, "https://owa.corp.example/exchange/", NULL, steps, 2);
	connect_ok(&s, "https://owa.corp.example/exchange/ann@corp.example/",
		   "/exchange/ann@corp.example/", "2007");
	end(&s);
}

/* The server calls the mailbox otherwise, and says so. */
static void test_alias(void **state)
{
	static const struct step steps[] = {
		{"PROPFIND /exchange/ann@corp.example/", NULL, 207,
		 MULTI(ROOT_ROW), "MS-WebStorage: 6.0.6249"},
		{"SEARCH /exchange/ann@corp.example/", NULL, 207, MULTI(TREE),
		 NULL}};
	struct script s;
	struct sync_page page;

	(void)state;
	begin_at(&s,
		 "https://owa.corp.example/exchange/ann@corp.example/Inbox/",
		 NULL, steps, 2);
	connect_ok(&s, "https://owa.corp.example/exchange/ann@corp.example/",
		   "/exchange/ann@corp.example/", "2000");
	assert_true(dav_ops.sync_folders(s.b, NULL, NULL, &page, NULL));
	assert_int_equal(page.folders.n, 5);
	sync_page_release(&page);
	end(&s);
}

/* A front end sends to the server that has the mailbox, and names it as it knows
 * it, behind the encryption that it ends. */
static void test_moved(void **state)
{
	static const struct {
		const char *location, *url;
	} rows[] = {
		{"Location: http://owa.corp.example/exchange/ann/",
		 "https://owa.corp.example:8443/exchange/ann/"},
		{"Location: http://be2.corp.example/exchange/ann/",
		 "https://be2.corp.example/exchange/ann/"},
		{"Location: https://be2.corp.example:444/exchange/ann/Inbox/",
		 "https://be2.corp.example:444/exchange/ann/"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct step steps[] = {
			{"PROPFIND /exchange/ann.ray/", NULL, 302, NULL,
			 rows[i].location},
			{"PROPFIND /exchange/ann.ray/", NULL, 302, NULL,
			 rows[i].location},
			{"PROPFIND /exchange/ann/", "inbox", 207,
			 MULTI(ROOT_ROW), SERVER_2003}};
		struct script s;

		begin_at(&s, "https://owa.corp.example:8443/exchange/ann.ray/",
			 NULL, steps, 3);
		connect_ok(&s, rows[i].url, "/exchange/ann/", "2003");
		end(&s);
	}
}

static void test_no_mailbox(void **state)
{
	static const struct {
		int status;
		const char *head;
		enum err_kind kind;
		const char *says;
		size_t requests;
	} rows[] = {
		{404, NULL, ERR_INPUT, "no Exchange", 3},
		{404, SERVER_2003, ERR_INPUT, "no mailbox", 3},
		{405, NULL, ERR_UNSUPPORTED, "protocol = ews", 2},
		{503, NULL, ERR_SERVER, "not available", 1},
		{302, "Location: https://evil.example/exchange/ann/", ERR_INPUT,
		 "https://evil.example/", 5},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct step steps[5] = {{.request = "PROPFIND /exchange/ann/"}};
		struct backend_info info;
		struct err err = ERR_INIT;
		struct script s;
		size_t n = 0;

		/* A redirect is asked for its target once, and not followed. */
		steps[n++].request = "PROPFIND /exchange/ann/";
		if (rows[i].status == 302)
			steps[n++].request = "PROPFIND /exchange/ann/";
		if (rows[i].requests > 1)
			steps[n++].request =
				"PROPFIND /exchange/ann@corp.example/";
		if (rows[i].status == 302)
			steps[n++].request =
				"PROPFIND /exchange/ann@corp.example/";
		if (rows[i].requests > 2)
			steps[n++].request = "GET /exchange/";
		assert_int_equal(n, rows[i].requests);
		for (size_t k = 0; k < n; k++) {
			steps[k].status = rows[i].status;
			steps[k].head = rows[i].head;
		}
		begin_at(&s, "https://owa.corp.example/exchange/", NULL, steps,
			 n);
		assert_false(dav_ops.connect(s.b, NULL, &info, &err));
		assert_int_equal(err.kind, rows[i].kind);
		if (!strstr(err.text, rows[i].says))
			fail_msg("%s", err.text);
		end(&s);
	}
}

/* The start page's base, where no name fits; https where the server says so. */
static void test_base(void **state)
{
	static const struct step steps[] = {
		{"PROPFIND /exchange/ann/", NULL, 404, NULL, SERVER_2003},
		{"PROPFIND /exchange/ann@corp.example/", NULL, 404, NULL,
		 SERVER_2003},
		{"GET /exchange/", "!Translate", 200,
		 "<html><head><BASE href=\"http://be/exchange/alee/\"></head>",
		 "Content-Type: text/html"},
		{"PROPFIND /exchange/alee/", NULL, 207,
		 MULTI(ROW("/exchange/alee/",
			   "<d:inbox>http://be/exchange/alee/In</d:inbox>")),
		 SERVER_2003}};
	struct script s;

	(void)state;
	begin_at(&s, "https://owa.corp.example", NULL, steps, 4);
	connect_ok(&s, "https://owa.corp.example/exchange/alee/",
		   "/exchange/alee/", "2003");
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_candidates),
		cmocka_unit_test(test_alias),
		cmocka_unit_test(test_moved),
		cmocka_unit_test(test_no_mailbox),
		cmocka_unit_test(test_base),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
