#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulator's public folders over WebDAV (dossier 20) and the free/busy that
# lies among them (18), asked by hand.
. "$(dirname "$0")/dav.bash"
sim_now=$(date -u +%Y-%m-15T08:00:00Z)
export RETINUE_TEST_NOW=$(date -u -d "$sim_now" +%s)
start --dialect webdav --version 2003
me=$(ready address) other=$(ready address2)
names() { xp "$(el displayname)/text()" | sort | paste -sd'|'; }
folders='"DAV:iscollection" = True AND "DAV:ishidden" = False'
put=(-H 'Translate: f' -H 'Content-Type: message/rfc822' --data-binary)

# --- the tree ---------------------------------------------------------------------
propfind "$public/" 0 '<D:displayname/><D:hassubs/>'
is "the top of the tree" "$code $(text displayname) $(text hassubs)" "207 Public Folders 1"
search "$public/" "SELECT \"DAV:displayname\", \"DAV:hassubs\", \"http://schemas.microsoft.com/exchange/outlookfolderclass\" FROM \"\" WHERE $folders"
is "a level by SEARCH; what one may not see is not in it" "$(names)" \
	"Announcements|Canteen|Company calendar|Projects|Sales|Suggestions|Suppliers|Vehicles"
propfind "$public/" 1,noroot '<D:displayname/>'
is "and the same by PROPFIND" "$(names)" "Announcements|Canteen|Company calendar|Projects|Sales|Suggestions|Suppliers|Vehicles"
search "$public/" "SELECT \"DAV:displayname\" FROM SCOPE('hierarchical traversal of \"\"') WHERE $folders"
is "but never the tree at once (6.2)" "$code" 422
propfind "$public/" infinity '<D:displayname/>'
is "nor by Depth" "$code" 403
propfind "$public/Management/" 0 '<D:displayname/>'
is "a folder of others is denied, although signed in (3)" "$code" 401
access() { propfind "$public/$1/" 0 '<m:x0ff40003/>'; text x0ff40003; }
is "rights as PR_ACCESS: read-only, author, subfolders (21.2)" "$(access Announcements) $(access Canteen) $(access Projects)" "2 18 26"
propfind "$public/Projects/Aurora/" 0 '<m:x36e5001f/><m:x39fe001f/><e:permanenturl/>'
is "a mail folder takes posts, this one mail, too" "$(text x36e5001f) $(text x39fe001f)" "IPM.Post aurora@halden.example"
propfind "$(text permanenturl)" 0 '<D:href/>'
is "its permanent URL names it (20)" "$(text href)" "$public/Projects/Aurora/"

