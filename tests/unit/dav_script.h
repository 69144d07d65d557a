/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TESTS_DAV_SCRIPT_H
#define TESTS_DAV_SCRIPT_H
/*
 * Conversations of the WebDAV backend with a server played by a script. A step
 * names the method and path that must come, what the request must hold in its
 * headers or body ("!" in front: must not), and the answer.
 */
#include "base/clock.h"
#include "proto/dav/dav.h"

#include <stdio.h>
#include <string.h>

struct step {
	const char *request; /* "PROPFIND /exchange/ann/" */
	const char *holds;   /* NULL: anything; "a&&b": both */
	int status;	     /* 0: the line is lost */
	const char *answer;  /* body; NULL: none */
	const char *head;    /* further header lines, "\n" between; NULL */
};

struct script {
	const struct step *steps;
	size_t n, at;
	struct account *account;
	struct backend *b;
	struct backend_host host;
	int64_t paused;
	int asked;
};

#define MULTI(rows)                                                            \
	"<?xml version=\"1.0\"?><a:multistatus "                               \
	"xmlns:b=\"urn:uuid:c2f41010-65b3-11d1-a29f-00aa00c14882/\" "          \
	"xmlns:c=\"xml:\" xmlns:d=\"urn:schemas:httpmail:\" "                  \
	"xmlns:e=\"http://schemas.microsoft.com/exchange/\" "                  \
	"xmlns:f=\"http://schemas.microsoft.com/mapi/proptag/\" "              \
	"xmlns:g=\"http://schemas.microsoft.com/repl/\" "                      \
	"xmlns:h=\"urn:schemas:mailheader:\" "                                 \
	"xmlns:i=\"http://schemas.microsoft.com/mapi/id/"                      \
	"{00062003-0000-0000-C000-000000000046}/\" xmlns:a=\"DAV:\">" rows     \
	"</a:multistatus>"
#define ROW(href, props)                                                       \
	"<a:response><a:href>http://be.corp.example" href "</a:href>"          \
	"<a:propstat><a:status>HTTP/1.1 200 OK</a:status><a:prop>" props       \
	"</a:prop></a:propstat></a:response>"
#define WHOLE(href, status, more)                                              \
	"<a:response><a:href>http://be.corp.example" href "</a:href>"          \
	"<a:status>HTTP/1.1 " status "</a:status>" more "</a:response>"

#define GUID "502d6afd161ef2438995e1d929cf92eb"
#define KEY(n) GUID "-" n
#define PERMANENT(f, i)                                                        \
	"<e:permanenturl>http://be.corp.example/exchange/ann/"                 \
	"-FlatUrlSpace-/" GUID "-" f "/" GUID "-" i "</e:permanenturl>"
#define FOLDER_PERMANENT(f)                                                    \
	"<e:permanenturl>http://be.corp.example/exchange/ann/"                 \
	"-FlatUrlSpace-/" GUID "-" f "</e:permanenturl>"

#define ROOT "http://be.corp.example/exchange/ann/"
#define ROOT_ROW                                                               \
	ROW("/exchange/ann/",                                                  \
	    FOLDER_PERMANENT("1") "<d:inbox>" ROOT                             \
				  "Posteingang</d:inbox><d:drafts>" ROOT       \
				  "Entw%c3%bcrfe</d:drafts>"                   \
				  "<d:sentitems>" ROOT                         \
				  "Gesendete%20Objekte</d:sentitems>"          \
				  "<d:deleteditems>" ROOT                      \
				  "Gel%c3%b6schte%20Objekte"                   \
				  "</d:deleteditems><d:sendmsg>" ROOT          \
				  "##DavMailSubmissionURI##</d:sendmsg>")
#define FOLDER(href, key, name, more)                                          \
	ROW("/exchange/ann/" href "/",                                         \
	    FOLDER_PERMANENT(key) "<a:displayname>" name                       \
				  "</a:displayname><e:outlookfolderclass>"     \
				  "IPF.Note</e:outlookfolderclass>" more)
#define TREE                                                                   \
	FOLDER("Posteingang", "31", "Posteingang", "")                         \
	FOLDER("Posteingang/R_xF8FF_D", "37", "R/D", "")                       \
	FOLDER("Entw%c3%bcrfe", "33", "Entw\xc3\xbcrfe", "")                   \
	FOLDER("Gel%c3%b6schte%20Objekte", "34", "Gel\xc3\xb6schte Objekte",   \
	       "")                                                             \
	FOLDER("Gesendete%20Objekte", "35", "Gesendete Objekte", "")
/* Of the Inbox. */
#define INBOX KEY("31")
#define PROJECTS KEY("37")
#define ITEM(i) INBOX "/" KEY(i)
#define ITEM_ROW(name, i, article, more)                                       \
	ROW("/exchange/ann/Posteingang/" name,                                 \
	    PERMANENT("31", i) "<g:repl-uid>rid:" GUID "0000000000" i          \
			       "</g:repl-uid>"                                 \
			       "<f:x0e230003>" article "</f:x0e230003>" more)
