# SPDX-License-Identifier: GPL-3.0-or-later
# For bench: neomutt, notmuch and mu on the very messages that are mirrored.
# Indexes of the peers are made once and kept beside the corpus: notmuch needs
# half an hour for 100,000.

# The header cache is a file a folder in ./hcache; opening a Maildir renames
# files, so neomutt has links of its own. Sets $mutt, to be run in $mutt_dir.
neomutt_ready() { # N; false: not installed
	command -v neomutt >/dev/null || return
	mutt_dir=$cache/neomutt$1
	mutt="neomutt -n -F $lab/peers/neomuttrc -f $mutt_dir/mail"
	if [ ! -f "$mutt_dir/done" ]; then
		rm -rf "$mutt_dir"
		mkdir -p "$mutt_dir/hcache"
		cp -al "$mail" "$mutt_dir/mail"
		touch "$mutt_dir/done"
	fi
	# warm: what was new is in the cache after this
	"$lab/ttylat" --cwd "$mutt_dir" --runs 1 --timeout 600 --expect "/Msgs:$1/" --quit qq -- $mutt >/dev/null
}
ratio_of() { # FILE STEP FIGURE
	jq -r ".ratio_a_to_b.$2.$3.median" "$1"
}
beside_neomutt() { # FILE SIZE N ARGS OF TTYLAT...
	local file=$1 size=$2 n=$3
	shift 3
	"$lab/ttylat" --cwd "$mutt_dir" --runs "${PAIRS:-5}" --timeout 60 --size "$size" --expect Inbox --quit '<C-c>' \
		--vs "$mutt" --vs-expect "/Msgs:$n/" --vs-quit qq "$@" -- "$bin/retinue" >"$file" || true
}
open_peers() { # N
	local f=$work/beside.json
	corpus "$1"
	mirror_home "$1" || return
	neomutt_ready "$1" || { echo "bench: goals 7 and 17 skipped: neomutt is not installed" >&2; return; }
	row mirror-peak-memory "$1" "$(calc "$(field "$cache/mirror$1-$form/run" peak_kb) / 1024" 1)" MB "18: <= 0.3 of the gateway (342 MB): 103"
	beside_neomutt "$f" 80x24 "$1"
	row open-to-neomutt "$1" "$(ratio_of "$f" start match_ms)" ratio "7: <= 0.05 (<= 0.02)"
	row open-memory-to-neomutt "$1" "$(jq -r '.a.rss_after_start_kb / .b.rss_after_start_kb * 1000 | round / 1000' "$f")" ratio "17: <= 0.15 (<= 0.08)"
}
keys_peers() { # N
	local f=$work/beside.json name limit
	corpus "$1"
	mirror_home "$1" || return
	neomutt_ready "$1" || { echo "bench: goals 10 to 12 skipped: neomutt is not installed" >&2; return; }
	beside_neomutt "$f" 80x24 "$1" \
		--step 'name=page keys=<PageDown> repeat=40 warm=2' --vs-step 'name=page keys=<PageDown> repeat=40 warm=2' \
		--step 'name=next keys=j repeat=40 warm=2' --vs-step 'name=next keys=j repeat=40 warm=2'
	for name in page next; do
		row "key-$name-to-neomutt" "$1" "$(ratio_of "$f" $name paint_ms)" ratio "10: <= 1.0 (<= 0.6)"
		row "key-$name-cpu-to-neomutt" "$1" "$(ratio_of "$f" $name cpu_ms)" ratio "10: <= 1.0 (<= 0.6)"
	done
	beside_neomutt "$f" 200x60 "$1" \
		--step 'name=page keys=<PageDown> repeat=40 warm=2' --vs-step 'name=page keys=<PageDown> repeat=40 warm=2'
	row key-page-bytes-to-neomutt "$1" "$(jq -r '.a.steps.page.bytes.median / .b.steps.page.bytes.median * 100 | round / 100' "$f")" ratio "11: <= 1.0 (<= 0.7)"
	limit=$("$bin/retinue" count -f Inbox from:petra)
	beside_neomutt "$f" 80x24 "$1" \
		--step 'name=open keys=<Enter> expect=Subj' --vs-step 'name=open keys=<Enter> expect=Date' \
		--step "name=back keys=q expect='/Inbox - /'" --vs-step 'name=back keys=q expect=/Msgs:/' \
		--step "name=limit keys='lfrom:petra<Enter>' expect='match \"from:petra\"'" \
		--vs-step "name=limit keys='l~f petra<Enter>' expect=/Msgs:$limit.$1/"
	for name in back limit; do
		row "key-$name-to-neomutt" "$1" "$(ratio_of "$f" $name match_ms)" ratio "12: <= 0.1 (<= 0.02)"
	done
}

