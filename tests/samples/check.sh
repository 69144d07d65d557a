#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Every recorded answer, read to the right values or refused in words. The
# response codes come from the samples' own list; the values were compared with
# the samples by hand once and are kept in expected.txt (UPDATE=1 rewrites it:
# read the difference).
set -u
samples=${RETINUE_SAMPLES:-../shared/ews-samples}
B=${RETINUE_BUILD:-build/default}
here=$(dirname "$0")
if [ ! -r "$samples/manifest.tsv" ]; then
	echo "ok 1 - recorded answers # SKIP $samples is not here"
	exit 0
fi
out=$(mktemp -d)
trap 'rm -rf "$out"' EXIT
# Days are told in a zone: always the same one.
TZ=UTC "$B/tests/contract/contract" --read "$samples"/*.xml >"$out/read"
status=$?
if [ "${UPDATE:-}" ]; then cp "$out/read" "$here/expected.txt"; fi
n=0 failed=0
result() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		failed=1
		echo "not ok $n - $2"
	fi
}
result $status "all files are read without a crash"

# one block a file, beginning with "== name"
block() { awk -v f="== $2" '/^== /{on = $0 == f} on' "$1"; }

while IFS=$'\t' read -r file operation _ _ _ _ _ codes _; do
	[ "$file" = file ] && continue
	block "$out/read" "$file" >"$out/got"
	block "$here/expected.txt" "$file" >"$out/want"
	case $operation in
	GetDomainSettings*) # never asked for
		grep -q '^refused: ' "$out/got"
		result $? "$file is refused"
		continue
		;;
	Autodiscover | *SettingsResponseMessage)
		diff "$out/want" "$out/got" | head -20 | sed 's/^/# /' | grep .
		[ $? = 1 ]
		result $? "$file"
		continue
		;;
	esac
	# "NoErrorx2, ErrorX" to one a line
	echo "$codes" | tr ',' '\n' | sed 's/^ *//' | awk '{
		times = 1
		if (match($0, /x[0-9]+$/)) {
			times = substr($0, RSTART + 1)
			$0 = substr($0, 1, RSTART - 1)
		}
		for (i = 0; i < times; i++) print
	}' | grep '^[NE]' >"$out/codes"
	sed -n 's/^code //p' "$out/got" | grep . >"$out/got-codes"
	if ! diff "$out/codes" "$out/got-codes" | sed 's/^/# /' | grep .; then
		diff "$out/want" "$out/got" | head -20 | sed 's/^/# /' | grep .
		[ $? = 1 ]
	else
		false
	fi
	result $? "$file"
done <"$samples/manifest.tsv"
exit $failed