# --- posts --------------------------------------------------------------------------
is "the posts of a folder" "$(count_of "$public/Announcements/")" 6
newest "$public/Announcements/"
propfind "$public/Announcements/" 0 '<h:unreadcount/>'
a=$(text unreadcount)
proppatch "$href" '<h:read T:dt="boolean">1</h:read>'
propfind "$href" 0 '<h:read/>'
read_mark=$(text read)
propfind "$public/Announcements/" 0 '<h:unreadcount/>'
b=$(text unreadcount)
as 2
propfind "$public/Announcements/" 0 '<h:unreadcount/>'
is "everybody has read marks of his own (12)" "$a $read_mark $b $(text unreadcount)" "6 1 5 6"
as 1
proppatch "$href" '<h:subject>mine</h:subject>'
is "but nobody changes what he may only read" "$(grep -oE 'HTTP/1.1 [0-9]+' "$work/answer" | tail -1)" "HTTP/1.1 401"
dav PUT "$public/Announcements/x.EML" "${put[@]}" "$(mail "$me" "$other" 'not here')"
is "nor writes there" "$code" 401
dav PUT "$public/Suggestions/x.EML" "${put[@]}" "$(mail "$me" "$other" 'better chairs')"
is "nor past the one who passes posts" "$code" 403
dav PUT "$public/Canteen/menu.EML" "${put[@]}" "$(mail "$me" "$other" 'the menu')"
is "a post is put" "$code $(head_of Location)" "201 $public/Canteen/menu.EML"
proppatch "$public/Canteen/menu.EML" '<e:outlookmessageclass>IPM.Post</e:outlookmessageclass>'
propfind "$public/Canteen/menu.EML" 0 '<e:outlookmessageclass/><m:x0ff40003/>'
is "its class is a post's, and its author may change it" "$(text outlookmessageclass) $(text x0ff40003)" "IPM.Post 7"
as 2
dav DELETE "$public/Canteen/menu.EML"
is "others may not" "$code" 401
as 1
dav MOVE "$public/Canteen/menu.EML" -H "Destination: $root/Inbox/menu.EML"
is "nothing moves from one store into another (13)" "$code" 403
batch BDELETE "$public/Canteen/" delete menu.EML
is "its author may delete it" "$(count_of "$public/Canteen/")" 2
dav MKCOL "$public/Projects/Tideway"
propfind "$public/Projects/Tideway/" 0 '<m:x0ff40003/>'
is "who makes a folder owns it" "$(text x0ff40003)" 63
dav MKCOL "$public/Mine"
is "the top is the administrator's" "$code" 403
propfind "$root/" 0 '<h:sendmsg/>'
dav PUT "$(text sendmsg)" "${put[@]}" "$(mail "$me" aurora@halden.example 'by mail')"
is "mail to a folder's address is in it" "$code $(curl -sf "$admin/mailbox?user=public" | jq -r '.folders[] | select(.path == "Projects/Aurora") | .items[] | .subject' | grep -cx 'by mail')" "200 1"

# --- other hosts ----------------------------------------------------------------------
dav PROPFIND "$public/Sales/Archive%20Kyoto/" -H 'Depth: 0'
is "a folder without a replica here is elsewhere" "$code $(head_of Location)" "302 ${public/127.0.0.1/localhost}/Sales/Archive%20Kyoto/"
propfind "$(head_of Location)" 0 '<D:displayname/>'
is "and there it is" "$code $(text displayname)" "207 Archive Kyoto"
curl -sf -X POST "$admin/dav?public=http://pf.halden.example" >/dev/null
dav GET "$root/?Cmd=navbar"
check "the navigation bar names the public folder server (5.3)" grep -q 'HREF="http://pf.halden.example/public/"\|href="http://pf.halden.example/public/"' "$work/answer"

# --- free/busy (18) ---------------------------------------------------------------------
month=$(date -u -d "$sim_now" +%Y-%m)
day=$month-20
cal_set() { # NAME START END STATUS
	dav PROPPATCH "$root/Calendar/$1.EML" --data "<D:propertyupdate xmlns:D='DAV:' xmlns:c='urn:schemas:calendar:' xmlns:h='urn:schemas:httpmail:'><D:set><D:prop>\
<h:subject>$1</h:subject><c:dtstart>$2</c:dtstart><c:dtend>$3</c:dtend><c:busystatus>$4</c:busystatus></D:prop></D:set></D:propertyupdate>"
}
slots() { # START END [CURL-ARGUMENTS]
	dav GET "$public/?Cmd=freebusy&start=$1&end=$2&interval=30&u=SMTP:$me" -A 'Mozilla/4.0 (compatible; MSIE 6.0)'
	xp "string(($(el fbdata))[2])"
}
cal_set busy "${day}T20:00:00Z" "${day}T21:00:00Z" BUSY
cal_set maybe "${day}T20:30:00Z" "${day}T22:00:00Z" TENTATIVE
cal_set out "${day}T22:30:00Z" "${day}T23:00:00Z" OOF
is "a slot shows the strongest of what overlaps it (18.1)" "$(slots "${day}T19:30:00Z" "${day}T23:30:00Z")" 02211030
later=$(date -u -d "$month-01 +3 months" +%Y-%m-%d)
is "beyond what is published it is 4" "$(slots "${later}T00:00:00Z" "${later}T01:00:00Z")" 44
site="$public/NON_IPM_SUBTREE/SCHEDULE%2B%20FREE%20BUSY/EX:_xF8FF_o=Halden%20Instruments_xF8FF_ou=First%20Administrative%20Group"
message="$site/USER-_xF8FF_CN=RECIPIENTS_xF8FF_CN=$(printf %s "${me%@*}" | tr a-z A-Z).EML"
raw='<m:x68470003/><m:x68480003/><m:x6849001f/><m:x684f1003/><m:x68501102/><m:x68511003/><m:x68521102/><m:x68531003/><m:x68541102/><m:x68551003/><m:x68561102/><m:x68690003/><e:outlookmessageclass/><h:subject/>'
propfind "$message" 0 "$raw"
start_minutes=$(($(date -u -d "$month-01" +%s) / 60 + 194074560))
is "the message is published: window, owner, months (18.2)" "$code $(text x68470003) $(text x6849001f | sed 's/.*=//') $(text x68690003) $(text outlookmessageclass) $(text subject)" \
	"207 $start_minutes ${me%@*} 2 IPM.Post USER-/CN=RECIPIENTS/CN=$(printf %s "${me%@*}" | tr a-z A-Z)"
