#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The card of an invitation: what it says in each state, answered by one key,
# with a note, with another time, offline, and taken back.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
HOME_CONF='undo-send = 5m'
tui_scene --messages 5
me=$(ready address)
# A server without an operation for meetings takes the name the client tells.
name='
name = Petra Nadel'
[ "${DIALECT:-ews}" = webdav ] || name=
HOME_CONF=$HOME_CONF$name home host 2
call() { retinue event add "$@" --with "$me" --wait >/dev/null 2>&1 || echo "# event add $*"; }
retinue sync >/dev/null 2>&1
call "2026-11-30 10:00 1h Sprint review" --where "Room 4.12"
call "2026-11-30 14:00 1h Weekly talk" --repeat weekly
call "2026-12-01 9:00 1h Planning" --where "Room 1"
call "2026-12-02 9:00 1h Lunch"
retinue sync >/dev/null 2>&1
id() { retinue agenda "2026-11-30 10d" --json | jq "[.events[] | select(.subject == \"$1\") | .id][0]"; }
retinue event edit "$(id Planning)" +2h --wait >/dev/null 2>&1
retinue event cancel "$(id Lunch)" --wait >/dev/null 2>&1
home screens
home=$work/screens
retinue=$(cd "$bin" && pwd)/retinue
retinue event add "2026-11-30 10:30 1h Budget" --queue >/dev/null 2>&1
tui_sync
retinue event add "2026-11-30 10:30 1h Budget" --queue >/dev/null 2>&1
retinue event add "2026-11-30 9:30 30m Standup" --queue >/dev/null 2>&1
tui_offline
# Both of "Planning" are of one second: which is the first depends on how they
# were listed.
older= newer=J
[ "${DIALECT:-}" != webdav ] || older='j ' newer=K
tui_run <<END
size 80x24
run $retinue
wait-text offline
keys l
type Sprint
keys Enter
wait-text Sprint
keys Enter
wait-text Clash
wait-idle
screen invite-80x24
# Tab gives the keys back, ,y takes them
keys Tab
has ,y takes the keys
keys , y
has > y accept
keys p
type tue 14:00
keys Enter
has Propose Tue 1 Dec 14:00-15:00
keys Esc
keys y
has Accepted "Sprint review", waits to go out - u takes it back
has accepted   ^ waits
keys u
has Undone: accept
has > y accept
keys T
type perhaps a bit later
keys Enter
has Tentatively accepted
has ^ waits
size 40x12
wait-idle
screen invite-40x12
size 40x10
wait-idle
screen invite-40x10
size 160x50
wait-idle
screen invite-160x50
size 80x24
keys q l C-u
type Weekly
keys Enter
wait-text Weekly
keys Enter
has : a series
has weekly
keys n
has Declined "Weekly talk"
has declined   ^ waits
keys q l C-u
type Lunch
keys Enter
wait-text Canceled
keys Enter
has Meeting cancelled
hasnot > y accept
keys q l C-u
type Planning
keys Enter
wait-text Planning
keys ${older}Enter
has Outdated meeting request
hasnot > y accept
keys $newer
has Meeting update
has Tue 1 Dec 2026  11:00-12:00
wait-idle
screen invite-update-80x24
keys q q
keys y
quit 0
END
