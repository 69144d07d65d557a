# SPDX-License-Identifier: GPL-3.0-or-later
# For the lab scripts: a real Active Directory domain controller (Samba) and an
# exchange-sim beside it, in a network and mount namespace of their own, in
# which names are resolved by the controller's DNS. Nothing outside is touched.
#   lab_sim [OPTIONS]     exchange-sim as https://mail.corp.example/
#   lab_home NAME USER    configuration for a person of the directory
#   lab_admin CMD ARGS    samba-tool on the running controller's database
# AD_* variables of the lab (AD_DOMAIN, AD_PASSWORD, AD_CA ...) are set. The rest
# is tests/e2e/lib.bash: check, is, exits, skip, done_testing.
set -u
ad=${RETINUE_SAMBA_AD:-../shared/lab/samba-ad}

lab_skip() {
	echo "ok 1 - the directory lab # SKIP $1"
	exit 0
}
if [ -z "${RETINUE_LAB_INSIDE:-}" ]; then
	[ -x "$ad" ] || lab_skip "$ad is not here"
	[ "$(id -u)" = 0 ] || lab_skip "it needs root"
	for p in samba samba-tool ldbadd ldapsearch dig kinit openssl ip; do
		command -v $p >/dev/null || lab_skip "$p is not installed"
	done
	unshare -n -m true 2>/dev/null || lab_skip "no namespaces here"
	exec unshare -n -m env RETINUE_LAB_INSIDE=1 bash "$0" "$@"
fi

. tests/e2e/lib.bash
ip link set lo up
# The controller's files: made once (half a minute), then put back before each
# script. The ages of passwords count from then, so they do not get old. A
# socket below the folder must not be longer than 107 characters.
export AD_LAB=${RETINUE_LAB_DIR:-$PWD/build/ad-lab}
[ ${#AD_LAB} -le 60 ] || AD_LAB=/tmp/retinue-ad-lab.$UID.$(printf %s "$PWD" | cksum | cut -d' ' -f1)
mkdir -p "${AD_LAB%/*}"
exec 7>"$AD_LAB.lock"
flock 7 # two runs in one tree: one after the other
lab_ready() {
	[ -e "$AD_LAB/.provisioned" ] &&
		[ -n "$(find "$AD_LAB/.provisioned" -mmin -600)" ]
}
lab_stop() { "$ad" stop >/dev/null 2>&1 7>&-; }
lab_finish() {
	lab_stop
	umount /etc/resolv.conf 2>/dev/null
	finish
}
trap lab_finish EXIT
if lab_ready; then "$ad" reset; else "$ad" destroy; fi >"$work/lab.log" 2>&1
"$ad" start >>"$work/lab.log" 2>&1 7>&- || {
	tail -5 "$work/lab.log" | sed 's/^/# /'
	echo "not ok 1 - the domain controller starts"
	exit 1
}
. "$AD_LAB/env"
mount --bind "$AD_LAB/resolv.conf" /etc/resolv.conf
# NTLM asks winbind, which the controller starts beside the rest: it may come last.
mkdir -p /run/samba/winbindd "$AD_LAB/run/winbindd"
mount --bind "$AD_LAB/run/winbindd" /run/samba/winbindd
lab_winbind() {
	local i
	for i in {1..300}; do
		wbinfo -a "alice@$AD_DOMAIN%$AD_PASSWORD" >>"$work/lab.log" 2>&1 && return
		sleep 0.2
	done
	tail -5 "$work/lab.log" | sed 's/^/# /'
	echo "not ok 1 - winbind answers"
	exit 1
}
lab_winbind
export KRB5CCNAME=FILE:$work/tickets

lab_users='alice bob carol dave erin frank grace heidi ivan'
lab_people() { # one mailbox a person of the directory, same password
	for u in $lab_users; do printf '%s@%s\t%s\t%s\n' "$u" "$AD_DOMAIN" "${u^}" "$AD_PASSWORD"; done
}
lab_sim() {
	lab_people >"$work/people"
	sim_start --tls "$AD_LAB/tls/mail.pem" "$AD_LAB/tls/mail.key" \
		--listen "$AD_MAIL_ADDR:443" --people "$work/people" "$@"
}
lab_sim_stop() { # the last one
	local pid=${sims[-1]}
	kill "$pid" && wait "$pid" 2>/dev/null
	unset 'sims[-1]'
}
# lab_home NAME USER [LINES]: an account that knows its address only, and LINES
lab_home() {
	local h=$work/$1
	mkdir -p "$h"
	printf '%s\n' "$AD_PASSWORD" >"$h/password"
	cat >"$h/retinue.conf" <<CONF
[account "work"]
address = $2@$AD_DOMAIN
password-command = cat $h/password
ca-file = $AD_CA
${3:-}
CONF
	chmod 600 "$h/retinue.conf"
	export RETINUE_CONFIG=$h/retinue.conf RETINUE_DATA=$h/data \
		RETINUE_CACHE=$h/cache RETINUE_STATE=$h/state
	store=$h/data/work/store.db
}
lab_kinit() { printf '%s\n' "${2:-$AD_PASSWORD}" | kinit "$1@$AD_REALM" >/dev/null 2>&1; }
lab_admin() { samba-tool "$@" -s "$AD_SMB_CONF" -H "$AD_LAB/dc/private/sam.ldb"; }
