#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Public folders by the verbs, in both dialects: on 2013 and later each request
# reaches the mailbox that has what it is about; over WebDAV a folder whose
# content is on another host is followed there, and the sign-in never goes to a
# foreign host unasked.
. "$(dirname "$0")/lib.bash"
dialect=${DIALECT:-ews}
export RETINUE_TEST_NOW=1795680000 TZ=UTC
names() { jq -r '[.folders[].name] | join("|")'; }
subjects() { retinue list "Public folders/$1" --json | jq '.items | length'; }
public_items() { curl -sf "$admin/mailbox?user=public" | jq --arg p "$1" '[.folders[] | select(.path == $p) | .items[]] | length'; }

if [ "$dialect" = ews ]; then
	sim_start --version 2016 || exit 1
	home ada
	retinue sync >/dev/null 2>&1
	ask() { # HEADERS...: FindItem in the public folder Sales, by hand
		local id h=()
		for x in "$@"; do h+=(-H "$x"); done
		id=$(retinue public list --json | jq -r '.folders[] | select(.name == "Sales").id | sub("^pub:[^:]*:"; "")')
		curl -s -u "$(ready user):$(ready password)" -H 'Content-Type: text/xml' "${h[@]}" "$ews" --data-binary "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' xmlns:m='http://schemas.microsoft.com/exchange/services/2006/messages' xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types'><s:Header><t:RequestServerVersion Version='Exchange2013_SP1'/></s:Header><s:Body><m:FindItem Traversal='Shallow'><m:ItemShape><t:BaseShape>IdOnly</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:FolderId Id='$id'/></m:ParentFolderIds></m:FindItem></s:Body></s:Envelope>" |
			grep -o 'ResponseCode>[^<]*' | head -1 | cut -d'>' -f2
	}
	is "a request that names no mailbox finds nothing" "$(ask)" ErrorItemNotFound
	is "nor one that names another" "$(ask "X-AnchorMailbox: publicfolders-1@halden.example" "X-PublicFolderMailbox: publicfolders-1@halden.example")" ErrorItemNotFound
	is "but the one that has it" "$(ask "X-AnchorMailbox: publicfolders-2@halden.example" "X-PublicFolderMailbox: publicfolders-2@halden.example")" NoError
	n=$(grep -c 'op=Autodiscover' "$sim_log")
	retinue public list Sales >/dev/null
	is "who has the tree is asked in two questions" $(($(grep -c 'op=Autodiscover' "$sim_log") - n)) 2
else
	sim_start || exit 1
	home ada
	retinue sync >/dev/null 2>&1
fi
is "the top of the tree" "$(retinue public list --json | names)" "Announcements|Canteen|Company calendar|Projects|Sales|Suggestions|Suppliers|Vehicles"
check "a favourite" retinue public subscribe Sales
check "and one in another mailbox" retinue public subscribe Canteen
check "sync" retinue sync
is "both are mirrored" "$(subjects Sales) $(subjects Canteen)" "3 2"
id=$(retinue list "Public folders/Sales" --json | jq -r '.items[0].id')
check "a post is read" sh -c "'$bin/retinue' show $id | grep -q ."
printf 'An offer.\n' >"$work/offer"
check "posting" sh -c "'$bin/retinue' public post Sales --subject 'An offer' <'$work/offer'"
is "it is there" "$(public_items Sales)" 4
[ "$dialect" = webdav ] || is "and no draft" "$(curl -sf "$admin/mailbox?user=public" | jq -c '[.folders[] | .items // [] | .[] | select(.subject == "An offer").draft]')" '[false]'
check "sync again" retinue sync
id=$(retinue list "Public folders/Sales" --json | jq -r '.items[] | select(.subject == "An offer").id')
check "its author deletes it" retinue delete "$id"
check "and sync" retinue sync
is "it is gone" "$(public_items Sales)" 3

# --- what they hold, as what it is
show() { retinue public show "$@" --json; }
is "a calendar shows its entries" "$(show 'Company calendar' | jq -c '[.kind, (.items[] | [.subject, .start, .repeats, .location])]')" \
	'["calendar",["Pay day","2026-09-24","monthly on day 25",null],["Fire drill","2026-11-25T10:00:00+00:00",null,"Yard"],["Summer party","2026-12-04T15:00:00+00:00",null,"Quay"]]'
is "contacts show people" "$(show Suppliers | jq -c '[.kind, (.items[] | [.name, .company, .addr])]')" \
	'["contacts",["June Park","Hanriver Sensors","june.park@hanriver.example"],["Lena Voss","Voss Connectors","lena@voss.example"],["Marco Bianchi","Bianchi Cables","marco@bianchi.example"]]'
