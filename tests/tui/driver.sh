#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The driver itself, on a program that says nothing of being idle: all that came
# is on the screen, its last sequence, too; a mark in two pieces is taken out.
set -u
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
cat >"$work/program" <<'END'
stty -echo
printf '\033[2J\033[2;1Hthe second row\033[1;1Hthe first row\033[2;4H'
read -rsn 1
printf '\033]7771;id'
read -rsn 1
printf 'le;2;80x24\a\033[1;4H\033'
read -rsn 1
printf '[3;1Hgone on with \303'
read -rsn 1
printf '\251'
read -rsn 1
END
cat >"$work/script" <<END
size 80x24
timeout 3
run bash $work/program
has the first row
cursor the second row
keys x
cursor the second row
keys x
wait-idle
cursor the first row
hasnot 7771
keys x
has gone on with
keys x
has gone on with é
keys x
quit 0
END
"$RETINUE_BUILD/tests/tui/tui" "$work/script"
