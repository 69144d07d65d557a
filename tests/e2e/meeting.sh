#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Two people and a server: invited, answered, moved, cancelled; both calendars
# and the tracking agree.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 || exit 1
[ -z "${ATTEND:-}" ] || curl -sf -X POST "$admin/dav?attend=$ATTEND" >/dev/null
guest=$(ready address2)
as_host() { home host && retinue sync >/dev/null 2>&1; }
as_guest() { home guest 2 && retinue sync >/dev/null 2>&1; }
subjects_sent() { curl -sf "$admin/mailbox?user=$(ready user2)" | jq -r '.folders[] | select(.path == "Sent Items") | .items[]?.subject'; }
fri() { retinue agenda fri --json | jq -r '.events[] | [.start, .subject, '"$1"'] | join(" ")'; }

as_host
check "a meeting is called" retinue event add "fri 9:30 45m Wire" --where R --with "$guest" --wait
as_guest
is "it stands in the guest's calendar" "$(fri .my_answer)" "2026-11-27T09:30:00+01:00 Wire none"
is "and waits for an answer" "$(retinue invite list --json | jq -r '.invites[] | .state + " " + .subject')" "open Wire"
m=$(retinue invite list --json | jq '.invites[0].id')
check "it is accepted" retinue invite accept "$m" --note Gladly --wait
as_guest
is "the request is put away at the server" "$(curl -sf "$admin/mailbox?user=$(ready user2)" |
	jq -r '.folders[] | .path as $p | .items[]? | select(.subject == "Wire") | $p' | sort | uniq -c | tr -s ' ' | grep -v 'Calendar\|Sent')" " 1 Deleted Items"
is "the calendar knows" "$(fri .my_answer)" "2026-11-27T09:30:00+01:00 Wire accepted"
as_host
is "and the organizer" "$(fri .answers.accepted)" "2026-11-27T09:30:00+01:00 Wire 1"
e=$(retinue agenda fri --json | jq '.events[0].id')
check "it is moved" retinue event edit "$e" +1h --wait
as_guest
is "for both" "$(fri .location)" "2026-11-27T10:30:00+01:00 Wire R"
# Moved offline, and answered before it gets there: the answer is no conflict.
m=$(retinue invite list --json | jq '.invites[0].id')
as_host
check "it is moved once more, later" retinue event edit "$e" +1h --queue
as_guest
check "the guest says maybe meanwhile" retinue invite tentative "$m" --wait
as_host
retinue sync >/dev/null 2>&1
is "nothing is stuck" "$(retinue status --json | jq -c '[.waiting, .outgoing]')" '[0,[]]'
as_guest
is "both have the later time" "$(fri .my_answer) $(as_host; fri .answers.tentative)" \
	"2026-11-27T11:30:00+01:00 Wire none 2026-11-27T11:30:00+01:00 Wire 0"
# Two requests of one meeting: whoever declines the later is not asked by the
# earlier, though nothing in the calendar tells any more that it is out of date.
as_host
check "another is called" retinue event add "fri 14:00 30m Twice" --with "$guest" --wait
as_host
check "and moved" retinue event edit "$(retinue agenda fri --json | jq '.events[] | select(.subject == "Twice").id')" +1h --wait
as_guest
twice() { retinue invite list "$@" --json | jq -r '.invites[] | select(.subject == "Twice") | '"$what"; }
is "the guest is asked once" "$(what=.state twice)" updated
check "and declines" retinue invite decline "$(what=.id twice)" --wait
as_guest
is "nothing more is asked" "$(what=.state twice) $(what=.state twice --all | sort -u)" " stale"
is "nor in the calendar" "$(fri .my_answer | grep Twice)" ""
as_host
is "and the organizer knows" "$(fri .answers.declined | grep Twice)" "2026-11-27T15:00:00+01:00 Twice 1"
check "a series is made" retinue event add "2026-11-30 10:00 1h Series" --repeat weekly --wait
retinue sync >/dev/null 2>&1
s=$(retinue agenda 2026-11-30 --json | jq '.events[0].id')
check "one of it is moved" retinue event edit "$s@2026-12-07" +2h --wait
check "one of it is cancelled" retinue event cancel "$s@2026-12-14" --wait
retinue sync >/dev/null 2>&1
is "as the server has it" "$(retinue agenda "2026-11-30 28d" --json | jq -r '.events[].start')" \
	"2026-11-30T10:00:00+01:00
