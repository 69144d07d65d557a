/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef MODEL_FREEBUSY_H
#define MODEL_FREEBUSY_H
/*
 * Who is busy when, whichever protocol told it, and when all can meet.
 * Times are instants.
 */
#include "base/clock.h"
#include "base/err.h"
#include "base/zone.h"
#include "model/appointment.h"

struct busy_span {
	int64_t start, end;
	enum show_as show_as;
	char *subject, *location; /* NULL: not told */
	bool is_private;
};
struct work_period {
	unsigned days;	/* bit 0 Sunday */
	int start, end; /* minutes after midnight */
};
struct free_busy {
	struct err err;	 /* why nothing is known; kind NONE: known */
	char *zone_rule; /* of the hours; NULL: the asker's zone */
	bool detailed;
	struct {
		struct busy_span *v;
		size_t n, cap;
	} spans; /* by start */
	struct {
		struct work_period *v;
		size_t n, cap;
	} hours; /* empty: not told */
};
void free_busy_release(struct free_busy *f);
void free_busy_copy(struct free_busy *to, const struct free_busy *from);
void free_busy_sort(struct free_busy *f);
/* Digits of a merged view (dossier EWS 13.1) from `from` on as spans. */
void free_busy_add_digits(struct free_busy *f, const char *digits, int64_t from,
			  int64_t step);
/* The strongest of the spans in [from, to); FREE: none. */
enum show_as free_busy_at(const struct free_busy *f, int64_t from, int64_t to,
			  const struct busy_span **which);
/* Is [from, to) within working hours? Monday to Friday, 8 to 18, where they
 * are not told. zone: of the hours where zone_rule is NULL. */
bool free_busy_in_hours(const struct free_busy *f, const struct zone *zone,
			int64_t from, int64_t to);

/* The same with the hours' zone at hand: free_busy_zone makes it, NULL where it
 * is the asker's; the caller frees. For many questions. */
struct zone *free_busy_zone(const struct free_busy *f);
bool free_busy_in_zone(const struct free_busy *f, const struct zone *hours,
		       int64_t from, int64_t to);

/* A time that the server would take, by what it alone may know of people. */
struct suggestion {
	int64_t start;
	int quality; /* 1 excellent, 2 good, 3 fair, 4 poor */
};
struct suggestion_list {
	struct suggestion *v;
	size_t n, cap;
};
/* "START QUALITY" lines, and back. */
void suggestions_pack(struct str *b, const struct suggestion_list *l);
void suggestions_unpack(struct suggestion_list *out, const char *text);

struct free_busy_query {
	const struct strv *addresses;
	int64_t from, to;
	/* Times for a meeting of so many seconds are to be suggested, too,
	 * where the protocol has that; 0: not. kinds: '0' + enum guest_kind of
	 * each address; NULL: all required. */
	int64_t suggest;
	const char *kinds;
	struct suggestion_list *suggested; /* the answer; empty: none */
};
/* One answer a mailbox, as they come; index into addresses. Takes *owned. */
typedef void (*free_busy_fn)(void *ctx, size_t index, struct free_busy *owned);

/* --- kept for when nobody can be asked -------------------------------------- */
struct busy_kept {
	int64_t from, to;      /* what is known of; to <= from: nothing */
	int64_t asked;	       /* when last; CLOCK_NEVER: not yet */
	char *why;	       /* why not answered then; NULL: it was */
	struct free_busy busy; /* spans only, by start */
};
void busy_kept_release(struct busy_kept *k);
/* As text, appended, and back; false: it is none (then nothing is known). */
void busy_kept_pack(struct str *out, const struct busy_kept *k);
bool busy_kept_unpack(struct busy_kept *out, const char *text);
/* Takes in what was told of [from, to): it replaces what was known of that
 * time; what it does not touch stays where the two join. An error leaves all
 * but `why`. */
void busy_kept_merge(struct busy_kept *k, int64_t from, int64_t to,
		     int64_t asked, const struct free_busy *told);

struct room {
	char *name, *addr;
};
struct room_list {
	struct room *v;
	size_t n, cap;
};
void room_list_release(struct room_list *l);

/* --- slots ----------------------------------------------------------------
 */
enum guest_kind { GUEST_REQUIRED, GUEST_OPTIONAL, GUEST_ROOM };
struct guest {
	enum guest_kind kind;
	const char *name;
	const struct free_busy *busy;
};
struct slot {
	int64_t start, end;
	int required, required_free;
	int optional, optional_free;
	int tentative;	  /* required ones who may be busy */
	int out_of_hours; /* required ones */
	size_t room; /* index of a free room; SIZE_MAX: none asked or free */
	const char *who; /* the first required one in the way; NULL */
	enum show_as who_is;
	bool early;  /* who is out of hours, not busy */
	int quality; /* as the server said (suggestion); 5: it did not */
};
struct slot_list {
	struct slot *v;
	size_t n, cap;
};
struct slot_query {
	const struct guest *guests;
	size_t n;
	int64_t from, to, length, step; /* seconds */
	const struct zone *zone;	/* the asker's */
	bool any_hour;			/* outside working hours too */
	size_t most;
	const struct suggestion_list *told; /* by the server; NULL: nothing */
};
/* Best first: all required free, fewest tentative, what the server suggests, in
 * everybody's hours, most optional, a room, soonest (peers-and-ux 3.8). Slots in which a required one
 * is busy come last and only when too few are free. */
void slots_find(const struct slot_query *q, struct slot_list *out);
/* "soonest", "Grace maybe", "early for Zoe"; appended. */
void slot_add_reason(struct str *b, const struct slot *s, bool soonest);
#endif
