#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The set-up assistant on an Exchange 2003 that has a sign-in form: a wrong
# password told as such, then the account.
export DIALECT=webdav
. "$(dirname "$0")/../e2e/lib.bash"
program=$(cd "$bin" && pwd)/retinue
sim_start --version 2003 --auth fba || exit 1
cat >"$work/script" <<END
env RETINUE_CONFIG=$work/retinue.conf
env RETINUE_DATA=$work/data
env RETINUE_STATE=$work/state
env RETINUE_CACHE=$work/cache
env RETINUE_TEST_NO_DNS=1
env KRB5CCNAME=FILE:$work/none
size 80x24
run $program
wait-text E-mail address
type $(ready address)
keys Tab
type wrong
keys Tab Tab Tab Tab
type $(ready user)
keys Tab
type $sim_url/exchange/
keys F3
has it does not work yet
has the name or password is wrong
screen forms-wrong-80x24
keys Enter
has F3 tries again
# the cursor is where the fault is
wait-idle
keys End C-u
type $(ready password)
keys F3
wait-text How much should be kept
has the account is written to
keys F3
wait-text Inbox
keys q
END
unset DIALECT
"$RETINUE_BUILD/tests/tui/tui" "$work/script"
