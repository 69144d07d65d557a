/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_RIGHTS_H
#define DAV_RIGHTS_H
/*
 * Rights of others in the mailbox, by WebDAV (dossier WebDAV 22, 23): the
 * operations of services.h that are about them, whose headers say what their
 * arguments are and how they fail. Besides, each fails as dav_do.
 */
#include "model/delegate.h"
#include "proto/dav/dav.h"

bool dav_permissions_get(struct backend *b, const struct op *op,
			 const char *folder, struct permission_set *out,
			 struct err *err);
bool dav_permissions_set(struct backend *b, const struct op *op,
			 const char *folder, const struct permission_set *set,
			 struct err *err);
/* By encoded path from the server's root: also of what is no folder of the
 * tree. *out is the caller's (permission_set_release). ERR_DENIED: only an owner
 * is told; ERR_PROTOCOL, ERR_UNSUPPORTED: a descriptor in no order or revision
 * that could be written back. */
bool dav_rights_get(struct backend *b, const struct op *op, const char *path,
		    struct permission_set *out, struct err *err) MUST_CHECK;
/* Keeps what the descriptor has beside the set. ERR_INPUT: the server does not
 * accept it. */
bool dav_rights_set(struct backend *b, const struct op *op, const char *path,
		    const struct permission_set *set,
		    struct err *err) MUST_CHECK;
/* One BPROPPATCH of the resource `target` (relative to path; "": path itself)
 * with change, the <D:set> and <D:remove> elements as they stand. The error is
 * the resource's own where the call as a whole went well. A plain PROPPATCH
 * fails outside of the mailbox's own tree. */
bool dav_patch_one(struct backend *b, const struct op *op, const char *path,
		   const char *target, enum dav_place place, const char *change,
		   struct err *err) MUST_CHECK;
/* delegates.c */
bool dav_delegate_entries_get(struct backend *b, const struct op *op,
			      struct delegate_entries *out, struct err *err);
bool dav_delegate_entries_set(struct backend *b, const struct op *op,
			      const struct delegate_entries *l,
			      struct err *err);
/* others.c */
bool dav_open_mailbox(struct backend *b, const struct op *op,
		      const char *address, const enum folder_role *only,
		      size_t n, struct folder_marks *out, struct err *err);
#endif
