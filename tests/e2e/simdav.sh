#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulator's WebDAV face by itself, asked with requests written here by
# hand from the dossier (sections in brackets): what the client's tests rely on
# must hold without the client.
. "$(dirname "$0")/dav.bash"

start --dialect webdav --version 2003
me=$(ready address) other=$(ready address2)

dav OPTIONS "$root/"
is "OPTIONS tells the release and the methods (1.4)" "$code $(head_of MS-WebStorage | cut -d. -f1,2) $(grep -c 'BPROPFIND' "$work/head")" "200 6.5 1"
code=$(curl -s -o /dev/null -w '%{http_code}' -X PROPFIND "$root/")
is "nobody gets in without a name" "$code" 401

# --- 207s (2.2, 6.1) -----------------------------------------------------------------
propfind "$root/" 0 '<h:inbox/><h:sendmsg/><h:nonesuch/>'
is "well-known folders are URLs without a slash (6.1)" "$code $(text inbox)" "207 $root/Inbox"
is "status comes before prop (2.2)" "$(xp "name(($(el propstat))[1]/*[1])" | sed 's/.*://')" status
is "what is missing is in a 404 propstat" "$(xp "string($(el nonesuch)/../../*[1])" | cut -d' ' -f2)" 404
submit=$(text sendmsg)
propfind "$root/" 0 '<h:inbox/><h:nonesuch/>' -H 'Brief: t'
is "Brief leaves it out" "$(n_of nonesuch)" 0
propfind "$root/Inbox" 1,noroot '<D:displayname/><D:iscollection/>'
is "a prefix is one letter and bound at the root" "$(xp "name(/*)") $(grep -oE '<[a-z]:response' "$work/answer" | sort -u | wc -l)" "a:multistatus 1"

# --- SEARCH (7) -------------------------------------------------------------------------
total=$(count_of "$root/Inbox/")
is "a page tells how many there are" "$code $(head_of Content-Range)" "207 rows 0-0; total=$total"
search "$root/Inbox/" "SELECT \"DAV:displayname\" FROM \"\" WHERE $messages" -H "Range: rows=$total-"
is "beyond the end is 416" "$code" 416
search "$root/Inbox/" "SELECT \"DAV:displayname\" FROM \"\" WHERE $messages" -H 'Range: rows=-3'
is "the last three" "$code $(n_of response)" "207 3"
search "$root/Inbox/" 'SELECT "DAV:displayname" FROM "" WHERE "DAV:displayname" ~ 3'
is "what is no SQL is 422" "$code" 422
search "$root/Inbox/" 'SELECT "http://schemas.microsoft.com/mapi/proptag/x66590102" FROM ""'
is "content is not to be had by SEARCH (7.2)" "$([ "$code" = 422 ] || n_of x66590102)" ""
search "$root/Inbox/" "SELECT \"urn:schemas:httpmail:read\" FROM \"\" WHERE $messages AND \"urn:schemas:httpmail:read\" = False"
unread=$(n_of response)
propfind "$root/Inbox/" 0 '<h:unreadcount/><D:visiblecount/><e:foldersize/>'
is "the folder counts what SEARCH finds" "$(text unreadcount) $(text visiblecount)" "$unread $total"
search "$root/" 'SELECT "DAV:displayname","DAV:hassubs" FROM SCOPE('"'"'hierarchical traversal of ""'"'"') WHERE "DAV:iscollection" = True AND "DAV:ishidden" = False'
check "the hierarchy goes deep (6.2)" grep -q 'Projects/Aurora/Firmware/</a:href>' "$work/answer"
search "$root/Inbox/" 'SELECT "http://schemas.microsoft.com/mapi/id/{00062008-0000-0000-C000-000000000046}/0x8570" FROM "" WHERE "DAV:ishidden" = False' -H 'Range: rows=0-0'
check "0x names come as they are, which is no XML (2.4)" grep -qE '<[a-z]:0x8570' "$work/answer"

# --- marks and versions (8, 12) -------------------------------------------------------------
newest "$root/Inbox/"
article=$(text x0e230003) etag=$(text getetag)
proppatch "$href" '<h:read T:dt="boolean">1</h:read>'
propfind "$href" 0 '<h:read/><m:x0e230003/><D:getetag/>'
is "a read mark changes the tag, not the article number" \
	"$(text read) $([ "$(text x0e230003)" = "$article" ] && echo same) $([ "$(text getetag)" = "$etag" ] && echo same)" "1 same "
proppatch "$href" '<m:x10900003 T:dt="int">2</m:x10900003>'
propfind "$href" 0 '<m:x10900003/><m:x0e230003/>'
check "a flag changes the article number" [ "$(text x10900003)" = 2 -a "$(text x0e230003)" -gt "$article" ]
proppatch "$root/Inbox/nowhere.EML" '<h:read>1</h:read>' -H 'If-Match: *'
is "If-Match keeps PROPPATCH from creating" "$code" 412
proppatch "$href" '<m:x0e080003 T:dt="int">2</m:x0e080003>'
check "what the store computes is not written" grep -qE '40[39]' "$work/answer"

# --- GET, PUT (11, 13) ------------------------------------------------------------------------
dav GET "$href" -H 'Translate: f'
is "Translate gives the message" "$code $(head_of Content-Type) $(grep -ci '^subject:' "$work/answer")" "200 message/rfc822 1"
put=(-H 'Translate: f' -H 'Content-Type: message/rfc822' --data-binary)
dav PUT "$root/Drafts/one.EML" -H 'If-None-Match: *' "${put[@]}" "$(mail "$me" "$other" 'a draft')"
is "PUT makes an item" "$code $(head_of Location)" "201 $root/Drafts/one.EML"
dav PUT "$root/Drafts/one.EML" -H 'If-None-Match: *' "${put[@]}" x
is "and not twice" "$code" 412
dav PUT "$root/Nowhere/one.EML" "${put[@]}" x
is "without a parent it is 409" "$code" 409
permanent=$(propfind "$root/Drafts/one.EML" 0 '<e:permanenturl/>'; text permanenturl)
propfind "$permanent" 0 '<D:displayname/>'
is "the permanent URL names it too (1.2)" "$(text displayname)" one.EML

# --- sending (14) --------------------------------------------------------------------------------
dav MOVE "$root/Drafts/one.EML" -H "Destination: $submit"
is "a draft is submitted by moving it" "$code $(subjects "$(ready user2)" | grep -c '^Inbox|a draft$') $(subjects "$(ready user)" | grep -c '^Sent Items|a draft$')" "200 1 1"
dav PUT "$submit" "${put[@]}" "$(mail "$other" "$me" 'not from me')"
is "nobody sends as somebody else" "$code" 403
code=$(curl -s -o /dev/null -w '%{http_code}' -X PUT "$submit" --data x)
is "without a name the submission URI is not there" "$code" 404
curl -sf -X POST "$admin/quota?user=$(ready user)&bytes=1" >/dev/null
dav PUT "$submit" "${put[@]}" "$(mail "$me" "$other" 'too much')"
full=$code
dav PUT "$root/Drafts/two.EML" "${put[@]}" "$(mail "$me" "$other" 'too much')"
is "a full mailbox neither sends nor takes (24)" "$full $code" "500 425"
curl -sf -X POST "$admin/quota?user=$(ready user)&bytes=0&send=1" >/dev/null
dav PUT "$submit" "${put[@]}" "$(mail "$me" "$other" 'too much')"
full=$code
dav PUT "$root/Drafts/two.EML" "${put[@]}" "$(mail "$me" "$other" 'too much')"
is "over the limit for sending alone it takes, but does not send" "$full $code" "500 201"
curl -sf -X POST "$admin/quota?user=$(ready user)&bytes=0" >/dev/null
dav DELETE "$root/Drafts/two.EML"

# --- folders, moving (6.3, 13) ----------------------------------------------------------------------
dav MKCOL "$root/Inbox/what%3f"
is "MKCOL makes a folder, its name escaped (1.3)" "$code $(head_of Location)" "201 $root/Inbox/what_x003F_/"
dav MKCOL "$root/Inbox/what_x003F_"
is "an existing one is 405" "$code" 405
to=$root/Inbox/what_x003F_
newest "$root/Inbox/"
dav COPY "$href" -H "Destination: $to/$(printf %s "${href##*/}")"
dav COPY "$href" -H "Destination: $to/${href##*/}" -H 'Overwrite: f'
clash=$code
dav COPY "$href" -H "Destination: $to/${href##*/}" -H 'Allow-Rename: t'
is "a clash is 412, or another name (1.3)" "$clash $code $(head_of Location | grep -cE -- '-2\.EML$')" "412 201 1"
batch_args=(-H "Destination: $to/" -H 'Allow-Rename: t')
batch BMOVE "$root/Inbox/" move "$href" gone.EML
batch_args=()
is "BMOVE says of each what became of it" "$code $(grep -oE 'HTTP/1.1 [0-9]+' "$work/answer" | cut -d' ' -f2 | paste -sd' ') $(n_of location)" "207 201 404 1"
is "and the folder holds three" "$(count_of "$to/")" 3
search "$to/" "SELECT \"DAV:displayname\" FROM \"\" WHERE $messages"
mapfile -t all < <(xp "$(el href)/text()")
batch BDELETE "$to/" delete "${all[0]:-none}" "${all[1]:-none}"
is "BDELETE takes absolute and relative hrefs" "$(count_of "$to/")" 1
dav DELETE "$to"
is "a folder goes" "$code $(propfind "$to/" 0 '<D:displayname/>'; echo $code)" "200 404"
curl -sf -X POST "$admin/dav?filtered=1" >/dev/null
batch BDELETE "$root/Inbox/" delete x
a=$code; dav SUBSCRIBE "$root/Inbox/" -H 'Notification-type: pragma/<http://schemas.microsoft.com/exchange/newmail>'
is "a filter in front hides the batch methods (1.4)" "$a $code" "404 404"
curl -sf -X POST "$admin/dav?filtered=0" >/dev/null

