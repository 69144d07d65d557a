/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_PEOPLE_READ_H
#define EWS_PEOPLE_READ_H
/*
 * Answers about people: names resolved, lists expanded, personas, contacts,
 * and when a password expires. Reads what any of them holds, in one pass.
 */
#include "model/person.h"
#include "proto/ews/soap.h"

struct people_answer {
	struct person_list people;
	struct strv member_keys; /* of the last group, beside its members;
				  * "": not told */
	size_t told; /* how many, also such as nothing was told of */
	bool more;   /* the server has others */
	int64_t expires;
	bool has_expires;
	struct bytes picture; /* empty: none */
};
void people_answer_release(struct people_answer *a);

struct people_reader;
struct people_reader *people_reader_new(struct people_answer *out);
void people_reader_free(struct people_reader *r);
bool people_reader_feed(struct people_reader *r, const char *s, size_t len,
			struct err *err) MUST_CHECK;

/* Does one request. Warnings, NoResults and ItemNotFound are answers; any other
 * code of any message is the error of all. */
bool people_call(struct backend *b, const struct op *op, const char *operation,
		 struct str *owned_body, struct people_answer *out,
		 struct err *err) MUST_CHECK;
#endif
