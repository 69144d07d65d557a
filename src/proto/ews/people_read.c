/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "proto/ews/people_read.h"
#include <string.h>
#include "base/clock.h"
#include "base/codec.h"
#include "net/xml.h"

/* Elements that mean something beside those of person.def, which are compared
 * by their text. */
#define NAMES(X)                                                               \
	X(Mailbox)                                                             \
	X(Resolution)                                                          \
	X(ResolutionSet)                                                       \
	X(DLExpansion)                                                         \
	X(Persona)                                                             \
	X(PersonaId)                                                           \
	X(PersonaType)                                                         \
	X(Titles)                                                              \
	X(Departments)                                                         \
	X(OfficeLocations)                                                     \
	X(BusinessPhoneNumbers)                                                \
	X(MobilePhones)                                                        \
	X(Value)                                                               \
	X(Number)                                                              \
	X(Contact)                                                             \
	X(DistributionList)                                                    \
	X(ItemId)                                                              \
	X(Member)                                                              \
	X(Members)                                                             \
	X(Categories)                                                          \
	X(String)                                                              \
	X(Name)                                                                \
	X(EmailAddress)                                                        \
	X(RoutingType)                                                         \
	X(MailboxType)                                                         \
	X(EmailAddresses)                                                      \
	X(PhoneNumbers)                                                        \
	X(PhysicalAddresses)                                                   \
	X(Entry)                                                               \
	X(Title)                                                               \
	X(Alias)                                                               \
	X(Notes)                                                               \
	X(Body)                                                                \
	X(Street)                                                              \
	X(City)                                                                \
	X(State)                                                               \
	X(CountryOrRegion)                                                     \
	X(PostalCode)                                                          \
	X(FileAs)                                                              \
	X(DisplayName)                                                         \
	X(GivenName)                                                           \
	X(MiddleName)                                                          \
	X(Nickname)                                                            \
	X(CompanyName)                                                         \
	X(AssistantName)                                                       \
	X(Birthday)                                                            \
	X(BusinessHomePage)                                                    \
	X(Department)                                                          \
	X(JobTitle)                                                            \
	X(Manager)                                                             \
	X(OfficeLocation)                                                      \
	X(Surname)                                                             \
	X(PasswordExpirationDate)                                              \
	X(PictureData)                                                         \
	X(TotalNumberOfPeopleInView)

enum name {
#define X(n) N_##n,
	NAMES(X)
#undef X
		N_COUNT
};
static const char *const names[N_COUNT] = {
#define X(n) #n,
	NAMES(X)
#undef X
};
static const char *const namespaces[] = {
	"http://schemas.microsoft.com/exchange/services/2006/types",
	"http://schemas.microsoft.com/exchange/services/2006/messages", "",
	NULL};

#define DEPTH_MAX 64

struct people_reader {
	struct xml_reader *xml;
	struct people_answer *out;
	int open[DEPTH_MAX];
	int depth;
	struct str text;
	char *key;		   /* of the Entry or Member being read */
	struct person person;	   /* being read */
	int person_depth;	   /* of its element's content; 0: none */
	enum name kind;		   /* which element that is */
	char *box_name, *box_addr; /* of the member being read */
	int64_t total;
};

void people_answer_release(struct people_answer *a)
{
	person_list_release(&a->people);
	strv_release(&a->member_keys);
	bytes_release(&a->picture);
	memset(a, 0, sizeof(*a));
}

static int above(const struct people_reader *r, int up)
{
	int i = r->depth - 1 - up;

	return i >= 0 && i < DEPTH_MAX ? r->open[i] : XML_OTHER;
}

static void begin_person(struct people_reader *r, enum name kind)
{
	person_release(&r->person);
	r->person_depth = r->depth;
	r->kind = kind;
	if (kind == N_DistributionList)
		strv_release(&r->out->member_keys);
}

