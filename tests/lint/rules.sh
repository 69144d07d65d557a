#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The house rules a machine can check: banned calls, SPDX lines, file and
# function sizes, threads and SQL in their places.
set -u
n=0 failed=0
report() { # NAME TEXT: ok when TEXT is empty
	n=$((n + 1))
	if [ -z "$2" ]; then echo "ok $n - $1"; else
		failed=1
		printf '%s\n' "$2" | head -40 | sed 's/^/# /'
		echo "not ok $n - $1"
	fi
}
files() { git ls-files -co --exclude-standard "$@" | while read -r f; do [ -f "$f" ] && echo "$f"; done; }

report "banned libc calls" "$(files '*.c' '*.h' |
	xargs grep -nE '(^|[^_[:alnum:].>])(strcpy|strcat|strncpy|strncat|sprintf|vsprintf|strtok|gets|atoi|atol|ctime|localtime|gmtime|system|popen)[[:space:]]*\(' |
	grep -vE '^[^:]+:[0-9]+:[[:space:]]*(\*|/\*|//)')"
report "SPDX lines" "$(files '*.c' '*.h' '*.sh' Makefile tests/run tests/deps |
	while read -r f; do head -4 "$f" | grep -q SPDX-License-Identifier || echo "$f"; done)"
report "files of at most 800 lines, headers 200" "$(files 'src/*.c' 'store/*.c' 'ui/*.c' 'tests/*.c' |
	while read -r f; do l=$(wc -l <"$f"); [ "$l" -le 800 ] || echo "$f: $l lines"; done
	files 'src/*.h' 'store/*.h' 'ui/*.h' |
	while read -r f; do l=$(wc -l <"$f"); [ "$l" -le 200 ] || echo "$f: $l lines"; done)"
report "functions of at most 100 lines" "$(files 'src/*.c' 'store/*.c' 'ui/*.c' 'tests/sim/*.c' |
	xargs pmccabe 2>/dev/null | awk '$5 > 100 {print $6, $7, $5 " lines"}')"
report "pthread only in base/chan.c" "$(files 'src/*.[ch]' 'store/*.[ch]' 'ui/*.[ch]' | grep -v 'src/base/chan\.c' |
	xargs grep -nE '\bpthread_[a-z]')"
# (src/proto/dav/query.c writes the language of the SEARCH method, which is not ours)
report "SQL only in store" "$(files 'src/*.c' 'ui/*.c' | grep -v 'src/proto/dav/query\.c' |
	xargs grep -nE '"(SELECT|INSERT INTO|UPDATE [a-z]+ SET|DELETE FROM|CREATE TABLE) ')"
# What CLEANUP releases must have been set, whatever way the function is left.
report "variables with CLEANUP are set before the first return" "$(files 'src/*.c' 'store/*.c' 'ui/*.c' 'tests/sim/*.c' |
	xargs awk '
		FNR == 1 || /^}/ { delete open }
		{
			for (name in open)
				if ($0 ~ "(^|[^_[:alnum:]])" name "([^_[:alnum:]]|$)") delete open[name]
			if ($0 ~ /(^|[^_[:alnum:]])return([^_[:alnum:]]|$)/)
				for (name in open) {
					print FILENAME ":" open[name] ": " name
					delete open[name]
				}
			line = $0
			while ($0 ~ /^\t/ && match(line, /[_[:alnum:]]+ CLEANUP\([_[:alnum:]]+\)[;,]/)) {
				name = substr(line, RSTART, RLENGTH)
				sub(/ .*/, "", name)
				open[name] = FNR
				line = substr(line, RSTART + RLENGTH)
			}
		}')"
report "no unfinished work in comments" "$(files 'src/*.[ch]' 'store/*.[ch]' 'ui/*.[ch]' 'tests/*.[ch]' |
	xargs grep -nwE 'TODO|FIXME|XXX|HACK')"
exit $failed