#define COUNTERS(deleted, visible, unread, tag)                                \
	MULTI(ROW("/exchange/ann/Posteingang/",                                \
		  "<f:x670b0003>" deleted                                      \
		  "</f:x670b0003><a:visiblecount>" visible                     \
		  "</a:visiblecount><d:unreadcount>" unread                    \
		  "</d:unreadcount><g:contenttag>" tag "</g:contenttag>"))
#define IN "/exchange/ann/Posteingang/"
#define UNREAD "<d:read>0</d:read>"
#define SEEN "<d:read>1</d:read>"

#define SERVER_2003 "MS-WebStorage: 6.5.7638\nServer: Microsoft-IIS/6.0"

static bool holds(const struct dav_sent *sent, const char *what)
{
	if (strstr(sent->body, what))
		return true;
	for (const char *const *h = sent->headers; h && *h; h++)
		if (strstr(*h, what))
			return true;
	return false;
}

static void check_holds(const struct dav_sent *sent, const char *holding)
{
	char *all CLEANUP(mem_free_ptr) = xstrdup(holding);

	for (char *p = all, *next; p; p = next) {
		next = strstr(p, "&&");
		if (next) {
			*next = '\0';
			next += 2;
		}
		if (*p == '!' ? holds(sent, p + 1) : !holds(sent, p))
			fail_msg("%s %s: not as \"%s\": %s", sent->method,
				 sent->url, p, sent->body);
	}
}

static bool play(void *ctx, const struct dav_sent *sent,
		 struct http_answer *head, struct str *out, struct err *err)
{
	struct script *s = ctx;
	const struct step *step;
	char *request CLEANUP(mem_free_ptr) = NULL;

	request = xasprintf("%s %s", sent->method,
			    strchr(strstr(sent->url, "://") + 3, '/'));
	if (s->at == s->n)
		fail_msg("an unexpected %s: %s", request, sent->body);
	step = &s->steps[s->at++];
	if (strcmp(request, step->request) != 0)
		fail_msg("step %zu is %s, not %s: %s", s->at, request,
			 step->request, sent->body);
	if (step->holds)
		check_holds(sent, step->holds);
	if (!step->status)
		return err_set(err, ERR_NETWORK, "line lost");
	head->status = step->status;
	for (const char *p = step->head; p && *p;) {
		size_t n = strcspn(p, "\n");

		http_answer_add(head, p, n);
		p += n + (p[n] == '\n');
	}
	if (step->answer)
		str_add(out, step->answer);
	return true;
}

static bool give_password(void *ctx, bool retry, char **out, struct err *err)
{
	struct script *s = ctx;

	(void)err;
	s->asked++;
	*out = xstrdup(retry ? "second" : "first+1 ");
	return true;
}

static int64_t paused_until(void *ctx)
{
	return ((struct script *)ctx)->paused;
}

static void pause_until(void *ctx, int64_t mono_ms)
{
	((struct script *)ctx)->paused = mono_ms;
}

/* Opens a backend on the address; root: the mailbox is known from before. */
static void begin_at(struct script *s, const char *url, const char *root,
		     const struct step *steps, size_t n)
{
	struct backend_info info = {.version = (char *)"2003",
				    .build = (char *)"6.5.7638",
				    .url = (char *)root};

	*s = (struct script){.steps = steps, .n = n, .account = account_new()};
	mem_replace(&s->account->url, xstrdup(url));
	mem_replace(&s->account->user, xstrdup("CORP\\ann"));
	mem_replace(&s->account->address, xstrdup("ann@corp.example"));
	s->host = (struct backend_host){.password = give_password,
					.paused_until = paused_until,
					.pause_until = pause_until,
					.ctx = s};
	s->b = dav_ops.open(s->account, &s->host, root ? &info : NULL);
	s->b->transport = play;
	s->b->transport_ctx = s;
}

static void end(struct script *s)
{
	assert_int_equal(s->at, s->n);
	dav_ops.close(s->b);
	account_free(s->account);
}

/* With the mailbox known, the tree still to be asked for. */
#define BEGIN(s, steps)                                                        \
	begin_at(s, "https://owa.corp.example/exchange/ann/",                  \
		 "https://owa.corp.example/exchange/ann/", steps,              \
		 ARRAY_LEN(steps))
/* The steps that every conversation on a known mailbox begins with. */
#define TREE_STEPS                                                             \
	{"SEARCH /exchange/ann/", "hierarchical traversal", 207, MULTI(TREE),  \
	 NULL},                                                                \
	{                                                                      \
		"PROPFIND /exchange/ann/", "Depth: 0", 207, MULTI(ROOT_ROW),   \
			SERVER_2003                                            \
	}
#endif
