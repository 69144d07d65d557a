/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "model/item.h"

#include <string.h>

#include "base/clock.h"

/* Every owned string of an item, once. */
/* clang-format off */
#define ITEM_STRINGS(X) \
	X(remote_id) \
	X(change_key) \
	X(item_class) \
	X(subject) \
	X(from_name) \
	X(from_addr) \
	X(sender_addr) \
	X(to) \
	X(cc) \
	X(bcc) \
	X(message_id) \
	X(in_reply_to) \
	X(references) \
	X(topic) \
	X(conv_index) \
	X(search_key) \
	X(categories) \
	X(preview)
/* clang-format on */

void item_init(struct item *it)
{
	memset(it, 0, sizeof(*it));
	it->received = CLOCK_NEVER;
	it->sent = CLOCK_NEVER;
	it->flag_due = CLOCK_NEVER;
}

void item_release(struct item *it)
{
#define X(member) free(it->member);
	ITEM_STRINGS(X)
#undef X
	item_init(it);
}

void item_copy(struct item *to, const struct item *from)
{
	struct item c = *from;

#define X(member) c.member = xstrdup(from->member);
	ITEM_STRINGS(X)
#undef X
	*to = c;
}

static bool class_is(const char *class, const char *prefix)
{
	size_t len = strlen(prefix);
	char *head = xstrndup(class, len);
	bool same = str_eq_nocase(head, prefix);

	free(head);
	return same;
}

/* Is `suffix` the last dotted word of the class? */
static bool class_ends(const char *class, const char *suffix)
{
	size_t n = strlen(class), len = strlen(suffix);

	return n >= len && str_eq_nocase(class + n - len, suffix);
}

unsigned item_flags_of_class(const char *item_class)
{
	unsigned flags = 0;

	if (!item_class)
		return 0;
	/* "Ada has forwarded your invitation" asks nothing. */
	if (class_is(item_class, "IPM.Schedule.Meeting.") &&
	    !class_is(item_class, "IPM.Schedule.Meeting.Notification."))
		flags |= ITEM_INVITATION;
	if (class_is(item_class, "REPORT."))
		flags |= ITEM_REPORT;
	if (class_ends(item_class, ".SMIME.MultipartSigned"))
		flags |= ITEM_SIGNED;
	else if (class_ends(item_class, ".SMIME"))
		flags |= ITEM_ENCRYPTED;
	return flags;
}

/* One address of a list: bytes up to the next comma outside quotes, angle
 * brackets and comments. */
static size_t address_len(const char *s)
{
	bool quoted = false;
	int angle = 0, comment = 0;
	size_t i;

	for (i = 0; s[i]; i++) {
		if (quoted) {
			if (s[i] == '\\' && s[i + 1])
				i++;
			else if (s[i] == '"')
				quoted = false;
		} else if (s[i] == '"') {
			quoted = true;
		} else if (s[i] == '<') {
			angle = 1;
		} else if (s[i] == '>') {
			angle = 0;
		} else if (s[i] == '(') {
			comment++;
		} else if (s[i] == ')') {
			comment -= comment > 0;
		} else if ((s[i] == ',' || s[i] == ';') && !angle && !comment) {
			break;
		}
	}
	return i;
}

/* Splits one address at its angle bracket. Without one the whole is the
 * address. */
static void split_address(const char *s, size_t len, struct str *name,
			  struct str *addr)
{
	const char *angle = NULL;
	bool quoted = false;

	for (size_t i = 0; i < len && !angle; i++) {
		if (s[i] == '"') {
			quoted = !quoted;
		} else if (quoted && s[i] == '\\' && i + 1 < len) {
			str_add_char(name, s[++i]);
		} else if (!quoted && s[i] == '<') {
			angle = s + i + 1;
		} else {
			str_add_char(name, s[i]);
		}
	}
	str_trim(name);
	if (angle) {
		size_t left = len - (size_t)(angle - s);
		const char *end = memchr(angle, '>', left);

		str_add_mem(addr, angle, end ? (size_t)(end - angle) : left);
		str_trim(addr);
	} else if (memchr(s, '@', len)) {
		str_add_mem(addr, name->s, name->len);
		str_clear(name);
	}
}

bool item_next_address(const char **pos, struct str *name, struct str *addr)
{
	str_clear(name);
	str_clear(addr);
	while (**pos) {
		const char *s = *pos;
		size_t len = address_len(s);

		*pos = s + len + (s[len] != 0);
		split_address(s, len, name, addr);
		if (name->len || addr->len)
			return true;
	}
	return false;
}

void item_add_names(struct str *b, const char *address_text)
{
	struct str name CLEANUP(str_release) = STR_INIT;
	struct str addr CLEANUP(str_release) = STR_INIT;
	const char *pos = str_or_empty(address_text);
	const char *sep = "";

	while (item_next_address(&pos, &name, &addr)) {
		str_add(b, sep);
		str_add(b, name.len ? name.s : addr.s);
		sep = ", ";
	}
}

void item_list_release(struct item_list *l)
{
	for (size_t i = 0; i < l->n; i++)
		item_release(&l->v[i]);
	vec_release(l);
}
