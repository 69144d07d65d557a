/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPDX-FileCopyrightText: the retinue authors */
#ifndef ENGINE_CALENDAR_H
#define ENGINE_CALENDAR_H
/*
 * The door through which screens and verbs read calendars: series expanded,
 * meeting messages judged, iCalendar in and out. Reads the store only.
 */
#include "base/zone.h"
#include "model/account.h"
#include "model/appointment_change.h"
#include "model/folder.h"
#include "model/freebusy.h"
#include "store/query.h"

/* One appearance of an entry. */
struct calendar_entry {
	int64_t item, folder;		  /* rows */
	const struct appointment *appt;	  /* what to show */
	const struct appointment *series; /* NULL: not of one */
	int64_t start, end;		  /* instants; all-day: of local days */
	int64_t original;		  /* CLOCK_NEVER: not of a series */
	bool pending, conflict;		  /* a change of ours waits, is stuck */
	bool clash; /* calendar_mark_clashes: another is at that time */
};
struct calendar_view {
	struct calendar_entry *v; /* by start, longer first, then subject */
	size_t n, cap;
	struct calendar_pool *pool; /* owns the appointments */
	struct zone *zone;	    /* the person's */
};
void calendar_view_release(struct calendar_view *v);
/* "W. Europe Standard Time" -> "Europe/Berlin"; NULL: no name of Windows'. */
const char *calendar_zone_name(const char *told);

/* Calendars of the mirror, the default one first. */
bool calendar_folders(struct store *s, struct folder_list *out,
		      struct err *err) MUST_CHECK;
/* Appearances in [from, to). n 0: of the default calendar. */
bool calendar_read(struct store *s, const int64_t *folders, size_t n,
		   int64_t from, int64_t to, struct calendar_view *out,
		   struct err *err) MUST_CHECK;
/* Sets `clash` of those of one's own calendars that are at the same time and
 * both keep one from coming. What others have in theirs clashes with nothing. */
void calendar_mark_clashes(struct store *s, struct calendar_view *v);
/* Lays over what is known of somebody in [from, to): a view that
 * calendar_read filled gets entries that are nowhere (item 0) of the folder
 * `as`, without subject where none was told. */
void calendar_add_busy(struct calendar_view *v, const struct free_busy *f,
		       int64_t from, int64_t to, int64_t as);
/* What was last told of somebody (REQUEST_BUSY with deep); false: nothing. */
bool calendar_busy_kept(struct store *s, const char *addr,
			struct busy_kept *out) MUST_CHECK;
char *calendar_busy_key(const char *addr); /* of the fact; caller frees */
/* An entry, or what a meeting message says. NOT_FOUND: not here (yet). */
bool calendar_find(struct store *s, int64_t item, struct appointment *out,
		   int64_t *folder, struct err *err) MUST_CHECK;
/* The appearance nearest after `when` (an exact original first). CLOCK_NEVER:
 * the next one, or the entry where it is no series. False: none. */
bool calendar_occurrence(struct store *s, int64_t item, int64_t when,
			 struct calendar_view *out, struct err *err) MUST_CHECK;

/* A series that is to be another from the occurrence at `original` on: *head ends
 * before it, *rest begins there, a meeting of its own. Both are set on success,
 * not on failure: NOT_FOUND where it is the first, so that it is about all of the
 * series; INPUT where the meeting is somebody else's. */
bool calendar_split(const struct appointment *series, int64_t original,
		    struct appointment *head, struct appointment *rest,
		    struct err *err) MUST_CHECK;
/* Once *rest was changed from *was: exceptions of other times are none of it, the
 * others take over what is no difference of their own. */
void calendar_follow(const struct appointment *was, struct appointment *rest);

/* --- meeting messages ------------------------------------------------------
 */
/* X(id, name in JSON, words of the card) */
#define INVITE_STATES(X)                                                       \
	X(OPEN, "open", "Meeting request")                                     \
	X(UPDATED, "updated", "Meeting update")                                \
	X(ANSWERED, "answered", "Meeting request, answered")                   \
	X(STALE, "stale", "Outdated meeting request: a newer one is known")    \
	X(CANCELLED, "cancelled", "Meeting cancelled")                         \
	X(GONE, "gone", "The meeting is no longer in your calendar")           \
	X(OWN, "own", "Your own meeting")                                      \
	X(REPLY, "reply", "Answer to your meeting")                            \
	X(COPY, "copy",                                                        \
	  "For information: a meeting of the person you stand "                \
	  "in for")
