#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# Macros: keys that type keys, from the configuration and bound on the way.
. "$(dirname "$0")/lib.bash"
HOME_CONF='mark-read-after = never
[keys "messages"]
,b = type <limit from:oluf> T "from:oluf" Enter ; d
,e = type T "from:nobody" Enter d
,g = type c newsl Tab Enter
,z = type ,y
,y = type ,z'
tui_scene
tui_sync
tui_run <<END
size 80x24
run $retinue
has work online
has Inbox - 20 unread / 161
wait-idle
# several steps, each on what the one before left
keys , b
has Deleted 6 messages
has match "from:oluf"
keys u
has Undone
keys l C-u Enter
has Inbox - 20 unread / 161
# the first warning ends it: nothing is deleted
keys , e
has Nothing matches (the macro ends here)
has Inbox - 20 unread / 161
# one that types into a question with completion
keys , g
has Newsletters -
keys c
type Inbox
keys Enter
has Inbox - 20 unread
# one that would never end
keys , z
has The macro does not end: stopped
# made on the way
keys :
type bind messages ,h type <go Archive> "=" j
keys Enter
has ,h in messages: type <go Archive> "=" j
keys , h
has Archive -
# mistakes are told when it is made
keys :
type bind messages ,k type "unclosed
keys Enter
has quote
keys :
type bind messages ,k type <nonsense>
keys Enter
has no such command: "nonsense"
keys Q y
quit 0
END
