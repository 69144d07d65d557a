/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include <stdio.h>
#include <string.h>

#include "base/vec.h"
#include "mime/tnef.h"

#define SIGNATURE 0x223e9f78u
#define FILES_MAX 1000
#define RTF_MAX ((size_t)32 << 20)

enum {
	ATT_BODY = 0x0002800c,
	ATT_OEM_CODEPAGE = 0x00069007,
	ATT_MSG_PROPS = 0x00069003,
	ATT_ATTACH_BEGIN = 0x00069002,
	ATT_ATTACH_TITLE = 0x00018010,
	ATT_ATTACH_DATA = 0x0006800f,
	ATT_ATTACH_PROPS = 0x00069005
};
enum {
	PR_BODY = 0x1000,
	PR_RTF_COMPRESSED = 0x1009,
	PR_BODY_HTML = 0x1013,
	PR_ATTACH_DATA = 0x3701,
	PR_ATTACH_FILENAME = 0x3704,
	PR_ATTACH_LONG_FILENAME = 0x3707,
	PR_ATTACH_MIME_TAG = 0x370e,
	PR_ATTACH_CONTENT_ID = 0x3712,
	PR_INTERNET_CPID = 0x3fde
};
enum {
	PT_OBJECT = 0x000d,
	PT_STRING8 = 0x001e,
	PT_UNICODE = 0x001f,
	PT_BINARY = 0x0102,
	MULTIPLE = 0x1000
};

void tnef_release(struct tnef *t)
{
	for (size_t i = 0; i < t->files.n; i++) {
		free(t->files.v[i].name);
		free(t->files.v[i].type);
		free(t->files.v[i].content_id);
	}
	vec_release(&t->files);
	str_release(&t->text);
	str_release(&t->html);
}

/* --- bytes ----------------------------------------------------------------------- */

struct in {
	const unsigned char *p;
	size_t left;
	bool bad; /* more was wanted than there is */
};

static const char *take(struct in *in, size_t n)
{
	const unsigned char *p = in->p;

	if (n > in->left) {
		in->bad = true;
		in->left = 0;
		return NULL;
	}
	in->p += n;
	in->left -= n;
	return (const char *)p;
}

static unsigned take_number(struct in *in, size_t n)
{
	const unsigned char *p = (const unsigned char *)take(in, n);
	unsigned v = 0;

	for (size_t i = 0; p && i < n; i++)
		v |= (unsigned)p[i] << (8 * i);
	return v;
}

static void take_padding(struct in *in, size_t n)
{
	size_t pad = (4 - n % 4) % 4;

	(void)take(in, pad < in->left ? pad : in->left);
}

const char *tnef_charset(unsigned codepage, char name[16])
{
	if (codepage == 65001)
		return "utf-8";
	if (codepage == 0)
		return "windows-1252";
	snprintf(name, 16,
		 codepage >= 1250 && codepage <= 1258 ? "windows-%u" : "cp%u",
		 codepage % 100000);
	return name;
}

/* A string of the stream, up to its NUL, as UTF-8. */
static char *text_of(const struct tnef *t, unsigned type, const char *p,
		     size_t len)
{
	struct str b = STR_INIT;
	char name[16];

	if (type == PT_UNICODE) {
		for (size_t i = 0; i + 1 < len; i += 2)
			if (!p[i] && !p[i + 1])
				len = i;
		mime_to_utf8(&b, p, len & ~(size_t)1, "utf-16le");
	} else {
		const char *end = len ? memchr(p, '\0', len) : NULL;

		mime_to_utf8(&b, p, end ? (size_t)(end - p) : len,
			     tnef_charset(t->codepage, name));
	}
	return str_take(&b);
}

/* --- properties -------------------------------------------------------------------- */

static size_t fixed_size(unsigned type)
{
	switch (type) {
	case 0x0002: /* short, boolean: padded to four */
	case 0x000b:
	case 0x0003:
	case 0x0004:
	case 0x000a:
		return 4;
	case 0x0005:
	case 0x0006:
	case 0x0007:
	case 0x0014:
	case 0x0040:
		return 8;
	case 0x0048:
		return 16;
	}
	return 0;
}

struct property {
	unsigned type, id;
	const char *p; /* of the first value */
	size_t len;
};

static void skip_name(struct in *in)
{
	(void)take(in, 16);
	if (take_number(in, 4) == 0) {
		(void)take(in, 4);
	} else {
		size_t n = take_number(in, 4);

		(void)take(in, n);
		take_padding(in, n);
	}
}

/* False: what follows cannot be read. */
static bool take_property(struct in *in, struct property *out)
{
	unsigned count = 1;
	size_t fixed;

	out->type = take_number(in, 2);
	out->id = take_number(in, 2);
	out->p = NULL;
	out->len = 0;
	if (out->id >= 0x8000)
		skip_name(in);
	fixed = fixed_size(out->type & ~(unsigned)MULTIPLE);
	if ((out->type & MULTIPLE) || !fixed)
		count = take_number(in, 4);
	for (unsigned i = 0; i < count && !in->bad; i++) {
		size_t n = fixed ? fixed : take_number(in, 4);
		const char *p = take(in, n);

		if (!fixed)
			take_padding(in, n);
		if (i == 0 && p) {
			out->p = p;
			out->len = n;
		}
	}
	return !in->bad;
}

