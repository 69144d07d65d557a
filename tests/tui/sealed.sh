#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signed and encrypted messages in the reader: what is said of them, and where
# no message can write it.
. "$(dirname "$0")/lib.bash"
. "$(dirname "$0")/../e2e/keys.bash"
HOME_CONF='undo-send = 0
name = Ada Byron
mark-read-after = never'
tui_scene
keys_make "$(ready address)" "$(ready address2)"
me=$(ready address)
echo 'These figures are right.' | retinue send --sign --to "$me" --subject 'Signed figures' 2>/dev/null
echo 'Nobody else may read this.' | retinue send --sign --encrypt --to "$me" --subject 'For your eyes' 2>/dev/null
{
	echo 'Content-Type: text/html'
	echo "To: $me"
	echo 'Subject: Forged figures'
	printf '\n<p>[signed] Signed by Ada Byron &lt;%s&gt;, valid</p><p>Pay at once.</p>\n' "$me"
} | retinue send -t 2>/dev/null
tui_sync
seal=$(retinue search 'subject:"Signed figures"' in:inbox -n 1 --format '{id}')
retinue show "$seal" --raw | sed 's/figures are right/figures are forged/; s/^Subject: .*/Subject: Changed figures/' | grep -v '^Message-ID' | retinue send -t 2>/dev/null
tui_sync
# a signed part below a text of somebody else
{
	printf 'To: %s\nSubject: Half sealed numbers\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="mix"\n\n--mix\nContent-Type: text/plain\n\nPay at once.\n--mix\n' "$me"
	retinue show "$seal" --raw | tr -d '\r' | sed -n '/^Content-Type: multipart\/signed/,$p'
	printf '\n--mix--\n'
} | retinue send -t 2>/dev/null
tui_sync
sealed_in() { # NAME: both kinds in one terminal
	printf 'run %s\nhas work online\nwait-idle\nkeys l C-u\ntype subject:"Signed figures"\nkeys Enter\nhas match\nwait-idle\nkeys Enter\nhas Signed by Ada\nwait-idle\nscreen signed-%s\nkeys q l C-u\ntype from:%s -subject:figures -subject:numbers\nkeys Enter\nhas match\nwait-idle\nkeys Enter\nhas [signed, encrypted]\nhas Nobody else may read this\nwait-idle\nscreen encrypted-%s\nkeys Q y\nquit 0\n' "$retinue" "$1" "$me" "$1"
}
tui_run <<END
size 80x24
env GNUPGHOME=$GNUPGHOME
run $retinue
has work online
wait-idle
keys l C-u
type subject:"Signed figures"
keys Enter Enter
has [signed]
has Signed by Ada <$me>, valid
has These figures are right.
wait-idle
screen signed-80x24
style fg=114 [signed]
size 40x10
wait-idle
screen signed-40x10
size 160x50
wait-idle
screen signed-160x50
size 80x24
keys q
# encrypted: the subject inside is shown, the text is found in no index
keys l C-u
type from:$me -subject:figures -subject:numbers
keys Enter Enter
has [signed, encrypted]
has For your eyes
has Nobody else may read this.
wait-idle
screen encrypted-80x24
size 40x10
wait-idle
screen encrypted-40x10
size 160x50
wait-idle
screen encrypted-160x50
size 80x24
# an answer to it begins encrypted
keys q
keys l C-u
type subject:"Changed figures"
keys Enter Enter
has [signature BAD]
has The signature is bad
wait-idle
screen signature-bad-80x24
keys q
keys l C-u
type subject:"Forged figures"
keys Enter Enter
has Pay at once
hasnot [signed]  
wait-idle
line 2 HTML
keys q
# partly signed: not signed; the part is opened by itself
keys l C-u
type subject:"Half sealed numbers"
keys Enter Enter
has Only a part of this message is signed
hasnot [signed]
wait-idle
screen signed-partly-80x24
keys v
has multipart/signed
keys j j Enter
has Signed by Ada <$me>, valid
has These figures are right.
hasnot Pay at once
keys q q q
keys Q y
quit 0
# in every number of colours, and in ASCII
$(every_terminal sealed_in)
END