static void on_start(void *ctx, int name, const struct xml_attrs *a)
{
	struct people_reader *r = ctx;

	if (r->depth < DEPTH_MAX)
		r->open[r->depth] = name;
	r->depth++;
	str_clear(&r->text);
	if (xml_attr_is(a, "IncludesLastItemInRange", "false"))
		r->out->more = true;
	if (name == N_Entry || name == N_Member)
		mem_replace(&r->key, xml_attr_copy(a, "Key"));
	if (r->person_depth) {
		/* A member may be an item of its own. */
		if (name == N_PersonaId ||
		    (name == N_ItemId && above(r, 1) != N_Mailbox)) {
			mem_replace(&r->person.key, xml_attr_copy(a, "Id"));
			mem_replace(&r->person.change_key,
				    xml_attr_copy(a, "ChangeKey"));
		}
		return;
	}
	if (name == N_Resolution || name == N_Persona || name == N_Contact ||
	    name == N_DistributionList ||
	    (name == N_Mailbox && above(r, 1) == N_DLExpansion))
		begin_person(r, (enum name)name);
}

static void on_text(void *ctx, const char *s, size_t len)
{
	str_add_mem(&((struct people_reader *)ctx)->text, s, len);
}

static void set(char **at, const char *text)
{
	if (*text && !*at)
		*at = xstrdup(text);
}

/* "contacts:PhoneNumber/BusinessPhone" against an Entry of PhoneNumbers. */
static bool is_entry(const char *ews, const char *what, const char *key)
{
	size_t n = strlen(what);

	return str_starts(ews, "contacts:") && strncmp(ews + 9, what, n) == 0 &&
	       ews[9 + n] == '/' && str_eq(ews + 10 + n, key);
}

/* An EX address is a path in the directory, no use to people (7). */
static bool is_path(const char *address)
{
	return *address == '/';
}

static void take_entry(struct people_reader *r, const char *what)
{
	const char *text = r->text.s;

	/* Directory entries list every address they ever had (dossier EWS
	 * 13.3): the one that counts is the Mailbox's. */
	if (str_eq(what, "EmailAddress") &&
	    (strchr(text, ':') || is_path(text)))
		return;
	for (int f = 0; f < PERSON_FIELDS; f++)
		if (is_entry(person_row((enum person_field)f)->ews, what,
			     str_or_empty(r->key)))
			set(person_at(&r->person, (enum person_field)f), text);
}

/* Street and so on within an Entry of PhysicalAddresses. */
static void take_part(struct people_reader *r, const char *part)
{
	char *what CLEANUP(mem_free_ptr) =
		xasprintf("PhysicalAddress:%s", part);

	take_entry(r, what);
}

static void take_type(struct person *p, const char *type)
{
	if (str_eq(type, "PublicDL") || str_eq(type, "PrivateDL") ||
	    str_eq(type, "GroupMailbox"))
		p->kind = PERSON_LIST;
	else if (str_eq(type, "PublicFolder"))
		p->kind = PERSON_PUBLIC;
}

static void take_mailbox(struct people_reader *r, int name)
{
	switch (name) {
	case N_Name:
		set(&r->person.name, r->text.s);
		break;
	case N_EmailAddress:
		if (!is_path(r->text.s))
			set(&r->person.addr, r->text.s);
		break;
	case N_MailboxType:
		take_type(&r->person, r->text.s);
		break;
	default:
		break;
	}
}

/* A body ends with a line break that nobody wrote. */
static void tidy_notes(char **notes)
{
	struct str b = STR_INIT;

	for (const char *c = *notes; *c; c++)
		if (*c != '\r')
			str_add_char(&b, *c);
	str_trim(&b);
	mem_replace(notes, b.len ? str_take(&b) : NULL);
	str_release(&b);
}

/* A moment of that day in some zone (dossier EWS 11.3): the day here. */
static void take_birthday(struct person *p)
{
	struct clock_parts d;
	int64_t t;

	if (!p->birthday)
		return;
	if (!clock_parse_iso(p->birthday, &t) || t == CLOCK_NEVER) {
		mem_replace(&p->birthday, NULL);
		return;
	}
	clock_local(t, &d);
	mem_replace(&p->birthday,
		    xasprintf("%04d-%02d-%02d", d.year, d.month, d.day));
}

static void take_element(struct people_reader *r, int name)
{
	const char *element = names[name];

	for (int f = 0; f < PERSON_FIELDS; f++) {
		const char *ews = person_row((enum person_field)f)->ews;
		const char *colon = strchr(ews, ':');

		if (colon && str_eq(colon + 1, element))
			set(person_at(&r->person, (enum person_field)f),
			    r->text.s);
	}
	if (name == N_Body && r->person.notes)
		tidy_notes(&r->person.notes);
	if (name == N_Alias)
		set(&r->person.alias, r->text.s);
	else if (name == N_Notes)
		set(&r->person.notes, r->text.s);
	else if (name == N_Title)
		set(&r->person.title, r->text.s);
	else if (name == N_Birthday)
		take_birthday(&r->person);
}

