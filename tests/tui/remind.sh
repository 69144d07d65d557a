#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Reminders on the screen: told when due, put off, done with, on their own
# screen and by leader keys everywhere; the command is run.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
HOME_CONF="reminder-hook = $work/hook"
printf '#!/bin/sh\necho "$1" >>%s/hooked\n' "$work" >"$work/hook"
chmod +x "$work/hook"
REMINDERS=yes
tui_scene --messages 5
tui_sync
retinue event add "2026-11-26 8:10 30m Standup" --where "Room 1" --queue >/dev/null 2>&1
retinue event add "2026-11-26 8:05 30m Jour fixe" --repeat daily --queue >/dev/null 2>&1
retinue event add "2026-11-26 12:00 30m Lunch" --queue >/dev/null 2>&1
tui_offline
tui_run <<END
size 80x24
run $retinue
has Standup in 10 min, Room 1 - ,z snooze  ,Z dismiss
keys , R
has Jour fixe in 5 min
hasnot Lunch
wait-idle
screen reminders-80x24
keys z
has Again in: 5m
keys Enter
has Jour fixe: again in 5 min
# it is gone from the list at once: the next key is about the next one
keys d
has Standup: no more reminders
has Nothing is due
keys q
keys , z
has No reminder is due
keys Q
keys y
quit 0
run grep -c Standup $work/hooked
has 1
quit 0
END
