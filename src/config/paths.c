/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "config/internal.h"

#include <pwd.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char *home_dir(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home && *home)
		return xstrdup(home);
	pw = getpwuid(getuid());
	return xstrdup(pw ? pw->pw_dir : "/");
}

/* Our own variable, else PLACE/retinue where PLACE is the XDG variable (which
 * counts only when absolute, as its specification says) or its default. */
static char *place(const char *own, const char *xdg, const char *fallback)
{
	const char *value = own ? getenv(own) : NULL;
	CLEANUP(mem_free_ptr) char *home = NULL;

	if (value && *value)
		return xstrdup(value);
	value = getenv(xdg);
	if (value && value[0] == '/')
		return xasprintf("%s/retinue", value);
	home = home_dir();
	return xasprintf("%s/%s/retinue", home, fallback);
}

/* RETINUE_CONFIG names a directory or the file itself; what does not exist yet
 * is a file when it ends in ".conf". */
static bool names_file(const char *path)
{
	struct stat st;

	if (stat(path, &st) == 0)
		return !S_ISDIR(st.st_mode);
	return str_ends(path, ".conf");
}

char *config_dir(void)
{
	char *path = place("RETINUE_CONFIG", "XDG_CONFIG_HOME", ".config");
	char *slash;

	if (!names_file(path))
		return path;
	slash = strrchr(path, '/');
	if (!slash) {
		free(path);
		return xstrdup(".");
	}
	slash[slash == path] = '\0';
	return path;
}

char *config_file_path(void)
{
	CLEANUP(mem_free_ptr)
	char *path = place("RETINUE_CONFIG", "XDG_CONFIG_HOME", ".config");

	if (names_file(path))
		return xstrdup(path);
	return xasprintf("%s/retinue.conf", path);
}

char *config_settings_path(void)
{
	CLEANUP(mem_free_ptr) char *dir = config_dir();

	return xasprintf("%s/settings.conf", dir);
}

char *config_data_dir(void)
{
	return place("RETINUE_DATA", "XDG_DATA_HOME", ".local/share");
}

char *config_store_path(const char *account)
{
	CLEANUP(mem_free_ptr) char *dir = config_data_dir();

	return xasprintf("%s/%s/store.db", dir, account);
}

char *config_cache_dir(void)
{
	return place("RETINUE_CACHE", "XDG_CACHE_HOME", ".cache");
}

char *config_book_path(const char *account)
{
	CLEANUP(mem_free_ptr) char *dir = config_cache_dir();

	return xasprintf("%s/%s/addresses.db", dir, account);
}

char *config_state_dir(void)
{
	return place("RETINUE_STATE", "XDG_STATE_HOME", ".local/state");
}

static char *in_state(const char *name)
{
	CLEANUP(mem_free_ptr) char *dir = config_state_dir();

	return xasprintf("%s/%s", dir, name);
}

char *config_log_path(void)
{
	return in_state("retinue.log");
}

char *config_history_path(void)
{
	return in_state("history");
}

char *config_runtime_dir(void)
{
	const char *dir = getenv("XDG_RUNTIME_DIR");

	if (dir && dir[0] == '/')
		return xasprintf("%s/retinue", dir);
	return in_state("run");
}
