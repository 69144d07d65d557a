#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Contacts, private lists, tasks, notes and the finer properties of events over
# the simulator's WebDAV face (dossier 15, 16, 17), asked by hand.
. "$(dirname "$0")/dav.bash"
start --dialect both --version 2007sp1
root=$(ready base_url)/exchange/$(ready address)
put=(-H 'Translate: f' -H 'Content-Type: message/rfc822' --data-binary)
spaces="xmlns:D='DAV:' xmlns:h='urn:schemas:httpmail:' xmlns:c='urn:schemas:contacts:' xmlns:l='urn:schemas:calendar:' xmlns:e='http://schemas.microsoft.com/exchange/' \
xmlns:m='http://schemas.microsoft.com/mapi/' xmlns:p='http://schemas.microsoft.com/mapi/proptag/' xmlns:t='http://schemas.microsoft.com/mapi/id/{00062003-0000-0000-C000-000000000046}/' \
xmlns:a='http://schemas.microsoft.com/mapi/id/{00062004-0000-0000-C000-000000000046}/' xmlns:T='urn:uuid:c2f41010-65b3-11d1-a29f-00aa00c14882/'"
set_props() { # URL PROPERTIES [CURL-ARGUMENTS]
	local url=$1 props=$2
	shift 2
	dav PROPPATCH "$url" "$@" --data "<?xml version='1.0'?><D:propertyupdate $spaces><D:set><D:prop>$props</D:prop></D:set></D:propertyupdate>"
}
get_props() { dav PROPFIND "$1" -H 'Depth: 0' --data "<?xml version='1.0'?><D:propfind $spaces><D:prop>$2</D:prop></D:propfind>"; }
ews_call() { # BODY
	dav POST "$ews" --data "<?xml version='1.0'?><s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types' \
xmlns:m='http://schemas.microsoft.com/exchange/services/2006/messages'><s:Header><t:RequestServerVersion Version='Exchange2007_SP1'/></s:Header><s:Body>$1</s:Body></s:Envelope>"
}

# --- contacts (15.1) ----------------------------------------------------------------------
search "$root/Contacts/" "SELECT \"DAV:contentclass\", \"urn:schemas:contacts:cn\", \"urn:schemas:contacts:sn\", \"urn:schemas:contacts:l\", \"urn:schemas:contacts:telephoneNumber\", \"urn:schemas:contacts:email1\" \
FROM \"\" WHERE \"http://schemas.microsoft.com/exchange/outlookmessageclass\" = 'IPM.Contact' AND \"urn:schemas:contacts:sn\" = 'Ashdown'"
is "a contact by SEARCH" "$(text contentclass)|$(text cn)|$(text l)|$(text telephoneNumber)|$(text email1)" \
	"urn:content-classes:person|Margaret Ashdown|Worcester|+44 1905 555 010|&lt;m.ashdown@severnwater.example&gt;"
set_props "$root/Contacts/new.EML" "<e:outlookmessageclass>IPM.Contact</e:outlookmessageclass><h:subject>Ada Byron</h:subject><m:sideeffects T:dt='int'>16</m:sideeffects>\
<p:x10800003 T:dt='int'>512</p:x10800003><D:contentclass>urn:content-classes:person</D:contentclass><c:givenName>Ada</c:givenName><c:sn>Byron</c:sn><c:o>Engines</c:o><c:mobile>+44 1</c:mobile>\
<c:homeStreet>1 Square</c:homeStreet><c:homeCity>London</c:homeCity><c:homeCountry>UK</c:homeCountry><c:mailingaddressid T:dt='int'>1</c:mailingaddressid><c:bday T:dt='dateTime.tz'>1815-12-10T00:00:00.000Z</c:bday>\
<c:gender>f</c:gender><m:email1emailaddress>ada@engines.example</m:email1emailaddress><m:email1addrtype>SMTP</m:email1addrtype><m:email1originaldisplayname>Countess Ada</m:email1originaldisplayname>\
<m:emailaddresslist T:dt='mv.int'><X:v xmlns:X='xml:'>0</X:v></m:emailaddresslist><h:textdescription>Plays the harp</h:textdescription>"
is "one is made of properties" "$code $(grep -oE 'HTTP/1.1 [0-9]+' "$work/answer" | head -1)" "207 HTTP/1.1 201"
get_props "$root/Contacts/new.EML" '<c:cn/><c:fileas/><c:o/><c:mobile/><c:homepostaladdress/><c:mailingaddressid/><c:bday/><c:gender/><c:email1/><c:email2/><h:textdescription/><m:emailaddresslist/><a:_x0030_x00008083/><c:GivenName/>'
is "and has what was set, derived and composed" "$(text cn)|$(text fileas)|$(text o)|$(text mobile)|$(text homepostaladdress 3 | sed 's/&#13;//' | paste -sd/)|$(text mailingaddressid)|$(text bday)|$(text gender)|$(text email1)|$(text textdescription | tr -dc '[:print:]' | sed 's/&#13;//')" \
	"Ada Byron|Byron, Ada|Engines|+44 1|1 Square/London/UK|1|1815-12-10T00:00:00.000Z|f|\"Countess Ada\" &lt;ada@engines.example&gt;|Plays the harp"