2026-12-07T12:00:00+01:00
2026-12-21T10:00:00+01:00"
# This one and the following: the old series ends, another goes on from there.
series() { retinue agenda "2027-01-04 40d" --json | jq -r '.events[] | select(.subject | test("Round|Circle")) | [.start[0:16], .subject, '"$1"'] | map(tostring) | join(" ")'; }
check "a series with a guest" retinue event add "2027-01-04 10:00 1h Round" --repeat "FREQ=WEEKLY;COUNT=6" --with "$guest" --wait
retinue sync >/dev/null 2>&1
s=$(retinue agenda 2027-01-04 --json | jq '.events[] | select(.subject == "Round").id')
check "an early one of it is struck out" retinue event cancel "$s@2027-01-11" --wait
as_guest
m=$(retinue invite list --json | jq '[.invites[] | select(.subject == "Round")][0].id')
check "the guest accepts" retinue invite accept "$m" --wait
as_host
exits "one must be named" 2 retinue event edit "$s" --following --where R --queue
check "from the third week on it is on Tuesdays" retinue event edit "$s@2027-01-25" +1d --following --subject Circle --wait
as_host
is "the organizer has two series" "$(series '.answers.none')" "2027-01-04T10:00 Round 1
2027-01-18T10:00 Round 1
2027-01-26T10:00 Circle 1
2027-02-02T10:00 Circle 1
2027-02-09T10:00 Circle 1"
as_guest
is "the guest is told of both" "$(retinue invite list --json | jq -r '.invites[] | select(.subject != "Wire") | .state + " " + .subject' | sort)" "open Circle
updated Round"
is "and has them" "$(series '.my_answer' | grep -v cancelled)" "2027-01-04T10:00 Round none
2027-01-18T10:00 Round none
2027-01-26T10:00 Circle none
2027-02-02T10:00 Circle none
2027-02-09T10:00 Circle none"
as_host
s=$(retinue agenda 2027-01-26 --json | jq '.events[] | select(.subject == "Circle").id')
check "the last two are called off" retinue event cancel "$s@2027-02-02" --following --wait
as_guest
is "for both" "$(series .recurring)" "$(as_host; series .recurring)"
is "so that one is left" "$(series .recurring | grep Circle)" "2027-01-26T10:00 Circle true"
as_host
# Answered offline while it is called off.
check "one more is called" retinue event add "fri 16:00 30m Off" --with "$guest" --wait
as_guest
off() { retinue invite list --json | jq '.invites[] | select(.subject == "Off").id'; }
check "accepted later" retinue invite accept "$(off)" --queue
as_host
check "and called off before" retinue event cancel "$(retinue agenda fri --json | jq '.events[] | select(.subject == "Off").id')" --wait
as_guest
is "what is gone is told, where the server tells it" "$(retinue status --json | jq -r '[.outgoing[].error[0:19]] | join(" ")')" \
	"$([ -n "${DIALECT:-}" ] || echo "the meeting is gone")"
for one in $(retinue status --json | jq '.outgoing[].entry'); do retinue resolve "$one" --server >/dev/null 2>&1; done
as_guest
is "it is struck out for the guest" "$(retinue agenda fri --json | jq '[.events[] | select(.subject | test("Off")) | .cancelled] | all')" true
# What is taken away and brought back is the very meeting: whoever asked for it
# is told nothing, and nobody is asked in one's own name.
as_host
check "one to be kept is called" retinue event add "fri 17:00 30m Keep" --with "$guest" --wait
as_guest
keep() { retinue agenda fri --json | jq -r '.events[] | select(.subject | test("Keep")) | '"$1"; }
what='[.start, .subject, .organizer, .my_answer, .attendees, .cancelled] | tojson'
check "the guest accepts" retinue invite accept "$(retinue invite list --json | jq '.invites[] | select(.subject == "Keep").id')" --wait
as_guest
k=$(keep "$what")
for after in nothing sending sync; do
	[ "$after" = nothing ] && when=--queue || when=--wait
	check "the guest takes it away, $after follows" retinue event cancel "$(keep .id)" "$when"
	[ "$after" = sync ] && retinue sync >/dev/null 2>&1
	is "it is gone" "$(keep .subject)" ""
	check "and takes that back" retinue undo "$when"
	is "it is there at once" "$(keep "$what")" "$k"
	retinue sync >/dev/null 2>&1
	is "and stays, as it was" "$(keep "$what")" "$k"
done
is "nothing was sent" "$(subjects_sent | grep -c Keep)" 1
as_host
is "the organizer knows of the one answer" "$(keep '.answers.accepted')" 1
check "the organizer calls it off" retinue event cancel "$(keep .id)" --wait
retinue sync >/dev/null 2>&1
is "it is gone" "$(keep .subject)" ""
as_guest
is "for the guest, too" "$(keep .cancelled)" true
as_host
check "and takes that back" retinue undo --wait
retinue sync >/dev/null 2>&1
is "it is there" "$(keep '[.start, .subject] | join(" ")')" "2026-11-27T17:00:00+01:00 Keep"
as_guest
is "and the guest is asked anew" "$(keep '[.start, .subject, .my_answer, .cancelled] | map(tostring) | join(" ")' | sort)" \
	"2026-11-27T17:00:00+01:00 Canceled: Keep accepted true
2026-11-27T17:00:00+01:00 Keep none false"
as_host
check "the meeting is cancelled" retinue event cancel "$e" --note Sorry --wait
as_guest
is "the guest is told" "$(retinue invite list --all --json | jq -r '.invites[0].state')" cancelled
check "and sees it struck out" sh -c "'$bin/retinue' agenda fri | grep -q cancelled"
# Another time that is proposed stands beside the answer until another is given.
as_host
check "a meeting somebody would like later" retinue event add "2026-12-17 9:00 1h Later" --with "$guest" --wait
as_guest
m=$(retinue invite list --json | jq '[.invites[] | select(.subject == "Later")][0].id')
check "the guest proposes another time" retinue invite tentative "$m" --propose +2h --note "A bit later" --wait
proposed() { retinue event show "$(retinue agenda 2026-12-17 --json | jq '.events[] | select(.subject == "Later").id')" --json | jq -r '.event.attendees[0] | [.answer, .proposed_start // "-", .proposed_end // "-"] | join(" ")'; }
for n in 1 2; do
	as_host
	is "the organizer sees it ($n)" "$(proposed)" "tentative 2026-12-17T11:00:00+01:00 2026-12-17T12:00:00+01:00"
done
as_guest
check "then it does as it is" retinue invite accept "$(retinue agenda 2026-12-17 --json | jq '.events[] | select(.subject == "Later").id')" --wait
as_host
as_host
is "and nothing is proposed any longer" "$(proposed)" "accepted - -"
done_testing
