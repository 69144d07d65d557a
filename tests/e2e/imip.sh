#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Invitations from outside: a mail with a calendar part is answered by a mail
# with one (RFC 6047), and leaves an entry in the calendar.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

HOME_CONF='undo-send = 0'
sim_start --no-invitations --messages 5 || exit 1
home ada
me=$(ready address)
# outside METHOD SEQUENCE HOUR
outside() {
	curl -sf --data-binary @- "$admin/deliver?to=$me" <<END >/dev/null
From: Kim Other <other@elsewhere.example>
To: <$me>
Subject: Visit
Message-ID: <visit-$2-$1@elsewhere.example>
Date: Tue, 24 Nov 2026 09:00:00 +0000
MIME-Version: 1.0
Content-Type: multipart/alternative; boundary="b"

--b
Content-Type: text/plain

We would like to come.
--b
Content-Type: text/calendar; method=$1; charset=utf-8

BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//elsewhere//EN
METHOD:$1
BEGIN:VEVENT
UID:visit-1@elsewhere.example
SEQUENCE:$2
DTSTAMP:20261124T090000Z
DTSTART:20261127T${3}0000Z
DTEND:20261127T${3}3000Z
SUMMARY:Visit
LOCATION:Your place
ORGANIZER;CN=Kim Other:mailto:other@elsewhere.example
ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:$me
END:VEVENT
END:VCALENDAR
--b--
END
	retinue sync >/dev/null 2>&1
	m=$(retinue search "subject:Visit from:elsewhere" -n 1 --format '{id}')
}
state() { retinue invite show "$m" --json | jq -r "$1"; }
# The calendar part of the mail sent last.
answer() {
	retinue sync >/dev/null 2>&1
	retinue show "$(retinue search to:elsewhere -n 1 --format '{id}')" --raw | tr -d '\r' |
		sed -n '/^Content-Type: text\/calendar/,/^--/p' | sed '1,/^$/d; /^--/d' | base64 -d | tr -d '\r'
}

outside REQUEST 0 09
is "it is seen to be one" "$(state '.invite | "\(.state) \(.outside) \(.organizer.address) \(.start)"')" \
	"open true other@elsewhere.example 2026-11-27T10:00:00+01:00"
check "it is accepted" retinue invite accept "$m" --note "Welcome" --wait
is "with an answer to its organizer" "$(answer | grep -c 'METHOD:REPLY\|PARTSTAT=ACCEPTED\|UID:visit-1@elsewhere\|COMMENT:Welcome')" 4
is "that only we are in" "$(answer | grep -c '^ATTENDEE')" 1
retinue sync >/dev/null 2>&1
is "and an entry" "$(retinue agenda fri --json | jq -r '.events[] | select(.subject == "Visit") | .start + " " + .location')" \
	"2026-11-27T10:00:00+01:00 Your place"
is "the card knows" "$(state .invite.my_answer)" accepted
outside REQUEST 1 12
is "an update" "$(state .invite.state)" updated
check "another time is proposed" retinue invite tentative "$m" --propose "fri 15:00" --wait
is "as a counter" "$(answer | grep -c 'METHOD:COUNTER\|PARTSTAT=TENTATIVE')" 2
retinue sync >/dev/null 2>&1
is "the entry has moved" "$(retinue agenda fri --json | jq -r '.events[] | select(.subject == "Visit") | .start')" \
	"2026-11-27T13:00:00+01:00"
check "it is declined after all" retinue invite decline "$m" --wait
is "by mail" "$(answer | grep -c 'METHOD:REPLY\|PARTSTAT=DECLINED')" 2
retinue sync >/dev/null 2>&1
is "and leaves the calendar" "$(retinue agenda fri --json | jq '[.events[] | select(.subject == "Visit")] | length')" 0
outside CANCEL 2 12
is "a cancellation" "$(state .invite.state)" cancelled
retinue invite accept "$m" 2>"$work/said"
check "is not answered" grep -q 'was cancelled' "$work/said"
done_testing
