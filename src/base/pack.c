/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#include "base/pack.h"
#include "base/chan.h"

#include <zstd.h>

#define LEVEL 3
#define AFTER_MARK 1 /* before a frame that needs a base; none begins so */
#define POOL 8

/* Contexts cost far more to make than a message to pack, so idle ones are
 * kept. A pool instead of thread-local ones: those would leak with every
 * thread that ends. */
static struct {
	struct chan_lock *lock;
	ZSTD_CCtx *packers[POOL];
	ZSTD_DCtx *unpackers[POOL];
	size_t n_packers, n_unpackers;
} pool;
static int pool_state;

static void make_pool(void)
{
	pool.lock = chan_lock_new();
}

static ZSTD_CCtx *take_packer(void)
{
	ZSTD_CCtx *c = NULL;

	chan_once(&pool_state, make_pool);
	chan_lock_take(pool.lock);
	if (pool.n_packers)
		c = pool.packers[--pool.n_packers];
	chan_lock_drop(pool.lock);
	if (!c && !(c = ZSTD_createCCtx()))
		BUG("zstd: no memory");
	return c;
}

static void keep_packer(ZSTD_CCtx *c)
{
	chan_lock_take(pool.lock);
	if (pool.n_packers < POOL) {
		pool.packers[pool.n_packers++] = c;
		c = NULL;
	}
	chan_lock_drop(pool.lock);
	ZSTD_freeCCtx(c);
}

static ZSTD_DCtx *take_unpacker(void)
{
	ZSTD_DCtx *c = NULL;

	chan_once(&pool_state, make_pool);
	chan_lock_take(pool.lock);
	if (pool.n_unpackers)
		c = pool.unpackers[--pool.n_unpackers];
	chan_lock_drop(pool.lock);
	if (!c && !(c = ZSTD_createDCtx()))
		BUG("zstd: no memory");
	return c;
}

static void keep_unpacker(ZSTD_DCtx *c)
{
	chan_lock_take(pool.lock);
	if (pool.n_unpackers < POOL) {
		pool.unpackers[pool.n_unpackers++] = c;
		c = NULL;
	}
	chan_lock_drop(pool.lock);
	ZSTD_freeDCtx(c);
}

void pack_compress(struct str *out, const void *p, size_t len)
{
	size_t bound = ZSTD_compressBound(len), n;
	char *room = str_reserve(out, bound);
	ZSTD_CCtx *c;

	if (!room)
		return;
	c = take_packer();
	n = ZSTD_compressCCtx(c, room, bound, p, len, LEVEL);
	keep_packer(c);
	if (ZSTD_isError(n))
		BUG("zstd: %s", ZSTD_getErrorName(n));
	str_grew(out, n);
}

static size_t base_part(size_t base_len)
{
	return base_len < PACK_BASE_MAX ? base_len : PACK_BASE_MAX;
}

void pack_compress_after(struct str *out, const void *p, size_t len,
			 const void *base, size_t base_len)
{
	size_t bound = ZSTD_compressBound(len), n;
	ZSTD_CCtx *c;
	char *room;

	str_add_char(out, AFTER_MARK);
	room = str_reserve(out, bound);
	if (!room)
		return;
	c = take_packer();
	ZSTD_CCtx_setParameter(c, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_refPrefix(c, base, base_part(base_len));
	n = ZSTD_compress2(c, room, bound, p, len);
	ZSTD_CCtx_reset(c, ZSTD_reset_session_and_parameters);
	keep_packer(c);
	if (ZSTD_isError(n))
		BUG("zstd: %s", ZSTD_getErrorName(n));
	str_grew(out, n);
}

bool pack_needs_base(const void *p, size_t len)
{
	return len > 0 && *(const unsigned char *)p == AFTER_MARK;
}

/* One whole frame, after the bytes of base (NULL: none). */
static bool unpack(struct str *out, const void *p, size_t len, const void *base,
		   size_t base_len, size_t max, struct err *err)
{
	unsigned long long size = ZSTD_getFrameContentSize(p, len);
	ZSTD_DCtx *c;
	char *room;
	size_t n;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return err_set(err, ERR_DISK, "packed data is damaged");
	if (size > max || size > out->max - out->len)
		return err_set(err, ERR_DISK,
			       "packed data is larger than allowed "
			       "(%llu of %zu bytes)",
			       size, max);
	if (ZSTD_findFrameCompressedSize(p, len) != len)
		return err_set(err, ERR_DISK, "packed data is damaged");
	room = str_reserve(out, (size_t)size);
	if (!room)
		return err_set(err, ERR_DISK, "packed data is too large");
	c = take_unpacker();
	if (base)
		ZSTD_DCtx_refPrefix(c, base, base_part(base_len));
	n = ZSTD_decompressDCtx(c, room, (size_t)size, p, len);
	ZSTD_DCtx_reset(c, ZSTD_reset_session_and_parameters);
	keep_unpacker(c);
	if (ZSTD_isError(n) || n != size) {
		room[0] = '\0';
		return err_set(err, ERR_DISK, "packed data is damaged: %s",
			       ZSTD_isError(n) ? ZSTD_getErrorName(n)
					       : "wrong size");
	}
	str_grew(out, n);
	return true;
}

bool pack_decompress(struct str *out, const void *p, size_t len, size_t max,
		     struct err *err)
{
	return unpack(out, p, len, NULL, 0, max, err);
}

bool pack_decompress_after(struct str *out, const void *p, size_t len,
			   const void *base, size_t base_len, size_t max,
			   struct err *err)
{
	if (!pack_needs_base(p, len))
		return unpack(out, p, len, NULL, 0, max, err);
	return unpack(out, (const char *)p + 1, len - 1, base, base_len, max,
		      err);
}
