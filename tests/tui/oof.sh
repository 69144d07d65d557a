#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Out of office: empty, filled in and kept, its badge, changed elsewhere
# meanwhile, ended by a command, offline.
. "$(dirname "$0")/lib.bash"
tui_scene
tui_sync

cat >"$work/elsewhere" <<END
#!/bin/sh
# what another program does; \$1 its text
printf '%s' "\$1" >"$work/text"
RETINUE_DATA=$work/other '$retinue' oof on --internal "$work/text" --audience all --external "$work/text"
END
chmod +x "$work/elsewhere"
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys , o
has now OFF
has Inside my organisation
wait-idle
screen oof-empty-80x24
# a text, a time, the audience
keys j j j Enter
type Away until Saturday & <later>.
keys Esc
hasnot "Away" into
keys k Enter
wait-text Away until (mon 8:00, 2027-01-04 8:00):
type 2026-11-28 8:00
keys Enter
has [Sat 28 Nov 2026 08:00]
has put "Away" into my calendar
keys c
keys j j l
has (*) only my contacts
wait-idle
screen oof-full-80x24
size 160x50
wait-idle
screen oof-full-160x50
size 40x12
wait-idle
screen oof-full-40x12
size 80x24
keys j j Space
has [x] put
keys s
has Out of office is as you wish
has now ON
has OOF
keys M-2
has Away
keys q
has now ON
# another program changes it while it is looked at
other $work/elsewhere 'Changed elsewhere'
keys Up Up Up Up Up Up
keys l
keys s
has Set to "on" elsewhere meanwhile: keep mine or the server's? (m/s)
keys s
has As the server has it
has Changed elsewhere
other $work/elsewhere 'Again'
keys h
keys s
has keep mine or the server's?
wait-idle
keys m
has Out of office is as you wish
has now OFF
# leaving what was not saved asks
keys l q
has Leave without putting it on the server?
keys y
has Inbox
# ended without the screen
other $work/elsewhere 'On again'
type :out-of-office off
keys Enter
has Ending out of office
gone-text OOF
keys , o
has now OFF
has On again
keys q
# offline
keys , O
has Offline
keys , o
has offline, as you asked
wait-idle
screen oof-offline-80x24
END
