/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/vcard.h"
#include <string.h>
#include "base/codec.h"
#include "base/utf8.h"

#define LINE_MAX_BYTES 75
#define CARDS_MAX 100000

/* A property with one value that is a member's. type: what TYPE must hold. */
static const struct {
	const char *property, *type;
	enum person_field field;
} simple[] = {
	{"FN", NULL, PERSON_name},
	{"NICKNAME", NULL, PERSON_nickname},
	{"TITLE", NULL, PERSON_title},
	{"NOTE", NULL, PERSON_notes},
	{"URL", NULL, PERSON_web},
	{"BDAY", NULL, PERSON_birthday},
	{"X-FILE-AS", NULL, PERSON_file_as},
	{"X-MANAGER", NULL, PERSON_manager},
	{"X-ASSISTANT", NULL, PERSON_assistant},
	{"X-OFFICE", NULL, PERSON_office},
	{"TEL", "fax", PERSON_fax},
	{"TEL", "cell", PERSON_mobile},
	{"TEL", "pager", PERSON_pager},
	{"TEL", "home", PERSON_home_phone},
	{"TEL", "work", PERSON_phone},
	{"TEL", "voice", PERSON_phone},
};

/* The parts of a structured value, in its order; PERSON_FIELDS: skipped. */
static const enum person_field name_parts[] = {PERSON_surname, PERSON_given,
					       PERSON_middle, PERSON_FIELDS,
					       PERSON_FIELDS};
static const enum person_field org_parts[] = {PERSON_company,
					      PERSON_department};
static const enum person_field work_parts[] = {
	PERSON_FIELDS, PERSON_FIELDS, PERSON_street, PERSON_city,
	PERSON_state,  PERSON_zip,    PERSON_country};
static const enum person_field home_parts[] = {
	PERSON_FIELDS,	    PERSON_FIELDS,     PERSON_home_street,
	PERSON_home_city,   PERSON_home_state, PERSON_home_zip,
	PERSON_home_country};
static const enum person_field mail_fields[] = {PERSON_addr, PERSON_addr2,
						PERSON_addr3};

/* --- writing
 * ------------------------------------------------------------------- */

/* Lines of at most 75 bytes, continued behind a blank, never within a
 * character. */
static void add_folded(struct str *out, const char *line)
{
	size_t room = LINE_MAX_BYTES, len = strlen(line);

	while (len > room) {
		size_t cut = room;

		while (cut && ((unsigned char)line[cut] & 0xC0) == 0x80)
			cut--;
		str_add_mem(out, line, cut);
		str_add(out, "\r\n ");
		line += cut;
		len -= cut;
		room = LINE_MAX_BYTES - 1;
	}
	str_add_mem(out, line, len);
	str_add(out, "\r\n");
}

static void add_escaped(struct str *b, const char *value)
{
	for (const char *c = str_or_empty(value); *c; c++) {
		if (*c == '\n')
			str_add(b, "\\n");
		else if (strchr("\\,;", *c))
			str_addf(b, "\\%c", *c);
		else if (*c != '\r')
			str_add_char(b, *c);
	}
}

static void add_value(struct str *out, const char *property, const char *value)
{
	struct str line CLEANUP(str_release) = STR_INIT;

	if (!value || !*value)
		return;
	str_addf(&line, "%s:", property);
	add_escaped(&line, value);
	add_folded(out, line.s);
}

static void add_parts(struct str *out, const char *property,
		      const struct person *p, const enum person_field *parts,
		      size_t n, bool always)
{
	struct str line CLEANUP(str_release) = STR_INIT;
	bool any = always;

	str_addf(&line, "%s:", property);
	for (size_t i = 0; i < n; i++) {
		const char *value = parts[i] == PERSON_FIELDS
					    ? NULL
					    : person_get(p, parts[i]);

		any |= value && *value;
		if (i)
			str_add_char(&line, ';');
		add_escaped(&line, value);
	}
	if (any)
		add_folded(out, line.s);
}

