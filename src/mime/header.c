/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/message.h"

#include <gmime/gmime.h>
#include <string.h>
#include <strings.h>

#include "base/chan.h"
#include "base/utf8.h"

/* GMime looks for the end of a comment from every place one might begin; no
 * honest parameters are longer. */
#define PARAMS_MAX 4096
/* Stands for the '?' of "=?" while GMime reads parameters: words in them are
 * decoded here. */
#define HIDDEN_MARK '\002'

static void init_gmime(void)
{
	g_mime_init();
}

void mime_init(void)
{
	static int once;

	chan_once(&once, init_gmime);
}

/* Is there a field name and a colon at the start of the line? */
static size_t field_name_len(const char *line, size_t len)
{
	size_t i = 0;

	while (i < len && (unsigned char)line[i] > ' ' && line[i] != ':' &&
	       (unsigned char)line[i] < 0x7f)
		i++;
	if (i == 0 || i > 998)
		return 0;
	for (size_t k = i; k < len; k++) {
		if (line[k] == ':')
			return i;
		if (line[k] != ' ' && line[k] != '\t')
			return 0;
	}
	return 0;
}

static size_t line_len(const char *raw, size_t len, size_t at, size_t *next)
{
	const char *nl = memchr(raw + at, '\n', len - at);
	size_t end = nl ? (size_t)(nl - raw) : len;

	*next = nl ? end + 1 : len;
	if (end > at && raw[end - 1] == '\r')
		end--;
	return end - at;
}

void mime_header_scan(struct mime_header_block *h, const char *raw, size_t len,
		      size_t start, size_t max,
		      bool (*stop)(void *arg, const char *line, size_t len),
		      void *arg)
{
	struct mime_field *last = NULL;
	bool first = true, skipping = false;
	size_t at = start, next;

	*h = (struct mime_header_block){.start = start, .body = len};
	for (; at < len; at = next) {
		size_t n = line_len(raw, len, at, &next);
		size_t name;

		if (n == 0) {
			h->body = next;
			return;
		}
		if (stop && stop(arg, raw + at, n)) {
			h->body = at;
			return;
		}
		if (raw[at] == ' ' || raw[at] == '\t') {
			if (last)
				last->value_len = at + n - last->value;
			else if (first)
				break;
			continue;
		}
		name = field_name_len(raw + at, n);
		if (name) {
			const char *colon = memchr(raw + at, ':', n);
			size_t value = (size_t)(colon - raw) + 1;

			skipping = h->n >= max;
			last = NULL;
			if (!skipping) {
				vec_add(h, ((struct mime_field){
						   .name = at,
						   .name_len = (uint32_t)name,
						   .value = value,
						   .value_len = at + n - value,
					   }));
				last = &h->v[h->n - 1];
			}
		} else if (first && n > 5 &&
			   (memcmp(raw + at, "From ", 5) == 0 ||
			    memcmp(raw + at, ">From", 5) == 0)) {
			h->start = next; /* mailbox separator */
			continue;
		} else if (first) {
			break; /* no header at all */
		} else {
			last = NULL; /* rubbish line: not part of a value */
		}
		first = false;
	}
	h->body = at < len ? at : len;
}

void mime_header_block_release(struct mime_header_block *h)
{
	for (size_t i = 0; i < h->n; i++)
		free(h->v[i].decoded);
	vec_release(h);
}

struct mime_field *mime_header_field(const struct mime_header_block *h,
				     const char *raw, const char *name)
{
	size_t len = strlen(name);

	for (size_t i = 0; i < h->n; i++)
		if (h->v[i].name_len == len &&
		    strncasecmp(raw + h->v[i].name, name, len) == 0)
			return &h->v[i];
	return NULL;
}

char *mime_field_unfold(const char *raw, const struct mime_field *f, size_t max)
{
	size_t len = f->value_len < max ? f->value_len : max;
	const char *s = raw + f->value;
	char *out = xmalloc(len + 1);
	size_t n = 0;

	for (size_t i = 0; i < len; i++) {
		char c = s[i] == '\0' || s[i] == '\t' ? ' ' : s[i];

		if (c == '\n' || (c == '\r' && i + 1 < len && s[i + 1] == '\n'))
			continue;
		if (n == 0 && c == ' ')
			continue;
		out[n++] = c;
	}
	while (n > 0 && out[n - 1] == ' ')
		n--;
	out[n] = '\0';
	return out;
}

