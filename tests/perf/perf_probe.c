/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * perf_probe DIR [N]: what a first sync of the messages in DIR costs when each
 * step is done alone by the bare library: receive by libcurl in answers of
 * 1 MB, SAX2 parse, base64, GMime with decoded text, rows with three indexes,
 * zstd, FTS5. Prints the cpu of each in microseconds a message, and the sum,
 * tab-separated: the yardstick for the cpu of `retinue sync`.
 */
#include <arpa/inet.h>
#include <curl/curl.h>
#include <dirent.h>
#include <gmime/gmime.h>
#include <libxml/parser.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <zstd.h>
#include "base/codec.h"
#include "base/proc.h"
#include "base/vec.h"

struct message {
	struct bytes raw;
	char *text, *subject, *from;
	size_t text_len;
};
static VEC(struct message) messages;
static VEC(struct str) answers;

static double cpu(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec / 1e9;
}

static void load(const char *dir, size_t most)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)) && messages.n < most) {
		struct str text = STR_INIT;
		char *path = xasprintf("%s/%s", dir, e->d_name);
		struct message m = {0};

		if (e->d_name[0] != '.' &&
		    proc_read_file(path, &text, (size_t)1 << 30, NULL)) {
			m.raw = bytes_from_str(&text);
			vec_add(&messages, m);
		}
		str_release(&text);
		free(path);
	}
	if (d)
		closedir(d);
}

/* GetItem-shaped answers of about 1 MB. */
static void make_answers(void)
{
	static const char head[] =
		"<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/"
		"envelope/\"><s:Body><m:GetItemResponse xmlns:m=\"urn:m\" "
		"xmlns:t=\"urn:t\"><m:ResponseMessages>";
	struct str a = STR_INIT;

	for (size_t i = 0; i < messages.n; i++) {
		if (!a.len)
			str_add(&a, head);
		str_add(&a, "<m:GetItemResponseMessage ResponseClass=\"Success"
			    "\"><m:ResponseCode>NoError</m:ResponseCode>"
			    "<m:Items><t:Message><t:MimeContent "
			    "CharacterSet=\"UTF-8\">");
		codec_base64_add(&a, messages.v[i].raw.p,
				 messages.v[i].raw.len);
		str_add(&a, "</t:MimeContent><t:ItemId Id=\"AAMkAGI2TQ==\" "
			    "ChangeKey=\"CQAAABYAAAD\"/></t:Message></m:Items>"
			    "</m:GetItemResponseMessage>");
		if (a.len > 1000000 || i + 1 == messages.n) {
			str_add(&a, "</m:ResponseMessages></m:GetItemResponse>"
				    "</s:Body></s:Envelope>");
			vec_add(&answers, a);
			a = (struct str)STR_INIT;
		}
	}
}

/* A server that gives one answer after the other on one connection. */
static void serve(int listener)
{
	int fd = accept(listener, NULL, NULL);
	char request[65536];

	for (size_t i = 0; i < answers.n; i++) {
		struct str h = STR_INIT;

		if (read(fd, request, sizeof(request)) <= 0)
			break;
		str_addf(&h,
			 "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n"
			 "Content-Length: %zu\r\n\r\n",
			 answers.v[i].len);
		str_add_mem(&h, answers.v[i].s, answers.v[i].len);
		for (size_t at = 0; at < h.len;) {
			ssize_t n = write(fd, h.s + at, h.len - at);

			if (n <= 0)
				_exit(1);
			at += (size_t)n;
		}
		str_release(&h);
	}
	_exit(0);
}

static size_t drop(char *p, size_t size, size_t n, void *ctx)
{
	(void)p, (void)ctx;
	return size * n;
}

static double probe_receive(void)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);
	int listener = socket(AF_INET, SOCK_STREAM, 0);
	CURL *c = curl_easy_init();
	char url[64];
	double start;
	pid_t pid;

	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(listener, (struct sockaddr *)&a, sizeof(a)) ||
	    listen(listener, 1) ||
	    getsockname(listener, (struct sockaddr *)&a, &len))
		BUG("no loopback socket");
	if ((pid = fork()) == 0)
		serve(listener);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", ntohs(a.sin_port));
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_POSTFIELDS, "<request/>");
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, 262144L);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, drop);
	start = cpu();
	for (size_t i = 0; i < answers.n; i++)
		if (curl_easy_perform(c) != CURLE_OK)
			BUG("receive failed");
	start = cpu() - start;
	curl_easy_cleanup(c);
	close(listener);
	waitpid(pid, NULL, 0);
	return start;
}

static void count_text(void *ctx, const xmlChar *p, int len)
{
	(void)p;
	*(size_t *)ctx += (size_t)len;
}

