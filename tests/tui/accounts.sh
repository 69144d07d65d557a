#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Several accounts: all in step, one on the screens; one more set up, one
# changed; a broken one that stops no other.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene --messages 6
cat >>"$RETINUE_CONFIG" <<CONF
[account "lab"]
address = $(ready address2)
server = $ews
user = $(ready user2)
password = $(ready password2)
allow-plain-http = yes
[account "asks"]
address = $(ready address3)
server = $ews
user = $(ready user3)
allow-plain-http = yes
[account "broken"]
server = 127.0.0.1:1
CONF
sed -i "s|^password-command.*|password = $(ready password)|" "$RETINUE_CONFIG"
new=$(ready address4) new_user=$(ready user4) new_password=$(ready password4)
tui_run <<END
size 80x24
run $retinue
wait-text work online
keys M-6
has lab   online   push
has asks has a question
line 6 lab   online   push
line 7 asks   connecting
size 40x12
line 6 lab   online
size 80x24
# the next one
keys ,a Enter
wait-text lab online
has Inbox
# what is done there is not taken back here, and the other way round
keys F
wait-text Flagged
keys :
type account work
keys Enter
wait-text work online
keys u
gone-text Undone
# a question waits until its account is shown
keys :
type account asks
keys Enter
has Password for $(ready user3)
type $(ready password3)
keys Enter
wait-text asks online
keys :
type account nobody
keys Enter
has no such account: nobody
# what is being written is not left behind
keys m
wait-text To:
type ruth@halden.example
keys Enter
wait-idle
keys Esc
wait-text send  i write
keys :
type account lab
keys Enter
has First send or put away
keys C-k
wait-text Throw the
keys y
# one more is set up beside them; leaving the assistant leaves nothing behind
keys :
type account-add
keys Enter
has What should hold
keys Esc
wait-text asks online
keys :
type account-add
keys Enter
type $new
keys Tab
type $new_password
keys Tab Tab Tab Tab
type $new_user
keys Tab
type ${ews%/EWS*}
keys Tab Tab Tab Tab Tab
# a free name is proposed; another account's is refused
has work2
keys C-u
type lab
keys F3
has There is an account of this name already
keys C-u
type work2
keys F3
has How much should be kept
wait-text asks online  work 3*
keys Tab S-Tab
gone-text is written to
screen setup-last-80x24
size 40x12
wait-idle
screen setup-last-40x12
size 80x24
keys Left Left Left F3
wait-text work2 online
# and changed: what the form does not show stays
keys :
type account-edit lab
keys Enter
has Account lab
keys F3
wait-text lab online
keys Q y
quit 0
END
