#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Reading: header, HTML, source, parts, saving, piping, links, hostile mail.
. "$(dirname "$0")/lib.bash"
mkdir -p "$work/mail" "$work/out"
cat >"$work/mail/1.eml" <<'EML'
From: "Eve" <eve@evil.example>
To: Kim Larsen <kim.larsen@halden.example>
Subject: =?utf-8?B?G1szMW1yZWQbWzBtIOKArmxpdmUgAWV2aWw=?=
Date: Wed, 25 Nov 2026 10:00:00 +0000
Message-ID: <1@evil.example>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary=b

--b
Content-Type: multipart/alternative; boundary=c

--c
Content-Type: text/plain; charset=utf-8

The plain form.
--c
Content-Type: text/html; charset=utf-8

<html><body><h1>A heading</h1><p>See <a href="https://evil.example/login">https://bank.example/login</a>
and <a href="https://good.example/">this</a>.</p>
<img src="http://evil.example/pixel.gif" width=1 height=1><img src="http://evil.example/big.png">
<blockquote>quoted <b>bold</b></blockquote><script>alert(1)</script></body></html>
--c--
--b
Content-Type: application/pdf; name="../../.ssh/x"
Content-Disposition: attachment; filename="../../.ssh/x"
Content-Transfer-Encoding: base64

SGVsbG8sIGF0dGFjaG1lbnQhCg==
--b
Content-Type: text/plain; charset=iso-8859-1; name="caf=?.txt"
Content-Disposition: attachment; filename="notes.txt"
Content-Transfer-Encoding: quoted-printable

caf=E9 notes
--b--
EML
cat >"$work/mail/2.eml" <<'EML'
From: Ada Byron <ada@halden.example>
To: Kim Larsen <kim.larsen@halden.example>
Subject: A long quotation
Date: Wed, 25 Nov 2026 09:00:00 +0000
Message-ID: <2@halden.example>
Content-Type: text/plain; charset=utf-8

Yes.

> one
> two
> three
> four
> five
> six
> seven
> eight
> nine
> ten

-- 
Ada
EML
tui_scene --mailbox "$work/mail"
tui_sync
tui_sync
# read once: over WebDAV a message's own header then stands for the listed one
for id in $(retinue list Inbox --jsonl | jq -r .id); do retinue show "$id" >/dev/null; done
tui_run <<END
size 80x24
run $retinue
has work online
has Inbox - 2 unread / 2
# nothing hostile reaches the terminal (the server drops what XML cannot carry)
has [31mred
has [0m live
keys Enter
has A heading
has Inbox  1 of 2
has 2 remote images blocked (1 invisible)
has @ x 21 B   @ notes.txt
hasnot alert(1)
wait-idle
screen reader-80x24
# reading marks it
keys q
has Inbox - 1 unread / 2
keys Enter
has A heading
# plain, source, HTML; all headers
keys w
has source
has multipart/mixed
keys w
has The plain form.
hasnot A heading
keys w
has A heading
keys h
has Message-ID: <1@evil.example>
keys h
hasnot Message-ID:
# links: the text lies about its target, and one is told before opening
keys o
has Link number
keys 1 Enter
has Careful! Open this link to evil.example
has Careful: the text names another host
keys Esc
has https://evil.example/login
# a link is no file to be saved, and no hint says so
hasnot part-save
keys s
has part-save: there is no file to save here
keys q
has A heading
# parts: safe names, saved, never over another file unasked
keys v
has Parts of
has part-save
has application/pdf
has notes.txt
keys *
wait-idle
cursor notes.txt
keys Enter
has café notes
keys q
has Parts of
keys s
has Save part as: notes.txt
keys C-u
type $work/out/notes.txt
keys Enter
has Saved as
keys s C-u
type $work/out/notes.txt
keys Enter
has is there already. Overwrite it? (y/[n])
keys n
hasnot Overwrite
keys k s
has Save part as: x
keys C-u
type $work/out
keys Enter
has Saved as $work/out/x
keys |
type tr a-z A-Z
keys Enter
has HELLO, ATTACHMENT!
keys q q
has A heading
# find in the text
keys /
type bold
keys Enter
wait-idle
style bg= bold
# the next message; quotes fold
keys J
has A long quotation
has Inbox  2 of 2
has > nine
keys T
hasnot > nine
keys T
has > nine
keys J
has That was the last one
keys K
has A heading
# narrow and low
size 40x12
has Subj
wait-idle
screen reader-40x12
size 80x24
# deleting goes on to the next, then back to the list
keys d
has A long quotation
has Deleted 1 message
keys d
has Inbox is empty
keys Q y
quit 0
END
