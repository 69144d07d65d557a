/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The WebDAV backend in conversation: folders, batches and what stands in for
 * them, storing and sending. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/vec.h"
#include "dav_script.h"

/* --- folders ----------------------------------------------------------------------- */
static void test_tree(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND /exchange/ann/", NULL, 207, MULTI(ROOT_ROW), NULL},
		{"SEARCH /exchange/ann/", NULL, 207,
		 MULTI(FOLDER("Posteingang", "31", "Posteingang", "")
			       FOLDER("Neu", "38", "Neu", "")),
		 NULL}};
	char *ids[FOLDER_ROLE_COUNT] = {NULL};
	struct sync_page page, next;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_true(dav_ops.sync_folders(s.b, NULL, NULL, &page, NULL));
	assert_int_equal(page.folders.n, 5);
	for (size_t i = 0; i < page.folders.n; i++) {
		const struct folder *f = &page.folders.v[i].folder;

		if (strcmp(f->name, "R/D") == 0)
			assert_string_equal(f->parent_remote, INBOX);
		else
			assert_string_equal(f->parent_remote, KEY("1"));
	}
	assert_true(dav_ops.find_roles(s.b, NULL, ids, NULL));
	assert_string_equal(ids[FOLDER_ROLE_INBOX], INBOX);
	assert_string_equal(ids[FOLDER_ROLE_DELETED], KEY("34"));
	assert_string_equal(ids[FOLDER_ROLE_ROOT], KEY("1"));
	assert_null(ids[FOLDER_ROLE_JUNK]);
	for (int i = 0; i < FOLDER_ROLE_COUNT; i++)
		free(ids[i]);
	/* four are gone, one is new */
	assert_true(dav_ops.sync_folders(s.b, NULL, page.state, &next, NULL));
	assert_int_equal(next.folders.n, 5);
	assert_int_equal(next.folders.v[0].kind, CHANGE_UPSERT);
	assert_string_equal(next.folders.v[0].folder.name, "Neu");
	for (size_t i = 1; i < 5; i++)
		assert_int_equal(next.folders.v[i].kind, CHANGE_GONE);
	sync_page_release(&page);
	sync_page_release(&next);
	assert_false(dav_ops.sync_folders(s.b, NULL, "x", &page, &err));
	assert_int_equal(err.kind, ERR_STATE);
	end(&s);
}

/* A folder that cannot be told now, or is left out of an answer that is cut, is
 * not gone. */
static void test_tree_partly(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"SEARCH /exchange/ann/", NULL, 207,
		 MULTI(FOLDER("Posteingang", "31", "Posteingang", "")
			       WHOLE("/exchange/ann/Entw%c3%bcrfe/",
				     "503 Service Unavailable", "")),
		 NULL},
		{"SEARCH /exchange/ann/", NULL, 207,
		 MULTI(FOLDER("Posteingang", "31", "Posteingang", "")),
		 "Content-Range: rows 0-0; total=5"},
		{"SEARCH /exchange/ann/", NULL, 207,
		 MULTI(FOLDER("Posteingang", "31", "Posteingang", "")), NULL}};
	static const size_t told[] = {5, 0, 0, 4};
	struct sync_page page;
	char *at = NULL;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	for (size_t i = 0; i < ARRAY_LEN(told); i++) {
		assert_true(dav_ops.sync_folders(s.b, NULL, at, &page, NULL));
		assert_int_equal(page.folders.n, told[i]);
		mem_replace(&at, xstrdup(page.state));
		sync_page_release(&page);
	}
	free(at);
	end(&s);
}

/* Level by level, where the hierarchy cannot be searched; whoever does not say
 * whether there are folders in one is asked. */
