#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# A search goes on on the server where the mirror ends: here the text of what
# is older than twenty days is not kept.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never
offline-period = 20d'
tui_scene
tui_sync
# Words begin with it over EWS; over WebDAV it is anywhere.
more=16
[ "${DIALECT:-}" != webdav ] || more=24
tui_run <<END
size 80x24
run $retinue
has work online
wait-idle
keys l
type gauge
keys Enter
has Inbox - 2 of 161 match "gauge"
wait-idle
keys ,/
has The server found $more more, which are in the list now
has Inbox - $((more + 2)) of 161 match "gauge"
has with the server's
wait-idle
${DIALECT:+# }screen search-server-80x24
# new words begin anew, here only
keys l C-u
type zzzyyy
keys Enter
has ,/ asks the server
keys :
type search --server zzzyyy
keys Enter
has on the server neither
# what is no word the server need not be asked
keys l C-u
type is:flagged
keys Enter
has match "is:flagged"
wait-idle
keys ,/
has this search has none
# a word inside a run of Japanese
keys l C-u
type 校正
keys Enter
has match "校正"
wait-idle
keys Q y
quit 0
END
