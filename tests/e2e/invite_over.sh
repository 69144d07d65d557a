#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Invitations that nobody answered are listed as long as something of them is
# still to come, or going on.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash
export RETINUE_TEST_NOW=1795516320 # Tue 24 Nov 2026 11:32 in Berlin

sim_start --messages 5 --no-invitations || exit 1
guest=$(ready address2)
at() { RETINUE_TEST_NOW=$(date -d "$1" +%s) retinue invite list "${@:2}" --json | jq -r '.invites[].subject' | sort | tr '\n' ' '; }

home host
retinue sync >/dev/null 2>&1
call() { check "called: $*" retinue event add "$@" --with "$guest" --wait; }
call "2026-11-25 10:00 1h Once"
call "2026-11-25 Outing"
call "2026-11-25 15:00 1h Four" --repeat "FREQ=DAILY;COUNT=4"
call "2026-11-25 16:00 1h Endless" --repeat weekly
call "2026-11-25 17:00 1h Moved" --repeat "FREQ=DAILY;COUNT=2"
retinue sync >/dev/null 2>&1
s=$(retinue agenda 2026-11-25 --json | jq '.events[] | select(.subject == "Moved").id')
check "the last is put off" retinue event edit "$s@2026-11-26" "2026-12-04 17:00 1h" --wait
home guest 2
retinue sync >/dev/null 2>&1
is "all wait at first" "$(at '2026-11-24 12:00 CET')" "Endless Four Moved Moved Once Outing "
is "what goes on is not over" "$(at '2026-11-25 10:59 CET')" "Endless Four Moved Moved Once Outing "
is "then it is" "$(at '2026-11-25 11:00 CET')" "Endless Four Moved Moved Outing "
is "a day is over at midnight" "$(at '2026-11-26 00:00 CET')" "Endless Four Moved Moved "
is "a series goes on to its last time" "$(at '2026-11-28 15:59 CET')" "Endless Four Moved "
is "and no longer" "$(at '2026-11-28 16:00 CET')" "Endless Moved "
is "what was put off is over by then" "$(at '2026-12-04 18:00 CET')" "Endless "
RETINUE_TEST_NOW=$(date -d "2026-12-05" +%s) retinue invite list --all --json >"$work/all"
is "all are told if all are wanted" "$(jq -r '.invites[].subject' "$work/all" | sort -u | tr '\n' ' ')" "Endless Four Moved Once Outing "
done_testing
