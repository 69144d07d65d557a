#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Writing in the composer itself: its editor, how the message goes out, drafts
# that outlive a kill, sending later.
. "$(dirname "$0")/lib.bash"
HOME_CONF='undo-send = 10s
identities = Ada Alias <ada.alias@halden.example>
mark-read-after = never'
tui_scene
tui_sync
unset EDITOR VISUAL
mkdir -p "$work/screens/templates"
printf 'Subject: Weekly figures\nCc: petra.nadel@halden.example\n\nThe figures of this week:\n\n' >"$work/screens/templates/weekly"
printf 'one\n' >"$work/one.csv"
printf 'two\n' >"$work/two.csv"
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys m
has To:
type hanne
has Hanne Vik <hanne.vik@halden.example>
wait-idle
screen complete-80x24
size 40x10
wait-idle
screen complete-40x10
size 160x50
wait-idle
screen complete-160x50
size 80x24
keys Tab Enter
has Subject:
type The report
keys Enter
# now in the editor
has New message
cursor 
type Dear Hanne,
keys Enter Enter
type the report is **nearly** done; this line is long enough to be wrapped at the edge of the window.
wait-idle
screen write-80x24
keys C-z
hasnot window.
keys M-z
has window.
keys C-s
has Find:
type hanne
keys Enter
cursor Dear Hanne,
keys Esc
has Format   text
keys m
has Format   text + html from markdown
# several files by a pattern
keys a C-u
type $work/*.csv
keys Enter
has one.csv 4 B   two.csv 4 B   total 8 B of 35 MB
keys a C-u
type $work/*.nothing
keys Enter
has no file is called
# from another address, marked as important
keys M-f
has From:
has Ada Alias <ada.alias@halden.example>
type alias
keys Tab Enter
has From     Ada Alias <ada.alias@halden.example>
keys !
has high importance
wait-idle
screen compose-how-80x24
size 40x10
wait-idle
screen compose-how-40x10
size 160x50
wait-idle
screen compose-how-160x50
size 80x24
# later: it waits in the outbox, and comes back
keys Y
has Send at
type tomorrow 9:00
keys Enter
has Goes out Fri 27 Nov 2026 09:00 - u takes it back
type ,w
has Outbox and changes
has send "The report"
keys Home
wait-idle
screen outbox-80x24
size 40x10
wait-idle
screen outbox-40x10
size 160x50
wait-idle
screen outbox-160x50
size 80x24
keys q u
has Not sent: here it is again
has is **nearly** done
has one.csv
keys C-k y
hasnot is **nearly** done
# a template
keys m
has To:
type hanne
keys Tab Enter Enter
has New message
keys Esc T
has Template:
type weekly
keys Tab Enter
has Subject  Weekly figures
has Cc       petra.nadel@halden.example
has The figures of this week:
keys q n
# answers are written here, too; nothing is lost on leaving
keys = r
has Reply
type Thanks!
has Thanks!
keys Esc
wait-idle
keys P
has Kept in Drafts; R goes on with it
keys R
has Thanks!
keys C-k y
# passed on as it is
keys b
has Pass on to:
type hanne
keys Tab Enter
has Passed on - in the Outbox
keys M-F
has To:
type hanne
keys Tab Enter Enter
has Fwd:
has .eml
keys Esc C-k y
keys Q y
quit 0
END