# --- notifications (10), manifest (9) ------------------------------------------------------------------
dav SUBSCRIBE "$root/Inbox/" -H 'Notification-type: update/newmember' -H 'Subscription-lifetime: 600'
id=$(head_of Subscription-id)
dav POLL "$root/Inbox/" -H "Subscription-id: $id"
a=$(grep -oE 'HTTP/1.1 [0-9]+' "$work/answer" | cut -d' ' -f2 | head -1)
curl -sf -X POST "$admin/deliver?user=$(ready user)" --data-binary "$(mail "$other" "$me" 'news')" >/dev/null
dav POLL "$root/Inbox/" -H "Subscription-id: $id"
is "POLL tells of new mail" "$a $(grep -oE 'HTTP/1.1 [0-9]+' "$work/answer" | cut -d' ' -f2 | head -1)" "204 200"
manifest() { dav SEARCH "$root/Inbox/" --data "<searchrequest xmlns='DAV:' xmlns:R='http://schemas.microsoft.com/repl/'><R:repl><R:collblob>$1</R:collblob></R:repl>\
<sql>SELECT \"http://schemas.microsoft.com/repl/repl-uid\" FROM \"\" WHERE $messages</sql></searchrequest>"; }
manifest ''
blob=$(text collblob) first=$(n_of response)
newest "$root/Inbox/"; dav DELETE "$href"
manifest "$blob"
is "the manifest tells what went since (9.1)" "$first $(xp "$(el changetype)/text()")" "$((total)) delete"
manifest AAAA
is "a blob that is none is 475" "$code" 475

