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

/* What a persona tells beside its name and address is asked for. */
static void add_shape(struct str *body)
{
	static const char *const wanted[] = {
		"PersonaType", "GivenName",	  "Surname",
		"CompanyName", "Titles",	  "Departments",
		"Title",       "OfficeLocations", "BusinessPhoneNumbers",
		"MobilePhones"};

	str_add(body, "<m:PersonaShape><t:BaseShape>Default</t:BaseShape>"
		      "<t:AdditionalProperties>");
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
		str_addf(body, "<t:FieldURI FieldURI=\"persona:%s\"/>",
			 wanted[i]);
	str_add(body, "</t:AdditionalProperties></m:PersonaShape>");
}

/* The directory is not listed, only searched: words are needed. */
static bool find_page(struct backend *b, const struct op *op, const char *words,
		      size_t offset, struct people_answer *out, struct err *err)
{
	struct str body = STR_INIT;

	str_add(&body, "<m:FindPeople>");
	add_shape(&body);
	str_addf(&body,
		 "<m:IndexedPageItemView MaxEntriesReturned=\"%d\" "
		 "Offset=\"%zu\" BasePoint=\"Beginning\"/>"
		 "<m:ParentFolderId><t:DistinguishedFolderId "
		 "Id=\"directory\"/></m:ParentFolderId>",
		 PAGE, offset);
	xml_add_element(&body, "m:QueryString", words);
	str_add(&body, "</m:FindPeople>");
	return people_call(b, op, "FindPeople", &body, out, err);
}

/* Page by page; fn gets all. */
static bool find_pages(struct backend *b, const struct op *op,
		       const char *words, person_fn *fn, void *ctx,
		       struct err *err)
{
	bool go_on = true;
	size_t got = PAGE;

	for (size_t offset = 0; go_on && got == PAGE; offset += PAGE) {
		struct people_answer a = {0};

		if (!find_page(b, op, words, offset, &a, err))
			return false;
		got = a.told;
		for (size_t i = 0; i < a.people.n && go_on; i++) {
			go_on = fn(ctx, &a.people.v[i]);
			person_init(&a.people.v[i]);
		}
		people_answer_release(&a);
	}
	return go_on || err_set(err, ERR_CANCELLED, "cancelled");
}

struct some {
	struct person_list *out;
	size_t limit;
	bool more;
};

static bool take_some(void *ctx, struct person *taken)
{
	struct some *s = ctx;

	s->more = s->out->n == s->limit;
	if (s->more) {
		person_release(taken);
		return false;
	}
	vec_add(s->out, *taken);
	return true;
}

/* Of any number of people, where the server has pages of them. */
static bool find(struct backend *b, const struct op *op, const char *words,
		 int limit, struct person_list *out, bool *more,
		 struct err *err)
{
	struct some s = {out, (size_t)limit, false};
	bool ok = find_pages(b, op, words, take_some, &s, err) || s.more;

	*more = s.more;
	if (ok)
		err_clear(err);
	else
		person_list_release(out);
	return ok;
}

/* A server may refuse an operation that others of its version have. */
static bool may_resolve(const struct err *why)
{
	return why->kind != ERR_NETWORK && why->kind != ERR_AUTH &&
	       why->kind != ERR_CANCELLED;
}

bool ews_find_people(struct backend *b, const struct op *op, const char *words,
		     int limit, struct person_list *out, bool *more,
		     struct err *err)
{
	char *plain CLEANUP(mem_free_ptr) = plain_words(words);
	struct people_answer a = {0};
	struct err why = ERR_INIT;

	*more = false;
	*out = (struct person_list){0};
	if (!*plain)
		return err_set(err, ERR_UNSUPPORTED,
			       "the mailbox server finds people by name only");
	if (!ews_ready(b, op, err))
		return false;
	if (b->version >= EWS_2013) {
		if (find(b, op, plain, limit, out, more, &why))
			return true;
		if (!may_resolve(&why)) {
			if (err)
				*err = why;
			return false;
		}
	}
	if (!resolve(b, op, plain, &a, err))
		return false;
	*out = a.people;
	a.people = (struct person_list){0};
	*more = a.more;
	people_answer_release(&a);
	while (out->n > (size_t)limit) {
		person_release(&out->v[--out->n]);
		*more = true;
	}
	return true;
}

/* Whatever script a name is written in, an address begins with one of these,
 * and words are looked for at the beginning of addresses too. */
bool ews_list_people(struct backend *b, const struct op *op, person_fn *fn,
		     void *ctx, struct err *err)
{
	static const char firsts[] = "abcdefghijklmnopqrstuvwxyz0123456789";

	if (!ews_ready(b, op, err))
		return false;
	if (b->version < EWS_2013)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server does not list its address list");
	for (const char *c = firsts; *c; c++) {
		const char word[] = {*c, '\0'};

		if (!find_pages(b, op, word, fn, ctx, err))
			return false;
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

/* A picture of 240 pixels is more than a terminal shows of it. */
bool ews_photo(struct backend *b, const struct op *op, const char *address,
	       struct bytes *out, struct err *err)
{
	struct people_answer a = {0};
	struct str body = STR_INIT;
	struct err e = ERR_INIT;

	if (!ews_ready(b, op, err))
		return false;
	if (b->version < EWS_2013)
		return err_set(err, ERR_UNSUPPORTED,
			       "this server gives no pictures of people");
	str_add(&body, "<m:GetUserPhoto>");
	xml_add_element(&body, "m:Email", address);
	str_add(&body, "<m:SizeRequested>HR240x240</m:SizeRequested>"
		       "</m:GetUserPhoto>");
	/* Of whom there is none the status may be that of a page that is not
	 * there. */
	if (!people_call(b, op, "GetUserPhoto", &body, &a, &e) &&
	    e.number != 404) {
		if (err)
			*err = e;
		return false;
	}
	*out = a.picture;
	a.picture = (struct bytes){0};
	people_answer_release(&a);
	return out->len > 0 || err_set(err, ERR_NOT_FOUND,
				       "the address list has no picture of "
				       "them");
}