static void add_categories(struct str *out, const struct person *p)
{
	struct str line CLEANUP(str_release) = STR_INIT;
	struct strv names CLEANUP(strv_release);

	strv_init(&names);
	strv_split(&names, str_or_empty(p->categories), "\n");
	if (!names.n)
		return;
	str_add(&line, "CATEGORIES:");
	for (size_t i = 0; i < names.n; i++) {
		if (i)
			str_add_char(&line, ',');
		add_escaped(&line, names.v[i]);
	}
	add_folded(out, line.s);
}

static void add_members(struct str *out, const struct person *p, int version)
{
	if (p->kind != PERSON_LIST)
		return;
	add_folded(out, version == 4 ? "KIND:group"
				     : "X-ADDRESSBOOKSERVER-KIND:group");
	for (size_t i = 0; i < p->members.n; i++) {
		const char *at = strrchr(p->members.v[i], '<');
		char *bare CLEANUP(mem_free_ptr) =
			at ? xstrndup(at + 1, strcspn(at + 1, ">"))
			   : xstrdup(p->members.v[i]);
		char *uri CLEANUP(mem_free_ptr) = xasprintf("mailto:%s", bare);

		add_value(out,
			  version == 4 ? "MEMBER"
				       : "X-ADDRESSBOOKSERVER-MEMBER",
			  uri);
	}
}

void vcard_add(struct str *out, const struct person *p, int version)
{
	bool v4 = version == 4;

	str_addf(out, "BEGIN:VCARD\r\nVERSION:%d.0\r\n", v4 ? 4 : 3);
	add_value(out, "FN", person_title(p));
	add_parts(out, "N", p, name_parts, ARRAY_LEN(name_parts), !v4);
	add_value(out, "NICKNAME", p->nickname);
	for (size_t i = 0; i < ARRAY_LEN(mail_fields); i++)
		add_value(out, v4 ? "EMAIL" : "EMAIL;TYPE=INTERNET",
			  person_get(p, mail_fields[i]));
	add_value(out, "TEL;TYPE=work", p->phone);
	add_value(out, "TEL;TYPE=work", p->phone2);
	add_value(out, "TEL;TYPE=home", p->home_phone);
	add_value(out, "TEL;TYPE=cell", p->mobile);
	add_value(out, v4 ? "TEL;TYPE=fax" : "TEL;TYPE=work,fax", p->fax);
	add_value(out, "TEL;TYPE=pager", p->pager);
	add_parts(out, "ADR;TYPE=work", p, work_parts, ARRAY_LEN(work_parts),
		  false);
	add_parts(out, "ADR;TYPE=home", p, home_parts, ARRAY_LEN(home_parts),
		  false);
	add_parts(out, "ORG", p, org_parts, ARRAY_LEN(org_parts), false);
	add_value(out, "TITLE", p->title);
	add_value(out, "URL", p->web);
	add_value(out, "BDAY", p->birthday);
	add_value(out, "X-OFFICE", p->office);
	add_value(out, "X-MANAGER", p->manager);
	add_value(out, "X-ASSISTANT", p->assistant);
	add_value(out, "X-FILE-AS", p->file_as);
	add_value(out, "NOTE", p->notes);
	add_categories(out, p);
	add_members(out, p, v4 ? 4 : 3);
	str_add(out, "END:VCARD\r\n");
}

/* --- reading
 * ------------------------------------------------------------------- */

struct property {
	char *name;   /* in capitals, without a group */
	char *params; /* lower case, ";type=work;..." */
	char *value;  /* as written */
};

static void property_release(struct property *p)
{
	free(p->name);
	free(p->params);
	free(p->value);
}

static void decode_quoted(char **value)
{
	struct str b = STR_INIT;

	for (const char *c = *value; *c; c++) {
		struct str byte CLEANUP(str_release) = STR_INIT;

		if (*c == '=' && c[1] && c[2] &&
		    codec_hex_decode(&byte, c + 1, 2)) {
			str_add_mem(&b, byte.s, byte.len);
			c += 2;
		} else if (*c != '=' || c[1]) {
			str_add_char(&b, *c);
		}
	}
	mem_replace(value, str_take(&b));
}

