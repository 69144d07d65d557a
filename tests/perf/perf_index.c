/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * perf_index DIR [N [SLICE]]: what it costs to list, store and index the
 * messages in DIR without any network: rows first, newest first, as a sync
 * lists them; then each body is prepared as a lane does it and written in
 * transactions of SLICE. Lines of `name n value unit goal`, separated by tabs.
 */
#include <dirent.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/proc.h"
#include "engine/core.h"
#include "mime/read.h"

#define PAGE 500 /* rows a transaction, as the engine's list pages */
#define SLICE 200
#define LARGEST ((size_t)1 << 30)

static struct err err;
#define must(call)                                                             \
	do {                                                                   \
		if (!(call)) {                                                 \
			fprintf(stderr, "%s: %s\n", #call, err.text);          \
			exit(1);                                               \
		}                                                              \
	} while (0)

struct mail {
	char *path;
	int64_t received, row;
};
static struct {
	struct mail *v;
	size_t n, cap;
} mails;

static double cpu(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void report(const char *name, double value, const char *unit,
		   const char *goal)
{
	printf("%s\t%zu\t%.2f\t%s\t%s\n", name, mails.n, value, unit, goal);
}

static int newest_first(const void *a, const void *b)
{
	const struct mail *x = a, *y = b;

	return x->received > y->received ? -1 : x->received < y->received;
}

static void find_mails(const char *dir, size_t most)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	while (d && (e = readdir(d)) && mails.n < most) {
		struct str raw CLEANUP(str_release) = STR_INIT;
		struct mime_message *m;
		struct mail one = {0};

		if (e->d_name[0] == '.')
			continue;
		one.path = xasprintf("%s/%s", dir, e->d_name);
		must(proc_read_file(one.path, &raw, LARGEST, &err));
		must(mime_read_headers_only(&m, raw.s, raw.len, NULL, &err));
		one.received = mime_date(m);
		mime_message_free(m);
		vec_add(&mails, one);
	}
	if (d)
		closedir(d);
	qsort(mails.v, mails.n, sizeof(*mails.v), newest_first);
}

static void list_one(struct store *s, int64_t folder, size_t i)
{
	struct str raw CLEANUP(str_release) = STR_INIT;
	struct mime_address_list from;
	struct mime_message *m;
	struct item it;
	bool need;

	must(proc_read_file(mails.v[i].path, &raw, LARGEST, &err));
	must(mime_read_headers_only(&m, raw.s, raw.len, NULL, &err));
	mime_address_list_init(&from);
	mime_addresses(m, "From", &from);
	item_init(&it);
	it.remote_id = xasprintf("AAMkADA4NTJiZDFlLTk5MzEtNDg4Yy1hMDUxLWY3ZGYx"
				 "NzA5MzUxMEYAAAAAAB%016zx",
				 i + 1);
	it.item_class = xstrdup("IPM.Note");
	it.subject = xstrdup(mime_header(m, "Subject"));
	it.message_id = xstrdup(mime_message_id(m));
	if (from.n) {
		it.from_name = xstrdup(from.v[0].name);
		it.from_addr = xstrdup(from.v[0].addr);
	}
	it.received = it.sent = mime_date(m);
	it.size = (int64_t)raw.len;
	must(write_item(s, folder, &it, &mails.v[i].row, &need, &err));
	item_release(&it);
	mime_address_list_release(&from);
	mime_message_free(m);
}

static void prepare(struct body *b, const struct mail *m)
{
	struct str raw CLEANUP(str_release) = STR_INIT;

	memset(b, 0, sizeof(*b));
	must(proc_read_file(m->path, &raw, LARGEST, &err));
	b->item = m->row;
	body_prepare(b, raw.s, raw.len);
}

static void measure(struct store *s, int64_t folder, size_t slice)
{
	bool left;
	struct body *bodies = xcalloc(slice, sizeof(*bodies));
	struct body **all = xcalloc(slice, sizeof(*all));
	double begun = cpu(), at, rows, lane = 0, core = 0;

	for (size_t i = 0; i < mails.n;) {
		must(write_begin(s, &err));
		do
			list_one(s, folder, i);
		while (++i < mails.n && i % PAGE);
		must(write_commit(s, &err));
	}
	rows = cpu() - begun;
	for (size_t i = 0, n; i < mails.n; i += n) {
		n = mails.n - i < slice ? mails.n - i : slice;
		at = cpu();
		for (size_t k = 0; k < n; k++) {
			all[k] = &bodies[k];
			prepare(&bodies[k], &mails.v[i + k]);
		}
		lane += cpu() - at;
		at = cpu();
		left = true;
		must(write_bodies(s, all, n, &err));
		while (left)
			must(write_index(s, (int)slice, &left, &err));
		core += cpu() - at;
		for (size_t k = 0; k < n; k++)
			body_release(&bodies[k]);
	}
	report("index-rows", rows * 1e6 / (double)mails.n, "us/message", "");
	report("index-prepare", lane * 1e6 / (double)mails.n, "us/message", "");
	report("index-write", core * 1e6 / (double)mails.n, "us/message", "");
	report("index-rate", (double)mails.n / (rows + lane + core),
	       "messages/cpu s", "16: >= 4x mu, >= 10x notmuch");
	free(all);
	free(bodies);
}

int main(int argc, char **argv)
{
	size_t most = argc > 2 ? strtoul(argv[2], NULL, 10) : SIZE_MAX;
	size_t slice = argc > 3 ? strtoul(argv[3], NULL, 10) : SLICE;
	char dir[] = "/tmp/retinue-index.XXXXXX";
	struct folder inbox = {.remote_id = (char *)"in",
			       .name = (char *)"Inbox",
			       .role = FOLDER_ROLE_INBOX};
	struct rusage u;
	struct store *s;
	char *path;

	if (argc < 2 || !slice || !mkdtemp(dir)) {
		fprintf(stderr, "usage: perf_index DIR [N [SLICE]]\n");
		return 2;
	}
	path = xasprintf("%s/store.db", dir);
	find_mails(argv[1], most);
	must(store_open_write(&s, path, &err));
	must(write_folder(s, &inbox, &err));
	measure(s, inbox.id, slice);
	store_close(s);
	getrusage(RUSAGE_SELF, &u);
	report("index-peak-memory", (double)u.ru_maxrss / 1024, "MB", "");
	for (size_t i = 0; i < mails.n; i++)
		free(mails.v[i].path);
	vec_release(&mails);
	if (getenv("PERF_KEEP"))
		rename(path, getenv("PERF_KEEP"));
	unlink(path);
	rmdir(dir);
	free(path);
	return 0;
}