# --- indexes -----------------------------------------------------------------
notmuch_ready() { # N: sets NOTMUCH_CONFIG
	local d=$cache/notmuch$1
	export NOTMUCH_CONFIG=$d/config
	command -v notmuch >/dev/null || return
	[ -f "$d.done" ] && return
	rm -rf "$d"
	mkdir -p "$d"
	ln -sfn "$mail" "$d/mail"
	printf '[database]\npath=%s\n[user]\nname=A\nprimary_email=a@example.com\n[new]\ntags=new\n' "$d" >"$d/config"
	"$perf/perf_run" "$d.run" notmuch new --quiet && touch "$d.done"
}
mu_ready() { # N: sets $mu
	mu=$cache/mu$1
	command -v mu >/dev/null || return
	[ -f "$mu.done" ] && return
	rm -rf "$mu"
	mu init --quiet --muhome="$mu" --maildir="$mail" &&
		"$perf/perf_run" "$mu.run" mu index --quiet --muhome="$mu" && touch "$mu.done"
}
index_peers() { # N OUR-MESSAGES-A-CPU-SECOND
	if notmuch_ready "$1"; then
		row index-to-notmuch "$1" "$(calc "$2 * $(field "$cache/notmuch$1.run" cpu_s) / $1")" ratio "16: >= 10 (>= 20)"
	fi
	if mu_ready "$1"; then
		row index-to-mu "$1" "$(calc "$2 * $(field "$mu.run" cpu_s) / $1")" ratio "16: >= 4 (>= 8)"
	fi
}

# --- searches ----------------------------------------------------------------
# The Message-IDs each of them finds, and how many only one of two has. Messages
# without one have "-": their number is compared.
ours_ids() { "$bin/retinue" search "$1" -n 0 --format '{message_id}\n' | sed 's/^$/-/' | sort; }
notmuch_ids() { notmuch search --output=messages "$1" | sed 's/^id://; s/^notmuch-sha1-.*/-/' | sort; }
mu_ids() { mu find --muhome="$mu" --fields i "$1" 2>/dev/null | sed 's/.*@mu.id$/-/; s/^$/-/' | sort; }
differ() { comm -3 "$1" "$2" | wc -l; }

# Medians of pairs, in wall and in processor time.
search_times() { # QUERY: sets ${ratio[nm|mu wall_s|cpu_s]}
	local f r
	declare -A all=()
	for r in $(seq 9); do
		"$perf/perf_run" "$work/us.run" "$bin/retinue" search "$1" -n 50 >/dev/null
		"$perf/perf_run" "$work/nm.run" notmuch search --limit=50 "$1" >/dev/null
		[ -z "$mu_there" ] || "$perf/perf_run" "$work/mu.run" \
			mu find --muhome="$mu" -n 50 --sortfield=date --reverse "$1" >/dev/null
		for f in wall_s cpu_s; do
			all[nm $f]+="$(calc "$(field "$work/us.run" $f) / $(field "$work/nm.run" $f)" 4) "
			[ -z "$mu_there" ] || all[mu $f]+="$(calc "$(field "$work/us.run" $f) / $(field "$work/mu.run" $f)" 4) "
		done
	done
	for r in "${!all[@]}"; do ratio[$r]=$(tr ' ' '\n' <<<"${all[$r]% }" | median); done
}
search_peers() { # N
	local q name mu_there=
	declare -A ratio=()
	corpus "$1"
	mirror_home "$1" || return
	notmuch_ready "$1" || { echo "bench: goal 14 skipped: notmuch is not installed" >&2; return; }
	mu_ready "$1" && mu_there=1
	for q in meeting zanzibarite from:petra '"quarterly budget review"'; do
		name=${q//\"/}
		search_times "$q"
		row "search-to-notmuch $name" "$1" "${ratio[nm wall_s]}" ratio "14: <= 0.6 (<= 0.25)"
		row "search-cpu-to-notmuch $name" "$1" "${ratio[nm cpu_s]}" ratio "14: <= 0.6 (<= 0.25)"
		[ -z "$mu_there" ] || row "search-to-mu $name" "$1" "${ratio[mu wall_s]}" ratio "14: <= 1.0 (<= 0.4)"
		[ -z "$mu_there" ] || row "search-cpu-to-mu $name" "$1" "${ratio[mu cpu_s]}" ratio "14: <= 1.0 (<= 0.4)"
		ours_ids "$q" >"$work/ours"
		notmuch_ids "$q" >"$work/theirs"
		row "search-hits $name" "$1" "$(wc -l <"$work/ours")" messages ""
		row "search-hits-notmuch $name" "$1" "$(wc -l <"$work/theirs")" messages ""
		row "search-other-than-notmuch $name" "$1" "$(differ "$work/ours" "$work/theirs")" messages 0
		[ -z "$mu_there" ] && continue
		mu_ids "$q" >"$work/ours"
		row "search-mu-other-than-notmuch $name" "$1" "$(differ "$work/ours" "$work/theirs")" messages ""
	done
}
