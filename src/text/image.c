/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "text/image.h"
#include <string.h>

#define SIDE_MAX 65535

static int big16(const unsigned char *p)
{
	return p[0] << 8 | p[1];
}

static int little16(const unsigned char *p)
{
	return p[1] << 8 | p[0];
}

/* The IHDR chunk comes first. */
static bool read_png(const unsigned char *p, size_t len, struct image_info *out)
{
	if (len < 24 || memcmp(p + 12, "IHDR", 4) != 0 || big16(p + 16) ||
	    big16(p + 20))
		return false;
	out->kind = IMAGE_PNG;
	out->width = big16(p + 18);
	out->height = big16(p + 22);
	return true;
}

static bool read_gif(const unsigned char *p, size_t len, struct image_info *out)
{
	if (len < 10)
		return false;
	out->kind = IMAGE_GIF;
	out->width = little16(p + 6);
	out->height = little16(p + 8);
	return true;
}

/* Segments up to the frame header, any of SOF0 to SOF15 that is one. */
static bool read_jpeg(const unsigned char *p, size_t len,
		      struct image_info *out)
{
	size_t at = 2;

	while (at + 9 < len) {
		int marker = p[at + 1];

		if (p[at] != 0xff)
			return false;
		if (marker == 0xff) { /* a fill byte */
			at++;
			continue;
		}
		if (marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 &&
		    marker != 0xc8 && marker != 0xcc) {
			out->kind = IMAGE_JPEG;
			out->height = big16(p + at + 5);
			out->width = big16(p + at + 7);
			return true;
		}
		if (marker == 0xda || marker == 0xd9)
			return false;
		at += marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8)
			      ? 2
			      : 2 + (size_t)big16(p + at + 2);
	}
	return false;
}

static bool read_webp(const unsigned char *p, size_t len,
		      struct image_info *out)
{
	if (len < 30 || memcmp(p + 8, "WEBP", 4) != 0)
		return false;
	out->kind = IMAGE_WEBP;
	if (memcmp(p + 12, "VP8X", 4) == 0 && !p[26] && !p[29]) {
		out->width = little16(p + 24) + 1;
		out->height = little16(p + 27) + 1;
	} else if (memcmp(p + 12, "VP8L", 4) == 0 && p[20] == 0x2f) {
		out->width = (little16(p + 21) & 0x3fff) + 1;
		out->height =
			(p[22] >> 6 | p[23] << 2 | (p[24] & 0x0f) << 10) + 1;
	} else if (memcmp(p + 12, "VP8 ", 4) == 0 &&
		   memcmp(p + 23, "\x9d\x01\x2a", 3) == 0) {
		out->width = little16(p + 26) & 0x3fff;
		out->height = little16(p + 28) & 0x3fff;
	} else {
		return false;
	}
	return true;
}

bool image_probe(const void *data, size_t len, struct image_info *out)
{
	const unsigned char *p = data;
	bool ok = false;

	if (len >= 8 && memcmp(p, "\x89PNG\r\n\x1a\n", 8) == 0)
		ok = read_png(p, len, out);
	else if (len >= 6 &&
		 (memcmp(p, "GIF87a", 6) == 0 || memcmp(p, "GIF89a", 6) == 0))
		ok = read_gif(p, len, out);
	else if (len >= 3 && memcmp(p, "\xff\xd8\xff", 3) == 0)
		ok = read_jpeg(p, len, out);
	else if (len >= 4 && memcmp(p, "RIFF", 4) == 0)
		ok = read_webp(p, len, out);
	return ok && out->width > 0 && out->height > 0 &&
	       out->width <= SIDE_MAX && out->height <= SIDE_MAX;
}
