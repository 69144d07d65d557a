/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_HREF_H
#define DAV_HREF_H
/*
 * Addresses of a mailbox (dossier 1.2, 1.3). A path is kept as the server wrote
 * it (encoded), below the mailbox root and without a slash in front; scheme and
 * host of an href are never used. Paths are compared decoded and without case.
 *
 * Ids. A folder is its permanent key, "502d..ef-31"; an item is "folder
 * key/item key". Both outlive renaming. Where a server has no permanent URLs,
 * an id is "p:" and the path.
 */
#include "base/str.h"

/* The path part of an href (absolute URL or path), from its first slash on;
 * NULL: neither. Caller frees. */
char *href_path(const char *href);
/* For comparing: decoded, lower case, no slash at the end. Caller frees. */
char *href_fold(const char *path);
bool href_same(const char *a, const char *b);
/* The path below a root ("/exchange/ann/"): "" for the root itself, NULL when
 * it is outside. Points into path. */
const char *href_below(const char *root, const char *path);
/* First n segments with slashes around: "/exchange/ann/Inbox/", 2 gives
 * "/exchange/ann/". NULL: there are fewer. Caller frees. */
char *href_first(const char *path, int n);
/* The last segment, encoded; caller frees. */
char *href_name(const char *path);
/* The path without its last segment, with a slash at the end ("" at the top).
 */
char *href_parent(const char *path);

/* A name as a segment: what a path may not hold is escaped, then encoded. */
void href_add_name(struct str *b, const char *name);
/* The same for a text that is encoded in part: only what may not be in a URL.
 */
void href_add_encoded(struct str *b, const char *path);
/* The name that a segment stands for; caller frees. */
char *href_read_name(const char *segment);

/* The keys of a permanent URL: "x-FlatUrlSpace-/f/i" gives f and i (NULL for a
 * folder). False: it is none. */
bool href_keys(const char *href, char **folder, char **item);
/* The permanent key that a repl-uid ("rid:" ...) or source key (raw bytes)
 * stands for; NULL: unreadable. Caller frees. */
char *href_key_of_rid(const char *rid);
char *href_key_of_bytes(const void *p, size_t len);
#endif
