/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
/*
 * GMime reads one address at a time here: the list is cut at its commas first,
 * so that a field with a hundred thousand addresses, or with a quote that never
 * ends, costs one pass.
 */
#include "mime/address.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "base/vec.h"
#include "mime/message.h"

#define PIECE_MAX 2048
#define LIST_MAX 100000

void mime_address_list_init(struct mime_address_list *l)
{
	*l = (struct mime_address_list){.n = 0};
}

static void address_release(struct mime_address *a)
{
	free(a->name);
	free(a->addr);
	free(a->group);
}

void mime_address_list_release(struct mime_address_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		address_release(&l->v[i]);
	vec_release(l);
}

void mime_address_list_add(struct mime_address_list *l, const char *name,
			   const char *addr)
{
	struct mime_address *a = vec_new(l);

	a->name = name && name[0] ? utf8_clean_line(name, false) : NULL;
	a->addr = addr ? utf8_clean_line(addr, false) : NULL;
}

bool mime_address_list_has(const struct mime_address_list *l, const char *addr)
{
	for (size_t i = 0; i < l->n; i++)
		if (l->v[i].addr && str_eq_nocase(l->v[i].addr, addr))
			return true;
	return false;
}

bool mime_address_is_valid(const char *addr)
{
	const char *at = strrchr(addr, '@');

	if (!at || at == addr || !at[1] || at[1] == '.' || at[1] == '-')
		return false;
	if (strlen(addr) > 320 || !utf8_is_valid(addr, strlen(addr)))
		return false;
	for (const char *p = addr; *p; p++) {
		bool quoted = addr[0] == '"' && p < at;

		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return false;
		if (!quoted && strchr(" ()<>,;:\\\"[]", *p) &&
		    !(p > at && strchr("[]:", *p)))
			return false;
		if (*p == '@' && p != at && !quoted)
			return false;
	}
	return true;
}

/* --- one address ------------------------------------------------------ */

/* "a@b" and "Plain Name <a@b>" without anything special in them. */
static bool parse_simple(struct mime_address_list *l, const char *s, size_t len)
{
	const char *lt = memchr(s, '<', len);
	const char *addr = lt ? lt + 1 : s;
	size_t addr_len = len - (size_t)(addr - s);
	size_t name_len = lt ? (size_t)(lt - s) : 0;
	size_t ats = 0;

	if (lt && s[len - 1] != '>')
		return false;
	if (lt)
		addr_len--;
	for (size_t i = 0; i < addr_len; i++) {
		char c = addr[i];

		ats += c == '@';
		if ((unsigned char)c <= ' ' || (unsigned char)c > '~' ||
		    strchr("()<>,;:\\\"[]=", c))
			return false;
	}
	if (ats != 1 || addr[0] == '@' || addr[addr_len - 1] == '@')
		return false;
	for (size_t i = 0; i < name_len; i++)
		if ((unsigned char)s[i] < ' ' || (unsigned char)s[i] > '~' ||
		    strchr("()<>,;:\\\"@=", s[i]))
			return false;
	while (name_len > 0 && s[name_len - 1] == ' ')
		name_len--;
	struct mime_address *a = vec_new(l);
	a->name = name_len ? xstrndup(s, name_len) : NULL;
	a->addr = xstrndup(addr, addr_len);
	return true;
}

static void add_mailbox(struct mime_address_list *l, InternetAddress *ia)
{
	const char *addr =
		internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(ia));
	const char *name = internet_address_get_name(ia);
	struct mime_address *a;

	if (!addr || !addr[0])
		return;
	a = vec_new(l);
	a->addr = utf8_clean_line(addr, false);
	if (name && name[0])
		a->name = utf8_clean_line(name, false);
}

static bool parse_gmime(struct mime_address_list *l, const char *piece)
{
	InternetAddressList *list = internet_address_list_parse(NULL, piece);
	int n = list ? internet_address_list_length(list) : 0;
	size_t before = l->n;

	for (int i = 0; i < n; i++) {
		InternetAddress *ia =
			internet_address_list_get_address(list, i);

		if (INTERNET_ADDRESS_IS_MAILBOX(ia))
			add_mailbox(l, ia);
	}
	if (list)
		g_object_unref(list);
	return l->n > before;
}

/* "anything <a@b>": clear whatever stands in front, be it rubbish. */
static bool parse_angle(struct mime_address_list *l, const char *piece)
{
	const char *lt = strrchr(piece, '<');
	const char *gt = lt ? strchr(lt, '>') : NULL;
	struct mime_address *a;

	if (!gt || gt[1 + strspn(gt + 1, " \t>")] != '\0')
		return false;
	CLEANUP(mem_free_ptr)
	char *addr = xstrndup(lt + 1, (size_t)(gt - lt) - 1);
	if (!mime_address_is_valid(addr))
		return false;
	a = vec_new(l);
	a->addr = xstrdup(addr);
	a->name = mime_decode_phrase(piece, (size_t)(lt - piece));
	return true;
}

