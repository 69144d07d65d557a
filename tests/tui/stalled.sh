#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# A server that takes connections and says nothing any more: no key waits for it,
# it is given up after the configured time, and once it speaks again what was
# done meanwhile goes out.
. "$(dirname "$0")/lib.bash"
HOME_CONF='timeout = 2s
answer-timeout = 3s
push = no
mark-read-after = never'
tui_scene
tui_sync
stop="kill -STOP ${sims[0]}" go="kill -CONT ${sims[0]}"
( # the driver's answer is the test's
	sleep 200
	$go 2>/dev/null
) &
awake=$!
trap '$go 2>/dev/null; kill $awake 2>/dev/null; finish' EXIT
tui_run <<END
size 80x24
timeout 4
run $retinue
has work online
wait-idle
other $stop
# none of this waits: each answer has half of the time that the server has
timeout 1
keys d
has Deleted 1 message
keys F
has F
keys j Enter
has  of 160
keys q
has conversations
keys M-3
has Find people
type anders
has Anders Lund
keys Enter
has Mechanical engineer
keys M-1
has conversations
keys /
type lunch
has match
keys C-u Enter
has conversations
# given up, in words
timeout 20
wait-text work offline
# what is done offline waits, and goes out when it speaks again
timeout 1
keys d
has Deleted 1 message
timeout 20
other $go
keys $
wait-text work online
gone-text ^
keys Q y
quit 0
END
