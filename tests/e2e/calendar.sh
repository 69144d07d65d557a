#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The calendar verbs on the mirror: what is made here shows at once, is queued,
# can be changed and taken back; iCalendar goes in and out.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 || exit 1
home ada
retinue sync >/dev/null 2>&1
check "an event is made" retinue event add "fri 9:30 45m Design sync" \
	--where "Room 2.01" --with grace@example.org --queue
check "a whole day is made" retinue event add "mon - wed Offsite" --queue
check "a series is made" retinue event add "tomorrow 10-11 Standup" \
	--repeat weekly --remind 10 --queue
retinue agenda "next week" --json >"$work/week"
is "the week shows them" "$(jq -r '.events[] | .start + " " + .subject' "$work/week")" \
	"2026-11-30 Offsite
2026-12-02T10:00:00+01:00 Standup"
is "RFC 3339 with zone" "$(retinue agenda fri --json | jq -r '.events[0] | .start + " " + .end')" \
	"2026-11-27T09:30:00+01:00 2026-11-27T10:15:00+01:00"
check "as words too" sh -c "$bin/retinue agenda fri | grep -q '09:30-10:15.*Design sync.*Room 2.01.*organizer'"
is "next" "$(retinue next --json | jq -r .event.subject)" Standup
id=$(retinue agenda fri --json | jq '.events[0].id')
is "show" "$(retinue event show "$id" --json | jq -r '.event.attendees[0].address')" grace@example.org
check "it moves by an hour" retinue event edit "$id" +1h --queue
is "and is where it was put" "$(retinue agenda fri --json | jq -r '.events[0].start')" \
	2026-11-27T10:30:00+01:00
check "undo" retinue undo --queue
is "and is back" "$(retinue agenda fri --json | jq -r '.events[0].start')" \
	2026-11-27T09:30:00+01:00
s=$(retinue next --json | jq .event.id)
check "one of the series is moved" retinue event edit "$s@2026-12-02" "thu 12:00" --queue
is "only that one" "$(retinue agenda "2026-11-30 14d" --json | jq -r '.events[] | select(.subject == "Standup") | .start')" \
	"2026-12-03T12:00:00+01:00
2026-12-09T10:00:00+01:00"
check "one is cancelled" retinue event cancel "$s@2026-12-09" --queue
is "nothing is due" "$(retinue remind --json | jq '.reminders | length')" 0
is "a reminder comes" "$(RETINUE_TEST_NOW=1795597260 retinue remind --json | jq -r '.reminders[0].subject')" Standup
check "it is dismissed" retinue remind "$s@2026-11-25T10:00:00+01:00" --dismiss
is "and does not come again" "$(RETINUE_TEST_NOW=1795597260 retinue remind --json | jq '.reminders | length')" 0
retinue event export >"$work/out.ics"
check "export has them" grep -q '^SUMMARY:Design sync' "$work/out.ics"
for one in "10:00 1h One" "10:30 1h Two" "10:30 1h Free --show-as=free" "11:30 1h Next"; do
	# shellcheck disable=SC2086
	set -- $one
	retinue event add "2026-12-20 $1 $2 $3" ${4:-} --queue >/dev/null 2>&1
done
is "agenda tells what clashes" "$(retinue agenda 2026-12-20 --json | jq -r '.events[] | .subject + " " + (.clash | tostring)' | sort | tr '\n' ' ')" \
	"Free false Next false One true Two true "
is "in words, too" "$(retinue agenda 2026-12-20 | grep CLASH | grep -oE 'One|Two|Free|Next' | sort | tr '\n' ' ')" "One Two "
check "import takes a file" retinue event import "$work/out.ics" --queue
printf 'BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:z\r\nDTSTART:20261127T150000Z\r\nSUMMARY:No end\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' >"$work/in.ics"
check "an event without an end too" retinue event import "$work/in.ics" --queue
cat >"$work/series.ics" <<'ICS'
BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VEVENT
UID:series-from-a-file
DTSTART;TZID=Europe/Berlin:20270301T090000
DTEND;TZID=Europe/Berlin:20270301T093000
RRULE:FREQ=DAILY;COUNT=5
EXDATE;TZID=Europe/Berlin:20270303T090000
SUMMARY:From a file
END:VEVENT
BEGIN:VEVENT
UID:series-from-a-file
RECURRENCE-ID;TZID=Europe/Berlin:20270302T090000
DTSTART;TZID=Europe/Berlin:20270302T140000
DTEND;TZID=Europe/Berlin:20270302T150000
SUMMARY:Moved in the file
END:VEVENT
END:VCALENDAR
ICS
check "a series with what differs in it is imported" retinue event import "$work/series.ics" --wait
retinue sync >/dev/null 2>&1
is "and the server has it as it was" "$(retinue agenda "2027-03-01 5d" --json | jq -r '.events[] | select(.subject | test("file")) | .start + " " + .subject')" \
	"2027-03-01T09:00:00+01:00 From a file
2027-03-02T14:00:00+01:00 Moved in the file
2027-03-04T09:00:00+01:00 From a file
2027-03-05T09:00:00+01:00 From a file"
retinue event add "sometime Never" --queue 2>"$work/said"
is "no time is told" "$?" 2
check "with what is understood" grep -q 'fri 9:30 45m' "$work/said"
retinue event add "fri 10:00" --queue 2>/dev/null
is "no title is refused" "$?" 2
retinue event show 999999999 2>/dev/null
is "no such event" "$?" 1
retinue invite list --json >"$work/invites"
is "no invitation waits" "$?" 1
is "as an empty list" "$(jq '.invites | length' "$work/invites")" 0
retinue invite accept "$id" 2>"$work/said"
check "one's own meeting is not answered" grep -q 'your own meeting' "$work/said"
retinue freebusy --json 2>/dev/null
is "freebusy wants a name" "$?" 2
# freebusy_dav.sh has the other route.
if [ "${DIALECT:-ews}" = ews ]; then
	# Times are suggested by the server, too, in the same request.
	mkdir "$work/dump"
	before=$(grep -c 'op=GetUserAvailability' "$sim_log")
	RETINUE_EWS_DUMP=$work/dump retinue freebusy "$(ready address)" "$(ready address2)" "2026-12-03 1d" --suggest 2 --duration 1h30m --json >"$work/busy"
	is "two times are found" "$(jq '.suggestions | length' "$work/busy")" 2
	is "the server was asked for such, once" \
		"$(grep -l '<t:MeetingDurationInMinutes>90<' "$work"/dump/* | wc -l) $(($(grep -c 'op=GetUserAvailability' "$sim_log") - before))" "1 1"
	# No more than one request for a hundred mailboxes, and an answer for each.
	for n in 50 100 120; do
		before=$(grep -c 'op=GetUserAvailability' "$sim_log")
		# shellcheck disable=SC2046
		retinue freebusy $(ready address) $(seq -f 'colleague%03g@halden.example' 2 $n) "fri 14d" --json >"$work/busy" 2>/dev/null
		is "free/busy of $n people: answers and requests" "$(jq '.people | length' "$work/busy") $(($(grep -c 'op=GetUserAvailability' "$sim_log") - before))" \
			"$n $(((n + 99) / 100))"
	done
fi
done_testing
