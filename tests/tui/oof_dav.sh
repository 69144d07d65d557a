#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Out of office where the server has less: one text and a switch on Exchange
# 2003; nothing on a mailbox server of 2007, said in words.
export DIALECT=webdav
. "$(dirname "$0")/lib.bash"
tui_scene
tui_sync
first=$ews
sim_start --version 2007 || exit 1
mkdir -p "$work/old"
sed "s#^server = .*#server = $ews#" "$RETINUE_CONFIG" >"$work/old/retinue.conf"
chmod 600 "$work/old/retinue.conf"
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys , o
has Text to all
hasnot Outside
keys l j Enter
type Away & <later>
keys Esc
wait-idle
screen oof-plain-80x24
keys s
has Out of office is as you wish
has now ON
has OOF
keys c
has one text for everybody
hasnot c copy-outside
env RETINUE_CONFIG=$work/old/retinue.conf
env RETINUE_DATA=$work/old/data
run $retinue
has work online
wait-idle
keys , o
has no out of office over WebDAV
wait-idle
screen oof-refused-80x24
size 40x12
wait-idle
screen oof-refused-40x12
END
