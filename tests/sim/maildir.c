/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Mail from files: only headers are read at start; bodies stay where they
 * are. */
#include "tests/sim/corpus.h"

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "base/clock.h"

enum { HEAD_BYTES = 16 * 1024 };

struct names {
	char **v;
	size_t n, cap;
};

static int name_order(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool list_dir(struct names *out, const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *e;

	if (!d)
		return false;
	while ((e = readdir(d)) != NULL)
		if (e->d_name[0] != '.')
			vec_add(out, xasprintf("%s/%s", dir, e->d_name));
	closedir(d);
	return true;
}

/* Maildir flags behind ":2,". Without any: a new message. */
static void take_flags(struct item *it, const char *path)
{
	const char *flags = strstr(path, ":2,");

	for (flags = flags ? flags + 3 : ""; *flags; flags++) {
		switch (*flags) {
		case 'S':
			it->read = true;
			break;
		case 'F':
			it->flag = 2;
			break;
		case 'D':
			it->draft = true;
			break;
		case 'R':
			it->verb = 102;
			it->icon = 261;
			break;
		case 'P':
			it->verb = 104;
			it->icon = 262;
			break;
		default:
			break;
		}
	}
}

static bool load_one(struct state *st, struct folder *f, const char *path,
		     char *buf)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct item *it;
	struct stat info;
	struct mail m;
	ssize_t n;

	if (fd < 0)
		return false;
	n = read(fd, buf, HEAD_BYTES);
	if (fstat(fd, &info) != 0 || !S_ISREG(info.st_mode) || n < 0) {
		close(fd);
		return false;
	}
	close(fd);
	it = item_new();
	mail_init(&m);
	mail_read_head(&m, buf, (size_t)n);
	item_take_mail(it, &m);
	mail_release(&m);
	it->source = SOURCE_FILE;
	it->path = xstrdup(path);
	it->size = (size_t)info.st_size;
	it->made = it->modified = it->received =
		it->sent != CLOCK_NEVER ? it->sent : (int64_t)info.st_mtime;
	if (it->verb)
		it->verb_time = it->received;
	take_flags(it, path);
	item_place(st, it, f, false);
	return true;
}

bool maildir_load(struct state *st, struct folder *f, const char *path,
		  size_t *loaded, struct err *err)
{
	struct names names = {0};
	char *cur = xasprintf("%s/cur", path),
	     *fresh = xasprintf("%s/new", path);
	char *buf = xmalloc(HEAD_BYTES);
	bool found = list_dir(&names, cur);

	found = list_dir(&names, fresh) || found;
	if (!found)
		found = list_dir(&names, path);
	free(cur);
	free(fresh);
	if (!found) {
		free(buf);
		return err_errno(err, "--mailbox %s", path);
	}
	/* Directory order differs from run to run. */
	if (names.n)
		qsort(names.v, names.n, sizeof(*names.v), name_order);
	*loaded = 0;
	for (size_t i = 0; i < names.n; i++) {
		*loaded += load_one(st, f, names.v[i], buf);
		free(names.v[i]);
	}
	vec_release(&names);
	free(buf);
	return true;
}