static double probe_sax(void)
{
	double start = cpu();

	for (size_t i = 0; i < answers.n; i++) {
		xmlSAXHandler sax = {.initialized = XML_SAX2_MAGIC,
				     .characters = count_text};
		size_t total = 0;
		xmlParserCtxtPtr x =
			xmlCreatePushParserCtxt(&sax, &total, NULL, 0, NULL);

		xmlCtxtUseOptions(x, XML_PARSE_HUGE | XML_PARSE_NONET);
		for (size_t at = 0; at < answers.v[i].len; at += 16384) {
			size_t n = answers.v[i].len - at;

			xmlParseChunk(x, answers.v[i].s + at,
				      (int)(n < 16384 ? n : 16384), 0);
		}
		xmlParseChunk(x, NULL, 0, 1);
		xmlFreeParserCtxt(x);
	}
	return cpu() - start;
}

static double probe_base64(void)
{
	struct str in = STR_INIT, out = STR_INIT;
	double total = 0;

	for (size_t i = 0; i < messages.n; i++) {
		double start;

		str_clear(&in);
		codec_base64_add(&in, messages.v[i].raw.p,
				 messages.v[i].raw.len);
		start = cpu();
		str_clear(&out);
		if (!codec_base64_decode(&out, in.s, in.len))
			BUG("base64");
		total += cpu() - start;
	}
	str_release(&in);
	str_release(&out);
	return total;
}

static void add_text(GMimeObject *parent, GMimeObject *part, gpointer ctx)
{
	(void)parent;
	if (GMIME_IS_TEXT_PART(part) &&
	    g_mime_content_type_is_type(g_mime_object_get_content_type(part),
					"text", "plain")) {
		char *t = g_mime_text_part_get_text(GMIME_TEXT_PART(part));

		str_add(ctx, t);
		g_free(t);
	}
}

static double probe_mime(void)
{
	double start = cpu();

	for (size_t i = 0; i < messages.n; i++) {
		struct message *m = &messages.v[i];
		GMimeStream *s = g_mime_stream_mem_new_with_buffer(
			(const char *)m->raw.p, m->raw.len);
		GMimeParser *p = g_mime_parser_new_with_stream(s);
		GMimeMessage *msg = g_mime_parser_construct_message(p, NULL);
		InternetAddressList *from;
		struct str text = STR_INIT;

		m->subject =
			xstrdup(str_or_empty(g_mime_message_get_subject(msg)));
		from = g_mime_message_get_from(msg);
		{
			char *f = from ? internet_address_list_to_string(
						 from, NULL, FALSE)
				       : NULL;

			m->from = xstrdup(str_or_empty(f));
			g_free(f);
		}
		g_mime_message_foreach(msg, add_text, &text);
		m->text_len = text.len;
		m->text = str_take(&text);
		g_object_unref(msg);
		g_object_unref(p);
		g_object_unref(s);
	}
	return cpu() - start;
}

static void run(sqlite3 *db, const char *sql)
{
	if (sqlite3_exec(db, sql, NULL, NULL, NULL) != SQLITE_OK)
		BUG("%s: %s", sql, sqlite3_errmsg(db));
}

static sqlite3_stmt *prepare(sqlite3 *db, const char *sql)
{
	sqlite3_stmt *st;

	if (sqlite3_prepare_v2(db, sql, -1, &st, NULL) != SQLITE_OK)
		BUG("%s: %s", sql, sqlite3_errmsg(db));
	return st;
}

static void step(sqlite3_stmt *st)
{
	sqlite3_step(st);
	sqlite3_reset(st);
}

static double probe_rows(sqlite3 *db)
{
	sqlite3_stmt *st;
	double start = cpu();

	run(db,
	    "CREATE TABLE msg(id INTEGER PRIMARY KEY, folder INTEGER,"
	    " date INTEGER, thread INTEGER, tdate INTEGER, flags INTEGER,"
	    " size INTEGER, mid TEXT, subject TEXT, sender TEXT, rcpt TEXT);"
	    "CREATE INDEX l ON msg(folder, date);"
	    "CREATE INDEX t ON msg(folder, tdate, thread, date);"
	    "CREATE INDEX m ON msg(mid); BEGIN");
	st = prepare(
		db,
		"INSERT INTO msg VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9,?10,?11)");
	for (size_t i = 0; i < messages.n; i++) {
		char mid[40];

		snprintf(mid, sizeof(mid), "%zu.%zu@example.org", i * 7919, i);
		for (int c = 1; c <= 7; c++)
			sqlite3_bind_int64(st, c, (sqlite3_int64)i + c);
		sqlite3_bind_int64(st, 2, (sqlite3_int64)(i % 5));
		sqlite3_bind_text(st, 8, mid, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 9, messages.v[i].subject, -1,
				  SQLITE_STATIC);
		sqlite3_bind_text(st, 10, messages.v[i].from, -1,
				  SQLITE_STATIC);
		sqlite3_bind_text(st, 11, messages.v[i].from, -1,
				  SQLITE_STATIC);
		step(st);
		if (i % 200 == 199)
			run(db, "COMMIT; BEGIN");
	}
	run(db, "COMMIT");
	sqlite3_finalize(st);
	return cpu() - start;
}