/* One piece between commas; false when it is no address. */
static bool parse_piece(struct mime_address_list *l, const char *s, size_t len,
			const char *group)
{
	size_t before = l->n;
	bool good;

	while (len > 0 && (*s == ' ' || *s == '\t')) {
		s++;
		len--;
	}
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t'))
		len--;
	if (len == 0)
		return true;
	good = parse_simple(l, s, len);
	if (!good && len <= PIECE_MAX) {
		CLEANUP(mem_free_ptr) char *piece = xstrndup(s, len);
		CLEANUP(str_release) struct str utf8 = STR_INIT;

		mime_init();
		mime_to_utf8(&utf8, piece, len, NULL);
		good = parse_angle(l, utf8.s) || parse_gmime(l, utf8.s);
	}
	for (size_t i = before; group && i < l->n; i++)
		l->v[i].group = xstrdup(group);
	for (size_t i = before; i < l->n; i++)
		if (!strchr(l->v[i].addr, '@'))
			good = false;
	return good;
}

/* --- the list --------------------------------------------------------- */

struct split {
	struct mime_address_list *l;
	size_t max;
	char *group;
	size_t group_members;
	bool good;
};

static void take_piece(struct split *sp, const char *s, size_t len)
{
	size_t before = sp->l->n;

	if (sp->l->n >= sp->max) {
		sp->l->truncated = true;
		return;
	}
	if (!parse_piece(sp->l, s, len, sp->group))
		sp->good = false;
	sp->group_members += sp->l->n - before;
}

static void end_group(struct split *sp)
{
	if (sp->group && sp->group_members == 0 && sp->l->n < sp->max) {
		struct mime_address *a = vec_new(sp->l);

		a->group = xstrdup(sp->group);
	}
	mem_replace(&sp->group, NULL);
	sp->group_members = 0;
}

/* Position after the quoted string or comment that opens at s[i]; when it
 * never ends, i + 1: then the sign stands for itself. `fails` remembers, so
 * that looking is done once a kind. */
static size_t skip_closed(const char *s, size_t len, size_t i, bool fails[2])
{
	bool quote = s[i] == '"';
	int depth = 1;

	if (fails[quote])
		return i + 1;
	for (size_t k = i + 1; k < len; k++) {
		if (s[k] == '\\')
			k++;
		else if (quote ? s[k] == '"' : s[k] == ')' && --depth == 0)
			return k + 1;
		else if (!quote && s[k] == '(')
			depth++;
	}
	fails[quote] = true;
	return i + 1;
}

/* A piece without '@' and '<' before a comma is the first half of an unquoted
 * "Byron, Ada <ada@...>": does the rest begin with "name <"? */
static bool is_half_name(const char *s, size_t len, const char *rest,
			 size_t rest_len)
{
	size_t n = rest_len < 256 ? rest_len : 256;

	if (len == 0 || memchr(s, '@', len) || memchr(s, '<', len) ||
	    memchr(s, '"', len))
		return false;
	for (size_t i = 0; i < n; i++) {
		if (rest[i] == '<')
			return true;
		if (strchr("@,;:\"(", rest[i]))
			return false;
	}
	return false;
}

bool mime_address_parse(struct mime_address_list *l, const char *text,
			size_t max)
{
	size_t len = strlen(text), start = 0, i = 0;
	struct split sp = {.l = l, .max = max ? max : LIST_MAX, .good = true};
	bool fails[2] = {false, false}, angle = false;

	while (i < len && !l->truncated) {
		char c = text[i];

		if (c == '"' || (c == '(' && !angle)) {
			i = skip_closed(text, len, i, fails);
			continue;
		}
		if (c == '<')
			angle = true;
		else if (c == '>')
			angle = false;
		else if (c == ':' && !angle && !sp.group &&
			 !memchr(text + start, '@', i - start)) {
			sp.group = mime_decode_phrase(text + start, i - start);
			if (!sp.group)
				sp.group = xstrdup("");
			start = i + 1;
		} else if ((c == ',' && (!angle || i - start > PIECE_MAX)) ||
			   (c == ';' && !angle)) {
			if (c == ',' &&
			    is_half_name(text + start, i - start, text + i + 1,
					 len - i - 1)) {
				i++;
				continue;
			}
			take_piece(&sp, text + start, i - start);
			start = i + 1;
			angle = false;
			if (c == ';')
				end_group(&sp);
		}
		i++;
	}
	if (start < len && !l->truncated)
		take_piece(&sp, text + start, len - start);
	end_group(&sp);
	return sp.good;
}

/* --- for people ------------------------------------------------------- */

static void add_name(struct str *out, const char *name)
{
	if (!strpbrk(name, "()<>[]:;@\\,.\"")) {
		str_add(out, name);
		return;
	}
	str_add_char(out, '"');
	for (; *name; name++) {
		if (*name == '"' || *name == '\\')
			str_add_char(out, '\\');
		str_add_char(out, *name);
	}
	str_add_char(out, '"');
}

void mime_address_add_text(struct str *out, const struct mime_address *a)
{
	if (!a->addr) {
		add_name(out, str_or_empty(a->group));
		str_add(out, ":;");
	} else if (a->name && !str_eq(a->name, a->addr)) {
		add_name(out, a->name);
		str_addf(out, " <%s>", a->addr);
	} else {
		str_add(out, a->addr);
	}
}

void mime_address_list_add_text(struct str *out,
				const struct mime_address_list *l)
{
	for (size_t i = 0; i < l->n; i++) {
		if (i > 0)
			str_add(out, ", ");
		mime_address_add_text(out, &l->v[i]);
	}
}
