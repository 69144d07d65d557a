/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/proc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file half of base/proc.h. */

bool proc_read_file(const char *path, struct str *out, size_t max,
		    struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t before = out->len;
	ssize_t n = 1;

	if (fd < 0)
		return err_errno(err, "cannot open %s", path);
	for (;;) {
		char *room = str_reserve(out, 65536);

		if (!room || out->len - before > max)
			break;
		n = read(fd, room, 65536);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		str_grew(out, (size_t)n);
	}
	if (n < 0)
		err_errno(err, "cannot read %s", path);
	else if (n > 0)
		err_set(err, ERR_DISK, "%s is larger than %zu bytes", path,
			max);
	close(fd);
	if (n == 0)
		return true;
	str_cut(out, before);
	return false;
}

static bool write_all(int fd, const char *p, size_t len)
{
	while (len) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

/* The rename itself lasts only once the directory is on the disk. */
static void sync_parent(const char *path)
{
	const char *slash = strrchr(path, '/');
	CLEANUP(mem_free_ptr)
	char *dir = !slash	    ? xstrdup(".")
		    : slash == path ? xstrdup("/")
				    : xstrndup(path, (size_t)(slash - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

bool proc_write_file(const char *path, const void *p, size_t len, int mode,
		     struct err *err)
{
	CLEANUP(mem_free_ptr) char *temp = xasprintf("%s.XXXXXX", path);
	int fd = mkostemp(temp, O_CLOEXEC);
	bool ok;

	if (fd < 0)
		return err_errno(err, "cannot write %s", path);
	ok = write_all(fd, p, len) && fchmod(fd, (mode_t)mode) == 0 &&
	     fsync(fd) == 0;
	if (!ok)
		err_errno(err, "cannot write %s", path);
	if (close(fd) != 0 && ok)
		ok = err_errno(err, "cannot write %s", path);
	if (ok && rename(temp, path) != 0)
		ok = err_errno(err, "cannot write %s", path);
	if (ok)
		sync_parent(path);
	else
		unlink(temp);
	return ok;
}

static bool is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

bool proc_make_dirs(const char *path, struct err *err)
{
	CLEANUP(mem_free_ptr) char *part = xstrdup(path);

	for (char *p = part + 1; *part; p++) {
		char at = *p;

		if (at != '/' && at != '\0')
			continue;
		*p = '\0';
		if (mkdir(part, 0700) != 0 && !is_directory(part))
			return err_errno(err, "cannot make the directory %s",
					 part);
		*p = at;
		if (at == '\0')
			break;
	}
	return true;
}
