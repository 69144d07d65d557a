/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_MESSAGE_PRIVATE_H
#define ENGINE_MESSAGE_PRIVATE_H
/* Shared by message.c and draft*.c: what the two handles hold. */
#include "engine/message.h"
#include "engine/seal.h"
#include "mime/build.h"
#include "mime/read.h"

struct letter {
	struct bytes raw;    /* mime borrows it, or */
	struct bytes opened; /* the same with its winmail.dat opened */
	struct mime_message *mime;
	bool secret, smime; /* it came out of an encrypted message */
};

struct draft {
	enum draft_kind kind;
	struct mime_draft mime;
	struct seal_how seal;
	bool markdown;
	/* The HTML that goes with exactly this text: of a draft from elsewhere.
	 * Once the text is changed it would say something else. */
	char *html, *html_text;
	char *html_sign; /* signature in HTML; NULL: as the text has it */
};
/* Field of a kept draft: "markdown sign encrypt smime". */
#define DRAFT_MARKS "X-Retinue-Draft"
void draft_read_marks(struct draft *d, const char *value);
/* Addresses typed in one line, checked; list initialised. */
bool draft_read_addresses(struct mime_address_list *list, const char *text,
			  struct err *err) MUST_CHECK;
#endif