number=$(($(date -u -d "$sim_now" +%Y) * 16 + $(date -u -d "$sim_now" +%-m)))
is "a month is year * 16 + month" "$(xp "string(($(el x68531003)/*)[1])")" $number
pairs() { xp "string(($(el "$1")/*)[1])" | base64 -d | od -An -v -tu2 -w4 | tr -s ' ' | sed 's/^ //'; }
minute() { echo $(((20 - 1) * 1440 + $1 * 60 + $2)); }
is "busy in minutes of the month" "$(pairs x68541102 | grep -cx "$(minute 20 0) $(minute 21 0)")" 1
is "tentative by itself" "$(pairs x68521102 | grep -cx "$(minute 20 30) $(minute 22 0)")" 1
is "the sum has busy and away, not tentative" "$(pairs x68501102 | grep -cE "^($(minute 20 0) $(minute 21 0)|$(minute 22 30) $(minute 23 0)|.* $(minute 22 0))$")" 2
search "$site/" "SELECT \"DAV:href\" FROM \"\" WHERE \"http://schemas.microsoft.com/mapi/proptag/x6849001f\" = '/o=Halden Instruments/ou=First Administrative Group/cn=Recipients/cn=${other%@*}'"
is "and is found by its owner's old name" "$(n_of response)" 1
curl -sf -X POST "$admin/dav?publish=0" >/dev/null
cal_set late "${day}T23:00:00Z" "${day}T23:30:00Z" BUSY
is "a server that does not publish shows what was (18.3)" "$(slots "${day}T19:30:00Z" "${day}T23:30:00Z")" 02211030
data=$(printf "\\x$(printf %02x $(($(minute 23 0) % 256)))\\x$(printf %02x $(($(minute 23 0) / 256)))\\x$(printf %02x $(($(minute 23 30) % 256)))\\x$(printf %02x $(($(minute 23 30) / 256)))" | base64)
proppatch "$message" "<m:x68531003><c:v xmlns:c='xml:'>$number</c:v></m:x68531003><m:x68541102><c:v xmlns:c='xml:'>$data</c:v></m:x68541102>"
is "and what a client publishes itself" "$(slots "${day}T19:30:00Z" "${day}T23:30:00Z")" 00111032

# --- a large tree --------------------------------------------------------------------------
start --dialect webdav --version 2003 --public-folders 50000
search "$public/Large%20archive/" "SELECT \"DAV:displayname\", \"DAV:hassubs\" FROM \"\" WHERE $folders"
is "a tree of 50,000 folders has fifty at its top" "$(n_of response)" 50
first=$(text href)
began=$(date +%s%N)
search "$first" "SELECT \"DAV:displayname\", \"DAV:hassubs\" FROM \"\" WHERE $folders"
took=$((($(date +%s%N) - began) / 1000000))
check "and a level of it is there at once ($(n_of response) folders in $took ms)" [ "$(n_of response)" -gt 10 -a $took -lt 1000 ]
done_testing
