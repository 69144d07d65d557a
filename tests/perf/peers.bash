# SPDX-License-Identifier: GPL-3.0-or-later
# For bench: the pipeline a terminal user has today, DavMail + mbsync + notmuch,
# against the same simulator in the same run; and mbsync from Dovecot, which
# needs no gateway. Pairs are run in turn, the median ratio counts.
jar=/usr/share/davmail/davmail.jar
gateway='' imapd=''
end_peers() {
	local pid
	for pid in "$gateway" "$imapd"; do
		[ -z "$pid" ] || { kill "$pid" && wait "$pid"; } 2>/dev/null
	done
	gateway='' imapd=''
}
free_port() { # not in use a moment ago
	local port
	while port=$((20000 + RANDOM % 20000)); do
		(: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo $port; return; }
	done
}
wait_port() { # PORT PID
	for _ in $(seq 1200); do
		(: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null && return
		kill -0 "$2" 2>/dev/null || break
		sleep 0.05
	done
	echo "bench: nothing listens on port $1" >&2
	return 1
}
now() { date +%s.%N; }

# gateway_start: sets $imap and $gateway_s, the seconds until it listens.
gateway_start() {
	local began
	imap=$(free_port)
	cat >"$work/davmail.properties" <<-END
		davmail.server=true
		davmail.mode=EWS
		davmail.enableEws=true
		davmail.url=$(ready ews_url)
		davmail.bindAddress=127.0.0.1
		davmail.allowRemote=false
		davmail.imapPort=$imap
		davmail.smtpPort=
		davmail.caldavPort=
		davmail.popPort=
		davmail.ldapPort=
		davmail.disableUpdateCheck=true
		davmail.enableKeepAlive=false
		davmail.enableProxy=false
		davmail.useSystemProxies=false
		davmail.folderFetchPageSize=500
		davmail.logFilePath=$work/davmail.log
		log4j.rootLogger=WARN
		log4j.logger.davmail=WARN
	END
	began=$(now)
	java -Djava.awt.headless=true -jar $jar -server "$work/davmail.properties" >"$work/davmail.out" 2>&1 &
	gateway=$!
	wait_port "$imap" $gateway || return
	gateway_s=$(calc "$(now) - $began" 3)
}
# mbsyncrc NAME PORT USER PASSWORD: what `mbsync NAME` fetches into $work/NAME.
mbsyncrc() {
	rm -rf "${work:?}/$1"
	mkdir -p "$work/$1"
	cat >"$work/$1.rc" <<-END
		FSync no
		SyncState *
		IMAPAccount far
		Host 127.0.0.1
		Port $2
		User $3
		Pass $4
		SSLType None
		AuthMechs LOGIN
		PipelineDepth 50
		Timeout 300

		IMAPStore far
		Account far

		MaildirStore near
		SubFolders Verbatim
		Path $work/$1/
		Inbox $work/$1/INBOX

		Channel $1
		Far :far:
		Near :near:
		Patterns INBOX
		Create Near
		Expunge None
		CopyArrivalDate yes
	END
	chmod 600 "$work/$1.rc"
}
# seconds COMMAND...: how long it took, false when it failed.
seconds() {
	"$perf/perf_run" "$work/peer.run" "$@" >"$work/peer.out" 2>&1 || {
		echo "bench: $1 failed: $(tail -1 "$work/peer.out")" >&2
		return 1
	}
	field "$work/peer.run" wall_s
}
cpu_of() { # PID: seconds of processor time so far
	awk -v hz="$(getconf CLK_TCK)" '{ sub(/.*\) /, ""); print ($12 + $13) / hz }' "/proc/$1/stat"
}
index_notmuch() { # FOLDER
	printf '[database]\npath=%s\n[user]\nname=A\nprimary_email=a@example.com\n[new]\ntags=new\nignore=.mbsyncstate;.uidvalidity\n' "$1" >"$work/peer.nmrc"
	NOTMUCH_CONFIG=$work/peer.nmrc seconds notmuch new --quiet
}
# The same mail in a Maildir of its own: Dovecot renames, and is user "mail".
imapd_start() {
	local d=$work/dv
	if [ ! -f "$d/dovecot.conf" ]; then
		mkdir -p "$d/mail/bench/cur" "$d/mail/bench/new" "$d/mail/bench/tmp" "$d/run" "$d/state" "$d/home"
		cp "$mail"/cur/* "$d/mail/bench/cur/"
		chmod 755 "$work"
		chown -R mail:mail "$d/mail" "$d/home"
	fi
	dport=$(free_port)
	sed -e "s#@DIR@#$d#g" -e "s/port = 20143/port = $dport/" "$lab/peers/dovecot.conf.in" >"$d/dovecot.conf"
	dovecot -F -c "$d/dovecot.conf" >"$d/out" 2>&1 &
	imapd=$!
	wait_port "$dport" $imapd
}

# whole_since BEGAN: seconds until list and contents of all messages were in the
# mirror, by its log; what is left of the sync is the index.
whole_since() {
	local stamp
	stamp=$(sed -n 's/^\([^ ]* [^ ]*\) I engine: [0-9]* messages are here whole$/\1/p' "$RETINUE_STATE/retinue.log" | tail -1)
	[ -n "$stamp" ] || { echo "bench: the log does not say when the messages were here" >&2; return 1; }
	calc "$(date -d "$stamp" +%s.%N) - $1" 4
}
# One pair: retinue's first sync and the next, then the peers' own.
peer_pair() { # NUMBER; appends to ratio_* of the caller
	local us us_cpu whole began again first dm dm_cpu dm_again nm
	home "pair$1"
	began=$(now)
	us=$(seconds "$bin/retinue" sync) || return
	us_cpu=$(field "$work/peer.run" cpu_s)
	whole=$(whole_since "$began") || return
	again=$(seconds "$bin/retinue" sync) || return
	first=$(first_list_ms) || return
	gateway_start || return
	mbsyncrc dm "$imap" "$(ready user)" "$(ready password)"
	dm=$(seconds mbsync -q -c "$work/dm.rc" dm) || return
	dm_cpu=$(calc "$(field "$work/peer.run" cpu_s) + $(cpu_of $gateway)")
	dm_again=$(seconds mbsync -q -c "$work/dm.rc" dm) || return
	nm=$(index_notmuch "$work/dm") || return
	peer_hits=$(NOTMUCH_CONFIG=$work/peer.nmrc notmuch count meeting)
	peer_got=$(find "$work/dm/INBOX" -path '*/new/*' -o -path '*/cur/*' | wc -l)
	end_peers
	first_s+=("$dm")
	ratio_first+=("$(calc "$dm / $whole" 4)")
	ratio_cpu+=("$(calc "$dm_cpu / $us_cpu" 4)")
	ratio_search+=("$(calc "($dm + $nm) / $us" 4)")
	ratio_list+=("$(calc "$first / 1000 / ($gateway_s + $dm)" 5)")
	ratio_again+=("$(calc "$again / $dm_again" 4)")
	if [ -n "$direct" ]; then
		imapd_start || return
		mbsyncrc imap "$dport" bench secret
		seconds mbsync -q -c "$work/imap.rc" imap >/dev/null || return
		dm_again=$(seconds mbsync -q -c "$work/imap.rc" imap) || return
		end_peers
		ratio_direct+=("$(calc "$again / $dm_again" 4)")
	fi
}
sync_peers() { # N
	local count=$1 pair direct='' first_s=() ratio_first=() ratio_cpu=() ratio_search=() ratio_list=() ratio_again=() ratio_direct=()
	if [ ! -f $jar ] || ! command -v java mbsync notmuch >/dev/null; then
		echo "bench: goals 1, 2, 4 and 5 skipped: davmail-server, isync or notmuch is not installed" >&2
		return
	fi
	[ -f "$lab/peers/dovecot.conf.in" ] && [ "$(id -u)" = 0 ] && command -v dovecot >/dev/null && direct=1
	for pair in $(seq "${PAIRS:-5}"); do
		peer_pair "$pair" || { end_peers; return 1; }
	done
	row davmail-first-sync "$count" "$(printf '%s\n' "${first_s[@]}" | median)" s "the yardstick itself"
	row sync-peer-messages "$count" "$peer_got" messages "as many as were there"
	row sync-hits-meeting "$count" "$("$bin/retinue" count meeting)" messages ""
	row sync-notmuch-hits-meeting "$count" "$peer_hits" messages ""
	row sync-to-davmail "$count" "$(printf '%s\n' "${ratio_first[@]}" | median)" ratio "1: >= 10 (>= 20)"
	row sync-cpu-to-davmail "$count" "$(printf '%s\n' "${ratio_cpu[@]}" | median)" ratio "searchable here, not there"
	row sync-searchable-to-davmail "$count" "$(printf '%s\n' "${ratio_search[@]}" | median)" ratio "2: >= 15 (>= 30)"
	row first-list-to-davmail "$count" "$(printf '%s\n' "${ratio_list[@]}" | median)" ratio "4: <= 0.02 (<= 0.01)"
	row sync-again-to-davmail "$count" "$(printf '%s\n' "${ratio_again[@]}" | median)" ratio "5: <= 0.15 (<= 0.05)"
	[ -z "$direct" ] || row sync-again-to-dovecot "$count" "$(printf '%s\n' "${ratio_direct[@]}" | median)" ratio "5: <= 1.0 (<= 0.5)"
}
