/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef DAV_RIGHTS_H
#define DAV_RIGHTS_H
/* Rights of others in the mailbox, by WebDAV: operations of services.h. */
#include "model/delegate.h"
#include "proto/dav/dav.h"

bool dav_permissions_get(struct backend *b, const struct op *op,
			 const char *folder, struct permission_set *out,
			 struct err *err);
bool dav_permissions_set(struct backend *b, const struct op *op,
			 const char *folder, const struct permission_set *set,
			 struct err *err);
/* By path below the server's root: also of what is no folder of the tree. */
bool dav_rights_get(struct backend *b, const struct op *op, const char *path,
		    struct permission_set *out, struct err *err) MUST_CHECK;
bool dav_rights_set(struct backend *b, const struct op *op, const char *path,
		    const struct permission_set *set,
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
