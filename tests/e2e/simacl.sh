#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulator's security descriptors and LocalFreebusy message over WebDAV
# (dossier 22, 23), asked by hand: what is written is what is then allowed.
. "$(dirname "$0")/dav.bash"
start --dialect both --version 2007sp1
root=$(ready base_url)/exchange/$(ready address)
other=$(ready address2) alias2=$(ready user2)
put=(-H 'Translate: f' -H 'Content-Type: message/rfc822' --data-binary)
S="xmlns:S='http://schemas.microsoft.com/security/'"
descriptors='<x:descriptor xmlns:x="http://schemas.microsoft.com/exchange/security/"/><e:ntsecuritydescriptor/>'
statuses() { grep -oE 'HTTP/1.1 [0-9]+' "$work/answer" | cut -d' ' -f2 | paste -sd' '; }
bytes() { text ntsecuritydescriptor | base64 -d | od -An -v -tx1 | tr -d ' \n'; }
# The entries of the XML: section:allow|deny:mask:sid, one a line.
aces() {
	local s k n i
	for s in effective_aces subitem_inheritable_aces; do
		n=$(xp "count($(el $s)/*)")
		for i in $(seq "$n"); do
			k=$(xp "local-name(($(el $s)/*)[$i])")
			printf '%s:%s:%s:%s\n' "${s%%_*}" "${k:7:5}" "$(xp "string(($(el $s)/*)[$i]/*[local-name()='access_mask'])")" \
				"$(xp "string(($(el $s)/*)[$i]//*[local-name()='string_sid'])")"
		done
	done
}
ace() { # KIND MASK SID
	printf "<S:access_%s_ace><S:access_mask>%s</S:access_mask><S:sid><S:string_sid>%s</S:string_sid></S:sid></S:access_%s_ace>" "$1" "$2" "$3" "$1"
}
# write_xml FOLDER FOLDER-ACES ITEM-ACES: as evo-ex writes, a batch of one
write_xml() {
	dav BPROPPATCH "$root/$1/" -H 'If-Match: *' --data "<?xml version='1.0'?><D:propertyupdate xmlns:D='DAV:' xmlns:x='http://schemas.microsoft.com/exchange/security/' $S>\
<D:target><D:href></D:href></D:target><D:set><D:prop><x:descriptor><S:security_descriptor><S:dacl><S:effective_aces>$2</S:effective_aces>\
<S:subitem_inheritable_aces>$3</S:subitem_inheritable_aces></S:dacl></S:security_descriptor></x:descriptor></D:prop></D:set></D:propertyupdate>"
}
write_binary() { # FOLDER BASE64
	dav BPROPPATCH "$root/$1/" -H 'If-Match: *' --data "<?xml version='1.0'?><D:propertyupdate xmlns:D='DAV:' xmlns:e='http://schemas.microsoft.com/exchange/'>\
<D:target><D:href></D:href></D:target><D:set><D:prop><e:ntsecuritydescriptor>$2</e:ntsecuritydescriptor></D:prop></D:set></D:propertyupdate>"
}

ews_call() { # BODY
	dav POST "$ews" --data "<?xml version='1.0'?><s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/' \
xmlns:t='http://schemas.microsoft.com/exchange/services/2006/types' xmlns:m='http://schemas.microsoft.com/exchange/services/2006/messages'><s:Header><t:RequestServerVersion Version='Exchange2007_SP1'/></s:Header>\
<s:Body>$1</s:Body></s:Envelope>"
}

# --- reading --------------------------------------------------------------------
curl -sf -X POST "$admin/grant?owner=$(ready user)&user=$alias2&folder=contacts&level=Reviewer" >/dev/null
propfind "$root/Contacts/" 0 "$descriptors"
sid2=$(xp "string(($(el display_name)[text()='Petra Nadel']/../*[local-name()='string_sid'])[1])")
check "an account has a SID that names it" test -n "$sid2"
is "a Reviewer is what the captured descriptor shows (22.4)" "$(aces | grep -F "$sid2" | cut -d: -f1-3 | paste -sd' ')" \
	"effective:allow:1208a9 effective:denie:dc916 subitem:allow:1208a9 subitem:denie:1f0716"
is "Default is never denied (22.5)" "$(aces | grep -c 'denie:.*:S-1-1-0$')" 0
is "the type says so" "$(xp "$(el security_descriptor)/@*[local-name()='dt']" | tr -d ' "')" "b:dt=microsoft.security_descriptor"
raw=$(bytes)
is "header of 8, type 4, revision 1, self-relative with a DACL (22.3)" "${raw:0:16} ${raw:16:4} ${raw:20:4}" "0800040000000000 0100 0480"
# offset of the DACL from the revision byte, low byte first
dacl=$(((0x${raw:48:2} + 256 * 0x${raw:50:2}) * 2 + 16))
is "the ACL has revision 2" "${raw:$dacl:2}" 02
as 2
propfind "$root/Contacts/" 0 "$descriptors"
is "only the owner reads it (22.1)" "$(n_of security_descriptor) $(text ntsecuritydescriptor)" "0 "
write_xml Contacts "$(ace allowed 1fffff "$sid2")" ''
is "and only he writes it" "$(statuses)" 401
as 1

# --- writing: level by level, what may be done with it -----------------------------
# ROLE FOLDER-ALLOW FOLDER-DENY ITEM-ALLOW ITEM-DENY, from the table of 22.4
roles="Owner 1fc9bf 0 1f0fbf 0
PublishingEditor 1208af d8910 1f0fbf 0
Editor 1208ab d8914 1f0fbf 0
PublishingAuthor 1208af d8910 120ea9 1f0716
Author 1208ab d8914 120ea9 1f0716
NoneditingAuthor 1208ab d8914 120ca9 1f0716
Reviewer 1208a9 dc916 1208a9 1f0716
Contributor 1208ab d8914 0 1f0fbf
None 0 1fc9bf 0 1f0fbf"
dav MKCOL "$root/Shared"
grant() { write_xml Shared "$(ace allowed "$2" "$sid2")$(ace denied "$3" "$sid2")" "$(ace allowed "$4" "$sid2")$(ace denied "$5" "$sid2")"; }
fill() { # an item of the owner's and one of the other's, who is an Owner for it
	grant $(head -1 <<<"$roles")
	dav PUT "$root/Shared/his.EML" "${put[@]}" "$(mail "$other" "$other" his)"
	as 2
	dav PUT "$root/Shared/own.EML" "${put[@]}" "$(mail "$other" "$other" own)"
	as 1
}
may() { case $code in 20[0147]) [ "${1:-}" = outer ] || ! grep -qE 'HTTP/1.1 (401|403|404)' "$work/answer" && printf y || printf n ;; *) printf n ;; esac; }
tried() { # what the second user can do: list read create edit-own edit-his delete-own delete-his mkcol
	as 2
	search "$root/Shared/" "SELECT \"DAV:displayname\" FROM \"\" WHERE $messages"; may
	dav GET "$root/Shared/his.EML" -H 'Translate: f'; may outer
	dav PUT "$root/Shared/new.EML" "${put[@]}" "$(mail "$other" "$other" new)"; may
	proppatch "$root/Shared/own.EML" '<m:x00170003 T:dt="int">2</m:x00170003>'; may
	proppatch "$root/Shared/his.EML" '<m:x00170003 T:dt="int">2</m:x00170003>'; may
	dav DELETE "$root/Shared/own.EML"; may
	dav DELETE "$root/Shared/his.EML"; may
	dav MKCOL "$root/Shared/sub"; may
	as 1
	dav DELETE "$root/Shared/sub"
	for i in new own his; do dav DELETE "$root/Shared/$i.EML"; done
}
wanted="Owner yyyyyyyy
PublishingEditor yyyyyyyy
Editor yyyyyyyn
PublishingAuthor yyyynyny
Author yyyynynn
NoneditingAuthor yyynnynn
Reviewer yynnnnnn
Contributor nnynnnnn
None nnnnnnnn"
while read -r role masks; do
	fill
	grant $role $masks
	is "$role: list read create edit-own edit-his delete-own delete-his subfolder" "$(tried)" "$(sed -n "s/^$role //p" <<<"$wanted")"
	ews_call "<m:FindFolder Traversal='Shallow'><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id='msgfolderroot'/></m:ParentFolderIds></m:FindFolder>"
	id=$(xp "string($(el DisplayName)[text()='Shared']/../*[local-name()='FolderId']/@Id)")
	ews_call "<m:GetFolder><m:FolderShape><t:BaseShape>IdOnly</t:BaseShape><t:AdditionalProperties><t:FieldURI FieldURI='folder:PermissionSet'/></t:AdditionalProperties></m:FolderShape>\
<m:FolderIds><t:FolderId Id='$id'/></m:FolderIds></m:GetFolder>"
	is "$role over EWS, too" "$(xp "string($(el SID)[text()='$sid2']/../../*[local-name()='PermissionLevel'])")" "$role"
done <<<"$roles"

# --- order, kinds of entry -------------------------------------------------------------
everybody=S-1-1-0
write_xml Shared "$(ace allowed 1208a9 $everybody)$(ace allowed 1208a9 "$sid2")$(ace denied dc916 "$sid2")" ''
is "Default before a person is refused (22.5)" "$(statuses)" 409
write_xml Shared "$(ace allowed 1208a9 "$sid2")$(ace denied dc916 "$sid2")$(ace denied dc916 $everybody)" ''
is "and so is Default denied" "$(statuses)" 409
unknown=S-1-5-21-1-2-3-4711
write_xml Shared "$(ace allowed 1208a9 $unknown)$(ace denied dc916 $unknown)$(ace allowed 1208a9 $everybody)" \
	"$(ace allowed 1208a9 $unknown)$(ace denied 1f0716 $unknown)$(ace allowed 1208a9 $everybody)"
propfind "$root/Shared/" 0 "$descriptors"
is "somebody unknown is kept, and Default reads" "$(statuses) $(aces | grep -cF ":$unknown") $(aces | grep ":$everybody" | cut -d: -f3 | paste -sd' ')" "200 4 1208a9 1208a9"
as 2
is "as everybody then may" "$(dav GET "$root/Shared/" -H 'Translate: f'; search "$root/Shared/" "SELECT \"DAV:displayname\" FROM \"\" WHERE $messages"; echo "$code")" 207
as 1
propfind "$root/Shared/" 0 "$descriptors"
blob=$(text ntsecuritydescriptor | tr -d '\n')
write_xml Shared '' ''
write_binary Shared "$blob"
a=$(statuses)
propfind "$root/Shared/" 0 "$descriptors"
is "the binary form is read as it is written" "$a $([ "$(text ntsecuritydescriptor | tr -d '\n')" = "$blob" ] && echo same)" "200 same"
write_binary Shared "$(printf %s "$blob" | base64 -d | head -c 40 | base64 -w0)"
is "one that is cut off is refused" "$(statuses)" 409
curl -sf -X POST "$admin/acl?owner=$(ready user)&folder=Shared&kind=order" >/dev/null
propfind "$root/Shared/" 0 "$descriptors"
is "a descriptor out of order can be met" "$(aces | head -1 | cut -d: -f2,4)" "denie:$everybody"
curl -sf -X POST "$admin/acl?owner=$(ready user)&folder=Shared&kind=revision" >/dev/null
propfind "$root/Shared/" 0 "$descriptors"
raw=$(bytes)
is "and one of revision 4" "${raw:$(((0x${raw:48:2} + 256 * 0x${raw:50:2}) * 2 + 16)):2}" 04

# --- LocalFreebusy (23) --------------------------------------------------------------------
local=$root/NON_IPM_SUBTREE/Freebusy%20Data/LocalFreebusy.EML
lists='<m:x6844101f/><m:x684a101f/><m:x68451102/><m:x686b1003/><m:x6842000b/><m:x3ff90102/>'
propfind "$local" 0 "$lists"
is "nobody acts for him: no lists; he is to have copies (23.1)" "$code $(n_of v) $(text x6842000b)" "207 0 1"
own=$(text x3ff90102 | base64 -d | tail -c +29 | tr -d '\0')
is "the entry id ends in his old name" "$own" "/o=Halden Instruments/ou=First Administrative Group/cn=Recipients/cn=$(ready user)"
entry=$({ text x3ff90102 | base64 -d | head -c 28; printf '%s\0' "${own%=*}=$alias2"; } | base64 -w0)
dav BPROPPATCH "$root/" -H 'If-Match: *' --data "<?xml version='1.0'?><D:propertyupdate xmlns:D='DAV:' xmlns:m='http://schemas.microsoft.com/mapi/proptag/' xmlns:X='xml:'>\
<D:target><D:href>NON_IPM_SUBTREE/Freebusy%20Data/LocalFreebusy.EML</D:href></D:target><D:set><D:prop><m:x6844101f><X:v>Petra Nadel</X:v></m:x6844101f>\
<m:x68451102><X:v>$entry</X:v></m:x68451102><m:x686b1003><X:v>1</X:v></m:x686b1003></D:prop></D:set></D:propertyupdate>"
propfind "$local" 0 "$lists"
is "the three lists are written as a batch (23.2)" "$(xp "string(($(el x68451102)/*)[1])") $(xp "string(($(el x686b1003)/*)[1])") $(xp "string(($(el x6844101f)/*)[1])")" "$entry 1 Petra Nadel"
ews_call "<m:GetDelegate IncludePermissions='true'><m:Mailbox><t:EmailAddress>$(ready address)</t:EmailAddress></m:Mailbox></m:GetDelegate>"
is "and are the delegates that EWS knows" "$(text PrimarySmtpAddress) $(text ViewPrivateItems)" "$other true"
as 2
propfind "$local" 0 "$lists"
is "others do not see who they are" "$code" 401
as 1
as 2; root2=$(ready base_url)/exchange/$other
propfind "$root2/" 0 '<h:sendmsg/>'
behalf() { printf 'From: <%s>\r\nSender: <%s>\r\nTo: <%s>\r\nSubject: on behalf\r\n\r\nHello.\r\n' "$(ready address)" "$other" "$other"; }
submit=$(text sendmsg)
dav PUT "$submit" "${put[@]}" "$(behalf)"
a=$code
curl -sf -X POST "$admin/behalf?owner=$(ready user)&user=$alias2&on=1" >/dev/null
dav PUT "$submit" "${put[@]}" "$(behalf)"
is "sending on behalf is the directory's affair (publicDelegates)" "$a $code" "403 200"
done_testing