static void test_walk(void **state)
{
#define LEVEL(href, key, name, more)                                           \
	FOLDER(href, key, name, "<a:iscollection>1</a:iscollection>" more)
	static const struct step steps[] = {
		{"SEARCH /exchange/ann/", "hierarchical", 501, NULL, NULL},
		{"PROPFIND /exchange/ann/", "Depth: 1", 207,
		 MULTI(LEVEL("", "1", "ann", "") LEVEL("A", "31", "A", "")
			       LEVEL("B", "32", "B",
				     "<a:hassubs>0</a:hassubs>")),
		 NULL},
		{"PROPFIND /exchange/ann/A/", "Depth: 1", 207,
		 MULTI(LEVEL("A", "31", "A", "") LEVEL(
			 "A/C", "33", "C", "<a:hassubs>0</a:hassubs>")),
		 NULL},
		{"PROPFIND /exchange/ann/", "Depth: 0", 207, MULTI(ROOT_ROW),
		 SERVER_2003}};
	struct sync_page page;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	if (!dav_ops.sync_folders(s.b, NULL, NULL, &page, &err))
		fail_msg("%s", err.text);
	assert_int_equal(page.folders.n, 3);
	sync_page_release(&page);
	end(&s);
}

static void test_folder_changes(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"MKCOL /exchange/ann/Posteingang/Q_xF8FF_A%20&%20b",
		 "outlookfolderclass&&IPF.Note", 201, NULL,
		 "MS-Exchange-Permanent-URL: http://be/exchange/ann/"
		 "-FlatUrlSpace-/" GUID "-50"},
		{"SEARCH /exchange/ann/", NULL, 207, MULTI(TREE), NULL},
		{"MKCOL /exchange/ann/Sub", NULL, 405, NULL, NULL},
		{"MOVE /exchange/ann/Posteingang/R_xF8FF_D/",
		 "Destination: https://owa.corp.example/exchange/ann/"
		 "Posteingang/Neu&&Overwrite: f",
		 201, NULL, NULL},
		{"SEARCH /exchange/ann/", NULL, 207, MULTI(TREE), NULL},
		{"MOVE /exchange/ann/Posteingang/R_xF8FF_D/",
		 "Destination: https://owa.corp.example/exchange/ann/R_xF8FF_D",
		 412, NULL, NULL},
		{"DELETE /exchange/ann/Posteingang/R_xF8FF_D/", NULL, 200, NULL,
		 NULL},
		{"SEARCH /exchange/ann/", NULL, 207,
		 MULTI(FOLDER("Posteingang", "31", "Posteingang", "")), NULL}};
	struct err err = ERR_INIT;
	struct script s;
	char *id = NULL;

	(void)state;
	BEGIN(&s, steps);
	assert_true(dav_ops.folder_create(s.b, NULL, INBOX, "Q/A & b", NULL,
					  &id, NULL));
	assert_string_equal(id, KEY("50"));
	free(id);
	assert_false(
		dav_ops.folder_create(s.b, NULL, NULL, "Sub", NULL, &id, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_true(dav_ops.folder_rename(s.b, NULL, PROJECTS, "Neu", NULL));
	assert_false(dav_ops.folder_move(s.b, NULL, PROJECTS, NULL, &err));
	assert_int_equal(err.kind, ERR_CONFLICT);
	assert_true(
		dav_ops.folder_remove(s.b, NULL, PROJECTS, DELETE_HARD, NULL));
	/* once more: it is gone */
	assert_true(
		dav_ops.folder_remove(s.b, NULL, PROJECTS, DELETE_HARD, NULL));
	end(&s);
}

/* --- rights and sessions -------------------------------------------------------------------- */
/* 401 although the password is good: the mailbox itself still answers. */
static void test_denied(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"DELETE /exchange/ann/Posteingang/", NULL, 401, NULL,
		 "WWW-Authenticate: Basic realm=\"x\""},
		{"PROPFIND /exchange/ann/", NULL, 207, MULTI(ROOT_ROW), NULL}};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_false(
		dav_ops.folder_remove(s.b, NULL, INBOX, DELETE_HARD, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_int_equal(s.asked, 0);
	end(&s);
}

/* --- items ------------------------------------------------------------------------------------ */
static const struct item_ref refs[] = {
	{ITEM("61"), "a.EML 10 0 -9223372036854775808 1 0 0"},
	{ITEM("62"), "b%20c.EML 11 0 -9223372036854775808 1 0 0"},
	{ITEM("63"), NULL},
	{"nonsense", NULL}};

static void test_edit(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		/* a read flag: no questions, both in one */
		{"BPROPPATCH " IN,
		 "<D:href>a.EML</D:href><D:href>b%20c.EML</D:href>&&"
		 "If-Match: *&&<N:read xmlns:N=\"urn:schemas:httpmail:\" "
		 "T:dt=\"boolean\">1</N:read>",
		 207, MULTI(WHOLE(IN "b%20c.EML", "401 Unauthorized", "")),
		 NULL},
		{"PROPPATCH /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL,
		 412, NULL, NULL},
		/* categories: what it is like now counts */
		{"BPROPFIND " IN, "keywords-utf8", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "10", "")
			       ITEM_ROW("b%20c.EML", "62", "14",
					"<e:keywords-utf8><c:v>Red</c:v>"
					"</e:keywords-utf8>")),
		 NULL},
		{"PROPPATCH " IN "a.EML",
		 "mv.string&&<X:v>Blue</X:v><X:v>Green &amp; co</X:v>", 200,
		 NULL, NULL}};
	struct item_edit edits[4];
	struct item_results r;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	for (int i = 0; i < 4; i++)
		edits[i] = (struct item_edit){.set = EDIT_READ, .read = true};
	if (!dav_ops.edit(s.b, NULL, refs, edits, 4, &r, &err))
		fail_msg("%s", err.text);
	assert_int_equal(r.v[0].err.kind, ERR_NONE);
	assert_int_equal(r.v[1].err.kind, ERR_DENIED);
	assert_int_equal(r.v[2].err.kind, ERR_NOT_FOUND);
	assert_int_equal(r.v[3].err.kind, ERR_NOT_FOUND);
	item_results_release(&r);
	for (int i = 0; i < 2; i++)
		edits[i] = (struct item_edit){
			.set = EDIT_CATEGORIES,
			.categories = (char *)"Blue\nGreen & co"};
	assert_true(dav_ops.edit(s.b, NULL, refs, edits, 2, &r, NULL));
	assert_int_equal(r.v[0].err.kind, ERR_NONE);
	assert_string_not_equal(r.v[0].new_change_key, refs[0].change_key);
	assert_int_equal(r.v[1].err.kind, ERR_CONFLICT);
	item_results_release(&r);
	end(&s);
}

