#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# From somebody else's address: as that one where the server grants it, on behalf
# where it grants only that, and refused in words where it grants neither.
. "$(dirname "$0")/lib.bash"
sim_start || exit 1
me=$(ready address) to=$(ready address2)
info=info@${me#*@} owner=ingrid.solheim@${me#*@}
home bob 2
home ada
retinue sync >/dev/null 2>&1
send() { echo "Some words." | retinue send --sender "$1" --to "$to" --subject "$2" 2>"$work/said"; }
got() { # SUBJECT HEADER: of what came to bob
	retinue show "$(retinue search "subject:\"$1\"" -n 1 --format '{id}')" --raw | sed '/^\r*$/q' | tr -d '\r' | sed -n "s/^$2: //p"
}
check "send as, where that is granted" send "Information desk <$info>" "as the desk"
send "$owner" "not granted" && status=0 || status=$?
is "refused where nothing is granted" "$status" 6
check "in words" grep -q "you may not send in this name\|does not let you send with this From address" "$work/said"
check "and kept" sh -c "'$bin/retinue' status --json | jq -e '.outgoing[0] | .state == \"failed\" and .can_undo'"
curl -sf -X POST "$admin/behalf?owner=$owner&user=$me&on=1" >/dev/null
check "on behalf, once that is granted" send "$owner" "on behalf of her"
home bob 2
retinue sync >/dev/null 2>&1
is "who may send as is the sender" "$(got 'as the desk' From)|$(got 'as the desk' Sender)" "Information desk <$info>|"
is "who may on behalf is named beside" "$(got 'on behalf of her' From) $(got 'on behalf of her' Sender | grep -o "$me")" "$owner $me"
exits "what was refused came nowhere" 1 retinue search 'subject:"not granted"'
done_testing