static bool is_plain(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' || (unsigned char)*s > '~' ||
		    (*s == '=' && s[1] == '?'))
			return false;
	return true;
}

char *mime_decode_text(const char *value)
{
	CLEANUP(str_release) struct str utf8 = STR_INIT;
	CLEANUP(str_release) struct str text = STR_INIT;

	if (is_plain(value))
		return xstrdup(value);
	mime_to_utf8(&utf8, value, strlen(value), NULL);
	mime_words_decode(&text, utf8.s);
	return utf8_clean_line(text.s, false);
}

char *mime_decode_phrase(const char *phrase, size_t len)
{
	CLEANUP(str_release) struct str plain = STR_INIT;
	char *text;

	/* Quotes and their backslashes go; GMime would keep them when they do
	 * not balance. */
	for (size_t i = 0; i < len; i++) {
		if (phrase[i] == '"')
			continue;
		if (phrase[i] == '\\' && i + 1 < len)
			i++;
		str_add_char(&plain, phrase[i]);
	}
	str_trim(&plain);
	if (plain.len == 0)
		return NULL;
	text = mime_decode_text(plain.s);
	if (text[0] == '\0') {
		free(text);
		return NULL;
	}
	return text;
}

struct param_call {
	void (*fn)(void *arg, const char *name, const char *value);
	void *arg;
};

/* The parameter's value with what mime_words_decode understands. */
static char *param_text(const char *value)
{
	CLEANUP(str_release) struct str text = STR_INIT;
	CLEANUP(mem_free_ptr) char *copy = xstrdup(value);

	if (!strchr(copy, HIDDEN_MARK))
		return xstrdup(value);
	for (char *p = copy; *p; p++)
		if (*p == HIDDEN_MARK)
			*p = '?';
	mime_words_decode(&text, copy);
	return str_take(&text);
}

static void each_param(const char *s, const struct param_call *call)
{
	CLEANUP(mem_free_ptr) char *cut = xstrndup(s, PARAMS_MAX);
	CLEANUP(str_release) struct str utf8 = STR_INIT;
	GMimeParamList *list;
	int n;

	mime_init();
	for (char *p = cut; *p; p++) {
		if (*p == HIDDEN_MARK)
			*p = ' ';
		if (*p == '=' && p[1] == '?')
			*++p = HIDDEN_MARK;
	}
	mime_to_utf8(&utf8, cut, strlen(cut), NULL);
	list = g_mime_param_list_parse(NULL, utf8.s);
	n = list ? g_mime_param_list_length(list) : 0;
	for (int i = 0; i < n; i++) {
		GMimeParam *p = g_mime_param_list_get_parameter_at(list, i);
		const char *value = g_mime_param_get_value(p);

		if (!value || !value[0])
			continue;
		CLEANUP(mem_free_ptr) char *text = param_text(value);
		call->fn(call->arg, g_mime_param_get_name(p), text);
	}
	if (list)
		g_object_unref(list);
}

static bool is_token(char c)
{
	return (unsigned char)c > ' ' && (unsigned char)c < 0x7f &&
	       !strchr("()<>@,;:\\\"/[]?=", c);
}

char *mime_type_parse(const char *value,
		      void (*param)(void *arg, const char *name,
				    const char *value),
		      void *arg)
{
	struct param_call call = {param, arg};
	size_t a = 0, b;
	char *type;

	while (is_token(value[a]))
		a++;
	b = a;
	if (a > 0 && value[a] == '/') {
		b = a + 1;
		while (is_token(value[b]))
			b++;
	}
	type = b > 0 && b < 200 ? xstrndup(value, b) : NULL;
	for (char *p = type; p && *p; p++)
		if (*p >= 'A' && *p <= 'Z')
			*p = (char)(*p + ('a' - 'A'));
	value = strchr(value + b, ';');
	if (value && value[1] && param)
		each_param(value + 1, &call);
	return type;
}
