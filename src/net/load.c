/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "net/load.h"

#include <dlfcn.h>
#include <unistd.h>

#include "base/chan.h"

/* The names of the libraries, from the makefile; none where they are linked. */
static const char *const libraries[] = {
#include "net_libraries.def"
	NULL};

static int loaded;
static char *trouble; /* what went wrong the first time; kept for good */

static void load(void)
{
	for (size_t i = 0; libraries[i]; i++)
		if (!dlopen(libraries[i], RTLD_LAZY | RTLD_GLOBAL)) {
			trouble = xstrdup(dlerror());
			return;
		}
}

bool net_load(struct err *err)
{
	chan_once(&loaded, load);
	if (trouble)
		return err_set(err, ERR_UNSUPPORTED,
			       "a library that talks to servers is missing: %s",
			       trouble);
	return true;
}

/* A loader that was told to bind everything at once has left the references
 * empty: once more without that. glibc gives constructors main's arguments. */
__attribute__((constructor)) static void bind_late(int argc, char **argv)
{
	const char *now = getenv("LD_BIND_NOW");

	(void)argc;
	if (!libraries[0] || !now || !*now)
		return;
	unsetenv("LD_BIND_NOW");
	execv("/proc/self/exe", argv);
}