static void take_rtf(struct tnef *t, const struct property *p)
{
	struct str rtf CLEANUP(str_release) = STR_INIT;
	struct str text CLEANUP(str_release) = STR_INIT;
	bool html;

	rtf.max = text.max = RTF_MAX;
	if (!tnef_rtf_decompress(p->p, p->len, &rtf))
		return;
	tnef_rtf_text(rtf.s, rtf.len, &text, &html);
	if (html && !t->html.len)
		str_add_mem(&t->html, text.s, text.len);
	else if (!html && !t->text.len)
		str_add_mem(&t->text, text.s, text.len);
}

static void take_message_property(struct tnef *t, const struct property *p)
{
	char name[16];

	if (!p->p)
		return;
	if (p->id == PR_BODY) {
		char *text CLEANUP(mem_free_ptr) =
			text_of(t, p->type, p->p, p->len);

		str_clear(&t->text);
		str_add(&t->text, text);
	} else if (p->id == PR_BODY_HTML) {
		str_clear(&t->html);
		if (p->type == PT_BINARY)
			mime_to_utf8(&t->html, p->p, p->len,
				     tnef_charset(t->codepage, name));
		else {
			char *text CLEANUP(mem_free_ptr) =
				text_of(t, p->type, p->p, p->len);

			str_add(&t->html, text);
		}
	} else if (p->id == PR_RTF_COMPRESSED) {
		take_rtf(t, p);
	}
}

static void take_file_property(struct tnef *t, struct tnef_file *f,
			       const struct property *p)
{
	if (!p->p)
		return;
	switch (p->id) {
	case PR_ATTACH_LONG_FILENAME:
		mem_replace(&f->name, text_of(t, p->type, p->p, p->len));
		break;
	case PR_ATTACH_FILENAME:
		if (!f->name)
			f->name = text_of(t, p->type, p->p, p->len);
		break;
	case PR_ATTACH_MIME_TAG:
		mem_replace(&f->type, text_of(t, p->type, p->p, p->len));
		break;
	case PR_ATTACH_CONTENT_ID:
		mem_replace(&f->content_id, text_of(t, p->type, p->p, p->len));
		break;
	case PR_ATTACH_DATA:
		/* An object begins with what kind it is. */
		f->message = p->type == PT_OBJECT && p->len > 16;
		f->data = f->message ? p->p + 16 : p->p;
		f->len = f->message ? p->len - 16 : p->len;
		break;
	}
}

/* The code page stands anywhere among them: look for it first. */
static void take_properties(struct tnef *t, struct tnef_file *f, const char *p,
			    size_t len)
{
	for (int pass = 0; pass < 2; pass++) {
		struct in in = {(const unsigned char *)p, len, false};
		unsigned count = take_number(&in, 4);
		struct property one;

		for (unsigned i = 0; i < count && take_property(&in, &one);
		     i++) {
			if (pass == 0 && one.id == PR_INTERNET_CPID &&
			    one.len == 4 && !f)
				t->codepage = (unsigned char)one.p[0] |
					      (unsigned)(unsigned char)one.p[1]
						      << 8;
			if (pass == 1 && f)
				take_file_property(t, f, &one);
			else if (pass == 1)
				take_message_property(t, &one);
		}
	}
}

/* --- the stream ---------------------------------------------------------------------- */

static void take_attribute(struct tnef *t, unsigned id, const char *p,
			   size_t len)
{
	struct tnef_file *f = t->files.n ? &t->files.v[t->files.n - 1] : NULL;

	switch (id) {
	case ATT_OEM_CODEPAGE:
		if (len >= 4 && !t->codepage)
			t->codepage = (unsigned char)p[0] |
				      (unsigned)(unsigned char)p[1] << 8;
		break;
	case ATT_BODY: {
		char *text CLEANUP(mem_free_ptr) =
			text_of(t, PT_STRING8, p, len);

		if (!t->text.len)
			str_add(&t->text, text);
		break;
	}
	case ATT_MSG_PROPS:
		take_properties(t, NULL, p, len);
		break;
	case ATT_ATTACH_BEGIN:
		if (t->files.n < FILES_MAX)
			vec_add(&t->files, ((struct tnef_file){0}));
		break;
	case ATT_ATTACH_TITLE:
		if (f && !f->name)
			f->name = text_of(t, PT_STRING8, p, len);
		break;
	case ATT_ATTACH_DATA:
		if (f && !f->data) {
			f->data = p;
			f->len = len;
		}
		break;
	case ATT_ATTACH_PROPS:
		if (f)
			take_properties(t, f, p, len);
		break;
	}
}

bool tnef_read(struct tnef *t, const char *p, size_t len)
{
	struct in in = {(const unsigned char *)p, len, false};

	if (take_number(&in, 4) != SIGNATURE)
		return false;
	(void)take(&in, 2);
	while (!in.bad && in.left > 9) {
		unsigned id;
		size_t n;
		const char *data;

		(void)take(&in, 1);
		id = take_number(&in, 4);
		n = take_number(&in, 4);
		data = take(&in, n);
		if (!data)
			break;
		take_attribute(t, id, data, n);
		(void)take(&in, 2);
	}
	return true;
}
