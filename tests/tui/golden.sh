#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# The screens of a day with mail, as they were looked at: lists crowded, empty
# and limited, messages of every kind, help, palette and settings; in the three
# sizes, in every number of colours, and in ASCII.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
curl -sf -X POST --data-binary @- "$admin/deliver?to=$(ready address)&folder=Inbox" >/dev/null <<'END'
From: =?utf-8?Q?Broken_S=C3sender?= <broken@outside.example>
To: kim@halden.example
Subject: =?x-unknown?B?////?= A message that is broken
Message-ID: <broken@outside.example>
Date: Thu, 26 Nov 2026 07:59:40 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain; charset=x-nonsense
Content-Transfer-Encoding: base64

VGhlIGVuZCBvZiB0aGlzIHRleHQgaXMgbWlzc2luZwobWzMxbSwgaXQgaGFzIGVzY2FwZSBieXRl
cywgYW5kIO6A!!!
--b
Content-Type: application/pdf; name="half.pdf"
Content-Transfer-Encoding: base64

JVBERi0xLjQK
--never
END
tui_sync
# A terminal of 16 colours: what ncurses knows of the common one, but for that.
mkdir "$work/terminfo"
infocmp -1 xterm-256color | sed 's/^xterm-256color|.*/xterm-16color|sixteen,/; s/^\tcolors#.*/\tcolors#16,/; s/^\tpairs#.*/\tpairs#256,/' >"$work/16.ti"
tic -o "$work/terminfo" "$work/16.ti" 2>/dev/null
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
colours() { # NAME: the list and a message in one terminal
	printf 'run %s\nhas work online\nhas Inbox - 21\nwait-idle\nscreen list-%s\nkeys l\ntype subject:lunch\nkeys Enter\nhas match\nwait-idle\nkeys Enter\nhas From  Hanne Vik\nwait-idle\nscreen reader-%s\n' "$retinue" "$1" "$1"
	printf 'keys ?\nhas Help - \ntype delete\nwait-idle\nscreen help-%s\nkeys Esc M-x\nhas type to filter\ntype thread\nwait-idle\nscreen palette-%s\nkeys Esc F2\nhas Settings\ntype quiet\nhas quiet-hours\nwait-idle\nscreen settings-%s\nkeys Esc\nwait-idle\nkeys q l C-u Enter\nhas conversations\nkeys M-V\nhas Conversations folded\nwait-idle\nscreen list-folded-%s\nkeys M-V\nhas Conversations unfolded\nkeys m\nhas To:\ntype hanne.vik@halden.example\nkeys Enter\nhas Subject:\ntype The report\nkeys Enter\nhas Subject  The report\nwait-idle\nscreen compose-%s\nkeys Esc C-k\nhas Throw the message away\nkeys y\nhasnot Throw\nwait-idle\nkeys Q y\nquit 0\n' "$1" "$1" "$1" "$1" "$1"
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
keys Q y
quit 0
# colours: none, 8, 16, 256 and any
size 80x24
env NO_COLOR=1
$(colours mono)
env NO_COLOR=
env TERM=xterm
$(colours 8)
env TERM=xterm-16color
env TERMINFO_DIRS=$work/terminfo:/etc/terminfo:/lib/terminfo:/usr/share/terminfo
$(colours 16)
env TERM=xterm-256color
$(colours 256)
env COLORTERM=truecolor
$(colours true)
env COLORTERM=
# a locale without UTF-8
env LC_ALL=C
env LANG=C
$(colours ascii)
END
