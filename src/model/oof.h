/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_OOF_H
#define MODEL_OOF_H
/*
 * Out of office: automatic replies and when they are sent (dossier EWS 13.2,
 * WebDAV 19). Texts are owned; NULL: none, or not told.
 */
#include "base/clock.h"

enum oof_state { OOF_DISABLED, OOF_ENABLED, OOF_SCHEDULED };
/* Who outside the organisation gets a reply. */
enum oof_audience { OOF_NONE, OOF_KNOWN, OOF_ALL };

struct oof {
	enum oof_state state;
	enum oof_audience audience, allowed; /* allowed by the site */
	int64_t start, end;		     /* UTC; CLOCK_NEVER: none */
	char *internal, *external; /* as the server keeps it: HTML, or plain */
	bool plain;		   /* the texts are plain text */
	bool has_external; /* the server tells inside and outside apart */
	bool has_schedule;
};
void oof_init(struct oof *o);
void oof_release(struct oof *o);
void oof_free(struct oof *o); /* a heap one; NULL is allowed */
void oof_copy(struct oof *to, const struct oof *from);
/* The same in all that a server keeps? */
bool oof_equal(const struct oof *a, const struct oof *b);
/* Are replies being sent at this time? */
bool oof_is_on(const struct oof *o, int64_t now);
const char *oof_state_name(enum oof_state s); /* "off", "on", "scheduled" */
const char *oof_audience_name(enum oof_audience a); /* "none", "known", "all" */
bool oof_audience_parse(const char *name, enum oof_audience *out) MUST_CHECK;
/* What the store keeps of it between two looks: "scheduled 1798128000
 * 1799046000". Caller frees; reading touches no texts. */
char *oof_pack(const struct oof *o);
bool oof_unpack(struct oof *out, const char *packed) MUST_CHECK;
#endif