static bool property_read(struct property *p, const char *line)
{
	const char *c = line, *dot;
	bool quoted = false;
	size_t n;

	for (; *c && (quoted || *c != ':'); c++)
		quoted ^= *c == '"';
	if (*c != ':')
		return false;
	n = strcspn(line, ";:");
	p->name = xstrndup(line, n);
	dot = strrchr(p->name, '.');
	if (dot)
		mem_replace(&p->name, xstrdup(dot + 1));
	p->params = xstrndup(line + n, (size_t)(c - line) - n);
	p->value = xstrdup(c + 1);
	for (char *k = p->name; *k; k++)
		*k = (char)(*k >= 'a' && *k <= 'z' ? *k - 32 : *k);
	for (char *k = p->params; *k; k++)
		*k = (char)(*k >= 'A' && *k <= 'Z' ? *k + 32 : *k);
	if (strstr(p->params, "quoted-printable"))
		decode_quoted(&p->value);
	mem_replace(&p->value, utf8_make_valid(p->value, strlen(p->value)));
	return true;
}

/* The next part of a value up to an unescaped `end`, unescaped; *pos behind
 * it. */
static char *next_part(const char **pos, char end)
{
	struct str b = STR_INIT;
	const char *c = *pos;

	for (; *c && *c != end; c++) {
		if (*c == '\\' && c[1]) {
			c++;
			str_add_char(&b, *c == 'n' || *c == 'N' ? '\n' : *c);
		} else {
			str_add_char(&b, *c);
		}
	}
	*pos = *c ? c + 1 : c;
	str_trim(&b);
	return str_take(&b);
}

static void set_once(struct person *p, enum person_field f, char *owned)
{
	char **at = person_at(p, f);

	if (*owned && !*at)
		*at = owned;
	else
		free(owned);
}

static void read_parts(struct person *p, const char *value,
		       const enum person_field *parts, size_t n)
{
	for (size_t i = 0; i < n && *value; i++) {
		char *part = next_part(&value, ';');

		if (parts[i] == PERSON_FIELDS)
			free(part);
		else
			set_once(p, parts[i], part);
	}
}

static bool has_type(const struct property *q, const char *type)
{
	const char *at = q->params;
	size_t n = strlen(type);

	while ((at = strstr(at, type))) {
		if (at > q->params && strchr("=,;\"", at[-1]) &&
		    (!at[n] || strchr(",;\"", at[n])))
			return true;
		at += n;
	}
	return false;
}

static void read_list(struct person *p, const struct property *q)
{
	const char *v = q->value;
	char *part = next_part(&v, '\0');
	const char *addr = str_starts(part, "mailto:") ? part + 7 : NULL;

	if (addr && *addr)
		strv_add(&p->members, addr);
	free(part);
}

static void read_categories(struct person *p, const char *value)
{
	struct str b = STR_INIT;

	while (*value) {
		char *name CLEANUP(mem_free_ptr) = next_part(&value, ',');

		if (*name)
			str_addf(&b, b.len ? "\n%s" : "%s", name);
	}
	mem_replace(&p->categories, b.len ? str_take(&b) : NULL);
	str_release(&b);
}

static void read_simple(struct person *p, const struct property *q)
{
	const char *v = q->value;

	for (size_t i = 0; i < ARRAY_LEN(simple); i++) {
		if (!str_eq(q->name, simple[i].property) ||
		    (simple[i].type && !has_type(q, simple[i].type)))
			continue;
		if (simple[i].field == PERSON_phone && p->phone)
			set_once(p, PERSON_phone2, next_part(&v, '\0'));
		else
			set_once(p, simple[i].field, next_part(&v, '\0'));
		return;
	}
	/* A number of no type we know. */
	if (str_eq(q->name, "TEL"))
		set_once(p, p->phone ? PERSON_phone2 : PERSON_phone,
			 next_part(&v, '\0'));
}