static double probe_zstd(sqlite3 *db, const char *table, bool raw)
{
	ZSTD_CCtx *z = ZSTD_createCCtx();
	struct str out = STR_INIT;
	sqlite3_stmt *st;
	char sql[100];
	double start = cpu();

	snprintf(sql, sizeof(sql),
		 "CREATE TABLE %s(id INTEGER PRIMARY KEY, data BLOB); BEGIN",
		 table);
	run(db, sql);
	snprintf(sql, sizeof(sql), "INSERT INTO %s VALUES(?1, ?2)", table);
	st = prepare(db, sql);
	for (size_t i = 0; i < messages.n; i++) {
		const void *p = raw ? (const void *)messages.v[i].raw.p
				    : messages.v[i].text;
		size_t len =
			raw ? messages.v[i].raw.len : messages.v[i].text_len;
		size_t n = ZSTD_compressBound(len);

		str_clear(&out);
		n = ZSTD_compressCCtx(z, str_reserve(&out, n), n, p, len, 3);
		sqlite3_bind_int64(st, 1, (sqlite3_int64)i);
		sqlite3_bind_blob(st, 2, out.s, (int)n, SQLITE_STATIC);
		step(st);
		if (i % 200 == 199)
			run(db, "COMMIT; BEGIN");
	}
	run(db, "COMMIT");
	sqlite3_finalize(st);
	str_release(&out);
	ZSTD_freeCCtx(z);
	return cpu() - start;
}

static double probe_fts(sqlite3 *db)
{
	sqlite3_stmt *st;
	double start = cpu();

	run(db,
	    "CREATE VIRTUAL TABLE fts USING fts5(subject, sender, body,"
	    " content='', tokenize='unicode61 remove_diacritics 2');"
	    "INSERT INTO fts(fts, rank) VALUES('hashsize', 67108864); BEGIN");
	st = prepare(db, "INSERT INTO fts(rowid, subject, sender, body) "
			 "VALUES(?1,?2,?3,?4)");
	for (size_t i = 0; i < messages.n; i++) {
		sqlite3_bind_int64(st, 1, (sqlite3_int64)i);
		sqlite3_bind_text(st, 2, messages.v[i].subject, -1,
				  SQLITE_STATIC);
		sqlite3_bind_text(st, 3, messages.v[i].from, -1, SQLITE_STATIC);
		sqlite3_bind_text(st, 4, messages.v[i].text, -1, SQLITE_STATIC);
		step(st);
		if (i % 200 == 199)
			run(db, "COMMIT; BEGIN");
	}
	run(db, "COMMIT");
	sqlite3_finalize(st);
	return cpu() - start;
}

static double sum;

static void report(const char *name, double seconds)
{
	printf("%s\t%zu\t%.1f\tus\t\n", name, messages.n,
	       seconds * 1e6 / (double)messages.n);
	sum += seconds;
}

int main(int argc, char **argv)
{
	char file[] = "/tmp/perf-probe-XXXXXX";
	size_t text = 0, raw = 0;
	sqlite3 *db;
	int fd;

	if (argc < 2) {
		fprintf(stderr, "usage: perf_probe DIR [N]\n");
		return 2;
	}
	signal(SIGPIPE, SIG_IGN);
	g_mime_init();
	load(argv[1], argc > 2 ? strtoul(argv[2], NULL, 10) : SIZE_MAX);
	if (!messages.n) {
		fprintf(stderr, "perf_probe: no messages in %s\n", argv[1]);
		return 1;
	}
	make_answers();
	fd = mkstemp(file);
	close(fd);
	if (sqlite3_open(file, &db) != SQLITE_OK)
		return 1;
	run(db, "PRAGMA page_size=8192; PRAGMA journal_mode=WAL;"
		"PRAGMA synchronous=NORMAL; PRAGMA cache_size=-131072;"
		"PRAGMA wal_autocheckpoint=4000");
	report("probe-receive", probe_receive());
	report("probe-sax", probe_sax());
	report("probe-base64", probe_base64());
	report("probe-mime", probe_mime());
	report("probe-rows", probe_rows(db));
	report("probe-zstd-text", probe_zstd(db, "body", false));
	report("probe-zstd-original", probe_zstd(db, "mime", true));
	report("probe-fts", probe_fts(db));
	for (size_t i = 0; i < messages.n; i++) {
		text += messages.v[i].text_len;
		raw += messages.v[i].raw.len;
	}
	printf("probe-sum\t%zu\t%.1f\tus\t\n", messages.n,
	       sum * 1e6 / (double)messages.n);
	printf("probe-cpu\t%zu\t%.3f\ts\t\n", messages.n, sum);
	printf("text-bytes\t%zu\t%zu\tB\t\n", messages.n, text);
	printf("raw-bytes\t%zu\t%zu\tB\t\n", messages.n, raw);
	{
		sqlite3_stmt *st = prepare(db, "SELECT sum(pgsize) FROM dbstat"
					       " WHERE name != 'mime'");

		sqlite3_step(st);
		printf("bare-schema-bytes\t%zu\t%lld\tB\t\n", messages.n,
		       (long long)sqlite3_column_int64(st, 0));
		sqlite3_finalize(st);
	}
	sqlite3_close(db);
	unlink(file);
	file[0] = 0;
	return 0;
}
