#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Public folders over WebDAV: rights, a moderated folder, one whose replica is
# elsewhere, favourites mirrored; none that one may see.
export DIALECT=webdav
. "$(dirname "$0")/lib.bash"
tui_scene
tui_sync
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys M-5
has Suggestions
keys End
keys k k m
wait-text Subject:
type Better chairs
keys Enter
type Please.
keys Esc y
has this folder is moderated
keys k Enter
has Archive Kyoto
keys j o
has is on localhost, outside of the domain
wait-idle
keys q
keys = j v
has Canteen is a favourite
keys M-1
has Public folders
END
