#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A reminder put off or dismissed is so on the server, too: another program on
# the same mailbox does not remind again, and the next of a series comes.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --no-invitations --messages 5 || exit 1
due() { retinue remind --json | jq -r '[.reminders[].subject] | join(" ")'; }
at() { RETINUE_TEST_NOW=$1 due; }
first() { home first; }
second() { home second && retinue sync >/dev/null 2>&1; }

first
retinue sync >/dev/null 2>&1
check "an event" retinue event add "11:40 30m Call" --wait
check "a series" retinue event add "11:45 15m Daily" --repeat daily --wait
second
is "both are reminded of" "$(due)" "Call Daily"
first
retinue sync >/dev/null 2>&1
id() { retinue agenda today --json | jq ".events[] | select(.subject == \"$1\") | .id"; }
call=$(id Call) daily=$(id Daily)
check "one is put off" retinue remind "$call" --snooze 20m
check "the other dismissed" retinue remind "$daily@2026-11-24T11:45:00+01:00" --dismiss
is "here" "$(due)" ""
retinue sync >/dev/null 2>&1
second
is "and elsewhere" "$(due)" ""
is "until the time has come" "$(at 1795517580)" "Call"
is "tomorrow is another day" "$(at 1795602600)" "Daily"
check "dismissed for good" retinue remind "$(id Call)" --dismiss
retinue sync >/dev/null 2>&1
first
retinue sync >/dev/null 2>&1
is "everywhere" "$(at 1795517580)" ""
is "the series goes on" "$(retinue event show "$daily" --json | jq .event.reminder)" 15
done_testing
