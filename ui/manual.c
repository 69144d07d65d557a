/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "ui/manual.h"
#include <stdio.h>
#include <string.h>
#include "config/config.h"
#include "ui/batch.h"
#include "ui/dump.h"

/* Made by the Makefile: struct frame frames[], the files of man/ as text. */
struct frame {
	const char *name;	  /* "retinue.1" */
	const char *const *lines; /* ended by NULL */
};
#include "man_frames.h"

bool manual_section(struct str *out, const char *what)
{
	if (str_eq(what, "verbs.mdoc"))
		batch_mdoc(out);
	else if (str_eq(what, "options.mdoc"))
		config_docs(out, CONFIG_MDOC);
	else
		return str_eq(what, "commands.mdoc") && dump(what, out, NULL);
	return true;
}

/* "@@verbs@@" stands for the section of that name. */
static void add_line(struct str *out, const char *line)
{
	size_t len = strlen(line);

	if (len > 4 && str_starts(line, "@@") && str_ends(line, "@@")) {
		char *what CLEANUP(mem_free_ptr) =
			xasprintf("%.*s.mdoc", (int)len - 4, line + 2);

		if (manual_section(out, what))
			return;
	}
	str_addf(out, "%s\n", line);
}

bool manual_page(struct str *out, const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(frames); i++) {
		const struct frame *f = &frames[i];
		size_t len = strlen(name);

		if (!str_starts(f->name, name) ||
		    (f->name[len] &&
		     !(f->name[len] == '.' && strlen(f->name + len) == 2)))
			continue;
		for (size_t k = 0; f->lines[k]; k++)
			add_line(out, f->lines[k]);
		return true;
	}
	return false;
}

int verb_man(struct batch *b)
{
	struct str out CLEANUP(str_release) = STR_INIT;

	if (b->args.n > 1 ||
	    !manual_page(&out, b->args.n ? b->args.v[0] : "retinue"))
		return batch_usage("man takes retinue, retinue.conf, "
				   "retinue-commands or retinue-internals");
	fputs(out.s, stdout);
	return BATCH_DONE;
}
