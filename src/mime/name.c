/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "mime/build.h"
#include "mime/read.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define NAME_MAX_BYTES 200

/* Media types by extension; the first of a type names files of that type. */
static const struct {
	const char *ext, *type;
} types[] = {
	{"txt", "text/plain"},
	{"html", "text/html"},
	{"htm", "text/html"},
	{"csv", "text/csv"},
	{"ics", "text/calendar"},
	{"vcf", "text/vcard"},
	{"vcf", "text/x-vcard"},
	{"md", "text/markdown"},
	{"xml", "text/xml"},
	{"xml", "application/xml"},
	{"json", "application/json"},
	{"pdf", "application/pdf"},
	{"png", "image/png"},
	{"jpg", "image/jpeg"},
	{"jpeg", "image/jpeg"},
	{"gif", "image/gif"},
	{"svg", "image/svg+xml"},
	{"webp", "image/webp"},
	{"tif", "image/tiff"},
	{"bmp", "image/bmp"},
	{"mp3", "audio/mpeg"},
	{"wav", "audio/wav"},
	{"mp4", "video/mp4"},
	{"zip", "application/zip"},
	{"gz", "application/gzip"},
	{"tar", "application/x-tar"},
	{"7z", "application/x-7z-compressed"},
	{"doc", "application/msword"},
	{"xls", "application/vnd.ms-excel"},
	{"ppt", "application/vnd.ms-powerpoint"},
	{"docx", "application/vnd.openxmlformats-officedocument."
		 "wordprocessingml.document"},
	{"xlsx",
	 "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
	{"pptx", "application/vnd.openxmlformats-officedocument."
		 "presentationml.presentation"},
	{"odt", "application/vnd.oasis.opendocument.text"},
	{"ods", "application/vnd.oasis.opendocument.spreadsheet"},
	{"odp", "application/vnd.oasis.opendocument.presentation"},
	{"rtf", "application/rtf"},
	{"eml", "message/rfc822"},
	{"p7s", "application/pkcs7-signature"},
	{"p7m", "application/pkcs7-mime"},
	{"asc", "application/pgp-signature"},
	{"dat", "application/ms-tnef"},
	{"patch", "text/x-patch"},
	{"diff", "text/x-diff"},
	{"log", "text/plain"},
	{"c", "text/x-c"},
	{"h", "text/x-c"},
};

const char *mime_type_of_name(const char *name)
{
	const char *dot = name ? strrchr(name, '.') : NULL;

	for (size_t i = 0; dot && i < ARRAY_LEN(types); i++)
		if (strcasecmp(dot + 1, types[i].ext) == 0)
			return types[i].type;
	return "application/octet-stream";
}

static const char *extension_of_type(const char *type)
{
	for (size_t i = 0; i < ARRAY_LEN(types); i++)
		if (strcmp(types[i].type, type) == 0)
			return types[i].ext;
	return strncmp(type, "text/", 5) == 0 ? "txt" : "bin";
}

/* Names DOS devices answer to, whatever the extension. */
static bool is_device(const char *name)
{
	static const char *const devices[] = {
		"con", "prn", "aux", "nul", "conin$", "conout$", "clock$"};
	size_t n = strcspn(name, ". ");

	for (size_t i = 0; i < ARRAY_LEN(devices); i++)
		if (n == strlen(devices[i]) &&
		    strncasecmp(name, devices[i], n) == 0)
			return true;
	return n == 4 && name[3] >= '0' && name[3] <= '9' &&
	       (strncasecmp(name, "com", 3) == 0 ||
		strncasecmp(name, "lpt", 3) == 0);
}

/* Cuts in the middle so that the extension stays and no character is torn. */
static void cut_long(struct str *b)
{
	const char *dot = strrchr(b->s, '.');
	CLEANUP(mem_free_ptr) char *ext = NULL;
	size_t n;

	if (b->len <= NAME_MAX_BYTES)
		return;
	if (dot && strlen(dot) <= 20)
		ext = xstrdup(dot);
	n = NAME_MAX_BYTES - strlen(str_or_empty(ext));
	while (n > 0 && ((unsigned char)b->s[n] & 0xC0) == 0x80)
		n--;
	str_cut(b, n);
	str_add(b, ext);
}

char *mime_safe_name(const char *name)
{
	CLEANUP(str_release) struct str out = STR_INIT;
	CLEANUP(mem_free_ptr)
	char *clean = utf8_clean_line(str_or_empty(name), false);
	const char *base = clean;

	for (const char *p = clean; *p; p++)
		if ((*p == '/' || *p == '\\') && p[1])
			base = p + 1;
	for (size_t left = strlen(base); left > 0;) {
		uint32_t rune;
		size_t n = utf8_decode(base, left, &rune);

		/* A control character has become a picture of itself. */
		if (rune < ' ' || rune == 0x7f ||
		    (rune >= 0x80 && rune < 0xA0) ||
		    (rune >= 0x2400 && rune <= 0x243F) ||
		    (rune < 0x80 && strchr("/\\:*?\"<>|", (int)rune)))
			str_add_char(&out, '_');
		else
			str_add_mem(&out, base, n);
		base += n;
		left -= n;
	}
	while (out.len > 0 && strchr(". ", out.s[out.len - 1]))
		str_cut(&out, out.len - 1);
	size_t lead = strspn(out.s, ". ~-");
	CLEANUP(str_release) struct str safe = STR_INIT;
	if (lead == out.len || is_device(out.s + lead))
		str_add_char(&safe, '_');
	str_add(&safe, out.s + lead);
	cut_long(&safe);
	return str_take(&safe);
}

char *mime_part_file_name(const struct mime_message *m, size_t index)
{
	const struct mime_part *p = mime_part(m, index);

	if (p->name && p->name[0])
		return mime_safe_name(p->name);
	return xasprintf("part-%zu.%s", index, extension_of_type(p->type));
}