/* A persona has several values of a kind, each with where it is from:
 * Titles/StringAttributedValue/Value, MobilePhones/.../Value/Number. The first
 * counts. */
static void take_attributed(struct people_reader *r, int name)
{
	static const struct {
		enum name list;
		enum person_field field;
	} lists[] = {{N_Titles, PERSON_title},
		     {N_Departments, PERSON_department},
		     {N_OfficeLocations, PERSON_office},
		     {N_BusinessPhoneNumbers, PERSON_phone},
		     {N_MobilePhones, PERSON_mobile}};
	int list = above(r, name == N_Number ? 3 : 2);

	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		if (list == (int)lists[i].list)
			set(person_at(&r->person, lists[i].field), r->text.s);
}

static void take_persona_type(struct person *p, const char *type)
{
	if (str_eq(type, "DistributionList") || str_eq(type, "ModernGroup"))
		p->kind = PERSON_LIST;
	else if (str_eq(type, "Room"))
		p->kind = PERSON_ROOM;
}

static void add_member(struct people_reader *r)
{
	struct person one = {.name = r->box_name, .addr = r->box_addr};
	struct str b CLEANUP(str_release) = STR_INIT;

	person_add_mailbox(&one, &b);
	if (b.len) {
		strv_add(&r->person.members, b.s);
		strv_add(&r->out->member_keys, str_or_empty(r->key));
	}
	mem_replace(&r->box_name, NULL);
	mem_replace(&r->box_addr, NULL);
}

static void person_element(struct people_reader *r, int name)
{
	int parent = above(r, 1);

	if (name == XML_OTHER)
		return;
	if (name == N_Mailbox && r->kind == N_DistributionList) {
		add_member(r);
	} else if (parent == N_Mailbox && r->kind == N_DistributionList) {
		if (name == N_Name)
			mem_replace(&r->box_name, xstrdup(r->text.s));
		else if (name == N_EmailAddress && !is_path(r->text.s))
			mem_replace(&r->box_addr, xstrdup(r->text.s));
	} else if (name == N_String && parent == N_Categories) {
		mem_replace(&r->person.categories,
			    r->person.categories
				    ? xasprintf("%s\n%s", r->person.categories,
						r->text.s)
				    : xstrdup(r->text.s));
	} else if (r->kind == N_Persona &&
		   (name == N_Value || name == N_Number)) {
		take_attributed(r, name);
	} else if (r->kind == N_Persona && name == N_PersonaType) {
		take_persona_type(&r->person, r->text.s);
	} else if (parent == N_Mailbox ||
		   (r->kind == N_Mailbox && r->depth == r->person_depth + 1))
		take_mailbox(r, name);
	else if (r->kind == N_Persona && parent == N_EmailAddress &&
		 above(r, 2) == N_Persona)
		take_mailbox(r, name == N_Name ? XML_OTHER : name);
	else if (name == N_Entry && parent == N_EmailAddresses)
		take_entry(r, "EmailAddress");
	else if (name == N_Entry && parent == N_PhoneNumbers)
		take_entry(r, "PhoneNumber");
	else if (parent == N_Entry)
		take_part(r, names[name]);
	else if (parent == N_Contact || parent == N_Persona ||
		 parent == N_DistributionList)
		take_element(r, name);
}

static void end_person(struct people_reader *r)
{
	struct person *p = &r->person;

	if (r->kind == N_DistributionList)
		p->kind = PERSON_LIST;
	p->source = PERSON_LIVE;
	/* A key is for the directory's own names; addresses serve here. */
	if (r->kind == N_Resolution || r->kind == N_Mailbox ||
	    r->kind == N_Persona)
		mem_replace(&p->key,
			    p->addr ? xasprintf("smtp:%s", p->addr) : NULL);
	if (p->addr || p->name) {
		vec_add(&r->out->people, *p);
		person_init(p);
	}
	r->person_depth = 0;
	r->out->told++;
}