/* Nothing may be sent twice over a line that was lost. */
static void test_lost(void **state)
{
	static const struct step steps[] = {TREE_STEPS,
					    {"BMOVE " IN, NULL, 0, NULL, NULL}};
	struct item_results r;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_false(dav_ops.move(s.b, NULL, refs, 2, PROJECTS, &r, &err));
	assert_int_equal(err.kind, ERR_NETWORK);
	end(&s);
}

static void test_delete(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"BDELETE " IN, "<D:delete xmlns:D=\"DAV:\"><D:target>", 207,
		 MULTI(WHOLE(IN "a.EML", "404 Resource Not Found", "")), NULL},
		{"BMOVE " IN,
		 "Destination: https://owa.corp.example/exchange/ann/"
		 "Gel%c3%b6schte%20Objekte/&&Allow-Rename: t",
		 207,
		 MULTI(WHOLE(
			 IN "a.EML", "201 Created",
			 "<a:location>http://be/exchange/ann/Gel%c3%b6schte"
			 "%20Objekte/a-2.EML</a:location><g:repl-uid>rid:" GUID
			 "000000000071</g:repl-uid>")
			       WHOLE(IN "b%20c.EML", "404 Not Found", "")),
		 NULL},
		{"PROPFIND /exchange/ann/Posteingang/", NULL, 207, MULTI(""),
		 NULL}};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_true(dav_ops.remove(s.b, NULL, refs, 2, DELETE_HARD, &r, NULL));
	assert_int_equal(r.v[0].err.kind, ERR_NONE); /* gone already */
	assert_int_equal(r.v[1].err.kind, ERR_NONE);
	item_results_release(&r);
	assert_true(dav_ops.remove(s.b, NULL, refs, 2, DELETE_TO_DELETED, &r,
				   NULL));
	assert_string_equal(r.v[0].new_id, KEY("34") "/" KEY("71"));
	assert_true(str_starts(r.v[0].new_change_key, "a-2.EML 10 "));
	assert_int_equal(r.v[1].err.kind, ERR_NONE);
	item_results_release(&r);
	s.at++; /* nobody asked for the folder */
	end(&s);
}

