#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# The same screens and those of changes on their way, in a terminal without
# colours, of 8, of 16, of 256 and of any, and in one that has only ASCII; and as
# they are read aloud.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
me=$(ready address)
broken_message
home host 2
retinue sync >/dev/null 2>&1
retinue event add "2026-11-30 10:00 1h Sprint review" --where "Room 4.12" --with "$me" --wait >/dev/null 2>&1
home screens
tui_sync
retinue folder create Someday --wait >/dev/null 2>&1
mid=$(retinue search 'subject:lunch in:inbox' -n 1 --format '{message_id}')
retinue category "$(retinue search 'subject:lunch in:inbox' -n 1 --format '{id}')" --set Mine >/dev/null 2>&1
curl -sf -X POST "$admin/event?kind=category&name=Theirs&user=$(ready user)&message=%3C$mid%3E" >/dev/null
tui_sync
retinue flag "$(retinue search 'subject:cake in:inbox' -n 1 --format '{id}')" --wait >/dev/null 2>&1
echo 'Later.' | retinue send --to hanne.vik@halden.example --subject 'The figures of next week' --at 'tomorrow 9:00' >/dev/null 2>&1
opened() { # QUERY TEXT NAME: a message
	printf 'keys l C-u\ntype %s\nkeys Enter\nhas match "%s"\nwait-idle\nkeys Enter\nhas %s\nwait-idle\nscreen %s\nkeys q\nwait-idle\n' "$1" "$1" "$2" "$3"
}
limited() { # QUERY TEXT NAME: a list
	printf 'keys l C-u\ntype %s\nkeys Enter\nhas %s\nwait-idle\nscreen %s\n' "$1" "$2" "$3"
}
colours() { # NAME
	cat <<-VERBS
	run $retinue
	has work online
	has Inbox - 22
	wait-idle
	screen list-$1
	keys M-V
	has Conversations folded
	wait-idle
	screen list-folded-$1
	keys M-V
	has Conversations unfolded
	$(opened subject:lunch 'From  Hanne Vik' "reader-$1")
	$(opened 'subject:"Issue 51"' 'Water Monitoring' "reader-html-$1")
	$(opened subject:broken 'A message that is broken' "reader-broken-$1")
	$(opened subject:sprint 'Meeting request' "invite-$1")
	$(limited subject:re match "list-limited-$1")
	$(limited zzzyyyxxx 'No match for' "list-limited-empty-$1")
	keys l C-u Enter
	has conversations
	keys c
	type Someday
	keys Enter
	has Someday is empty
	wait-idle
	screen list-empty-$1
	keys c
	type Inbox
	keys Enter
	has Inbox - 22
	wait-idle
	keys ?
	has Help - 
	type delete
	has delete-pattern
	wait-idle
	screen help-$1
	keys Esc M-x
	has type to filter
	type thread
	has apply-thread
	wait-idle
	screen palette-$1
	keys Esc F2
	has Settings
	type quiet
	has quiet-hours
	wait-idle
	screen settings-$1
	keys Esc
	wait-idle
	keys m
	has To:
	type hanne
	has Hanne Vik <hanne.vik@halden.example>
	wait-idle
	screen complete-$1
	keys Tab Enter
	has Subject:
	type The report
	keys Enter
	has Subject  The report
	wait-idle
	screen compose-$1
	keys Esc C-k
	has Throw the message away
	keys y
	hasnot Throw
	type ,w
	has Outbox and changes
	has send "The figures
	wait-idle
	screen outbox-$1
	keys q
	hasnot Outbox and changes
	keys :
	type undo list
	keys Enter
	has Undo list - every change
	has server's:
	wait-idle
	screen undo-list-$1
	keys Q y
	quit 0
	VERBS
}
tui_run <<END
$(every_terminal colours)
env LC_ALL=C.UTF-8
env LANG=C.UTF-8
$(retinue="$retinue -o accessible=yes" colours accessible)
END