static void read_property(struct person *p, const struct property *q)
{
	const char *v = q->value;

	if (str_eq(q->name, "N")) {
		read_parts(p, v, name_parts, ARRAY_LEN(name_parts));
	} else if (str_eq(q->name, "ORG")) {
		read_parts(p, v, org_parts, ARRAY_LEN(org_parts));
	} else if (str_eq(q->name, "ADR") && has_type(q, "home")) {
		read_parts(p, v, home_parts, ARRAY_LEN(home_parts));
	} else if (str_eq(q->name, "ADR")) {
		read_parts(p, v, work_parts, ARRAY_LEN(work_parts));
	} else if (str_eq(q->name, "EMAIL")) {
		char *addr = next_part(&v, '\0');

		for (size_t i = 0; i < ARRAY_LEN(mail_fields) && addr; i++)
			if (!person_get(p, mail_fields[i])) {
				set_once(p, mail_fields[i], addr);
				addr = NULL;
			}
		free(addr);
	} else if (str_eq(q->name, "CATEGORIES")) {
		read_categories(p, v);
	} else if (str_eq(q->name, "MEMBER") ||
		   str_eq(q->name, "X-ADDRESSBOOKSERVER-MEMBER")) {
		read_list(p, q);
	} else if (str_eq(q->name, "KIND") ||
		   str_eq(q->name, "X-ADDRESSBOOKSERVER-KIND")) {
		if (str_eq_nocase(v, "group"))
			p->kind = PERSON_LIST;
	} else {
		read_simple(p, q);
	}
}

/* One unfolded line; a soft break of quoted-printable goes on, too. */
static bool next_line(const char **pos, const char *end, struct str *out,
		      size_t *number)
{
	const char *s = *pos;

	str_clear(out);
	if (s >= end)
		return false;
	for (;;) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		const char *stop = nl ? nl : end;
		size_t len = (size_t)(stop - s);

		if (len && s[len - 1] == '\r')
			len--;
		str_add_mem(out, s, len);
		++*number;
		s = nl ? nl + 1 : end;
		if (s < end && (*s == ' ' || *s == '\t')) {
			s++;
			continue;
		}
		if (s < end && out->len && out->s[out->len - 1] == '=' &&
		    strstr(out->s, "QUOTED-PRINTABLE")) {
			str_cut(out, out->len - 1);
			continue;
		}
		break;
	}
	*pos = s;
	return true;
}

static void finish(struct person *p)
{
	if (!p->name && (p->given || p->surname))
		p->name = p->given && p->surname
				  ? xasprintf("%s %s", p->given, p->surname)
				  : xstrdup(p->given ? p->given : p->surname);
	p->source = PERSON_CONTACT;
}

bool vcard_read(const char *s, size_t len, struct person_list *out,
		struct err *err)
{
	struct str line CLEANUP(str_release) = STR_INIT;
	const char *pos = s, *end = s + len;
	size_t number = 0, begun = 0, cards = 0;
	struct person p;
	bool open = false;

	person_init(&p);
	while (next_line(&pos, end, &line, &number) && cards < CARDS_MAX) {
		struct property q = {0};

		if (str_eq_nocase(line.s, "BEGIN:VCARD")) {
			person_release(&p);
			open = true;
			begun = number;
		} else if (open && str_eq_nocase(line.s, "END:VCARD")) {
			finish(&p);
			vec_add(out, p);
			person_init(&p);
			open = false;
			cards++;
		} else if (open && property_read(&q, line.s)) {
			read_property(&p, &q);
		}
		property_release(&q);
	}
	person_release(&p);
	if (open)
		return err_set(err, ERR_INPUT,
			       "line %zu: this card has no END:VCARD", begun);
	if (!cards)
		return err_set(err, ERR_INPUT, "there is no vCard in this");
	return true;
}