/* A 207 of refusals alone is no success, whatever was asked. */
static void test_all_refused(void **state)
{
#define REFUSED                                                                \
	MULTI(WHOLE(IN "a.EML", "401 Unauthorized", "")                        \
		      WHOLE(IN "b%20c.EML", "507 Insufficient Storage", ""))
	static const struct step steps[] = {
		TREE_STEPS,
		{"BPROPPATCH " IN, NULL, 207, REFUSED, NULL},
		{"BMOVE " IN, NULL, 207, REFUSED, NULL},
		{"BCOPY " IN, NULL, 207, REFUSED, NULL},
		{"BDELETE " IN, NULL, 207, REFUSED, NULL}};
	const struct item_edit edits[2] = {{.set = EDIT_READ, .read = true},
					   {.set = EDIT_READ, .read = true}};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	for (int what = 0; what < 4; what++) {
		bool ok = what == 0   ? dav_ops.edit(s.b, NULL, refs, edits, 2,
						     &r, NULL)
			  : what == 1 ? dav_ops.move(s.b, NULL, refs, 2,
						     PROJECTS, &r, NULL)
			  : what == 2 ? dav_ops.copy(s.b, NULL, refs, 2,
						     PROJECTS, &r, NULL)
				      : dav_ops.remove(s.b, NULL, refs, 2,
						       DELETE_HARD, &r, NULL);

		assert_true(ok);
		assert_int_equal(r.v[0].err.kind, ERR_DENIED);
		assert_int_equal(r.v[1].err.kind, ERR_QUOTA);
		assert_null(r.v[0].new_id);
		item_results_release(&r);
	}
	end(&s);
}

/* A failure that names no item, of the folder perhaps: what the answer does not
 * mention is not taken for done. */
static void test_strays(void **state)
{
#define STRAY MULTI(WHOLE("/exchange/ann/Posteingang", "423 Locked", ""))
	static const struct step steps[] = {
		TREE_STEPS,
		{"BPROPPATCH " IN, NULL, 207, STRAY, NULL},
		{"BMOVE " IN, NULL, 207,
		 MULTI(WHOLE(IN "a.EML", "201 Created",
			     "<a:location>" ROOT "Posteingang/R_xF8FF_D/a.EML"
			     "</a:location><g:repl-uid>rid:" GUID
			     "000000000071</g:repl-uid>")
			       WHOLE("/exchange/ann/Posteingang", "423 Locked",
				     "")),
		 NULL},
		{"BDELETE " IN, NULL, 207, STRAY, NULL}};
	const struct item_edit edits[2] = {{.set = EDIT_READ, .read = true},
					   {.set = EDIT_READ, .read = true}};
	struct item_results r;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_true(dav_ops.edit(s.b, NULL, refs, edits, 2, &r, NULL));
	assert_int_equal(r.v[0].err.number, 423);
	assert_int_equal(r.v[1].err.number, 423);
	item_results_release(&r);
	assert_true(dav_ops.move(s.b, NULL, refs, 2, PROJECTS, &r, NULL));
	assert_int_equal(r.v[0].err.kind, ERR_NONE);
	assert_int_equal(r.v[1].err.number, 423);
	item_results_release(&r);
	assert_true(dav_ops.remove(s.b, NULL, refs, 2, DELETE_HARD, &r, NULL));
	assert_int_equal(r.v[0].err.number, 423);
	assert_int_equal(r.v[1].err.number, 423);
	item_results_release(&r);
	end(&s);
}

/* --- texts ------------------------------------------------------------------------------------- */
struct texts {
	struct fetched v[4];
	size_t n;
};

static bool keep_text(void *ctx, struct fetched *f)
{
	struct texts *t = ctx;

	t->v[t->n++] = *f;
	return true;
}

#define MAIL                                                                   \
	"From: Bob <bob@corp.example>\r\nTo: ann@corp.example\r\nSubject: x"   \
	"\r\nMessage-ID: <x@y>\r\n\r\nhello\r\n"

