/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* Pages and answers met before anybody is signed in: logon forms, and what
 * Autodiscover says. */
#include <stdint.h>
#include <string.h>

#include "net/autodiscover.h"
#include "net/forms.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = xstrndup((const char *)data, size);
	struct autodiscover_answer a = {0};
	struct err err = ERR_INIT;
	struct forms_page page;

	if (forms_read(&page, text, "https://mail.example.org/owa/")) {
		struct str body = STR_INIT;

		if (!page.action || !page.password_field ||
		    page.names.n != page.values.n)
			BUG("a form without what makes it one");
		forms_add_body(&body, &page, "ada", "p&=%");
		if (strpbrk(body.s, " \r\n\""))
			BUG("a body that is not encoded");
		str_release(&body);
		forms_page_release(&page);
	}
	if (autodiscover_parse((const char *)data, size, &a, &err))
		autodiscover_answer_release(&a);
	else if (err.kind == ERR_NONE)
		BUG("failed without an error");
	free(text);
	return 0;
}
