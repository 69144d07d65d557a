#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Ways of signing in that need no domain: NTLM bound to the channel, a bearer
# token and its renewal, the keyring, a certificate trusted by its fingerprint,
# a proxy. No secret may show in the log or on disk.
. "$(dirname "$0")/lib.bash"
# libcrypto has no frame pointers: who leaks through it is seen by unwinding only.
export ASAN_OPTIONS=${ASAN_OPTIONS:+$ASAN_OPTIONS:}fast_unwind_on_malloc=0
cert=tests/data/tls/self
export KRB5CCNAME=FILE:$work/none RETINUE_TEST_NO_DNS=1
sim_start --auth ntlm --binding require --tls $cert.pem $cert.key || exit 1
fingerprint=$(openssl x509 -in $cert.pem -noout -fingerprint -sha256 | cut -d= -f2)
HOME_CONF="trust-certificate = $fingerprint
user = HALDEN\\$(ready user)"
home ntlm
sed -i '/^user = [^H]/d; /allow-plain/d' "$RETINUE_CONFIG"
if dpkg-query -W gss-ntlmssp >/dev/null 2>&1; then
	check "NTLM, bound to a channel whose certificate is trusted by its fingerprint" retinue sync
	check "the server saw the binding" grep -q 'scheme=NTLM result=0 .*bound=1' "$sim_log"
	is "one sign-in a connection" "$(grep -c 'scheme=NTLM result=0' "$sim_log")" \
		"$(grep 'scheme=NTLM result=0' "$sim_log" | sed 's/.*conn=\([0-9]*\).*/\1/' | sort -u | wc -l)"
	printf 'wrong\n' >"$work/ntlm/password"
	exits "a wrong password is refused" 4 retinue sync
	is "and tried once by each connection at most" "$(grep -c 'scheme=NTLM result=d' "$sim_log" | awk '{print ($1 <= 3)}')" 1
	printf '%s\n' "$(ready password)" >"$work/ntlm/password"
else
	skip "NTLM" "gss-ntlmssp is not installed"
fi
sed -i 's/^trust-certificate = ../trust-certificate = 00/' "$RETINUE_CONFIG"
exits "another fingerprint is refused" 5 retinue sync
check "and the right one is shown" grep "$fingerprint" <(retinue sync 2>&1)

# --- bearer: the first token is stale
HOME_CONF=
sim_start --auth bearer --token fresh-token-1 || exit 1
home bearer
printf 'stale-token-0\n' >"$work/bearer/token"
cat >"$work/bearer/renew" <<END
#!/bin/sh
cat "$work/bearer/token"
echo fresh-token-1 >"$work/bearer/token"
END
chmod +x "$work/bearer/renew"
sed -i '/password-command/d' "$RETINUE_CONFIG"
echo "token-command = $work/bearer/renew" >>"$RETINUE_CONFIG"
check "a bearer token, renewed once the server refuses it" retinue sync
is "no token in the log" "$(cat "$work"/bearer/state/* | grep -c 'token-[01]')" 0

# --- keyring
cat >"$work/secret-tool" <<'END'
#!/bin/sh
# a keyring of one folder: lookup, store and clear, as secret-tool has them
verb=$1
for last; do :; done
file=$KEYRING/$last
case $verb in
lookup) cat "$file" 2>/dev/null ;;
store) cat >"$file" ;;
clear) rm -f "$file" ;;
esac
END
chmod +x "$work/secret-tool"
export KEYRING=$work/keys
mkdir "$KEYRING"
sim_start || exit 1
home ring
sed -i '/password-command/d' "$RETINUE_CONFIG"
printf 'keyring = yes\n[retinue]\nkeyring-command = %s/secret-tool\n' "$work" >>"$RETINUE_CONFIG"
exits "an empty keyring has no password" 4 retinue sync
check "account password puts it there" sh -c "printf '%s\n' '$(ready password)' | '$bin/retinue' account password"
check "and it signs in" retinue sync
is "not on the command line of anything, not in the log" "$(cat "$work"/ring/state/* | grep -c "$(ready password)")" 0
check "account remove" retinue account remove work
is "takes it out of the keyring" "$(ls "$KEYRING" | wc -l)" 0

# --- a proxy: the simulator is no proxy and refuses
home proxied
sed -i "s|^server.*|server = https://mail.halden.example/EWS/Exchange.asmx|" "$RETINUE_CONFIG"
printf 'proxy = %s\n' "$sim_url" >>"$RETINUE_CONFIG"
check "a proxy that refuses is told as such" sh -c "'$bin/retinue' doctor --json | jq -e '.verdict.code == \"proxy-refuses\"'"

# --- doctor and account without a domain
home plain
check "doctor on a machine without a domain" retinue doctor
is "mailbox by EWS" "$(retinue doctor --json | jq -r '.rows[] | select(.name == "mailbox") | .protocol + " " + .state')" "ews good"
exits "account add of an address without a server" 5 retinue account add other --address "a@nowhere.invalid"
done_testing
