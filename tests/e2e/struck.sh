#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# One of a series that was called off is taken back after the server has done it:
# the series has it again, with the others that differ or are missing; where its
# guests were told, another meeting is called at that time.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 || exit 1
guest=$(ready address2)
as_host() { home host && retinue sync >/dev/null 2>&1; }
as_guest() { home guest 2 && retinue sync >/dev/null 2>&1; }
all() { retinue agenda "2027-01-04 60d" --json | jq -r '.events[] | select(.cancelled | not) | [.start[0:16], .subject, .location // "-"] | join(" ")'; }
of() { retinue agenda "$1" --json | jq "[.events[] | select(.subject == \"$2\").id][0]"; }
answers() { retinue event show "$1" --json | jq -r '[.event.attendees[].answer] | join(" ")'; }

as_host
check "a series of one's own" retinue event add "2027-01-04 10:00 1h Walk" --repeat "FREQ=WEEKLY;COUNT=5" --wait
retinue sync >/dev/null 2>&1
s=$(of 2027-01-04 Walk)
check "one is missing" retinue event cancel "$s@2027-01-11" --wait
check "one is moved" retinue event edit "$s@2027-01-18" +2h --where Hall --wait
retinue sync >/dev/null 2>&1
was=$(all)
is "that is the series" "$was" "2027-01-04T10:00 Walk -
2027-01-18T12:00 Walk Hall
2027-01-25T10:00 Walk -
2027-02-01T10:00 Walk -"
for day in 2027-01-25 2027-01-18; do
	check "one more is struck out ($day)" retinue event cancel "$s@$day" --wait
	retinue sync >/dev/null 2>&1
	is "it is away" "$(all)" "$(grep -v "^$day" <<<"$was")"
	check "and taken back" retinue undo --queue
	is "it is there at once" "$(all)" "$was"
	retinue sync >/dev/null 2>&1
	retinue sync >/dev/null 2>&1
	is "and as the server has it" "$(all)" "$was"
	is "in one series" "$(of "$day" Walk)" "$s"
done
check "one is struck out, and the series changed" retinue event cancel "$s@2027-02-01" --wait
check "by another name" retinue event edit "$s" --subject Stroll --wait
first=$(retinue undo --list --json | jq '[.journal[] | select(.text | startswith("cancel"))][0].entry')
check "the earlier one is taken back" retinue undo "$first" --wait
retinue sync >/dev/null 2>&1
is "the later one stays" "$(all | grep -v T12)" "2027-01-04T10:00 Stroll -
2027-01-25T10:00 Stroll -
2027-02-01T10:00 Stroll -"
check "all of it goes" retinue event cancel "$s" --wait

check "a series with a guest" retinue event add "2027-01-05 10:00 1h Round" --repeat "FREQ=WEEKLY;COUNT=4" --with "$guest" --wait
as_guest
check "who says yes" retinue invite accept "$(retinue invite list --json | jq '.invites[0].id')" --wait
as_host
s=$(of 2027-01-05 Round)
is "it is heard" "$(answers "$s")" accepted
check "one is called off quietly" retinue event cancel "$s@2027-01-12" --quiet --wait
check "and taken back" retinue undo --wait
retinue sync >/dev/null 2>&1
is "the series has it" "$(of 2027-01-12 Round)" "$s"
as_guest
is "the guest never missed it" "$(all | grep -c Round)" 4
as_host
check "one is called off aloud" retinue event cancel "$s@2027-01-19" --wait
as_guest
is "the guest is told" "$(all | grep -c Round)" 3
as_host
check "and taken back" retinue undo --wait
retinue sync >/dev/null 2>&1
is "there is a meeting again" "$(all | grep -c Round)" 4
is "another one" "$(($(of 2027-01-19 Round) != s))" 1
is "which nobody has answered" "$(answers "$(of 2027-01-19 Round)")" unknown
as_guest
is "the guest is asked" "$(retinue invite list --json | jq -r '.invites[0] | .subject + " " + .start[0:10]')" "Round 2027-01-19"
is "and has it" "$(all | grep -c Round)" 4

# What cannot be taken back says why.
check "the guest declines" retinue invite decline "$(retinue invite list --json | jq '.invites[0].id')" --wait
is "an answer is given again instead" "$(retinue undo "$(retinue undo --list --json | jq '.journal[0].entry')" 2>&1 | grep -c 'answer again instead')" 1
done_testing
