#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Calendars laid over one another: one's own, a colleague's, a public one, and
# the free/busy of people who share no more; chosen in a list, kept across
# starts, there offline. All people are asked of in one request.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene
is_dav() { [ "${DIALECT:-ews}" = webdav ]; }
if is_dav; then
	curl -sf -X POST "$admin/grant?owner=$(ready user2)&user=$(ready user)&folder=calendar&level=Reviewer" >/dev/null || echo "not ok 1 - Petra lets Kim read"
else
	home petra 2
	tui_sync
	retinue perm set calendar "$(ready address)" reviewer >/dev/null || echo "not ok 1 - Petra lets Kim read"
	home screens
fi
tui_sync
retinue folder open petra.nadel@halden.example calendar >/dev/null || echo "not ok 1 - Petra's calendar opens"
retinue public subscribe "Company calendar" >/dev/null
tui_sync
cat >"$work/asked" <<END
#!/bin/sh
# one request for all people: \$1 in all
n=\$(grep -cE 'op=GetUserAvailability|cmd=freebusy' "$sim_log")
[ "\$n" = "\$1" ] || { grep -E 'Availab|freebusy' "$sim_log"; exit 1; }
END
chmod +x "$work/asked"
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys M-2
has work week
wait-idle
keys o
has Calendars laid over one another
has Company calendar
has Petra
keys Space
has Calendar hidden
hasnot stand-up
keys Space
has Calendar shown
keys j Space
has Petra
has shown
wait-idle
# a person by name, and two at once
keys a
type ingrid.solheim@halden.example, claire.moreau@halden.example
keys Enter
has Claire Moreau shown
has as of
gone-text asking
wait-idle
screen overlay-list-80x24
other $work/asked 1
keys a
type nobodyatall
keys Enter
has Nobody is known as "nobodyatall"
keys o
hasnot laid over one another
wait-idle
screen overlay-80x24
size 160x50
wait-idle
screen overlay-160x50
size 40x12
wait-idle
screen overlay-40x12
size 80x24
wait-idle
keys 1
wait-idle
screen overlay-day-80x24
keys 5
has CLASH
wait-idle
# what is not one's own cannot be changed, and says so
screen overlay-agenda-80x24
keys j ]
has can only be read
keys k d
has Cancel
keys n
hasnot Cancel
keys j d
has can only be read
hasnot Cancel
keys k j
hasnot can only be read
keys e
has can only be read
keys k
keys 4
wait-idle
screen overlay-month-80x24
keys 2
# by name or letter, without the list
keys :
type overlay ingrid
keys Enter
has Ingrid Solheim hidden
keys :
type overlay ingrid
keys Enter
has Ingrid Solheim shown
# another colour; taken off the list
keys o *
cursor Ingrid Solheim
keys C d
has Ingrid Solheim is no longer laid over
hasnot Ingrid Solheim  
keys =
keys d
has Calendar is a folder: it can only be hidden
keys o
hasnot laid over one another
keys Q y
quit 0
# offline it is as it was last fetched; without colours letters and textures say it
other sed -i s,^server.=.*,server=http://127.0.0.1:1/, $RETINUE_CONFIG
env NO_COLOR=1
run $retinue
has offline
keys M-2
has work week
has Claire Moreau
hasnot Ingrid
has #######
wait-idle
screen overlay-mono-80x24
keys o
has as of
keys Q y
quit 0
END
