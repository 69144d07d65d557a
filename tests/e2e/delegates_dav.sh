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
exits "so are copies of meeting mail" 6 retinue delegate set "$other" copies
is "in words" "$(grep -c 'hidden rule' "$work/err")" 1
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
# All six folders and Freebusy Data: eight steps in the mailbox, one in the
# directory.
levels='calendar=editor tasks=author inbox=reviewer contacts=reviewer notes=author journal=editor'
whole() { # what each of the parts has, of all folders
	local l f
	l=$(retinue delegate list --json 2>/dev/null | jq -c '[.delegates[] | [.address, .levels, .private]]')
	f=$(for f in calendar tasks inbox contacts notes journal; do
		retinue perm list $f --json 2>/dev/null | jq -r --arg o "$other" '[.permissions[] | select(.address == $o) | .level][0] // "None"'
	done | paste -sd,)
	printf '%s|%s|%s|%s\n' "$l" "$(home bob 2; may_send)" "$f" "$(freebusy)"
}
freebusy() { # the descriptor of Freebusy Data, which counts for meetings
	curl -s -u "$(ready user):$(ready password)" -X PROPFIND -H 'Depth: 0' \
		"$(ready base_url)/exchange/${ada%@*}/NON_IPM_SUBTREE/Freebusy%20Data/" \
		--data "<D:propfind xmlns:D='DAV:' xmlns:e='http://schemas.microsoft.com/exchange/'><D:prop><e:ntsecuritydescriptor/></D:prop></D:propfind>" |
		grep -o 'ntsecuritydescriptor[^>]*>[^<]*' | head -1 | sum
}
add_all() { # shellcheck disable=SC2086
	retinue delegate add "$other" $levels private
}
old=$(whole)
check "a delegate of all folders" add_all
new=$(whole)
check "which is another state" test "$old" != "$new"
check "also of Freebusy Data" test "${old##*|}" != "${new##*|}"
check "and removed" retinue delegate remove "$other"
is "is the old one" "$(whole)" "$old"
hit=0 last=0
walk() { # OP N FAULT
	local now failed=0
	faults "op=$1 nth=$2 times=1 fault=$3"
	add_all >/dev/null 2>&1 || failed=1
	hit=$((hit + failed)) last=$failed
	faults ''
	retinue sync >/dev/null 2>&1
	retinue sync >/dev/null 2>&1
	now=$(whole)
	[ "$now" = "$new" ] || [ "$now" = "$old" ] || { echo "# $now"; return 1; }
	[ "$(retinue delegate list --json | jq '.delegates | length')" = 0 ] || retinue delegate remove "$other" >/dev/null
}
steps=8
for fault in status:403 drop:0 applydrop; do
	for n in $(seq $steps); do
		check "step $n of the mailbox, $fault: the old state or the new" walk DAV-BPROPPATCH "$n" $fault
	done
done
is "each of them met a step" "$hit" $((3 * steps))
check "one more would meet none" walk DAV-BPROPPATCH $((steps + 1)) status:403
is "so that all were walked" "$last" 0
for fault in drop applydrop; do
	check "the directory's step, $fault: the old state or the new" walk LDAP-MODIFY 1 $fault
done
is "at the end nothing is left" "$(whole)" "$old"
done_testing
