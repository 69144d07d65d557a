/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef EWS_RIGHTS_H
#define EWS_RIGHTS_H
/* Rights of others in the mailbox, by EWS: operations of services.h. */
#include "model/delegate.h"
#include "proto/ews/ews.h"

/* rights.c: t:UserId, both ways */
void ews_read_user(const struct node *user, struct permission *p);
void ews_add_user(struct str *b, const struct permission *p);

bool ews_permissions_get(struct backend *b, const struct op *op,
			 const char *folder, struct permission_set *out,
			 struct err *err);
bool ews_permissions_set(struct backend *b, const struct op *op,
			 const char *folder, const struct permission_set *set,
			 struct err *err);
/* delegates.c */
bool ews_delegates_get(struct backend *b, const struct op *op,
		       struct delegate_list *out, struct err *err);
bool ews_delegate_change(struct backend *b, const struct op *op,
			 const struct delegate_change *c, struct err *err);
bool ews_delegate_delivery(struct backend *b, const struct op *op,
			   enum delegate_delivery d, struct err *err);
/* folders.c */
bool ews_open_mailbox(struct backend *b, const struct op *op,
		      const char *address, const enum folder_role *only,
		      size_t n, struct folder_marks *out, struct err *err);
#endif
