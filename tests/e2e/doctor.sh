#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The doctor on servers of several ages: every row that is not good says why in
# words, what a server refuses is told apart from what it does not have, and a
# directory is asked at the port that the account names.
. "$(dirname "$0")/lib.bash"
export RETINUE_TEST_NO_DNS=1
row() { jq -r --arg n "$1" '.rows[] | select(.name == $n) | "\(.state): \(.text)"' "$work/rows"; }
examine() { retinue doctor --json >"$work/rows" 2>"$work/err"; }
silent() { jq '[.rows[] | select(.state != "good" and (.text // "") == "")] | length' "$work/rows"; }
faults() { curl -sf -X POST "$admin/faults" --data-binary "$1" >/dev/null; }

for of in "ews 2007sp1" "ews 2016" "webdav 2000" "webdav 2003" "webdav 2007"; do
	export DIALECT=${of% *}
	sim_start --version "${of#* }" || exit 1
	home "${of/ /}"
	examine
	is "$of: no row is without a reason" "$(silent) $(jq '[.rows[] | select(.state == "bad")] | length' "$work/rows")" "0 0"
	case $of in
	"ews 2007sp1")
		is "$of: what came later says when" "$(row password-expiry)" \
			"not-offered: domain controller: no directory is known; GetPasswordExpirationDate came with Exchange 2010 SP2, this is Exchange 2007 SP1"
		;;
	"webdav 2003")
		is "$of: delegates want a directory" "$(row delegates)" "not-offered: publicDelegates of the directory: no directory is known"
		is "$of: what is there was asked for" "$(row out-of-office)" "good: options page of Outlook Web Access: off"
		;;
	"webdav 2007")
		is "$of: what has ended says where it is" "$(row out-of-office)" \
			"not-offered: protocol = ews has it: UserOofSettings; options page of Outlook Web Access ended with Exchange 2003, this is Exchange 2007 SP1"
		;;
	esac
	if [ "$of" = "ews 2016" ]; then
		faults "op=GetUserOofSettingsRequest nth=1 times=9 fault=status:403"
		examine
		is "what is refused says so" "$(row out-of-office | cut -d: -f1,2) $(jq -r '.rows[] | select(.name == "out-of-office").code' "$work/rows")" "not-offered: refused refused"
		faults ''
		curl -sf -X POST "$admin/oof?user=$(ready user)&on=1&reply=away" >/dev/null
		examine
		is "and what is on, too" "$(row out-of-office)" "good: UserOofSettings: on"
		is "public folders are counted" "$(row public-folders)" "good: Exchange Web Services: 8 folders at the top"
	fi
done

# --- a sign-in that fails, a server that is not there
export DIALECT=ews
sim_start || exit 1
home bad
printf 'wrong\n' >"$work/bad/password"
exits "a wrong password ends it" 4 examine
is "and what comes behind says so" "$(silent) $(row storage)" "0 skipped: not looked at: the mailbox is not reached"
kill "${sims[-1]}"; wait "${sims[-1]}" 2>/dev/null
exits "no server" 5 examine
is "says so of all" "$(silent) $(row mailbox)" "0 skipped: not looked at: the server is not reached"

# --- a directory at a port of its own, good and refusing
command -v openssl >/dev/null || { skip "a directory at a port of its own" "openssl is not installed"; done_testing; }
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
	-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null
export DIALECT=webdav
sim_start --tls "$work/cert.pem" "$work/key.pem" --ldap 127.0.0.1:0 || exit 1
HOME_CONF="ca-file = $work/cert.pem
ldap-server = 127.0.0.1:$(ready ldap_port)
ldap-security = tls"
home ldap
examine
is "the directory is asked at its port" "$(jq -r '.rows[] | select(.name == "delegates") | "\(.state) \(.port) \(.text)"' "$work/rows")" \
	"good $(ready ldap_port) publicDelegates of the directory: nobody acts for you"
HOME_CONF="ca-file = $work/cert.pem
ldap-server = 127.0.0.1:1
ldap-security = tls"
home closed
examine
is "one that does not answer is named" "$(row delegates)" "not-offered: publicDelegates of the directory: $(jq -r '.rows[] | select(.name == "directory") | "\(.host): \(.text)"' "$work/rows")"
done_testing