enum invite_state {
#define X(id, name, words) INVITE_##id,
	INVITE_STATES(X)
#undef X
};
const char *invite_state_name(enum invite_state s);
const char *invite_state_words(enum invite_state s);

/* Of an invite that is not `asked`: "it ..." */
#define INVITE_NOT_ASKED "came by a list, or was forwarded"

struct invite {
	int64_t message;	 /* row of the mail; 0: only the entry */
	int64_t item;		 /* row of the entry; 0: none */
	struct appointment appt; /* as the message says */
	enum invite_state state;
	enum answer_kind answer; /* ours so far */
	bool waits;		 /* it has not gone out yet */
	/* No object of the server, but a mail with a calendar part (RFC 6047):
	 * answered by a mail, the entry is ours to make. */
	bool outside;
	bool asked;    /* we are among the attendees, or none are told */
	char *sent_by; /* an address, where it is not the organizer's; NULL */
	struct calendar_view clashes; /* other entries at that time */
	struct calendar_view adjacent;
};
void invite_release(struct invite *i);
/* message: row of a mail with ITEM_INVITATION. NOT_FOUND: the server has not
 * told (yet) what it says. */
bool calendar_invite(struct store *s, const struct account *a, int64_t message,
		     struct invite *out, struct err *err) MUST_CHECK;
/* Has a later message told another state of the meeting, whatever has become of
 * that message? Then this one (row `message`) is out of date even where no entry
 * says so: what was declined is gone from the calendar. */
bool calendar_is_overtaken(struct store *s, int64_t message,
			   const struct appointment *m);
/* The row of a meeting message: answering it takes it out of its folder (then
 * 0), but not off the screen. */
bool calendar_message(struct store *s, int64_t message, struct item *out,
		      struct err *err) MUST_CHECK;
/* The same of any mail by its content. NOT_FOUND: it is no invitation. */
struct letter;
bool calendar_invite_mail(struct store *s, const struct account *a,
			  int64_t message, struct letter *l, struct invite *out,
			  struct err *err) MUST_CHECK;

struct invite_answer {
	enum answer_kind answer;
	const char *note;		    /* NULL none */
	int64_t propose_start, propose_end; /* CLOCK_NEVER: none */
	bool quiet;			    /* the organizer is not told */
	int64_t due;			    /* UTC seconds: not before; 0 now */
};
/* False: why there is nothing to answer. */
bool invite_may_answer(const struct invite *i, struct err *err) MUST_CHECK;
/* Makes the one or two changes that answer it, in the order to submit them;
 * how many. The caller owns them. */
struct intent;
size_t invite_answer(struct store *s, const struct account *me,
		     const struct invite *i, const struct invite_answer *how,
		     struct intent *out[2]);
struct invite_list {
	struct invite *v;
	size_t n, cap;
};
void invite_list_release(struct invite_list *l);
/* all: also those answered, outdated, cancelled, and of times that are over.
 * Newest first. */
bool calendar_invites(struct store *s, const struct account *a, bool all,
		      int limit, struct invite_list *out,
		      struct err *err) MUST_CHECK;

/* --- reminders ------------------------------------------------------------ */
struct reminder {
	int64_t item, original, start, due;
	char *subject, *location, *join_url;
};
struct reminder_list {
	struct reminder *v;
	size_t n, cap;
};
void reminder_list_release(struct reminder_list *l);
/* Reminders due in (since, until], not dismissed; by due. Of entries not over
 * by more than a day. */
bool calendar_reminders(struct store *s, int64_t since, int64_t until,
			struct reminder_list *out, struct err *err) MUST_CHECK;

/* --- iCalendar ------------------------------------------------------------ */
bool calendar_from_ics(const char *text, size_t len,
		       struct appointment_list *out, struct strv *notes,
		       struct err *err) MUST_CHECK;
void calendar_to_ics(struct str *out, const struct appointment *entries,
		     size_t n);
/* An answer for the organizer outside: a VCALENDAR with METHOD:REPLY. */
void calendar_reply_ics(struct str *out, const struct appointment *a,
			const struct account *me, enum answer_kind answer,
			const char *note);
#endif
