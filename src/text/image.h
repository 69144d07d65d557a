/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef TEXT_IMAGE_H
#define TEXT_IMAGE_H
/*
 * What a picture says of itself in its first bytes: kind and size, so that
 * room can be kept for it before anything decodes it. Nothing is decoded here.
 */
#include "base/mem.h"

enum image_kind { IMAGE_PNG, IMAGE_JPEG, IMAGE_GIF, IMAGE_WEBP };

struct image_info {
	enum image_kind kind;
	int width, height; /* pixels, both at least 1 */
};

/* False: none of these kinds, or cut off before its size. Kinds that can name
 * other files or addresses (SVG, MVG and the like) are none of these. */
bool image_probe(const void *p, size_t len, struct image_info *out) MUST_CHECK;
#endif