static void test_fetch(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"GET " IN "a.EML", "Translate: f", 200, MAIL,
		 "Content-Type: message/rfc822"},
		/* a "+" that IIS 7 refuses: by the permanent address */
		{"GET " IN "b%20c.EML", NULL, 404, "<html>404.11</html>",
		 "Content-Type: text/html"},
		{"GET /exchange/ann/-FlatUrlSpace-/" ITEM("62"), "Translate: f",
		 200, MAIL, "Content-Type: message/rfc822"},
		/* no text can be made: by its properties */
		{"GET /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL, 500, "",
		 NULL},
		{"PROPFIND /exchange/ann/-FlatUrlSpace-/" ITEM("63"),
		 "textdescription", 207,
		 MULTI(ITEM_ROW("c.EML", "63", "12",
				"<d:subject>Made</d:subject><d:from>b@c.example"
				"</d:from><d:textdescription>The text."
				"</d:textdescription>")),
		 NULL},
		{"X-MS-ENUMATTS /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL,
		 207,
		 MULTI(ROW(IN "c.EML/plan.txt",
			   "<f:x3707001f>plan.txt</f:x3707001f><f:x370e001f>"
			   "text/plain</f:x370e001f>")),
		 NULL},
		{"GET /exchange/ann/Posteingang/c.EML/plan.txt", NULL, 200,
		 "step one", "Content-Type: text/plain"}};
	struct texts t = {.n = 0};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	if (!dav_ops.fetch(s.b, NULL, refs, 4, true, keep_text, &t, &err))
		fail_msg("%s", err.text);
	assert_int_equal(t.n, 4);
	assert_int_equal(t.v[0].err.kind, ERR_NOT_FOUND);
	assert_string_equal(t.v[1].item.remote_id, ITEM("61"));
	assert_string_equal(t.v[1].item.from_addr, "bob@corp.example");
	assert_string_equal(t.v[1].item.message_id, "x@y");
	assert_memory_equal(t.v[1].mime.p, MAIL, sizeof(MAIL) - 1);
	assert_int_equal(t.v[2].err.kind, ERR_NONE);
	assert_int_equal(t.v[3].err.kind, ERR_NONE);
	assert_non_null(memmem(t.v[3].mime.p, t.v[3].mime.len, "The text.", 9));
	assert_non_null(memmem(t.v[3].mime.p, t.v[3].mime.len, "plan.txt", 8));
	for (size_t i = 0; i < t.n; i++)
		fetched_release(&t.v[i]);
	end(&s);
}

/* A server that stumbles once is asked once more. */
static void test_stumble(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"PROPFIND /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL, 500,
		 "", NULL},
		{"PROPFIND /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL, 207,
		 MULTI(ITEM_ROW("c.EML", "63", "12",
				"<d:subject>Told</d:subject>")),
		 NULL},
		/* and not for ever */
		{"PROPFIND /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL, 500,
		 "", NULL},
		{"PROPFIND /exchange/ann/-FlatUrlSpace-/" ITEM("63"), NULL, 500,
		 "", NULL}};
	struct texts t = {.n = 0};
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	for (int i = 0; i < 2; i++)
		assert_true(dav_ops.fetch(s.b, NULL, refs + 2, 1, false,
					  keep_text, &t, NULL));
	assert_int_equal(t.n, 2);
	assert_string_equal(t.v[0].item.subject, "Told");
	assert_int_equal(t.v[1].err.number, 500);
	for (size_t i = 0; i < t.n; i++)
		fetched_release(&t.v[i]);
	end(&s);
}

/* --- storing, sending ----------------------------------------------------------------------------- */
#define DRAFTS "/exchange/ann/Entw%c3%bcrfe/"

