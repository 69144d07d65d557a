#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The frame without a mailbox: terminals, sizes, help, prompt, keys, colours.
set -u
tui=$RETINUE_BUILD/tests/tui/tui
retinue=$(cd "$RETINUE_BIN" && pwd)/retinue
home=$(mktemp -d) || exit 1
trap 'rm -rf "$home"' EXIT

cat >"$home/script" <<END
env RETINUE_CONFIG=$home/retinue.conf
env RETINUE_DATA=$home/data
env RETINUE_STATE=$home/state
env RETINUE_CACHE=$home/cache
size 80x24

# terminals that cannot place text are refused in a sentence
env TERM=dumb
run $retinue
has this terminal (TERM=dumb) cannot place text
quit 1
env TERM=xterm-256color

# first run: a form; the cursor is where one types
run $retinue
has Nothing is set up yet
wait-idle
cursor E-mail address
keys F1
has Help - a form
has Esc close
type purge-nothing
has nothing matches
keys Esc
hasnot Help - a form
cursor E-mail address

# too small, and back: what was typed is kept
type ada@example.org
wait-idle
size 39x12
has needs 40x10, is 39x12
size 40x10
has ada@example.org
hasnot needs 40x10
size 132x43
wait-idle
line 1 no account

# the palette and the command line
keys M-x
has type to filter
type messag
has the last 500 notices
keys Enter
has Nothing has been said yet.
keys q
hasnot Nothing has been said yet.
keys M-x
type quit
keys Enter
has End retinue? ([y]/n)
keys n
hasnot End retinue
keys M-6
wait-idle
keys :
type nonsense
keys Enter
has no command is called nonsense; ? lists them all
keys :
type bind nowhere x quit
keys Enter
has no such place for keys
keys :
type set hints off
keys Enter
has hints = no
keys :
type theme mono
keys Enter
wait-idle
keys :
type hel
keys Tab Enter
has type to filter
keys Esc
keys Up
wait-idle

# unbound keys say so; a prefix shows what can follow
keys X
has X is not bound in accounts and status; ? shows the keys
keys ,
has previous-screen
keys Esc
hasnot previous-screen
keys C-l
wait-idle
line 1 [6 Status]
keys Q y
quit 0

# colours off, ASCII only
env NO_COLOR=1
env LANG=C
run $retinue
has Nothing is set up yet
wait-idle
style reverse 1 Mail
keys C-g
signal 15
quit 0
END
exec "$tui" "$home/script"
