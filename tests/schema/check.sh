#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every request the tests send, against Microsoft's schemas: those written for
# each version by the unit test, those of the contract tests against the
# simulator, and the simulator's own count with --schema.
set -u
schemas=${RETINUE_SCHEMAS:-../shared/ews-schema}
B=${RETINUE_BUILD:-build/default}
if [ ! -r "$schemas/soap.xsd" ]; then
	echo "ok 1 - requests against the schemas # SKIP $schemas is not here"
	exit 0
fi
if ! command -v xmllint >/dev/null; then
	echo "ok 1 - requests against the schemas # SKIP xmllint is not installed"
	exit 0
fi
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0 failed=0
result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		failed=1
		echo "not ok $n - $2"
	fi
}

# check NAME: each file of $dir/NAME by the schema of its version.
check() {
	local name=$1 f v x files
	: >"$dir/list"
	for f in "$dir/$name"/*.xml; do
		[ -f "$f" ] || continue
		v=$(sed -nE 's/.*RequestServerVersion Version="([^"]*)".*/\1/p' "$f" | head -1)
		case $v in
		Exchange2007_SP1) x=2007sp1/soap.xsd ;;
		Exchange2010*)	# the schema knows itself only
			sed -i 's/Version="Exchange2010[_SP1]*"/Version="Exchange2010_SP2"/' "$f"
			x=2010sp2/soap.xsd
			;;
		*) x=soap.xsd ;;
		esac
		echo "$x $f" >>"$dir/list"
	done
	for x in soap.xsd 2010sp2/soap.xsd 2007sp1/soap.xsd; do
		files=$(sed -n "s|^$x ||p" "$dir/list")
		[ -n "$files" ] || continue
		# shellcheck disable=SC2086
		xmllint --noout --huge --schema "$schemas/$x" $files >"$dir/out" 2>&1
		x="$name: $(echo "$files" | wc -l) requests by $x"
		if grep -v ' validates$' "$dir/out" | head -20 | sed 's/^/# /' | grep .; then
			result 1 "$x"
		else
			result 0 "$x"
		fi
	done
}

mkdir "$dir/written" "$dir/sent"
RETINUE_EWS_DUMP=$dir/written "$B/tests/unit/test_ews_requests" >/dev/null 2>&1
result $? "requests of every version written"
check written
mkdir "$dir/calendar"
RETINUE_EWS_DUMP=$dir/calendar "$B/tests/unit/test_ews_calendar" >/dev/null 2>&1
result $? "requests of calendars written"
check calendar

RETINUE_EWS_DUMP=$dir/sent RETINUE_SIM_SCHEMA=$schemas "$B/tests/contract/contract" >"$dir/contract" 2>&1
status=$?
grep -E '^not ok' "$dir/contract" | sed 's/^/# /'
result $status "contract tests with the simulator checking each request"
check sent

# What the program itself sends; whether it does its work is tests/e2e's matter.
mkdir "$dir/verbs"
for t in verbs sharing; do
	RETINUE_EWS_DUMP=$dir/verbs tests/e2e/$t.sh >/dev/null 2>&1
done
[ "$(find "$dir/verbs" -name '*.xml' | wc -l)" -gt 20 ]
result $? "the program's verbs sent requests"
check verbs
exit $failed