static void test_upload(void **state)
{
	char *name CLEANUP(mem_free_ptr) = dav_key_name("k@x");
	char *path CLEANUP(mem_free_ptr) = xasprintf("%s%s", DRAFTS, name);
	char *request[4];
	static const char *const verbs[] = {"PROPPATCH", "PUT", "PROPPATCH",
					    "PROPFIND"};
	static const char mail[] = "From: a@b.example\r\nBcc: secret@b.example"
				   "\r\nMessage-ID: <k@x>\r\n\r\nx\r\n";
	struct bytes raw = {(unsigned char *)mail, sizeof(mail) - 1};
	struct step steps[6] = {TREE_STEPS};
	struct item_result r;
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	for (int i = 0; i < 4; i++) {
		request[i] = xasprintf("%s %s", verbs[i], path);
		steps[2 + i].request = request[i];
	}
	steps[2].holds = "x0e070003&&>9<&&If-None-Match: *&&x59090003&&>1<&&"
			 "!x59020003";
	steps[2].status = 207;
	steps[2].answer = MULTI(WHOLE(DRAFTS "n.EML", "201 Created", ""));
	steps[3].holds = "Translate: f&&!If-None-Match&&<k@x>";
	steps[3].status = 200;
	steps[4].holds = "secret@b.example&&RetinueKey";
	steps[4].status = 207;
	steps[4].answer = MULTI("");
	steps[5].status = 207;
	steps[5].answer = MULTI(ROW(DRAFTS "n.EML", PERMANENT("33", "99")));
	BEGIN(&s, steps);
	if (!dav_ops.upload(s.b, NULL, KEY("33"), &raw, "k@x", true, true, &r,
			    &err))
		fail_msg("%s", err.text);
	assert_string_equal(r.new_id, KEY("33") "/" KEY("99"));
	assert_true(str_starts(r.new_change_key, "n.EML "));
	free(r.new_id);
	free(r.new_change_key);
	end(&s);
	for (int i = 0; i < 4; i++)
		free(request[i]);
}

/* What the text is, is told before it comes, so that the store keeps it; where
 * that is refused the draft is made without. */
static void test_format(void **state)
{
#define DRAFT_HEAD "From: a@b.example\r\nMessage-ID: <k@x>\r\nContent-Type: "
	static const char *const mails[] = {
		DRAFT_HEAD "text/html\r\n\r\n<b>x</b>\r\n",
		DRAFT_HEAD "multipart/signed; boundary=x\r\n\r\n--x\r\n"
			   "Content-Type: text/plain\r\n\r\nx\r\n--x--\r\n"};
	char *name CLEANUP(mem_free_ptr) = dav_key_name("k@x");
	char *patch CLEANUP(mem_free_ptr) =
		xasprintf("PROPPATCH %s%s", DRAFTS, name);
	char *put CLEANUP(mem_free_ptr) = xasprintf("PUT %s%s", DRAFTS, name);
	char *find CLEANUP(mem_free_ptr) =
		xasprintf("PROPFIND %s%s", DRAFTS, name);
	const struct step steps[] = {
		TREE_STEPS,
		{patch,
		 "x0e070003&&>9<&&x59090003&&>2<&&x59020003&&>1441792<&&"
		 "If-None-Match: *",
		 207,
		 MULTI("<a:response><a:href>" DRAFTS
		       "n.EML</a:href><a:propstat>"
		       "<a:status>HTTP/1.1 409 Conflict</a:status><a:prop>"
		       "<f:x59020003/></a:prop></a:propstat></a:response>"),
		 NULL},
		{patch, ">9<&&!x5909&&!x5902&&!If-None-Match", 207,
		 MULTI(WHOLE(DRAFTS "n.EML", "201 Created", "")), NULL},
		{put, "<b>x</b>", 201, NULL, NULL},
		{patch, "RetinueKey", 207, MULTI(""), NULL},
		{find, NULL, 207, MULTI(ROW(DRAFTS "n.EML", "")), NULL},
		{patch, ">9<&&!x5909&&If-None-Match", 207,
		 MULTI(WHOLE(DRAFTS "n.EML", "201 Created", "")), NULL},
		{put, NULL, 201, NULL, NULL},
		{patch, "RetinueKey", 207, MULTI(""), NULL},
		{find, NULL, 207, MULTI(ROW(DRAFTS "n.EML", "")), NULL}};
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	for (size_t i = 0; i < ARRAY_LEN(mails); i++) {
		struct bytes raw = {(unsigned char *)(uintptr_t)mails[i],
				    strlen(mails[i])};
		struct item_result r;
		struct err err = ERR_INIT;

		if (!dav_ops.upload(s.b, NULL, KEY("33"), &raw, "k@x", true,
				    true, &r, &err))
			fail_msg("%s", err.text);
		free(r.new_id);
		free(r.new_change_key);
	}
	end(&s);
}

