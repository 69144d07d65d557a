#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# The screens of a day with mail, as they were looked at: lists crowded, empty
# and limited, messages of every kind, help, palette and settings, in the three
# sizes; golden_colours.sh shows them in every number of colours.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
broken_message
tui_sync
sizes() { # NAME
	for s in 40x10 80x24 160x50; do
		printf 'size %s\nwait-idle\nscreen %s-%s\n' "$s" "$1" "$s"
	done
	printf 'size 80x24\nwait-idle\n'
}
opened() { # QUERY TEXT NAME: a message, in every size
	printf 'keys l C-u\ntype %s\nkeys Enter\nhas match "%s"\nwait-idle\nkeys Enter\nhas %s\nwait-idle\n' "$1" "$1" "$2"
	sizes "$3"
	printf 'keys q\nwait-idle\n'
}
tui_run <<END
size 80x24
run $retinue
has work online
has Inbox - 21
wait-idle
$(sizes list)
keys M-V
has Conversations folded
wait-idle
$(sizes list-folded)
keys M-V
has Conversations unfolded
wait-idle
$(opened subject:lunch 'From  Hanne Vik' reader-text)
$(opened 'subject:"Issue 51"' 'Water Monitoring' reader-html)
$(opened subject:broken 'A message that is broken' reader-broken)
keys l C-u
type subject:re
keys Enter
has match
wait-idle
$(sizes list-limited)
keys l C-u
type zzzyyyxxx
keys Enter
has No match for
wait-idle
$(sizes list-limited-empty)
keys l C-u Enter
wait-idle
keys c
type Outbox
keys Enter
has Outbox is empty
wait-idle
$(sizes list-empty)
keys c
type Inbox
keys Enter
has Inbox - 21
wait-idle
keys ?
has Help - 
type delete
has delete-pattern
wait-idle
$(sizes help)
keys Esc
wait-idle
keys M-x
has type to filter
type thread
has apply-thread
wait-idle
$(sizes palette)
keys Esc
wait-idle
# what can follow the leader; of more than fit, how many are left
keys ,
has undo-list
wait-idle
$(sizes menu)
keys Esc
wait-idle
# the hint line is about the question
keys l
has Enter take  Tab complete
keys Esc
hasnot Enter take
keys m
has To:
type hanne.vik@halden.example
keys Enter
has Subject:
type The report
keys Enter
has Subject  The report
wait-idle
$(sizes compose-new)
keys Esc C-k
has Throw the message away
keys y
hasnot Throw
keys F2
has Settings
type quiet
has quiet-hours
wait-idle
$(sizes settings)
keys Esc
wait-idle
# the heading keeps how many are tagged where it has no room for all
keys T
type from:hanne
keys Enter
has tagged (;)
keys ;
has tagged - next command
keys Esc Q y
quit 0
END
