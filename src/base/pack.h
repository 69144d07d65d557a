/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef BASE_PACK_H
#define BASE_PACK_H
/*
 * Compression of stored text (zstd, level 3). Every frame records the size of
 * its content, so unpacking allocates once and a hostile size is refused
 * before anything is allocated. Thread-safe. The only file that uses zstd.
 */
#include "base/err.h"
#include "base/str.h"

/* Appends the packed form of len bytes at p to out. */
void pack_compress(struct str *out, const void *p, size_t len);
/* Appends the unpacked bytes of one whole frame to out. Fails (ERR_DISK, out
 * as it was) on a damaged frame, trailing bytes, a frame without a size, or
 * content of more than max bytes. */
bool pack_decompress(struct str *out, const void *p, size_t len, size_t max,
		     struct err *err) MUST_CHECK;

/* The same for text that is mostly contained in `base`, such as the text of a
 * message in the message: only what differs takes room. The first
 * PACK_BASE_MAX bytes of base count; unpacking needs the very same ones. p must
 * not lie inside of base: zstd then forgets the base.
 * pack_decompress refuses this form, pack_decompress_after takes both. */
#define PACK_BASE_MAX ((size_t)64 << 10)
void pack_compress_after(struct str *out, const void *p, size_t len,
			 const void *base, size_t base_len);
bool pack_needs_base(const void *p, size_t len);
bool pack_decompress_after(struct str *out, const void *p, size_t len,
			   const void *base, size_t base_len, size_t max,
			   struct err *err) MUST_CHECK;
#endif
