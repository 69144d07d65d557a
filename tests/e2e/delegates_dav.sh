#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Delegates on a server without an operation for them: lists in the mailbox,
# rights on folders and the directory together; a fault at each step leaves the
# old state or the new one, never a mixture.
export DIALECT=webdav
. "$(dirname "$0")/lib.bash"
command -v openssl >/dev/null || { skip "delegates by the directory" "openssl is not installed"; done_testing; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
sim_start --tls "$work/cert.pem" "$work/key.pem" --ldap 127.0.0.1:0 || exit 1
curl() { command curl --cacert "$work/cert.pem" "$@"; }
HOME_CONF="ca-file = $work/cert.pem
ldap-server = 127.0.0.1:$(ready ldap_port)
ldap-security = tls"
home ada
ada=$(ready address) other=$(ready address2)
faults() { curl -sf -X POST "$admin/faults" --data-binary "$1" >/dev/null; }
check "sync" retinue sync

# --- rights by address now
check "perm set takes an address" retinue perm set Projects "$other" author
is "and shows it again" "$(retinue perm list Projects --json | jq -c '.permissions[] | select(.who == "person") | [.address, .level]')" "[\"$other\",\"Author\"]"
exits "a mere list has no account" 6 retinue perm set Projects nobody@elsewhere.example author

# --- one delegate
state() { # what each of the parts has: lists, behalf, rights
	local l
	l=$(retinue delegate list --json 2>/dev/null | jq -c '[.delegates[] | [.address, .levels.calendar, .levels.inbox, .private]]')
	printf '%s|%s|%s\n' "$l" "$(home bob 2; may_send)" "$(rights)"
}
may_send() { # does the server take mail in her name?
	printf 'To: %s\nFrom: %s\nSubject: for her\n\nx\n' "$other" "$ada" | retinue send -t >/dev/null 2>&1 && echo sends || echo refused
}
rights() { for f in calendar inbox; do retinue perm list $f --json 2>/dev/null | jq -r --arg o "$other" '[.permissions[] | select(.address == $o) | .level][0] // "-"'; done | paste -sd,; }
home bob 2; retinue sync >/dev/null 2>&1; home ada
none='[]|refused|-,-'
is "nobody yet" "$(state)" "$none"
check "delegate add" retinue delegate add "$other" calendar=editor inbox=reviewer private
added="[[\"$other\",\"Editor\",\"Reviewer\",true]]|sends|Editor,Reviewer"
is "is in all three places" "$(state)" "$added"
check "what cannot be done is said" sh -c "'$bin/retinue' delegate list --json | jq -e '.notes | map(test(\"hidden rule\")) | any'"
exits "and refused" 6 retinue delegate set "$other" --deliver both
exits "who is one cannot be added" 7 retinue delegate add "$other"
home bob 2
is "the other one is told whom he acts for" "$(retinue delegate list --json | jq -c .acts_for)" "[\"$ada\"]"
home ada
check "delegate set" retinue delegate set "$other" inbox=none no-private
is "changes only that" "$(state)" "[[\"$other\",\"Editor\",\"None\",false]]|sends|Editor,None"
check "undo of that" retinue undo
is "brings all three places back" "$(state)" "$added"
check "delegate remove" retinue delegate remove "$other"
is "takes all away" "$(state | sed 's/None/-/g')" "$none"
check "undo of the removal" retinue undo
is "and he is in all three places again" "$(state)" "$added"
check "remove once more" retinue delegate remove "$other"

# --- the directory says no
curl -sf -X POST "$admin/ldap?refuse=1" >/dev/null
exits "refused by the directory" 6 retinue delegate add "$other" calendar=editor inbox=reviewer private
is "nothing is left of it" "$(state | sed 's/None/-/g')" "$none"
check "without it, it goes" retinue delegate add "$other" calendar=editor inbox=reviewer private --without-behalf
is "but for sending" "$(state)" "[[\"$other\",\"Editor\",\"Reviewer\",true]]|refused|Editor,Reviewer"
check "remove" retinue delegate remove "$other" --without-behalf
curl -sf -X POST "$admin/ldap?refuse=0" >/dev/null

# --- a fault at each step: refused, lost before, done but the answer lost
hit=0
walk() { # OP N FAULT
	local now
	faults "op=$1 nth=$2 times=1 fault=$3"
	retinue delegate add "$other" calendar=editor inbox=reviewer private >/dev/null 2>&1 || hit=$((hit + 1))
	faults ''
	retinue sync >/dev/null 2>&1
	retinue sync >/dev/null 2>&1
	now=$(state)
	[ "$now" = "$added" ] || [ "$(sed 's/None/-/g' <<<"$now")" = "$none" ] || { echo "# $now"; return 1; }
	[ "$(retinue delegate list --json | jq '.delegates | length')" = 0 ] || retinue delegate remove "$other" >/dev/null
}
for fault in status:403 drop:0 applydrop; do
	for n in 1 2 3 4 5; do
		check "step $n of the mailbox, $fault: the old state or the new" walk DAV-BPROPPATCH $n $fault
	done
done
for fault in drop applydrop; do
	check "the directory's step, $fault: the old state or the new" walk LDAP-MODIFY 1 $fault
done
check "most of the faults were met ($hit)" test "$hit" -ge 10
is "at the end nothing is left" "$(state | sed 's/None/-/g')" "$none"
done_testing
