#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The day's events beside the mail: from 150 columns on, by key and by option,
# another day, what changes meanwhile; and in the list when the meetings of
# invitations are, with their clashes.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
sim_start || exit 1 # with invitations that wait
HOME_CONF='reminders = no
mark-read-after = never'
home screens
home=$work/screens
retinue=$(cd "$bin" && pwd)/retinue
tui_sync
cat >"$work/add" <<END
#!/bin/sh
"$retinue" event add "2026-11-26 17:00 45m Choir" --wait >/dev/null 2>&1
END
chmod +x "$work/add"
tui_run <<END
size 160x50
run $retinue
has work online
has Thu 26 Nov
has Daily stand
has in 1 h
has CLASH
wait-idle
screen strip-160x50
# below 150 columns only where it is wanted
size 149x40
hasnot Thu 26 Nov
keys M-d
has Thu 26 Nov
size 100x30
has Thu 26 Nov
wait-idle
screen strip-100x30
# what another program adds comes by itself
other $work/add
has Choir
# another day, by key, by words, by the wheel
keys )
has Fri 27 Nov
has Dentist
keys ( (
has Wed 25 Nov
keys :
type day-strip 2026-12-02
keys Enter
has Wed 2 Dec
wheel-down 95,10
has Thu 3 Dec
keys :
type day-strip today
keys Enter
has Thu 26 Nov
has in 1 h
# a click goes to that hour of the calendar
click 90,10
has work week
keys M-1
hasnot work week
# too narrow: said, and there again when there is room
size 70x24
wait-idle
hasnot Thu 26 Nov
keys M-d
has The day strip needs 80 columns
size 80x24
has Thu 26 Nov
wait-idle
screen strip-80x24
keys M-d
hasnot Thu 26 Nov
has CLASH
wait-idle
screen strip-clash-80x24
keys Q y
quit 0
# the option: off, and on
run $retinue -o ui.day-strip=off
size 160x50
has work online
wait-idle
hasnot Thu 26 Nov
keys M-d
has Thu 26 Nov
keys Q y
quit 0
size 100x30
run $retinue -o ui.day-strip=on
has work online
has Thu 26 Nov
keys Q y
quit 0
END
