# SPDX-License-Identifier: GPL-3.0-or-later
# For the end-to-end scripts: a simulator and a home of their own, and TAP.
#   sim_start [OPTIONS]   starts exchange-sim; sets $sim_url, $ews, $admin
#                         (DIALECT=webdav: an Exchange 2003, $ews is its URL)
#   home NAME [N]         configuration for the N-th sample user (1)
#   check NAME COMMAND    one test: ok when the command succeeds
#   is NAME GOT WANTED    one test: equal texts
# Everything started is ended, and the folder removed, when the script ends.
set -u
bin=${RETINUE_BIN:-build}
work=$(mktemp -d "${TMPDIR:-/tmp}/retinue-e2e.XXXXXX")
export LC_ALL=C.UTF-8 TZ=Europe/Berlin
sims=() test_n=0 test_failed=0

# jq -e calls an empty input good: a verb that prints nothing would pass. In
# front of the real one, for what sh -c runs too.
mkdir "$work/bin"
cat >"$work/bin/jq" <<-'SH'
	#!/bin/sh
	real=$(PATH=${PATH#*:} command -v jq)
	case " $* " in *" -e "*) ;; *) exec "$real" "$@" ;; esac
	in=$(mktemp) || exit 2
	trap 'rm -f "$in"' EXIT
	cat >"$in"
	[ -s "$in" ] || { echo "jq -e: nothing came" >&2; exit 5; }
	"$real" "$@" <"$in"
SH
chmod +x "$work/bin/jq"
PATH=$work/bin:$PATH

finish() {
	for p in "${sims[@]:-}"; do [ -n "$p" ] && kill "$p" 2>/dev/null; done
	wait 2>/dev/null
	[ -n "${KEEP:-}" ] && echo "# kept $work" || rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' INT TERM

sim_start() {
	local n=${#sims[@]} pid
	rm -f "$work/ready"
	local dialect=${DIALECT:-ews} version=2016
	[ "$dialect" = ews ] || version=2003
	"$bin/exchange-sim" --listen 127.0.0.1:0 --dialect "$dialect" --version "$version" \
		--log "$work/sim$n.log" --ready-file "$work/ready" "$@" 2>"$work/sim$n.err" &
	pid=$!
	sims+=("$pid")
	sim_log=$work/sim$n.log
	for _ in $(seq 600); do
		[ -s "$work/ready" ] && break
		kill -0 "$pid" 2>/dev/null || { sed 's/^/# /' "$work/sim$n.err"; return 1; }
		sleep 0.05
	done
	sim_url=$(ready base_url) ews=$(ready ews_url) admin=$(ready admin_url)
	[ "$dialect" = ews ] || ews=$sim_url/exchange/
}
ready() { sed -n "s/^$1=//p" "$work/ready" | head -1; }

# home NAME [N]: sets RETINUE_* to a home of its own in $work/NAME
home() {
	local h=$work/$1 n=${2:-1} s=
	[ "$n" = 1 ] || s=$n
	mkdir -p "$h"
	printf '%s\n' "$(ready "password$s")" >"$h/password"
	cat >"$h/retinue.conf" <<CONF
[account "work"]
address = $(ready "address$s")
server = $ews
user = $(ready "user$s")
password-command = cat $h/password
allow-plain-http = yes
${HOME_CONF:-}
CONF
	chmod 600 "$h/retinue.conf"
	export RETINUE_CONFIG=$h/retinue.conf RETINUE_DATA=$h/data \
		RETINUE_CACHE=$h/cache RETINUE_STATE=$h/state
	store=$h/data/work/store.db
}
retinue() { timeout "${LIMIT:-120}" "$bin/retinue" "$@"; }

result() { # OK NAME
	test_n=$((test_n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $test_n - $2"
	else
		test_failed=1
		echo "not ok $test_n - $2"
	fi
}
check() {
	local name=$1 status
	shift
	"$@" >"$work/out" 2>"$work/err"
	status=$?
	[ $status = 0 ] || { echo "# $* gave $status"; cat "$work/out" "$work/err" | tail -8 | sed 's/^/# /'; }
	result $status "$name"
}
is() {
	if [ "$2" = "$3" ]; then result 0 "$1"; else
		if [ "${#2}" -lt 200 ] && [ "${#3}" -lt 200 ]; then
			printf '# got    %s\n# wanted %s\n' "$2" "$3"
		else
			diff <(printf '%s\n' "$2") <(printf '%s\n' "$3") | head -12 | sed 's/^/# /'
		fi
		result 1 "$1"
	fi
}
exits() { # NAME STATUS COMMAND...
	local name=$1 wanted=$2 got
	shift 2
	"$@" >"$work/out" 2>"$work/err"
	got=$?
	is "$name" "$got" "$wanted"
}
skip() { test_n=$((test_n + 1)); echo "ok $test_n - $1 # SKIP $2"; }
stats() { curl -sf "$admin/stats"; }
# one side's messages as "folder|message-id|unread" lines, for comparing
server_side() { # [USER]
	curl -sf "$admin/mailbox?user=${1:-$(ready user)}" |
		jq -r '.folders[] | select(.path | startswith("Recoverable") | not) | .path as $p | .items[]? | [$p, .message_id, (if .read then "" else "unread" end), (if .flag == "flagged" then "flag" else "" end), ((.categories // []) | sort | join(","))] | join("|")' |
		sed 's/[<>]//g' | sort
}
mirror_side() {
	retinue folder list --jsonl | jq -r 'select(.mirrored and .kind == "mail") | .path' |
		while IFS= read -r f; do
			retinue list "$f" -n 0 --jsonl | jq -r '[.folder, .message_id, (if .unread then "unread" else "" end), (if .flagged then "flag" else "" end), (.categories | sort | join(","))] | join("|")'
		done | sort
}
done_testing() { echo "1..$test_n"; exit $test_failed; }
