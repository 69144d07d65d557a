#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The screens about the rights of others: read, changed by level and by single
# right, saved, refused, offline.
. "$(dirname "$0")/lib.bash"
tui_domain
tui_scene
tui_sync
retinue perm set Projects petra.nadel@halden.example read,create,edit-own,visible >/dev/null
# On an Exchange 2003 a hidden rule, which only Outlook makes, passes meeting
# requests on; and a calendar has no free/busy of its own to give away.
rule='' none='# ' copies='# copies only for an editor of the calendar
keys Left Left Left Space s
has gets copies of meeting mail only as
keys u
wait-idle
gone-text saves'
[ "${DIALECT:-}" != webdav ] || rule='# ' none='' copies=
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
# --- delegates: nobody yet
keys , d
has Nobody acts for you - a adds a delegate
wait-idle
screen delegates-empty-80x24
size 40x12
wait-idle
screen delegates-empty-40x12
size 80x24
wait-idle
keys a
wait-text Who shall act for you:
type anders.lund@halden.example
keys Enter
has 1 change, s saves
has +anders.lund
# who gets copies is a hidden rule, too, and is not promised where nobody makes it
keys Right Right Right Right Right Right Right
${rule}cursor [x]
${none}cursor [ ]     -
${none}keys Space
${none}has copies of my meeting mail are not for
${none}has 1 change, s saves
keys Left Left Left Left Left Left Left
wait-idle
keys Right Right Space m
wait-idle
${rule}has 2 changes, s saves
${rule}has the delegates and me
${none}has only Outlook can make that hidden rule
keys s
has Saved
has Anders Lund
wait-idle
screen delegates-80x24
size 160x50
wait-idle
screen delegates-160x50
size 40x12
wait-idle
screen delegates-40x12
size 80x24
wait-idle
$copies
# what was saved is taken back, and the screen shows it
keys u
has Undone: delegate anders.lund
has Nobody acts for you
keys a
wait-text Who shall act for you:
type anders.lund@halden.example
keys Enter s
has Saved
has Anders Lund
wait-idle
# leaving asks
keys Space q
has Save what you changed?
keys n
gone-text Delegates -
wait-idle
# --- rights on a folder
type :permissions Projects
keys Enter
has Petra Nadel
has custom
wait-idle
screen rights-80x24
size 160x50
wait-idle
screen rights-160x50
size 40x12
wait-idle
screen rights-40x12
size 80x24
wait-idle
# a level, and a right of it
keys End Space
has Petra Nadel: none
keys Space Space
has reviewer
keys Right Right Space
has custom
# a part of a name is enough where it means one person
keys a
wait-text Give rights to:
type an
keys Enter
has "an" may mean 2 people: Anja Krause
keys a
wait-text Give rights to:
type nobody at all
keys Enter
has nobody known is meant by "nobody at all"
keys a
wait-text Give rights to:
type anders
keys Enter
has +Anders Lund
keys A
has and in
keys s
has Saved
wait-idle
has Anders Lund
keys u
has Undone: rights of
gone-text Anders Lund
type :undo list
keys Enter
has taken back already
keys q
gone-text taken back already
keys q
gone-text rights of others
wait-idle
# a calendar without free/busy for all asks first
type :permissions calendar
keys Enter
${rule}has free/busy
${none}has Default             none
keys d
wait-idle
keys s
${rule}has Nobody will see any more when you are busy. Save?
# also where it does not fit into a row
${rule}size 40x12
${rule}has Nobody will see any more when you are
${rule}line -1 busy. Save? (y/[n])
${rule}size 80x24
${rule}wait-idle
${rule}keys n
wait-idle
keys u q
gone-text rights of others
# --- another's mailbox, and rights that are not ours to see
type :open-mailbox info@halden.example
keys Enter
has info@halden.example is open: the folders stand below your own
wait-idle
size 160x50
wait-idle
screen mailbox-160x50
size 80x24
wait-idle
type :permissions info@halden.example/Inbox
keys Enter
has only an owner of the folder is told
wait-idle
screen rights-refused-80x24
size 40x12
wait-idle
screen rights-refused-40x12
size 80x24
keys q
wait-idle
type :open-mailbox anders lund calendar
keys Enter
has has not given you any right
# --- offline
type :online off
keys Enter
has offline
wait-idle
type :permissions Projects
keys Enter
has offline, as you asked
wait-idle
screen rights-offline-80x24
size 40x12
wait-idle
screen rights-offline-40x12
END
