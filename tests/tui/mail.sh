#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The mail screen: panes at every breakpoint, marks, motion, locale, resize.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
tui_sync
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
screen mail-80x24
cursor Jonas Weber
style bold Hanne Vik
# a message below: wide characters, the preview follows
keys 6 j
wait-idle
has ラーセン様
cursor 山田 健一
# three panes, one pane, no preview, and back: the selection stays
size 132x43
wait-idle
cursor 山田 健一
screen mail-132x43
size 60x15
wait-idle
cursor 山田 健一
hasnot ラーセン様
size 40x12
wait-idle
cursor 山田
screen mail-40x12
keys F6
has Deleted
cursor Inbox
keys F6
wait-idle
size 80x24
wait-idle
cursor 山田 健一
# first, last, pages
keys *
wait-idle
cursor Re: Repair of a TideGau
keys =
wait-idle
cursor Jonas Weber
keys PgDn
wait-idle
keys PgUp
wait-idle
cursor Jonas Weber
# the next unread one, forth and back
keys Tab
wait-idle
cursor Re: Delivery to Gloucester
keys Tab Tab
wait-idle
cursor 山田 健一
keys S-Tab
wait-idle
cursor Margaret Ashd
# folders: the list follows their cursor; searches over all of them
keys S-F6
keys = j
wait-idle
has Drafts - 2
keys *
wait-idle
has Flagged -
keys Enter
wait-idle
has [Inbox]
keys c
has Go to folder
type projfirm
has Projects/Aurora/Firmware
keys Tab Enter
has Firmware - 2 unread
keys c Enter
has Inbox - 20 unread
# a narrow row has room for what is typed
size 40x12
keys c
has Go to folder (Inbox):
type archive
has Go to folder (Inbox): archive
keys Esc
gone-text Go to folder
size 80x24
wait-idle
# what is said names the keys in force
keys :
type set keymap vi
keys Enter
has keymap = vi
keys z M
has Conversations folded; za opens one
keys z M
has Conversations unfolded
keys \\ 
type is:flagged from:nobody
keys Enter
has \ Enter shows all, ,/
keys \\ C-u Enter
has Inbox - 20 unread
keys :
type set keymap mutt
keys Enter
has keymap = mutt
# sorted otherwise
keys o f
has by sender
wait-idle
keys o t
has conversations, newest
# how things are drawn changes at once, and not what is typed
keys :
type set accessible yes
keys Enter
has unread, Jonas Weber, Connector supplier
hasnot │
hasnot ─
keys :
type set accessible no
keys Enter
has Folders        │
keys :
type set ascii yes
keys Enter
has Folders        |
has \-Re:
hasnot │
keys : 
type search é
has search e
keys C-g :
type set ascii no
keys Enter
has Folders        │
hasnot \-Re:
# keys that do nothing say so
keys X
has X is not bound in the list of messages
keys ?
has Help - the list of messages
type archive
has move to the archive
keys Esc
hasnot Help -
# settings: changed at once, kept for the next start, taken back
keys F2
has Settings
type keymap
has mutt
keys Enter
has keymap = vi
keys Esc
keys Esc
hasnot Settings
keys G
hasnot Connector supplier
keys j
keys g g
has Connector supplier
wait-idle
keys F2
type keymap
keys Delete
has keymap is as the files say again
keys Esc
keys Esc
hasnot Settings
keys :
type reload
keys Enter
has Configuration read again
keys Q y
quit 0

# without colours and UTF-8
env NO_COLOR=1
env LANG=C
run $retinue
has work online
wait-idle
screen mail-ascii
keys Q y
quit 0
END
