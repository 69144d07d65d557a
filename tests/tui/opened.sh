#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# What others send: winmail.dat is opened, attachments by mailcap, and no name
# is ever read by a shell.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never'
tui_scene
deliver() { curl -sf -X POST --data-binary @- "$admin/deliver?to=$(ready address)&folder=Inbox" >/dev/null; }
deliver <<END
From: Vera Lund <vera@outside.example>
To: kim@halden.example
Subject: Sent by Outlook
Message-ID: <tnef@outside.example>
Date: Thu, 26 Nov 2026 07:59:30 +0000
MIME-Version: 1.0
Content-Type: application/ms-tnef; name="winmail.dat"
Content-Transfer-Encoding: base64

eJ8+IgEAAQOQBgBAAAAAAQAAAAIBExABAAAALgAAADxwPlRoZSBwbGFuIGZyb20gPGI+T3V0bG9v
azwvYj4gaXMgaW5zaWRlLjwvcD4AANMPAgKQBgAOAAAAMTIzNDU2Nzg5MDEyMzTXAgIQgAEACQAA
AHBsYW4udHh0ADkDAg+ABgAQAAAAdGhlIHNlY3JldCBwbGFuCrwF
END
deliver <<END
From: Vera Lund <vera@outside.example>
To: kim@halden.example
Subject: A name with tricks
Message-ID: <trick@outside.example>
Date: Thu, 26 Nov 2026 07:59:40 +0000
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: text/plain

See below.
--b
Content-Type: text/x-note
Content-Disposition: attachment; filename="a'; touch $work/pwned; \$(touch $work/pwned) \`touch $work/pwned\`.note"

The note.
--b--
END
tui_sync
export MAILCAPS=$work/mailcap
cat >"$work/mailcap" <<END
text/x-note; false %s; test=false
text/x-note; sed 's/^/shown: /' '%s'; copiousoutput
text/plain; tr a-z A-Z; copiousoutput
END
tui_run <<END
env MAILCAPS=$work/mailcap
size 80x24
run $retinue
has work online
has A name with tricks
wait-idle
# the text and the file of winmail.dat
keys l
type subject:outlook
keys Enter
has match "subject:outlook"
wait-idle
keys Enter
has The plan from Outlook is inside.
has plan.txt
keys v
has plan.txt
keys *
wait-idle
cursor plan.txt
# mailcap, the content on standard input
keys o
has THE SECRET PLAN
keys q q q
wait-idle
# the second entry: the first one's test fails; the name is only a file's
keys l C-u
type subject:tricks
keys Enter
has match "subject:tricks"
wait-idle
keys Enter
has See below.
keys v *
wait-idle
keys o
has shown: The note.
keys q
keys |
type sh -c "test -e $work/pwned && echo broken || echo unharmed"
keys Enter
has unharmed
keys Q y
quit 0
END
