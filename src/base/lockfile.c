/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/lockfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

struct lockfile {
	int fd;
};

/* The holder wrote its process id for people; 0 when it did not. */
static long read_holder(int fd)
{
	char buf[32];
	ssize_t n = pread(fd, buf, sizeof(buf) - 1, 0);

	if (n <= 0)
		return 0;
	buf[n] = '\0';
	return strtol(buf, NULL, 10);
}

static void write_holder(int fd)
{
	char buf[32];
	int n = snprintf(buf, sizeof(buf), "%ld\n", (long)getpid());

	/* Only a note for people: a full disk must not stop the locking. */
	if (ftruncate(fd, 0) != 0 || pwrite(fd, buf, (size_t)n, 0) != n)
		return;
}

bool lockfile_take(struct lockfile **out, const char *path, struct err *err)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	struct lockfile *l;

	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	while (flock(fd, LOCK_EX | LOCK_NB) != 0) {
		long holder;

		if (errno == EINTR)
			continue;
		if (errno != EWOULDBLOCK) {
			err_errno(err, "cannot lock %s", path);
			close(fd);
			return false;
		}
		holder = read_holder(fd);
		close(fd);
		if (holder > 0)
			return err_set(err, ERR_CONFLICT,
				       "%s is in use by process %ld", path,
				       holder);
		return err_set(err, ERR_CONFLICT, "%s is in use", path);
	}
	write_holder(fd);
	l = xcalloc(1, sizeof(*l));
	l->fd = fd;
	*out = l;
	return true;
}

void lockfile_free(struct lockfile *l)
{
	if (!l)
		return;
	close(l->fd);
	free(l);
}