documented() { # the members that the manual names
	retinue man | sed -n '/^\.Sh JSON/,/^\.Sh ENV/p' | sed -n "/^\.It Li $1\$/,/^\.It/p" | sed '1d' | grep '^\.Li' | sed 's/^\.Li//' | tr -d ' ' | tr ',' '\n' | sed '/^$/d' | sort | paste -sd,
}
members() { jq -r '.items[0] | keys | sort | join(",")'; }
is "JSON of a post" "$(documented post)" "$(show Canteen | members)"
is "JSON of an entry" "$(documented 'public event')" "$(show 'Company calendar' | members)"
check "a public calendar is a favourite" retinue public subscribe "Company calendar"
check "sync the calendar" retinue sync
is "and in the agenda by its name" "$(retinue agenda 2026-12-04 --folder 'Public folders/Company calendar' --json | jq -c '[.events[].subject]')" '["Summer party"]'

# --- posts and answers are of one conversation
printf 'How about oats?\n' | retinue public post Canteen --subject "Breakfast" 2>/dev/null
id=$(show Canteen | jq -r '.items[] | select(.subject == "Breakfast").id')
is "a post is read by its id" "$(show Canteen "$id" | jq -r '.text')" "How about oats?"
check "and answered" sh -c "echo 'Yes.' | '$bin/retinue' public reply Canteen '$id'"
answer=$(show Canteen | jq -r '.items[] | select(.subject == "Re: Breakfast").id')
is "with the post quoted" "$(show Canteen "$answer" | jq -r '.text' | grep -c 'oats')" 1
check "sync the answer" retinue sync
head_of() { retinue show "$(retinue list "Public folders/Canteen" --json | jq -r --arg s "$1" '.items[] | select(.subject == $s).id')" --raw | tr -d '\r' | sed -n "s/^$2: //p" | head -1; }
first=$(head_of Breakfast Thread-Index | base64 -d | xxd -p | tr -d '\n') then=$(head_of "Re: Breakfast" Thread-Index | base64 -d | xxd -p | tr -d '\n')
is "a post begins a thread of 22 bytes, an answer goes on with 5" "${#first} ${#then} ${then:0:44}" "44 54 $first"
is "and names what it answers" "$(head_of "Re: Breakfast" In-Reply-To)" "$(head_of Breakfast Message-ID)"
is "it goes to nobody else" "$(head_of "Re: Breakfast" To)" ""
exits "no answer without a post" 2 retinue public reply Canteen
check "nor to one that is not there" sh -c "! echo x | '$bin/retinue' public reply Canteen '${id}x'"

# --- content on another host
if [ "$dialect" = webdav ]; then
	exits "a foreign host does not get the sign-in" 6 retinue public list "Sales/Archive Kyoto"
	is "it is named, and what allows it" "$(grep -c 'is on localhost, outside of the domain: the sign-in goes there only with .trust-hosts = localhost.' "$work/err")" 1
	is "nothing was sent there" "$(grep -c 'path=/public/Sales/Archive Kyoto/ status=2' "$sim_log")" 0
	HOME_CONF="trust-hosts = localhost"
	home ada
	exits "once it is named, it is asked" 1 retinue public list "Sales/Archive Kyoto"
	check "its content is a favourite as any" retinue public subscribe "Sales/Archive Kyoto"
	check "posting there" sh -c "'$bin/retinue' public post 'Sales/Archive Kyoto' --subject 'From afar' <'$work/offer'"
	check "sync it" retinue sync
	is "is mirrored" "$(subjects "Archive Kyoto")" 5
	id=$(retinue list "Public folders/Archive Kyoto" --json | jq -r '.items[] | select(.subject == "From afar").id')
	check "and read" sh -c "'$bin/retinue' show $id | grep -q 'An offer'"
	check "and deleted" retinue delete "$id"
	check "sync the deletion" retinue sync
	is "there, too" "$(public_items "Sales/Archive Kyoto")" 4
	curl -sf -X POST "$admin/dav?public=http://pf.elsewhere.example" >/dev/null
	exits "a foreign server of all public folders is not asked either" 6 retinue public list
	is "and named" "$(grep -c 'the public folders are on pf.elsewhere.example, outside of the domain' "$work/err")" 1
	HOME_CONF="public-folder-server = $sim_url/public/"
	home ada
	check "the one that the account names is taken" sh -c "'$bin/retinue' public list | grep -q Canteen"
	curl -sf -X POST "$admin/dav?public=" >/dev/null
fi

# --- a tree of 50,000 is asked for level by level, and never read whole
HOME_CONF=
sim_start --version "$([ "$dialect" = ews ] && echo 2016 || echo 2003)" --public-folders 50000 || exit 1
home large
retinue sync >/dev/null 2>&1
curl -sf -X POST "$admin/reset-stats" >/dev/null
is "a level of it" "$(retinue public list 'Large archive' --json | jq '.folders | length')" 50
is "and one below" "$(retinue public list 'Large archive/Shelf 00001' --json | jq '.folders | length > 10')" true
retinue sync >/dev/null 2>&1
operation=FindFolder
[ "$dialect" = ews ] || operation=DAV-SEARCH
stats >"$work/stats"
is "takes one question a level of the path, and no sync asks at all" \
	"$(grep -cE "op=$operation folder=\"?(Public Folders|Large archive|Shelf 00001)" "$sim_log")" 5
check "and little of it ($(jq .bytes_out "$work/stats") bytes)" test "$(jq .bytes_out "$work/stats")" -lt 400000
done_testing