static void take_picture(struct people_reader *r)
{
	struct str b = STR_INIT;

	if (str_is_truncated(&r->text) ||
	    !codec_base64_decode(&b, r->text.s, r->text.len))
		str_clear(&b);
	bytes_release(&r->out->picture);
	r->out->picture = bytes_from_str(&b);
}

static void on_end(void *ctx, int name)
{
	struct people_reader *r = ctx;

	if (r->person_depth && r->depth == r->person_depth) {
		end_person(r);
	} else if (r->person_depth) {
		person_element(r, name);
	} else if (name == N_PasswordExpirationDate) {
		r->out->has_expires =
			clock_parse_iso(r->text.s, &r->out->expires);
	} else if (name == N_PictureData) {
		take_picture(r);
	} else if (name == N_TotalNumberOfPeopleInView) {
		r->total = strtoll(r->text.s, NULL, 10);
		r->out->more |= r->total > (int64_t)r->out->people.n;
	}
	r->depth--;
	str_clear(&r->text);
}

struct people_reader *people_reader_new(struct people_answer *out)
{
	static const struct xml_handler handler = {on_start, on_text, on_end};
	struct people_reader *r = xcalloc(1, sizeof(*r));

	r->out = out;
	str_init_max(&r->text, (size_t)4 << 20);
	person_init(&r->person);
	r->xml = xml_reader_new(names, N_COUNT, namespaces, &handler, r);
	return r;
}

void people_reader_free(struct people_reader *r)
{
	if (!r)
		return;
	xml_reader_free(r->xml);
	person_release(&r->person);
	str_release(&r->text);
	free(r->key);
	free(r->box_name);
	free(r->box_addr);
	free(r);
}

bool people_reader_feed(struct people_reader *r, const char *s, size_t len,
			struct err *err)
{
	return xml_feed(r->xml, s, len, err);
}

/* --- a call ------------------------------------------------------------------ */

struct asking {
	struct people_reader *reader;
	struct people_answer *out;
	size_t answered;
	struct err err; /* of the first message that is one */
	enum ews_rule rule;
};

static bool take_raw(void *ctx, const char *s, size_t len, struct err *err)
{
	struct asking *a = ctx;

	return people_reader_feed(a->reader, s, len, err);
}

static void restart(void *ctx)
{
	struct asking *a = ctx;

	people_reader_free(a->reader);
	people_answer_release(a->out);
	a->reader = people_reader_new(a->out);
	a->answered = 0;
	a->err = (struct err)ERR_INIT;
	a->rule = RULE_NONE;
}

static bool on_message(void *ctx, struct ews_message *m, struct err *err)
{
	struct asking *a = ctx;
	struct err e = ERR_INIT;
	enum ews_rule rule = ews_message_error(m, &e);

	(void)err;
	a->answered++;
	if (rule == RULE_NONE || a->rule != RULE_NONE ||
	    strcmp(e.code, "ErrorNameResolutionNoResults") == 0 ||
	    strcmp(e.code, "ErrorItemNotFound") == 0)
		return true;
	a->rule = rule;
	a->err = e;
	return true;
}

bool people_call(struct backend *b, const struct op *op, const char *operation,
		 struct str *owned_body, struct people_answer *out,
		 struct err *err)
{
	struct asking a = {.out = out};
	struct soap_call call = {.operation = operation,
				 .body = *owned_body,
				 .raw = take_raw,
				 .again = true,
				 .restart = restart,
				 .fn = on_message,
				 .ctx = &a};
	int busy = 0;
	bool ok;

	do {
		ok = soap_do(b, op, &call, NULL, err);
		if (ok && a.rule == RULE_BUSY)
			soap_pause(b, &a.err);
	} while (ok && a.rule == RULE_BUSY && ++busy <= BUSY_TRIES);
	str_release(&call.body);
	*owned_body = (struct str)STR_INIT;
	people_reader_free(a.reader);
	if (ok && !a.answered) {
		ok = err_set(err, ERR_PROTOCOL,
			     "the answer to %s holds no result", operation);
	} else if (ok && a.rule != RULE_NONE) {
		ok = false;
		if (err)
			*err = a.err;
	}
	if (!ok)
		people_answer_release(out);
	return ok;
}
