/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/* The address list through the mailbox server, and the password's last day. */
#include "base/clock.h"
#include "net/xml.h"
#include "proto/ews/ews.h"
#include "proto/ews/people_read.h"

#include <string.h>

#define PAGE 100

/* field:value words are the directory's; names go without them. */
static char *plain_words(const char *words)
{
	struct strv all CLEANUP(strv_release), kept CLEANUP(strv_release);

	strv_init(&all);
	strv_init(&kept);
	strv_split(&all, words, " \t\n");
	for (size_t i = 0; i < all.n; i++) {
		size_t n = strcspn(all.v[i], ":");
		char *name CLEANUP(mem_free_ptr) = xstrndup(all.v[i], n);

		if (!all.v[i][n] || person_field_find(name) == PERSON_FIELDS)
			strv_add(&kept, all.v[i]);
	}
	return strv_join(&kept, " ");
}

static bool resolve(struct backend *b, const struct op *op, const char *words,
		    struct people_answer *out, struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:ResolveNames ReturnFullContactData=\"true\""
		       " SearchScope=\"ActiveDirectory\">");
	xml_add_element(&body, "m:UnresolvedEntry", words);
	str_add(&body, "</m:ResolveNames>");
	return people_call(b, op, "ResolveNames", &body, out, err);
}

static bool find_page(struct backend *b, const struct op *op, const char *words,
		      size_t offset, struct people_answer *out, struct err *err)
{
	struct str body = STR_INIT;

	str_addf(&body,
		 "<m:FindPeople><m:PersonaShape><t:BaseShape>Default"
		 "</t:BaseShape></m:PersonaShape><m:IndexedPageItemView "
		 "MaxEntriesReturned=\"%d\" Offset=\"%zu\" "
		 "BasePoint=\"Beginning\"/><m:ParentFolderId>"
		 "<t:DistinguishedFolderId Id=\"directory\"/>"
		 "</m:ParentFolderId>",
		 PAGE, offset);
	xml_add_element(&body, "m:QueryString", words);
	str_add(&body, "</m:FindPeople>");
	return people_call(b, op, "FindPeople", &body, out, err);
}

/* Where a name has more than the hundred that ResolveNames tells, pages of
 * FindPeople add the others; their failure is no reason to tell nothing. */
static void find_more(struct backend *b, const struct op *op, const char *words,
		      size_t limit, struct person_list *out, bool *more)
{
	struct err err = ERR_INIT;

	for (size_t offset = 0; out->n < limit; offset += PAGE) {
		struct people_answer a = {0};
		size_t got;

		if (!find_page(b, op, words, offset, &a, &err))
			return;
		got = a.people.n;
		person_list_merge(out, &a.people);
		*more = got == PAGE;
		people_answer_release(&a);
		if (got < PAGE)
			return;
	}
}

bool ews_find_people(struct backend *b, const struct op *op, const char *words,
		     int limit, struct person_list *out, bool *more,
		     struct err *err)
{
	char *plain CLEANUP(mem_free_ptr) = plain_words(words);
	struct people_answer a = {0};

	*more = false;
	if (!*plain)
		return err_set(err, ERR_UNSUPPORTED,
			       "the mailbox server finds people by name only");
	if (!ews_ready(b, op, err) || !resolve(b, op, plain, &a, err))
		return false;
	*out = a.people;
	a.people = (struct person_list){0};
	*more = a.more;
	people_answer_release(&a);
	if (*more && out->n < (size_t)limit && b->version >= EWS_2013)
		find_more(b, op, plain, (size_t)limit, out, more);
	while (out->n > (size_t)limit) {
		person_release(&out->v[--out->n]);
		*more = true;
	}
	return true;
}

bool ews_expand_list(struct backend *b, const struct op *op,
		     const char *address, struct person_list *out,
		     struct err *err)
{
	const char *bare = str_starts(address, "smtp:") ? address + 5 : address;
	struct people_answer a = {0};
	struct str body = STR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	str_add(&body, "<m:ExpandDL><m:Mailbox>");
	xml_add_element(&body, "t:EmailAddress", bare);
	str_add(&body, "</m:Mailbox></m:ExpandDL>");
	if (!people_call(b, op, "ExpandDL", &body, &a, err))
		return false;
	*out = a.people;
	a.people = (struct person_list){0};
	people_answer_release(&a);
	return true;
}

bool ews_password_expiry(struct backend *b, const struct op *op, int64_t *when,
			 struct err *err)
{
	struct people_answer a = {0};
	struct str body = STR_INIT;
	bool has;

	if (!ews_ready(b, op, err))
		return false;
	if (b->version < EWS_2010_SP2)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server does not say when the password "
			       "expires");
	str_add(&body, "<m:GetPasswordExpirationDate>");
	xml_add_element(&body, "m:MailboxSmtpAddress", b->account->address);
	str_add(&body, "</m:GetPasswordExpirationDate>");
	if (!people_call(b, op, "GetPasswordExpirationDate", &body, &a, err))
		return false;
	has = a.has_expires;
	*when = a.expires; /* the far future is CLOCK_NEVER already */
	people_answer_release(&a);
	return has ||
	       err_set(err, ERR_PROTOCOL, "the server's answer holds no date");
}
