#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# A server that signs in by a form only: its cookies, with quotes, "+" and "=",
# go back as they came, and a session that ended is begun again by itself.
. tests/e2e/lib.bash
DIALECT=webdav
sim_start --messages 20 --seed 3 --auth fba || exit 1
home forms
user=$(ready user)
logons() { grep -c 'op=DAV-logon path' "$sim_log"; }
check "a sync by forms" retinue sync
is "both sides agree" "$(mirror_side)" "$(server_side "$user")"
before=$(logons)
curl -sf -o /dev/null -X POST "$admin/dav?expire=1"
check "a sync once the session has ended" retinue sync
[ "$(logons)" -gt "$before" ]
result $? "the form was filled in again"
printf 'wrong\n' >"$work/forms/password"
exits "a wrong password is told" 4 retinue sync
done_testing