# --- calendar (16) ----------------------------------------------------------------------
calendar=$root/Calendar
cal='urn:schemas:calendar:'
search "$calendar/" "SELECT \"${cal}uid\", \"${cal}instancetype\" FROM \"\" WHERE \"${cal}instancetype\" = 1"
series=$(n_of response)
search "$calendar/" "SELECT \"${cal}rrule\", \"${cal}instancetype\" FROM \"\" WHERE \"${cal}instancetype\" = 1 OR \"${cal}instancetype\" = 0"
check "without dates a series is one row with its rule" [ "$series" -gt 0 -a "$(xp "count($(el rrule)/*)")" = "$series" ]
range="\"${cal}dtend\" > cast(\"$(date -u +%Y-%m-%dT00:00:00Z)\" as 'dateTime.tz') AND \"${cal}dtstart\" < cast(\"$(date -u -d '+28 days' +%Y-%m-%dT00:00:00Z)\" as 'dateTime.tz')"
search "$calendar/" "SELECT \"${cal}uid\", \"${cal}instancetype\", \"${cal}dtstart\" FROM \"\" WHERE $range"
check "with dates it is its occurrences, each with an address of its own" [ "$(xp "count($(el instancetype)[text()='2'])")" -gt "$series" \
	-a "$(xp "count($(el instancetype)[text()='1'])")" = 0 -a "$(xp "$(el href)/text()" | sort | uniq -d | wc -l)" = 0 ]
dav GET "$(xp "string(($(el instancetype)[text()='2'])[1]/ancestor::*[local-name()='response']/*[local-name()='href'])")" -H 'Translate: f'
is "an event's content is iCalendar (16.2)" "$code $(tr -d '\r' <"$work/answer" | grep -cE '^(BEGIN:VCALENDAR|END:VCALENDAR|content-class: urn:content-classes:appointment)$')" "200 3"
soon=$(date -u -d '+2 days' +%Y-%m-%d)
set_cal() { dav PROPPATCH "$calendar/plan.EML" --data "<D:propertyupdate xmlns:D='DAV:' xmlns:c='urn:schemas:calendar:' xmlns:h='urn:schemas:httpmail:'><D:set><D:prop>$1</D:prop></D:set></D:propertyupdate>"; }
set_cal "<h:subject>Plan</h:subject><c:dtstart>${soon}T03:00:00.000Z</c:dtstart><c:dtend>${soon}T04:00:00.000Z</c:dtend><c:busystatus>OOF</c:busystatus><c:location>Attic</c:location>"
set_cal '<c:location>Cellar</c:location>'
search "$calendar/" "SELECT \"${cal}location\", \"${cal}duration\", \"${cal}busystatus\", \"http://schemas.microsoft.com/exchange/outlookmessageclass\" FROM \"\" WHERE $range AND \"${cal}location\" = 'Cellar'"
is "a single event is made and changed by its properties" "$(text location) $(text duration) $(text busystatus) $(text outlookmessageclass)" "Cellar 3600 OOF IPM.Appointment"
dav GET "$(ready base_url)/public/?Cmd=freebusy&start=${soon}T02:30:00Z&end=${soon}T04:30:00Z&interval=30&u=SMTP:$me" -A 'MSIE 6.0'
is "and shows in free/busy" "$(xp "string(($(el fbdata))[2])")" 0330
cat >"$work/event" <<END
content-class: urn:content-classes:appointment
MIME-Version: 1.0
Content-Type: text/calendar; method=PUBLISH; charset="utf-8"

BEGIN:VCALENDAR
VERSION:2.0
BEGIN:VTIMEZONE
TZID:home
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:put-1
SUMMARY:Stand\\, daily
DTSTART;TZID=home:20270104T060000
DTEND;TZID=home:20270104T061500
RRULE:FREQ=DAILY;COUNT=5
EXDATE;TZID=home:20270105T060000
X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE
BEGIN:VALARM
TRIGGER:-PT20M
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:put-1
RECURRENCE-ID;TZID=home:20270106T060000
SUMMARY:Moved
DTSTART;TZID=home:20270106T080000
DTEND;TZID=home:20270106T081500
END:VEVENT
END:VCALENDAR
END
dav PUT "$calendar/put.EML" -H 'If-None-Match: *' -H 'Translate: f' -H 'Content-Type: message/rfc822' --data-binary "@$work/event"
search "$calendar/" "SELECT \"${cal}dtstart\", \"${cal}instancetype\", \"urn:schemas:httpmail:subject\" FROM \"\" WHERE \"${cal}uid\" = 'put-1' AND \"${cal}dtend\" > '2027/01/01 00:00:00' \
AND \"${cal}dtstart\" < '2027/02/01 00:00:00' ORDER BY \"${cal}dtstart\""
is "a series is put whole: rule, hole, exception (16.3)" "$code $(xp "$(el dtstart)/text()" | cut -c9-16 | paste -sd' ') $(xp "$(el instancetype)/text()" | paste -sd' ') $(xp "$(el subject)/text()" | sort -u | paste -sd'|')" \
	"207 04T05:00 06T07:00 07T05:00 08T05:00 2 3 2 2 Moved|Stand, daily"
meeting() { # METHOD FROM TO ATTENDEE [PARTSTAT]
	mail "$2" "$3" 'Let us meet' | sed '/^Content-Type/,$d'
	printf 'Content-Type: text/calendar; method=%s\r\n\r\nBEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:%s\r\nBEGIN:VEVENT\r\nUID:meet-1\r\nSUMMARY:Let us meet\r\n' "$1" "$1"
	printf 'DTSTART:20270111T100000Z\r\nDTEND:20270111T110000Z\r\nORGANIZER:mailto:%s\r\nATTENDEE%s:mailto:%s\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' "$me" "${5:+;PARTSTAT=$5}" "$4"
}
dav PUT "$calendar/meet.EML" "${put[@]}" "$(meeting REQUEST "$me" "$other" "$other")"
dav PUT "$submit" "${put[@]}" "$(meeting REQUEST "$me" "$other" "$other")"
is "a meeting request reaches the other calendar" "$code $(subjects "$(ready user2)" | grep -c '^Calendar|Let us meet')" "200 1"
auth=(-u "$(ready user2):$(ready password2)")
their=${root/${me%@*}/${other%@*}}
search "$their/Inbox/" "SELECT \"http://schemas.microsoft.com/exchange/outlookmessageclass\", \"DAV:contentclass\", \"${cal}method\" FROM \"\" WHERE \"${cal}uid\" = 'meet-1'"
is "as the message it is (16.3)" "$(text outlookmessageclass) $(text contentclass) $(text method)" "IPM.Schedule.Meeting.Request urn:content-classes:calendarmessage REQUEST"
dav PUT "${submit/${me%@*}/${other%@*}}" "${put[@]}" "$(meeting REPLY "$other" "$me" "$other" ACCEPTED)"
auth=(-u "$(ready user):$(ready password)")
search "$root/Inbox/" "SELECT \"http://schemas.microsoft.com/exchange/outlookmessageclass\" FROM \"\" WHERE \"${cal}uid\" = 'meet-1'"
is "and the answer comes back" "$code $(text outlookmessageclass)" "207 IPM.Schedule.Meeting.Resp.Pos"

# --- pages (5.3, 18, 19) --------------------------------------------------------------------------------
dav GET "$root/?Cmd=options"
check "the options page has the assistant, off" sh -c "grep -q 'End OOF Assist' '$work/answer' && ! tr -d '\r\n' <'$work/answer' | grep -qiE 'value=\"1\"[^>]*checked'"
code=$(curl -s -m 20 "${auth[@]}" -o "$work/answer" -D "$work/head" -w '%{http_code}' --data 'Cmd=options&OofState=1&OofReply=Away+until+%3Cb%3E%20Gr%C3%BC%C3%9Fe' "$root/")
is "posting it is answered by a redirect" "$code $(head_of Location)" "302 $root/"
dav GET "$root/?Cmd=options"
check "it is on, and the text is escaped" sh -c "tr -d '\r\n' <'$work/answer' | grep -iE 'value=\"1\"[^>]*checked' | grep -q 'Away until &lt;b&gt; Grüße</TEXTAREA>'"
propfind "$root/NON_IPM_SUBTREE/" 0 '<e:oof-state/>'
is "the hidden tree's top knows the state" "$(text oof-state)" 1
auth=(-u "$(ready user2):$(ready password2)")
for _ in 1 2; do dav PUT "${submit/${me%@*}/${other%@*}}" "${put[@]}" "$(mail "$other" "$me" 'are you there')"; done
is "each sender gets one answer" "$(subjects "$(ready user2)" | grep -c 'AutoReply: are you there')" 1
dav GET "$root/?Cmd=options"
is "nobody else reads the options" "$code" 401
auth=(-u "$(ready user):$(ready password)")
proppatch "$root/NON_IPM_SUBTREE/" '<e:oof-state T:dt="boolean">0</e:oof-state>' -H 'If-Match: *'
a=$code; proppatch "$root/NON_IPM_SUBTREE/" '<e:oof-state T:dt="boolean">0</e:oof-state>'
propfind "$root/NON_IPM_SUBTREE/" 0 '<e:oof-state/>'
is "it is switched off by a property, without If-Match (19)" "$a $(text oof-state)" "412 0"
day=$(date -u +%Y-%m-%d)
fb="$(ready base_url)/public/?cmd=freebusy&start=${day}T00:00:00Z&end=${day}T12:00:00Z&interval=30&u=SMTP:$me&u=SMTP:nobody@example.org"
dav GET "$fb" -A 'Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)'
is "free/busy: the merge first, a digit a slot, 4 for who is unknown (18.1)" \
	"$(n_of fbdata) $(n_of email) $(xp "string-length(($(el fbdata))[2])") $(xp "string(($(el fbdata))[3])")" "3 2 24 $(printf '4%.0s' {1..24})"
dav GET "$fb"
is "without the browser's name it is a page" "$(grep -c fbdata "$work/answer")" 0
curl -sf -X POST "$admin/dav?base=http://backend.example.org" >/dev/null
propfind "$root/Inbox/" 0 '<D:displayname/>'
is "hrefs may name the back end" "$(text href)" "http://backend.example.org/exchange/${me%@*}/Inbox/"

# --- forms (4.3) -------------------------------------------------------------------------------------------
start --dialect webdav --version 2003 --auth fba
base=$(ready base_url) auth=()
dav PROPFIND "$root/" -H 'Depth: 0'
a=$code; dav GET "$root/"
is "DAV gets 440, a browser the form" "$a $code $(head_of Location | grep -c owalogon.asp)" "440 302 1"
logon() { curl -s -o /dev/null -c "$work/jar" --data-urlencode "destination=$root/" --data-urlencode "username=$1" \
	--data-urlencode "password=$2" -d 'flags=0&trusted=0&SubmitCreds=Log+On' "$base/exchweb/bin/auth/owaauth.dll"; }
logon "$(ready user)" wrong
propfind "$root/" 0 '<h:inbox/>' -b "$work/jar"
is "a wrong password shows on the next request" "$code" 440
logon "$(ready user)" "$(ready password)"
propfind "$root/" 0 '<h:inbox/>' -b "$work/jar"
is "the cookies let in" "$code" 207
curl -sf -X POST "$admin/dav?expire=1" >/dev/null
propfind "$root/" 0 '<h:inbox/>' -b "$work/jar"
a=$code; dav GET "$root/?Cmd=options" -b "$work/jar"
is "they expire; the options page is then the form (19)" "$a $code $(grep -c owaauth.dll "$work/answer")" "440 200 1"

# --- localised mailboxes (1.2, 6.1) ----------------------------------------------------------------------------
start --dialect webdav --version 2003 --language fr
propfind "$root/" 0 '<h:inbox/><h:sentitems/>'
is "the names of folders, and so their addresses, are the mailbox's own" "$(text inbox) $(text sentitems)" \
	"$root/Bo%c3%aete%20de%20r%c3%a9ception $root/%c3%89l%c3%a9ments%20envoy%c3%a9s"
check "and by these they are found" [ "$(count_of "$(text inbox)/")" -gt 100 ]
propfind "$root/Inbox" 0 '<D:displayname/>'
is "an English name is none" "$code" 404

# --- two faces, one mailbox ------------------------------------------------------------------------------------
start --dialect both --version 2007
auth=(-u "$(ready user):$(ready password)")
root=$(ready base_url)/exchange/$(ready address)
newest "$root/Inbox/"
subject=$(propfind "$href" 0 '<h:subject/>'; text subject)
dav MOVE "$href" -H "Destination: $root/Drafts/${href##*/}"
find_subject() { curl -s -m 20 "${auth[@]}" -H 'Content-Type: text/xml' "$ews" --data "<?xml version='1.0'?><s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' \
xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types' xmlns:m='http://schemas.microsoft.com/exchange/services/2006/messages'><s:Header>\
<t:RequestServerVersion Version='Exchange2007'/></s:Header><s:Body><m:FindItem Traversal='Shallow'><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>\
<m:ParentFolderIds><t:DistinguishedFolderId Id='drafts'/></m:ParentFolderIds></m:FindItem></s:Body></s:Envelope>" | xmllint --xpath "$(el Subject)/text()" -; }
find_subject >"$work/out"
is "a message filed over WebDAV is seen over EWS" "$code $(grep -cxF -- "$(printf %s "$subject" | sed 's/&/\&amp;/g')" "$work/out")" "201 1"
done_testing
