/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/load.h"

#include <dlfcn.h>
#include <unistd.h>

#include "base/chan.h"

/* The names of the libraries, from the makefile; none where they are linked. */
static const char *const network[] = {
#include "network_libraries.def"
	NULL};
static const char *const content[] = {
#include "content_libraries.def"
	NULL};

static int network_loaded, content_loaded;
/* What went wrong the first time; kept for good. */
static char *network_trouble, *content_trouble;

static void load(const char *const *names, char **trouble)
{
	for (; *names; names++)
		if (!dlopen(*names, RTLD_LAZY | RTLD_GLOBAL)) {
			*trouble = xstrdup(dlerror());
			return;
		}
}

static void network_once(void)
{
	load(network, &network_trouble);
}

static void content_once(void)
{
	load(content, &content_trouble);
}

static bool tell(const char *trouble, struct err *err)
{
	if (trouble)
		return err_set(err, ERR_UNSUPPORTED, "a library is missing: %s",
			       trouble);
	return true;
}

bool load_network(struct err *err)
{
	chan_once(&network_loaded, network_once);
	return tell(network_trouble, err);
}

bool load_content(struct err *err)
{
	chan_once(&content_loaded, content_once);
	return tell(content_trouble, err);
}

/* A loader that was told to bind everything at once has left the references
 * empty: once more without that. glibc gives constructors main's arguments. */
__attribute__((constructor)) static void bind_late(int argc, char **argv)
{
	const char *now = getenv("LD_BIND_NOW");

	(void)argc;
	if (!content[0] || !now || !*now)
		return;
	unsetenv("LD_BIND_NOW");
	execv("/proc/self/exe", argv);
}
