#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# Conversations folded, unfolded, muted and tagged; searches with a name; what
# a folder remembers; the list of changes.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
tui_sync
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
# one's own reply and what lies elsewhere stand in the tree
has ├─Re: Delivery to Gloucester
has └─Re: Delivery to Gloucester
has Kim Larsen
# folded: one row for all of it, the newest
keys j j
wait-idle
cursor Hanne Vik
keys M-v
wait-idle
has [4] Re: Delivery
cursor Margaret Ashd
keys M-v
wait-idle
hasnot [4] Re: Delivery
keys M-V
has Conversations folded
wait-idle
screen threads-folded-80x24
size 40x10
wait-idle
screen threads-folded-40x10
size 160x50
wait-idle
screen threads-folded-160x50
size 80x24
wait-idle
# what is done to a folded one is done to all of it here
keys N
has Read: 2 messages
keys u
has Undone
wait-idle
# muted
keys M-m
has Conversation muted
wait-idle
has m    [4] Re: Delivery
keys M-m
has no longer muted
keys M-V
has Conversations unfolded
wait-idle
# a search with a name
keys l
has Limit to
type from:hanne
keys Enter
wait-idle
has match "from:hanne"
screen threads-limited-80x24
keys ,v
has Save this search as
type Hanne
keys Enter
has Saved as "Hanne" among the Searches
# it comes below the last of the folders, out of sight
size 80x40
has Hanne        12│
size 80x24
wait-idle
keys S-F6 *
wait-idle
cursor Hanne
has Hanne -
screen threads-saved-80x24
keys r
has New name
keys C-u
type From Hanne
keys Enter
wait-idle
has From Hanne - 
keys d
has Remove the search "From Hanne"?
keys y
has removed; its messages stay
wait-idle
has All mail -
keys k
wait-idle
hasnot From Hanne
END
