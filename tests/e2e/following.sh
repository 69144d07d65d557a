#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A series changed or called off from one day on is one wish: taken back once,
# the series is there as it was, with what differs in it, for its guest, too.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 || exit 1
guest=$(ready address2)
as_host() { home host && retinue sync >/dev/null 2>&1; }
as_guest() { home guest 2 && retinue sync >/dev/null 2>&1; }
series() { retinue agenda "2027-01-04 60d" --json | jq -r '.events[] | select(.cancelled | not) | [.start[0:16], .subject, .location // "-"] | join(" ")'; }
of() { retinue agenda "$1" --json | jq ".events[] | select(.subject == \"$2\").id"; }

as_host
check "a series with a guest" retinue event add "2027-01-04 10:00 1h Round" --repeat "FREQ=WEEKLY;COUNT=8" --with "$guest" --wait
retinue sync >/dev/null 2>&1
s=$(of 2027-01-04 Round)
check "an early one is struck out" retinue event cancel "$s@2027-01-11" --wait
check "a late one is moved" retinue event edit "$s@2027-02-01" +2h --where Hall --wait
check "a later one is struck out" retinue event cancel "$s@2027-02-08" --wait
retinue sync >/dev/null 2>&1
was=$(series)
is "that is the series" "$was" "2027-01-04T10:00 Round -
2027-01-18T10:00 Round -
2027-01-25T10:00 Round -
2027-02-01T12:00 Round Hall
2027-02-15T10:00 Round -
2027-02-22T10:00 Round -"
as_guest
is "for the guest, too" "$(series)" "$was"
taken_back() { # --queue|--wait
	check "one undo takes it back" retinue undo "$1"
	is "at once" "$(series)" "$was"
	retinue sync >/dev/null 2>&1
	is "and as the server has it" "$(series)" "$was"
	as_guest
	is "the guest has it as before" "$(series)" "$was"
}
circle="2027-01-04T10:00 Round -
2027-01-18T10:00 Round -
2027-01-25T10:00 Circle -
2027-02-01T12:00 Circle Hall
2027-02-15T10:00 Circle -
2027-02-22T10:00 Circle -"
for when in --queue --wait; do
	as_host
	check "from the third week on it has another name ($when)" retinue event edit "$s@2027-01-25" --following --subject Circle "$when"
	[ "$when" = --queue ] || { retinue sync >/dev/null 2>&1; as_guest; is "for the guest, too" "$(series)" "$circle"; as_host; }
	is "there are two" "$(series)" "$circle"
	is "as one change" "$(retinue undo --list --json | jq -r '.journal[0].text')" 'change "Circle" from one day on'
	taken_back "$when"
	as_host
	check "from the third week on it is called off ($when)" retinue event cancel "$s@2027-01-25" --following "$when"
	[ "$when" = --queue ] || retinue sync >/dev/null 2>&1
	is "two are left" "$(series)" "$(head -2 <<<"$was")"
	taken_back "$when"
done
# Other times drop what differs as well.
as_host
check "all of it moves" retinue event edit "$s" +1h --wait
retinue sync >/dev/null 2>&1
check "and back" retinue undo --wait
retinue sync >/dev/null 2>&1
is "with what differs" "$(series)" "$was"
done_testing
