#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Tokens from an identity provider: the code for a browser, refusal, refresh
# tokens that are good once, the end of a sign-in.
# shellcheck source=tests/e2e/lib.bash
. tests/e2e/lib.bash

sim_start --messages 5 --auth bearer || exit 1
# A keyring: one file an entry.
cat >"$work/keyring" <<'END'
#!/bin/sh
verb=$1
shift
case $1 in --label=*) shift ;; esac
f=$KEYS/$(echo "$*" | tr ' /' '__')
case $verb in
store) cat >"$f" ;;
lookup) cat "$f" ;;
clear) rm -f "$f" ;;
esac
END
chmod +x "$work/keyring"
export KEYS=$work/keys
mkdir "$KEYS"
home hybrid
cat >"$RETINUE_CONFIG" <<CONF
keyring-command = $work/keyring
[account "work"]
address = $(ready address)
server = $ews
allow-plain-http = yes
oauth-authority = $sim_url/idp/
oauth-client = retinue-test
CONF
refused() { # NAME STATUS WORDS COMMAND...: ends with STATUS and says WORDS
	local name=$1 status=$2 words=$3
	shift 3
	"$@" >"$work/said" 2>&1
	is "$name" $? "$status"
	check "$name, in words" grep -q "$words" "$work/said"
}
idp() { curl -sf -X POST "$admin/idp?$1" >/dev/null; }
login() { # CHOICE: what the person does in the browser
	rm -f "$work/login"
	timeout 60 "$bin/retinue" account login >"$work/login" 2>"$work/login.err" &
	local pid=$! code=
	for _ in $(seq 100); do
		code=$(sed -n 's/.*code \([0-9a-f]*\)$/\1/p' "$work/login")
		[ -n "$code" ] && break
		sleep 0.1
	done
	sleep 1.5 # asked in vain once
	idp "$1=$code"
	wait "$pid"
}

refused "without a sign-in nothing works" 4 "account login" retinue sync
is "doctor says so, too" "$(retinue doctor --json | jq -r .verdict.code)" login
login deny
is "a refusal is an error" $? 4
check "and told as one" grep -q "refuses" "$work/login.err"
login approve
is "approval signs in" $? 0
check "the page was named" grep -q "$sim_url/idp/device" "$work/login"
is "the token is kept in the keyring" "$(ls "$KEYS")" service_retinue-oauth_account_work
check "mail comes" retinue sync
is "all of it" "$(retinue count | tr -dc 0-9)" 5
first=$(cat "$KEYS"/*)
check "and again in a new process" retinue sync
is "with a new refresh token each time" "$([ "$first" = "$(cat "$KEYS"/*)" ] && echo same || echo new)" new
# A token that ends in the middle of a run is replaced by another.
"$bin/retinue" sync --watch >"$work/watch" 2>&1 &
watch=$!
sleep 3
idp end=access
curl -sf -X POST "$admin/deliver?to=$(ready address)" --data-binary "Subject: Late

x" >/dev/null
for _ in $(seq 100); do
	[ "$(retinue search subject:Late --json | jq '.items | length')" = 1 ] && break
	sleep 0.2
done
is "mail comes after the token has ended" "$(retinue search subject:Late --json | jq '.items | length')" 1
kill "$watch" && wait "$watch" 2>/dev/null
idp end=all
refused "a sign-in that has ended" 4 "account login" retinue sync
sed -i 's/retinue-test/stranger/' "$RETINUE_CONFIG"
refused "a client the provider does not know" 4 "no such client" retinue account login
sed -i '/allow-plain-http/d' "$RETINUE_CONFIG"
exits "codes do not travel in clear" 2 retinue account login
done_testing
