#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Filing: delete, undo, move, copy, archive, flags, categories, tags, search,
# limit, folders; every change shows at once and reaches the server.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
tui_sync
tui_run <<END
size 80x24
run $retinue
has work online
has Inbox - 20 unread / 161
wait-idle
# a folder is made
keys S-F6 C
has New folder in Inbox
type Filing
keys Enter
has Made folder Filing
keys q
wait-idle
# delete and take it back; the cursor goes on, then stays
keys d
has Deleted 1 message - u undo
has Inbox - 19 unread / 160
hasnot Connector supplier
wait-idle
cursor Hanne Vik
keys u
has Undone: delete 1 item
has Inbox - 20 unread / 161
has Connector supplier
# two keys typed ahead never hit the same message twice
keys = d d
has Inbox - 18 unread / 159
hasnot Connector supplier
keys u u
has Undone: delete 1 item (x3)
has Inbox - 20 unread / 161
# read state, flag, categories
keys =
wait-idle
keys N
has Read: 1 message
has Inbox - 19 unread / 161
keys N
has Unread: 1 message
has Inbox - 20 unread / 161
keys F
has Flagged: 1 message
has F@
keys F
has Flag removed
hasnot F@
keys Y
type Customers, Urgent
keys Enter
has [Customers] [Urgent]
# move with completion, copy, archive
keys s
has Move to
type newsl
has Newsletters
keys Tab Enter
has Moved 1 message to Newsletters
has Inbox - 19 unread / 160
# the first row now is one of Archive, there for its answers here
keys = j
wait-idle
keys A
has Moved 1 message to Archive
has Inbox - 18 unread / 159
keys C
has Copy to (Enter: Newsletters)
keys Enter
has Copied 1 message to Newsletters
keys C-g
keys :
type move NoSuchFolder
keys Enter
has There is no folder "NoSuchFolder"
# tags: by key, by pattern, applied once
keys t t
has 2 tagged (;)
keys ;
has next command
keys j
hasnot next command
keys M-t
hasnot tagged
keys T
type from:oluf
keys Enter
has Tagged 6
keys ; d
has Deleted 6 messages
has / 153
hasnot tagged
keys u
has Undone: delete 6 items
has / 159
# limit and search; what does not parse is said
keys l
type from:maya
keys Enter
has match "from:maya"
has Maya Lindqvist
hasnot Hanne Vik
keys l C-u Enter
has Hanne Vik
keys l
type nosuchfield:x
keys Enter
has Limit:
keys /
type drawi
has Housing drawings
hasnot Lunch on Thursday
keys Esc
has Lunch on Thursday
keys /
type zzzzz
has No match for zzzzz - l Enter shows all
keys Enter
keys l C-u Enter
has Lunch on Thursday
# purge asks
keys , x
has Remove 1 message for good, without undo? (y/[n])
keys Esc
hasnot Remove 1 message
has / 159
# it is still there, renamed, moved away only after asking
keys c
type Filing
keys Enter
has Filing is empty
keys S-F6
cursor  Filing
keys r C-u
type Filed
keys Enter
has Filed
hasnot Filing
keys d
has Delete folder Filed?
keys y
has Moved the folder to Deleted Items
# the mailbox's own folders stay
keys = d
has the mailbox's own folders stay as they are
keys ,i
has Inbox: 159 messages
# what was done: all of it is settled
type ,w
has Outbox and changes - all settled
has rename folder
keys q
keys Q y
quit 0
END
