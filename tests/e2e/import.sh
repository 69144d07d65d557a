#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# SPDX-FileCopyrightText: the retinue authors
# Keys, aliases, signature and editor of other programs, and what is left.
. "$(dirname "$0")/lib.bash"
sim_start || exit 1
home ada
export HOME=$work/person
conf=$(dirname "$RETINUE_CONFIG")
mkdir -p "$HOME/.config/neomutt" "$HOME/.config/aerc"
bound() { retinue keys --json | jq -r .text | grep -F -- "$1" | tr -s ' \t' ' '; }
lost() { jq -r ".lost[] | select(.text | contains(\"$1\")) | .place" "$work/report"; }

exits "import of nothing known" 2 retinue import elm
exits "nothing to import" 1 retinue import neomutt
cat >"$HOME/.config/neomutt/neomuttrc" <<'END'
# a comment
set signature="~/.signature" editor="vim -c 'set tw=72' %s"
set index_format="%4C %Z"
bind index,pager \Ca group-reply
bind index <Tab> next-new-then-unread
bind index gg first-entry
bind pager j next-line
bind editor <Tab> complete-query
bind index x noop
macro index,pager A "<save-message>=Archive/2026<enter>" "archive it"
macro index \cb "<limit>~s \"build\"<enter>"
macro index U "<enter-command>set pager_context=3<enter>"
macro index W "<shell-escape>date<enter>"
color index red default "~F"
source ~/.config/neomutt/aliases
source nowhere
unknown-thing 1 \
  and its second line
END
cat >"$HOME/.config/neomutt/aliases" <<'END'
alias ada Ada Byron <ada@example.org>
alias -group x team grace@example.org, "Hopper, Edward" <edward@example.org>
alias nobody
END
printf -- '-- \nAda\n' >"$HOME/.signature"
check "--dry-run writes nothing" sh -c "'$bin/retinue' import neomutt --dry-run | grep -q '^would write' && ! ls '$conf/keys.d' 2>/dev/null"
exits "neomutt, in part" 8 sh -c "'$bin/retinue' import neomutt --json >'$work/report'"
is "the configuration is sound" "$(retinue config check 2>&1 | grep import-neomutt)" ""
is "a key in two menus" "$(grep -c '^C-a = reply-all$' "$conf/keys.d/import-neomutt.conf")" 2
is "a named key" "$(grep -x 'Tab = next-unread' "$conf/keys.d/import-neomutt.conf")" "Tab = next-unread"
is "a sequence" "$(grep -x 'g g = first' "$conf/keys.d/import-neomutt.conf")" "g g = first"
is "lines scroll in the pager" "$(sed -n '/"reader"/,/^$/p' "$conf/keys.d/import-neomutt.conf" | grep '^j')" "j = line-down"
is "a macro with a folder" "$(sed -n '/"messages"/,/^$/p' "$conf/keys.d/import-neomutt.conf" | grep '^A')" 'A = type <move> "Archive/2026" Enter'
is "a macro with quotes" "$(grep '^C-b' "$conf/keys.d/import-neomutt.conf")" 'C-b = type <limit> "~s \"build\"" Enter'
is "signature" "$(retinue config show | grep -E '^ *signature' | grep -c "$HOME/.signature")" 1
is "editor" "$(grep '^editor' "$conf/keys.d/import-neomutt.conf")" "editor = vim -c 'set tw=72'"
is "what has no counterpart is listed with its place" "$(lost shell-escape) $(lost 'color index') $(lost unknown-thing) $(lost nowhere) $(lost complete-query) $(lost index_format)" \
	"neomuttrc:13 neomuttrc:14 neomuttrc:17 neomuttrc:16 neomuttrc:8 neomuttrc:3"
is "an alias without an address" "$(lost 'alias nobody')" "aliases:3"
check "an alias becomes a contact" sh -c "'$bin/retinue' sync 2>/dev/null; '$bin/retinue' contact import '$conf/aliases-neomutt.vcf' && '$bin/retinue' contact list ada --json | jq -e '.people[] | select(.addr == \"ada@example.org\" and .nickname == \"ada\")'"
is "a group alias a list" "$(retinue contact list team --json | jq -r '.people[0].members | sort | join(" ")')" "edward@example.org grace@example.org"

cat >"$HOME/.config/aerc/binds.conf" <<'END'
<C-p> = :prev-tab<Enter>
$noinherit = true
[messages]
q = :quit<Enter>
j = :next<Enter>
<C-d> = :next 50%<Enter>
Rq = :reply -q<Enter>
cc = :cf<space>
\ = :filter<space>
ga = :mark -t<Enter>:archive flat<Enter>
D = :choose -o y 'Really' delete-message<Enter>
[compose::review]
y = :send<Enter>
[terminal]
x = :close<Enter>
END
printf '[work]\nsignature-file = ~/.signature\nsource = imaps://x\n' >"$HOME/.config/aerc/accounts.conf"
exits "aerc, in part" 8 sh -c "'$bin/retinue' import aerc --json >'$work/report'"
f=$conf/keys.d/import-aerc.conf
is "aerc keys" "$(grep -E '^(q|j|C-d|R q|c c|g a|y) ' "$f" | sort | paste -sd';')" \
	"C-d = half-page-down;R q = reply;c c = \"command go \";g a = type <tag> <archive>;j = next;q = quit;y = send"
is "aerc, what is left" "$(jq -r '.lost[].place' "$work/report" | paste -sd' ')" \
	"binds.conf:1 binds.conf:2 binds.conf:11 binds.conf:15 accounts.conf:3"
is "the configuration is sound" "$(retinue config check 2>&1 | grep import-aerc)" ""

printf 'signature-file=%s\neditor=nano\nfeature-list=x,\n  y\n' "$HOME/.signature" >"$HOME/.pinerc"
printf 'ada\tByron, Ada\tada@example.org\nteam\tThe team\t(grace@example.org,\n   edward@example.org)\t\tours\n' >"$HOME/.addressbook"
exits "alpine, in part" 8 sh -c "'$bin/retinue' import alpine --json >'$work/report'"
is "alpine's editor" "$(grep '^editor' "$conf/keys.d/import-alpine.conf")" "editor = nano"
is "alpine's addresses" "$(grep -E '^(FN|NICKNAME|MEMBER)' "$conf/aliases-alpine.vcf" | tr -d '\r' | paste -sd' ')" \
	"FN:Ada Byron NICKNAME:ada FN:The team NICKNAME:team MEMBER:mailto:grace@example.org MEMBER:mailto:edward@example.org"
is "alpine, what is left" "$(jq -r '.lost[] | "\(.place) \(.text)"' "$work/report")" ".pinerc:3 feature-list=x,,y"
# --- one of a kind is told as one
printf 'alias one One <one@example.org>\nset editor=vi\nbind index G last-entry\n' >"$work/onerc"
is "in words" "$(retinue import neomutt "$work/onerc" | sed 's/[:(].*//' | paste -sd,)" "1 binding and 1 setting,1 alias"
done_testing