is "a date is a date, a list a list, other names are other names" "$(xp "$(el bday)/@*" | tr -d ' "') $(xp "$(el emailaddresslist)/@*" | tr -d ' "') $(xp "string($(el GivenName)/../../*[1])" | cut -d' ' -f2)" "b:dt=dateTime.tz b:dt=mv.int 404"
search "$root/Contacts/" "SELECT \"http://schemas.microsoft.com/mapi/id/{00062004-0000-0000-C000-000000000046}/32899\" as mail FROM \"\" WHERE \"urn:schemas:contacts:sn\" = 'Byron'"
check "a property named by number, in any spelling (2.4)" grep -q '>ada@engines.example<' "$work/answer"
ews_call "<m:FindItem Traversal='Shallow'><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ParentFolderIds><t:DistinguishedFolderId Id='contacts'/></m:ParentFolderIds></m:FindItem>"
is "EWS shows the same one" "$(xp "string($(el Surname)[text()='Byron']/../*[local-name()='CompanyName'])")" "Engines"
set_props "$root/Contacts/new.EML" "<c:o>Analytical Engines</c:o>" -H 'If-Match: *'
dav PUT "$root/Contacts/new.EML" "${put[@]}" $'content-class: urn:content-classes:person\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nA better note\r\n'
get_props "$root/Contacts/new.EML" '<c:o/><h:subject/><h:textdescription/><D:contentclass/>'
is "its note is put as a message" "$code|$(text o)|$(text subject)|$(text textdescription | sed 's/&#13;//')|$(text contentclass)" "207|Analytical Engines|Ada Byron|A better note|urn:content-classes:person"
dav GET "$root/Contacts/new.EML" -H 'Translate: f'
is "and read as one" "$(tr -d '\r' <"$work/answer" | grep -cE '^(content-class: urn:content-classes:person|Subject: Ada Byron|A better note)$')" 3

# --- lists, the address list (15.2, 15.4) ----------------------------------------------------
explorer='Mozilla/4.0 (compatible; MSIE 6.0; Windows NT 5.1)'
search "$root/Contacts/" "SELECT \"DAV:contentclass\" FROM \"\" WHERE \"http://schemas.microsoft.com/exchange/outlookmessageclass\" = 'IPM.DistList'"
list=$(text href) class=$(text contentclass)
dav GET "$list?Cmd=viewmembers" -A "$explorer"
is "the members of a private list" "$class $(n_of member) $(xp "string(($(el email))[1])") $(xp "string(($(el memberid))[3])")" "urn:content-classes:group 3 m.ashdown@severnwater.example 3"
form() { dav POST "$list" -H 'Content-Type: application/x-www-UTF8-encoded' --data-binary "$1"; }
form $'Cmd=addmember\nmsgclass=IPM.DistList\nmember=ada@engines.example'
a=$code
form $'Cmd=deletemember\nmsgclass=IPM.DistList\nmemberid=1'
dav GET "$list?Cmd=viewmembers" -A "$explorer"
is "one is added, one taken off" "$a $(n_of member) $(xp "string(($(el email))[3])")" "302 3 ada@engines.example"
dav GET "$list?Cmd=viewmembers"
is "another program gets a page" "$code $(grep -c '<a:member>' "$work/answer")" "200 0"
dav GET "$root/?Cmd=galfind&DN=petra" -A "$explorer"
is "the address list is searched by the start of a name" "$(n_of item) $(text AN) $(text EM) $(text TL)" "1 petra.nadel petra.nadel@halden.example Firmware engineer"
dav GET "$root/?Cmd=gallookup&ADDR=petra.nadel@halden.example" -A "$explorer"
is "2007 has no lookup of one (28)" "$(n_of person)" ""

# --- tasks, notes (17) --------------------------------------------------------------------------
set_props "$root/Tasks/task.EML" "<e:outlookmessageclass>IPM.Task</e:outlookmessageclass><h:subject>Order cables</h:subject><m:sideeffects T:dt='int'>272</m:sideeffects><p:x10800003 T:dt='int'>1280</p:x10800003>\
<m:priority T:dt='int'>1</m:priority><t:_x0030_x00008101 T:dt='int'>1</t:_x0030_x00008101><t:_x0030_x00008102 T:dt='float'>0.25</t:_x0030_x00008102><t:_x0030_x00008105 T:dt='dateTime.tz'>2027-01-05T00:00:00.000Z</t:_x0030_x00008105>"
search "$root/Tasks/" "SELECT \"DAV:contentclass\", \"urn:schemas:httpmail:subject\", \"http://schemas.microsoft.com/mapi/id/{00062003-0000-0000-C000-000000000046}/0x8101\", \
\"http://schemas.microsoft.com/mapi/id/{00062003-0000-0000-C000-000000000046}/0x8102\" FROM \"\" WHERE \"http://schemas.microsoft.com/mapi/id/{00062003-0000-0000-C000-000000000046}/0x8101\" = 1"
is "a task, found by how far it is" "$(grep -oE 'content-classes:[a-z]*' "$work/answer") $(grep -oE '0x8101 b:dt="int">[0-9]' "$work/answer") $(grep -oE '0x8102[^<]*<' "$work/answer" | head -1)" \
	'content-classes:task 0x8101 b:dt="int">1 0x8102 b:dt="float">0.25<'
dav PUT "$root/Notes/note.EML" "${put[@]}" $'content-class: urn:content-classes:note\r\nSubject: Milk\r\nContent-Type: text/plain\r\n\r\nMilk and bread\r\n'
get_props "$root/Notes/note.EML" '<e:outlookmessageclass/><h:textdescription/>'
is "a note" "$(text outlookmessageclass)|$(text textdescription | sed 's/&#13;//')" "IPM.StickyNote|Milk and bread"

# --- events (16) -----------------------------------------------------------------------------------
search "$root/Calendar/" "SELECT \"urn:schemas:calendar:exdate\", \"urn:schemas:calendar:timezoneid\", \"urn:schemas:calendar:timezone\", \"urn:schemas:calendar:rrule\" FROM \"\" WHERE \"urn:schemas:httpmail:subject\" = 'Aurora review' AND \"urn:schemas:calendar:instancetype\" = 1"
is "a series with its hole, its zone by number and by text" "$(xp "count($(el exdate)/*)") $(text timezoneid) $(text timezone 99 | grep -c 'BEGIN:VTIMEZONE\|END:VTIMEZONE')" "1 4 2"
search "$root/Calendar/" "SELECT \"DAV:href\" FROM \"\" WHERE \"urn:schemas:httpmail:subject\" = 'Trip to Leeds'"
dav GET "$(text href)" -H 'Translate: f'
is "whole days are midnights in UTC (16.2)" "$(tr -d '\r' <"$work/answer" | grep -cE '^(X-MICROSOFT-CDO-ALLDAYEVENT:TRUE|DT(START|END):[0-9]{8}T2[23]0000Z)$')" 3
dav POST "$root/Calendar/" -H 'Content-Type: application/x-www-form-urlencoded' --data 'Cmd=saveappt&FORMTYPE=appointment'
is "2007 makes an appointment by a form, and does not say where" "$code $(grep -c itemHREF "$work/answer")" "200 0"
start --dialect webdav --version 2003
dav POST "$root/Calendar/" -H 'Content-Type: application/x-www-form-urlencoded' --data 'Cmd=saveappt&FORMTYPE=appointment'
made=$(sed -n 's/.*<span id="itemHREF">\([^<]*\)<.*/\1/p' "$work/answer")
dav GET "$made" -H 'Translate: f'
is "2003 says where, and it has the mailbox's zone" "$code $(tr -d '\r' <"$work/answer" | grep -c '^BEGIN:VTIMEZONE$')" "200 1"
dav GET "$root/?Cmd=gallookup&ADDR=petra.nadel@halden.example" -A "$explorer"
is "before 2007 one person is looked up" "$(text first) $(text last) $(text alias)" "Petra Nadel petra.nadel"
propfind "$root/" 0 '<e:timezone/>'
is "the mailbox has a zone (5.3)" "$(text timezone)" "W. Europe Standard Time"
done_testing
