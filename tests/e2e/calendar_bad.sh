#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What no calendar should have: each is taken with a clear word or refused with
# one, nothing hangs, nothing is lost.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 LIMIT=60 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 --no-invitations || exit 1
host=$(ready address) guest=$(ready address2)
ics() { # lines of events; the file's name in $file
	file=$work/in.ics
	{
		printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\n'
		printf '%s\r\n' "$@"
		printf 'END:VCALENDAR\r\n'
	} >"$file"
}
event() { # UID SUMMARY LINE...
	local uid=$1 summary=$2
	shift 2
	printf '%s\n' BEGIN:VEVENT "UID:$uid" "SUMMARY:$summary" "$@" END:VEVENT
}
take() { # NAME LINES: imports, at the server too
	local name=$1
	shift
	mapfile -t lines < <("$@")
	ics "${lines[@]}"
	check "$name" retinue event import "$file" --wait
	cp "$work/err" "$work/told"
	retinue sync >/dev/null 2>&1
}
on() { retinue agenda "$1 1d" --json | jq -r '.events[] | .start[11:16] + "-" + .end[11:16] + " " + .subject'; }

home host
retinue sync >/dev/null 2>&1
take "an event without an end" event no-end "No end" DTSTART:20270301T090000Z
is "it lasts no time, but is there" "$(on 2027-03-01 | cut -c1-5,12-)" "10:00 No end"
take "an end before the start" event backwards Backwards DTSTART:20270302T090000Z DTEND:20270302T080000Z
is "it lasts half an hour" "$(on 2027-03-02)" "10:00-10:30 Backwards"
take "a rule that never yields" event never Never DTSTART:20270303T090000Z DTEND:20270303T093000Z "RRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"
check "it hangs nothing" timeout 20 "$bin/retinue" agenda "2027-01-01 400d" --json
take "a zone nobody knows" event nowhere Nowhere "DTSTART;TZID=Nowhere/Land:20270304T090000" "DTEND;TZID=Nowhere/Land:20270304T100000"
is "is read as one's own" "$(on 2027-03-04)" "09:00-10:00 Nowhere"
absurd() {
	printf '%s\n' BEGIN:VTIMEZONE TZID:Absurd BEGIN:STANDARD DTSTART:16010101T990000 TZOFFSETFROM:+9900 TZOFFSETTO:-9959 \
		"RRULE:FREQ=YEARLY;BYMONTH=13;BYDAY=9XX" END:STANDARD BEGIN:DAYLIGHT DTSTART:00000000T000000 TZOFFSETFROM:abc TZOFFSETTO:+2500 END:DAYLIGHT END:VTIMEZONE
	event absurd Absurd "DTSTART;TZID=Absurd:20270305T090000" "DTEND;TZID=Absurd:20270305T100000"
}
take "a zone with absurd rules" absurd
check "its event is somewhere near" sh -c "'$bin/retinue' agenda '2027-03-03 5d' --json | jq -e '.events[] | select(.subject == \"Absurd\")'"
twice() {
	event double First DTSTART:20270308T090000Z DTEND:20270308T100000Z "RRULE:FREQ=DAILY;COUNT=2"
	event double Second DTSTART:20270308T110000Z DTEND:20270308T120000Z "RRULE:FREQ=DAILY;COUNT=2"
}
take "two masters of one UID" twice
check "the second is named" grep -q "second series of the same UID" "$work/told"
is "the first is there" "$(on 2027-03-09)" "10:00-11:00 First"
crowd() {
	printf '%s\n' BEGIN:VEVENT UID:crowd SUMMARY:Crowd DTSTART:20270310T090000Z DTEND:20270310T100000Z "ORGANIZER:mailto:$host"
	seq 10000 | sed 's/.*/ATTENDEE;CN=Guest &;PARTSTAT=NEEDS-ACTION:mailto:guest&@crowd.example/'
	printf '%s\n' END:VEVENT
}
take "10,000 attendees" crowd
id=$(retinue agenda "2027-03-10 1d" --json | jq '.events[0].id')
is "all of them" "$(retinue event show "$id" --json | jq '[.. | .attendees? // empty | length] | max')" 10000
is "and nobody was told" "$(curl -sf "$admin/sent" | jq 'length')" 0

# An invitation that names the reader as its organizer.
{
	printf 'From: Someone <someone@else.example>\r\nTo: <%s>\r\nSubject: Yours\r\nMessage-ID: <yours@else.example>\r\nMIME-Version: 1.0\r\n' "$host"
	printf 'Content-Type: text/calendar; method=REQUEST; charset=utf-8\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:yours\r\n'
	printf 'DTSTART:20270311T090000Z\r\nDTEND:20270311T100000Z\r\nSUMMARY:Yours\r\nORGANIZER:mailto:%s\r\nATTENDEE:mailto:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' "$host" "$host"
} | curl -sf -X POST --data-binary @- "$admin/deliver?to=$host" >/dev/null
retinue sync >/dev/null 2>&1
retinue sync >/dev/null 2>&1
m=$(retinue list inbox --jsonl | jq 'select(.subject == "Yours") | .id')
check "an invitation of one's own is a message like any" retinue show "$m"
retinue invite accept "$m" --queue 2>"$work/said"
is "but is not answered" "$([ $? != 0 ] && echo refused)" refused
check "and it is said why" test -s "$work/said"

# An answer to a meeting that is gone.
home guest 2
retinue sync >/dev/null 2>&1
home host
check "a meeting" retinue event add "2027-03-12 09:00 45m Gone" --with "$guest" --wait
home guest 2
retinue sync >/dev/null 2>&1
m=$(retinue invite list --json | jq '.invites[0].id')
cp -r "$work/guest" "$work/elsewhere"
home elsewhere 2
check "accepted and thrown away elsewhere" retinue invite decline "$m" --wait
retinue sync >/dev/null 2>&1
t=$(retinue list "Deleted Items" --jsonl | jq .id)
[ -z "$t" ] || retinue delete --hard $t --wait >/dev/null 2>&1
home guest 2
retinue invite accept "$m" --wait >/dev/null 2>"$work/said"
is "the answer to what is gone is not lost silently" "$([ $? != 0 ] && echo told)" told
check "it is said" grep -q "gone" "$work/said"
check "and kept to be settled" sh -c "'$bin/retinue' status --json | jq -e '.outgoing[0].error | test(\"gone\")'"
done_testing
