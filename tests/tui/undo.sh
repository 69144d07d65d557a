#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# The undo list: any change is taken back, one that left by its inverse on the
# server; a conflict is a pair, and one chooses mine, the server's or both.
# Contacts are in the same list.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
tui_sync
names() { retinue list -n 400 --jsonl | jq -r "select(.id == $1) | .categories | sort | join(\",\")"; }
id=($(retinue list -n 4 --format '{id} '))
mid=($(retinue list -n 4 --format '{message_id} '))
retinue category "${id[1]}" --set Mine >/dev/null 2>&1
curl -sf -X POST "$admin/event?kind=category&name=Theirs&user=$(ready user)&message=%3C${mid[1]}%3E" >/dev/null
retinue sync >/dev/null 2>&1
retinue archive "${id[2]}" --wait >/dev/null 2>&1
retinue flag "${id[3]}" --wait >/dev/null 2>&1
# An Exchange 2003 leaves meetings to the client, which has brought in one more.
[ "${DIALECT:-}" = webdav ] && only='# ' up='keys k'
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys :
type undo list
keys Enter
has Undo list - every change
has put back on the server
has mine:
has server's:
wait-idle
${only-}screen undo-list-80x24
size 40x10
wait-idle
${only-}screen undo-list-40x10
size 160x50
wait-idle
${only-}screen undo-list-160x50
size 80x24
wait-idle
# the move, not the last change; the hints are those of the entry
hasnot keep-mine
keys j
wait-idle
cursor Archive
hasnot keep-both
has drop
hasnot retry
keys M
has keep-mine: nothing to settle here
keys u
has Undone
has taken back already
has undo move 1 item to Archive
# the pair: both
keys *
wait-idle
${up-}
wait-idle
cursor server's
has keep-mine
has keep-both
keys B
has Both are kept
hasnot server's:
has keep the categories of both
keys Enter
has State
keys q
has Undo list
keys q
hasnot Undo list
wait-idle
keys ,u
has Undo list
# what another program did to a contact is there, too, and taken back
other $retinue contact add name=Brief addr=brief@zoom.example --queue
has add contact Brief
keys =
cursor add contact Brief
keys u
has Undone: add contact Brief
has taken back already
keys q Q y
quit 0
END