static void test_send(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"MOVE " IN "a.EML",
		 "Destination: https://owa.corp.example/exchange/ann/"
		 "%23%23DavMailSubmissionURI%23%23&&Saveinsent: t&&"
		 "!Savedestination",
		 200, NULL, NULL},
		{"MOVE " IN "b%20c.EML",
		 "Savedestination: https://owa.corp.example/exchange/ann/"
		 "Posteingang/R_xF8FF_D/",
		 403, NULL, NULL},
		/* A full mailbox, or trouble that goes by. */
		{"MOVE " IN "a.EML", NULL, 500, NULL, NULL},
		{"PROPFIND " IN "a.EML", NULL, 207,
		 MULTI(ITEM_ROW("a.EML", "61", "1", "")), NULL},
		{"MOVE " IN "a.EML", NULL, 200, NULL, NULL},
		{"MOVE " IN "a.EML", NULL, 500, NULL, NULL},
		{"PROPFIND " IN "a.EML", NULL, 207,
		 MULTI(ITEM_ROW("a.EML", "61", "1", "")), NULL},
		{"MOVE " IN "a.EML", NULL, 500, NULL, NULL},
		/* not sent, as the inside of the answer tells */
		{"MOVE " IN "a.EML", NULL, 207,
		 MULTI(WHOLE(IN "a.EML", "403 Forbidden", "")), NULL},
		{"MOVE " IN "a.EML", NULL, 207,
		 MULTI(WHOLE(IN "a.EML", "201 Created", "")), NULL}};
	struct err err = ERR_INIT;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_true(dav_ops.send(s.b, NULL, &refs[0], KEY("35"), &err));
	assert_false(dav_ops.send(s.b, NULL, &refs[1], PROJECTS, &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_true(dav_ops.send(s.b, NULL, &refs[0], KEY("35"), &err));
	assert_false(dav_ops.send(s.b, NULL, &refs[0], KEY("35"), &err));
	assert_int_equal(err.kind, ERR_QUOTA);
	assert_false(dav_ops.send(s.b, NULL, &refs[0], KEY("35"), &err));
	assert_int_equal(err.kind, ERR_DENIED);
	assert_true(dav_ops.send(s.b, NULL, &refs[0], KEY("35"), &err));
	end(&s);
}

/* --- finding ----------------------------------------------------------------------------------------- */
static void test_find(void **state)
{
	static const struct step steps[] = {
		TREE_STEPS,
		{"SEARCH " IN, "message-id\" = '&lt;o''k@x&gt;'&&RetinueKey",
		 422, NULL, NULL},
		{"SEARCH " IN, "message-id\"&&!RetinueKey", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "1",
				"<h:message-id>&lt;o'k@x&gt;</h:message-id>")
			       ITEM_ROW("b.EML", "62", "2",
					"<h:message-id>&lt;other@x&gt;"
					"</h:message-id>")),
		 NULL},
		{"SEARCH " IN,
		 "LIKE '%budget%'&&LIKE '%o''clock%'&&ORDER BY&&rows=0-9", 207,
		 MULTI(ITEM_ROW("a.EML", "61", "1", "")), NULL}};
	const char *folders[] = {INBOX};
	struct item_list found;
	struct script s;

	(void)state;
	BEGIN(&s, steps);
	assert_true(dav_ops.find_key(s.b, NULL, INBOX, "o'k@x", &found, NULL));
	assert_int_equal(found.n, 1);
	item_list_release(&found);
	assert_true(dav_ops.search(s.b, NULL, folders, 1, "budget o'clock", 10,
				   &found, NULL));
	assert_int_equal(found.n, 1);
	item_list_release(&found);
	end(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree),
		cmocka_unit_test(test_tree_partly),
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_folder_changes),
		cmocka_unit_test(test_denied),
		cmocka_unit_test(test_edit),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_delete),
		cmocka_unit_test(test_all_refused),
		cmocka_unit_test(test_strays),
		cmocka_unit_test(test_fetch),
		cmocka_unit_test(test_stumble),
		cmocka_unit_test(test_upload),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_send),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
