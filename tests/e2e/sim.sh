#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulator by itself, asked with requests written here by hand: what the
# client's tests rely on must hold without the client.
set -u
bin=${RETINUE_BIN:-build}/exchange-sim
schema=${EWS_SCHEMA:-../shared/ews-schema}
dir=$(mktemp -d) || exit 1
pid= rc=0 n=0 failed=0
trap 'stop_sim; rm -rf "$dir"' EXIT

ok() { # STATUS NAME
	n=$((n + 1))
	if [ "$1" = 0 ]; then echo "ok $n - $2"; else
		failed=1
		echo "not ok $n - $2"
		head -c 1500 "$dir/answer" 2>/dev/null | sed 's/^/# /'
		echo
	fi
}
skip() { n=$((n + 1)); echo "ok $n - $1 # SKIP $2"; }

stop_sim() {
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=
}
start_sim() { # OPTIONS...
	stop_sim
	rm -f "$dir/ready"
	timeout 120 "$bin" --ready-file "$dir/ready" --log "$dir/log" "$@" \
		2>>"$dir/errors" &
	pid=$!
	for _ in $(seq 200); do
		[ -s "$dir/ready" ] && break
		sleep 0.05
	done
	[ -s "$dir/ready" ] || { echo "Bail out! the simulator did not start"; exit 1; }
	ews=$(value ews_url) admin=$(value admin_url)
}
value() { sed -n "s/^$1=//p" "$dir/ready"; }

# call VERSION BODY [USER-NUMBER]: the answer in $dir/answer, status in $code,
# curl's own in $rc (18: less came than announced)
call() {
	local u=${3:-}
	printf '%s' "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope \
xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\" \
xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\">\
<s:Header><t:RequestServerVersion Version=\"$1\"/></s:Header>\
<s:Body>$2</s:Body></s:Envelope>" >"$dir/request"
	code=$(curl -s -m 20 -o "$dir/answer" -w '%{http_code}' \
		-u "$(value "user$u"):$(value "password$u")" \
		-H 'Content-Type: text/xml; charset=utf-8' \
		--data-binary "@$dir/request" "$ews")
	rc=$?
}
has() { grep -qF -- "$1" "$dir/answer"; }
count() { grep -oF -- "$1" "$dir/answer" | wc -l; }
codes() { grep -oE '<m:ResponseCode>[^<]*' "$dir/answer" | sed 's/.*>//' | paste -sd' '; }
item_id() { grep -oE '<t:ItemId Id="[^"]*" ChangeKey="[^"]*"/>' "$dir/answer" | head -1; }
post() { curl -s -m 20 -X POST "$admin/$1" ${2:+--data-binary "$2"}; }
folder_id() { grep -oE '<t:FolderId Id="[^"]*"' "$dir/answer" | head -1 | sed 's/$/\/>/'; }

idonly='<t:BaseShape>IdOnly</t:BaseShape>'
inbox='<t:DistinguishedFolderId Id="inbox"/>'
get_inbox="<m:GetFolder><m:FolderShape>$idonly</m:FolderShape><m:FolderIds>$inbox</m:FolderIds></m:GetFolder>"
v=Exchange2013_SP1

newest() { # FOLDER [USER]: the newest item's subject and id
	call $v "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape>\
<m:IndexedPageItemView MaxEntriesReturned=\"1\" Offset=\"0\" BasePoint=\"Beginning\"/>\
<m:SortOrder><t:FieldOrder Order=\"Descending\"><t:FieldURI FieldURI=\"item:DateTimeReceived\"/></t:FieldOrder></m:SortOrder>\
<m:ParentFolderIds><t:DistinguishedFolderId Id=\"$1\"/></m:ParentFolderIds></m:FindItem>" "${2:-}"
}
send() { # MESSAGE-ID TO [EXTRA-HEADER]
	local mime
	mime=$(printf 'To: %s\r\n%sSubject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?= %s\r\nMessage-ID: %s\r\n\r\nHello.\r\n' \
		"$2" "${3:-}" "$1" "$1" | base64 -w0)
	call $v "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\"><m:Items><t:Message>\
<t:MimeContent CharacterSet=\"UTF-8\">$mime</t:MimeContent></t:Message></m:Items></m:CreateItem>"
}
sync() { # STATE MAX FOLDER-ELEMENT
	call $v "<m:SyncFolderItems><m:ItemShape>$idonly</m:ItemShape><m:SyncFolderId>$3</m:SyncFolderId>\
${1:+<m:SyncState>$1</m:SyncState>}<m:MaxChangesReturned>$2</m:MaxChangesReturned></m:SyncFolderItems>"
	state=$(grep -oE '<m:SyncState>[^<]*' "$dir/answer" | sed 's/.*>//')
}

# --- starting ----------------------------------------------------------------
timeout 10 "$bin" --ready-file "$dir/no" --dialect imap 2>"$dir/answer"
[ $? = 2 ] && has 'not ews, webdav or both'
ok $? "an absent face is refused at start"
timeout 10 "$bin" --ready-file "$dir/no" --dialect webdav --version 2010 2>"$dir/answer"
[ $? = 2 ] && has 'no WebDAV'
ok $? "a face that a release lacks is refused at start"
timeout 10 "$bin" --ready-file "$dir/no" --auth basic,smoke 2>"$dir/answer"
[ $? = 2 ] && has 'no method'
ok $? "an unknown sign-in is refused at start"

start_sim --version 2019
[ -n "$ews" ] && [ -n "$admin" ] && [ -n "$(value password2)" ] && [ -n "$(value address)" ]
ok $? "the ready file names addresses and credentials"
code=$(curl -s -m 10 -o "$dir/answer" -D "$dir/head" -w '%{http_code}' -u nobody:wrong --data x "$ews")
[ "$code" = 401 ] && grep -qi '^WWW-Authenticate: Basic' "$dir/head"
ok $? "wrong credentials give 401 with a challenge"
code=$(curl -s -m 10 -o "$dir/answer" -w '%{http_code}' -u "$(value user):$(value password)" --data 'no xml' "$ews")
[ "$code" = 400 ]
ok $? "what is not SOAP gives 400"

# --- versions ------------------------------------------------------------------
call $v "$get_inbox"
[ "$code" = 200 ] && has 'MajorVersion="15" MinorVersion="2"' && [ "$(codes)" = NoError ]
ok $? "GetFolder answers with the server's version"
call Exchange2099 "$get_inbox"
[ "$code" = 500 ] && has 'a:ErrorInvalidServerVersion'
ok $? "an unknown version is a fault"
call Exchange2007_SP1 "<m:EmptyFolder DeleteType=\"HardDelete\" DeleteSubFolders=\"false\"><m:FolderIds>$inbox</m:FolderIds></m:EmptyFolder>"
[ "$code" = 500 ] && has ErrorSchemaValidation
ok $? "an operation newer than the spoken version is a schema fault"
call $v '<m:NoSuchThing/>'
[ "$code" = 500 ] && has ErrorSchemaValidation
ok $? "an unknown operation is a schema fault"
call $v "<m:GetFolder><m:FolderShape>$idonly</m:FolderShape><m:FolderIds>$inbox<t:FolderId Id=\"AAAA\"/>\
<t:DistinguishedFolderId Id=\"archiveinbox\"/></m:FolderIds></m:GetFolder>"
[ "$(codes)" = "NoError ErrorInvalidIdMalformed ErrorFolderNotFound" ]
ok $? "each id gets its own message, in order"

# --- synchronising ----------------------------------------------------------------
call $v "<m:SyncFolderHierarchy><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape></m:SyncFolderHierarchy>"
has '<m:IncludesLastFolderInRange>true' && has '<t:DisplayName>Firmware' && [ "$(count '<t:Create>')" -gt 20 ]
ok $? "SyncFolderHierarchy lists the tree"
state= pages=0 total=0 last=0
while [ $last = 0 ] && [ $pages -lt 50 ]; do
	sync "$state" 50 "$inbox"
	pages=$((pages + 1)) total=$((total + $(count '<t:Create>')))
	grep -oE '<t:ItemId Id="[^"]*"' "$dir/answer" >>"$dir/ids"
	has '<m:IncludesLastItemInRange>true' && last=1
done
[ $last = 1 ] && [ $pages -gt 2 ] && [ "$(sort -u "$dir/ids" | wc -l)" = $total ] &&
	[ $total = "$(curl -s "$admin/mailbox" | jq '[.folders[]|select(.distinguished=="inbox")|.items[]]|length')" ]
ok $? "SyncFolderItems pages through the Inbox, each item once"
full=$state
sync "$full" 512 "$inbox"
[ "$(count '<t:Create>')" = 0 ] && has '<m:IncludesLastItemInRange>true'
ok $? "nothing changed: an empty page"
post 'deliver?to='"$(value address)" $'From: a@b.example\nTo: c@d.example\nSubject: New one\nMessage-ID: <new@x>\n\nHello.' >/dev/null
sync "$full" 512 "$inbox"
[ "$(count '<t:Create>')" = 1 ]
ok $? "a delivery is one Create"
after=$state
post 'event?kind=read&message=%3Cnew@x%3E' >/dev/null
sync "$after" 512 "$inbox"
[ "$(count '<t:ReadFlagChange>')" = 1 ] && [ "$(count '<t:Update>')" = 0 ]
ok $? "a read flag is a ReadFlagChange"
post 'event?kind=flag&message=%3Cnew@x%3E' >/dev/null
sync "$after" 512 "$inbox"
[ "$(count '<t:Update>')" = 1 ]
ok $? "a flag is an Update"
post 'event?kind=delete&message=%3Cnew@x%3E' >/dev/null
sync "$after" 512 "$inbox"
[ "$(count '<t:Delete>')" = 1 ]
ok $? "a move away is a Delete"
sync "x$after" 512 "$inbox"
[ "$(codes)" = ErrorInvalidSyncStateData ]
ok $? "a damaged sync state is refused"
post expire-sync-states >/dev/null
sync "$after" 512 "$inbox"
[ "$(codes)" = ErrorInvalidSyncStateData ]
ok $? "an expired sync state is refused"

# --- items ---------------------------------------------------------------------------
post 'deliver?to='"$(value address)" $'From: =?iso-8859-1?Q?J=FCrgen?= <j@b.example>\nTo: c@d.example\nSubject: =?koi8-r?B?8NLJ18XU?=\nMessage-ID: <body@x>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n<p>Gr=C3=BC=C3=9Fe</p>\n--b\nContent-Type: text/plain; name=a.txt\nContent-Disposition: attachment; filename=a.txt\nContent-Transfer-Encoding: base64\n\nQUJD\n--b--\n' >/dev/null
newest inbox
id=$(item_id)
call $v "<m:GetItem><m:ItemShape>$idonly<t:IncludeMimeContent>true</t:IncludeMimeContent><t:BodyType>Text</t:BodyType>\
<t:AdditionalProperties><t:FieldURI FieldURI=\"item:Subject\"/><t:FieldURI FieldURI=\"item:Body\"/>\
<t:FieldURI FieldURI=\"item:Attachments\"/><t:FieldURI FieldURI=\"message:From\"/>\
<t:ExtendedFieldURI PropertyTag=\"0x0E23\" PropertyType=\"Integer\"/>\
<t:ExtendedFieldURI PropertyTag=\"0x300B\" PropertyType=\"Binary\"/></t:AdditionalProperties></m:ItemShape>\
<m:ItemIds>$id</m:ItemIds></m:GetItem>"
has '<t:Subject>Привет' && has 'Grüße' && has '<t:Name>Jürgen' && has '<t:Name>a.txt' && has 'PropertyTag="0xe23"'
ok $? "GetItem decodes subject, body, names and finds the attachment"
grep -oE 'CharacterSet="UTF-8">[^<]*' "$dir/answer" | sed 's/.*>//' | base64 -d | tr -d '\r' | grep -q '^Message-ID: <body@x>'
ok $? "GetItem gives the MIME text as it came"
att=$(grep -oE '<t:AttachmentId Id="[^"]*"/>' "$dir/answer")
call $v "<m:GetAttachment><m:AttachmentIds>$att</m:AttachmentIds></m:GetAttachment>"
has '<t:Content>QUJD</t:Content>'
ok $? "GetAttachment gives the content"
call $v "<m:UpdateItem ConflictResolution=\"AutoResolve\" MessageDisposition=\"SaveOnly\" SuppressReadReceipts=\"true\"><m:ItemChanges><t:ItemChange>$id<t:Updates>\
<t:SetItemField><t:FieldURI FieldURI=\"item:Categories\"/><t:Message><t:Categories><t:String>Red</t:String></t:Categories></t:Message></t:SetItemField>\
<t:SetItemField><t:FieldURI FieldURI=\"message:IsRead\"/><t:Message><t:IsRead>true</t:IsRead></t:Message></t:SetItemField>\
</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
[ "$(codes)" = NoError ] && [ "$(item_id)" != "$id" ]
ok $? "UpdateItem gives a new change key"
call $v "<m:UpdateItem ConflictResolution=\"NeverOverwrite\" MessageDisposition=\"SaveOnly\"><m:ItemChanges><t:ItemChange>$id<t:Updates>\
<t:DeleteItemField><t:FieldURI FieldURI=\"item:Categories\"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
[ "$(codes)" = ErrorIrresolvableConflict ]
ok $? "UpdateItem with an old change key is a conflict"
call $v "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>Box</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>"
box=$(folder_id)
call $v "<m:CreateFolder><m:ParentFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:ParentFolderId><m:Folders><t:Folder><t:DisplayName>bOX</t:DisplayName></t:Folder></m:Folders></m:CreateFolder>"
[ -n "$box" ] && [ "$(codes)" = ErrorFolderExists ]
ok $? "CreateFolder makes a folder once, whatever its case"
call $v "<m:MoveItem><m:ToFolderId>$box</m:ToFolderId><m:ItemIds>$id</m:ItemIds></m:MoveItem>"
moved=$(item_id)
[ "$(codes)" = NoError ] && [ "${moved%% Change*}" != "${id%% Change*}" ]
ok $? "MoveItem gives a new id"
call $v "<m:GetItem><m:ItemShape>$idonly</m:ItemShape><m:ItemIds>$id$moved</m:ItemIds></m:GetItem>"
[ "$(codes)" = "ErrorItemNotFound NoError" ]
ok $? "the old id is gone"
call $v "<m:CopyItem><m:ToFolderId>$box</m:ToFolderId><m:ItemIds>$moved</m:ItemIds></m:CopyItem>"
call $v "<m:DeleteItem DeleteType=\"HardDelete\"><m:ItemIds>$moved</m:ItemIds></m:DeleteItem>"
call $v "<m:GetFolder><m:FolderShape><t:BaseShape>Default</t:BaseShape></m:FolderShape><m:FolderIds>$box</m:FolderIds></m:GetFolder>"
has '<t:TotalCount>1</t:TotalCount>'
ok $? "CopyItem and DeleteItem leave one"
call $v "<m:DeleteFolder DeleteType=\"HardDelete\"><m:FolderIds>$inbox$box</m:FolderIds></m:DeleteFolder>"
[ "$(codes)" = "ErrorDeleteDistinguishedFolder NoError" ]
ok $? "DeleteFolder spares the Inbox"

# --- sending -----------------------------------------------------------------------------
send '<one@test>' "$(value address2), nobody@halden.example" "Bcc: $(value address3)"$'\r\n'
[ "$(codes)" = NoError ] && has '<m:Items/>'
ok $? "CreateItem sends and gives no id"
newest inbox 2
has 'Grüße &lt;one@test&gt;'
ok $? "the second mailbox has it"
id=$(item_id)
call $v "<m:GetItem><m:ItemShape>$idonly<t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds>$id</m:ItemIds></m:GetItem>" 2
grep -oE 'CharacterSet="UTF-8">[^<]*' "$dir/answer" | sed 's/.*>//' | base64 -d >"$dir/mime"
grep -q '^Message-ID: <one@test>' "$dir/mime" && grep -q '^Received:' "$dir/mime" && ! grep -qi '^Bcc' "$dir/mime"
ok $? "delivered with its Message-ID and a trace, without Bcc"
newest inbox 3
has 'one@test'
ok $? "the hidden recipient has it"
newest inbox
has 'Undeliverable'
ok $? "an unknown recipient bounces to the sender"
newest sentitems
has 'one@test'
ok $? "the copy is in Sent Items"
call $v "<m:GetItem><m:ItemShape>$idonly</m:ItemShape><m:ItemIds>$(newest inbox 2; item_id)</m:ItemIds></m:GetItem>"
[ "$(codes)" = NoError ]
ok $? "a shared Inbox can be read"
newest inbox 3
other=$(item_id)
call $v "<m:GetItem><m:ItemShape>$idonly</m:ItemShape><m:ItemIds>$other</m:ItemIds></m:GetItem>"
[ "$(codes)" = ErrorItemNotFound ]
ok $? "another's mailbox cannot"
call $v "<m:CreateItem><m:Items><t:Message><t:Subject>x</t:Subject></t:Message></m:Items></m:CreateItem>"
[ "$(codes)" = ErrorMessageDispositionRequired ]
ok $? "MessageDisposition is demanded"
call $v "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message><t:Subject>Draft</t:Subject><t:Body BodyType=\"Text\">Text</t:Body>\
<t:ToRecipients><t:Mailbox><t:EmailAddress>$(value address2)</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>"
draft=$(item_id)
call $v "<m:CreateAttachment><m:ParentItemId ${draft#<t:ItemId }<m:Attachments><t:FileAttachment><t:Name>f.txt</t:Name><t:Content>QUJD</t:Content></t:FileAttachment></m:Attachments></m:CreateAttachment>"
root=$(grep -oE 'RootItemId="[^"]*" RootItemChangeKey="[^"]*"' "$dir/answer" | sed 's/RootItemId=/Id=/; s/RootItemChangeKey/ChangeKey/')
call $v "<m:SendItem SaveItemToFolder=\"true\"><m:ItemIds>$draft<t:ItemId $root/></m:ItemIds></m:SendItem>"
[ -n "$root" ] && [ "$(codes)" = "ErrorIrresolvableConflict NoError" ]
ok $? "a draft with an attachment is sent with its newest change key only"
newest inbox 2
has '<t:Subject>Draft' && has '<t:HasAttachments>true'
ok $? "and arrives with it"
post 'quota?user='"$(value user)"'&bytes=1000' >/dev/null
call $v "<m:CreateItem MessageDisposition=\"SaveOnly\"><m:Items><t:Message><t:Subject>Full</t:Subject></t:Message></m:Items></m:CreateItem>"
[ "$(codes)" = ErrorQuotaExceeded ]
ok $? "a full mailbox refuses"
post 'quota?user='"$(value user)"'&bytes=0&send=1000&warn=500' >/dev/null
new='<m:Items><t:Message><t:Subject>Full</t:Subject><t:ToRecipients><t:Mailbox><t:EmailAddress>'"$(value address2)"'</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items>'
call $v "<m:CreateItem MessageDisposition=\"SaveOnly\">$new</m:CreateItem>"
a=$(codes)
call $v "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\">$new</m:CreateItem>"
[ "$a $(codes)" = "NoError ErrorQuotaExceeded" ]
ok $? "over the limit for sending it takes, but does not send"
post 'quota?user='"$(value user)"'&bytes=9216000&send=8192000&warn=7168000' >/dev/null
call $v "<m:GetFolder><m:FolderShape>$idonly<t:AdditionalProperties><t:ExtendedFieldURI PropertyTag=\"0x3FF5\" PropertyType=\"Integer\"/><t:ExtendedFieldURI PropertyTag=\"0x666E\" PropertyType=\"Integer\"/>\
<t:ExtendedFieldURI PropertyTag=\"0x666A\" PropertyType=\"Integer\"/></t:AdditionalProperties></m:FolderShape><m:FolderIds><t:DistinguishedFolderId Id=\"root\"/></m:FolderIds></m:GetFolder>"
[ "$(grep -oE '<t:Value>[0-9]+' "$dir/answer" | sed 's/.*>//' | paste -sd' ')" = "7000 8000 9000" ]
ok $? "warning, sending, receiving: the limits in kilobytes"
post 'quota?user='"$(value user)"'&bytes=0' >/dev/null

# --- notifications ---------------------------------------------------------------------------
call $v "<m:Subscribe><m:StreamingSubscriptionRequest><t:FolderIds>$inbox</t:FolderIds><t:EventTypes><t:EventType>NewMailEvent</t:EventType></t:EventTypes></m:StreamingSubscriptionRequest></m:Subscribe>"
sub=$(grep -oE '<m:SubscriptionId>[^<]*' "$dir/answer" | sed 's/.*>//')
(sleep 1; post 'deliver?to='"$(value address)" $'Subject: Ping\n\nx' >/dev/null; sleep 1; post drop-subscriptions >/dev/null) &
call $v "<m:GetStreamingEvents><m:SubscriptionIds><t:SubscriptionId>$sub</t:SubscriptionId></m:SubscriptionIds><m:ConnectionTimeout>1</m:ConnectionTimeout></m:GetStreamingEvents>"
wait $!
has '<m:ConnectionStatus>OK' && has '<t:NewMailEvent>' && has ErrorSubscriptionNotFound && [ "$(count '</s:Envelope>')" = 3 ]
ok $? "streaming: one envelope at once, one for the mail, one at the end"
call $v "<m:Subscribe><m:PullSubscriptionRequest><t:FolderIds>$inbox</t:FolderIds><t:EventTypes><t:EventType>CreatedEvent</t:EventType></t:EventTypes><t:Timeout>5</t:Timeout></m:PullSubscriptionRequest></m:Subscribe>"
pull=$(grep -oE '<m:(SubscriptionId|Watermark)>[^<]*</m:(SubscriptionId|Watermark)>' "$dir/answer" | tr -d '\n')
post 'deliver?to='"$(value address)" $'Subject: Pong\n\nx' >/dev/null
call $v "<m:GetEvents>$pull</m:GetEvents>"
[ "$(count '<t:CreatedEvent>')" = 1 ] && has '<t:MoreEvents>false'
ok $? "pull: the event is told"

# --- people and ids -----------------------------------------------------------------------------
call $v '<m:ResolveNames ReturnFullContactData="true"><m:UnresolvedEntry>petra</m:UnresolvedEntry></m:ResolveNames>'
[ "$(codes)" = NoError ] && has '<t:EmailAddress>petra.nadel@halden.example'
ok $? "ResolveNames finds a colleague"
call $v "$get_inbox"
fid=$(grep -oE 'FolderId Id="[^"]*"' "$dir/answer" | head -1 | cut -d'"' -f2)
call $v "<m:ConvertId DestinationFormat=\"HexEntryId\"><m:SourceIds><t:AlternateId Format=\"EwsId\" Id=\"$fid\" Mailbox=\"wrong@x.example\"/></m:SourceIds></m:ConvertId>"
hex=$(grep -oE 'Format="HexEntryId" Id="[^"]*"' "$dir/answer" | cut -d'"' -f4)
has "Mailbox=\"$(value address)\""
ok $? "ConvertId names the right mailbox"
call $v "<m:ConvertId DestinationFormat=\"EwsId\"><m:SourceIds><t:AlternateId Format=\"HexEntryId\" Id=\"$hex\" Mailbox=\"$(value address)\"/></m:SourceIds></m:ConvertId>"
has "Id=\"$fid\""
ok $? "ConvertId goes both ways"

# --- searching --------------------------------------------------------------
find_in() { # FOLDER RESTRICTION-OR-EMPTY AFTER-PARENTS: answer of a FindItem
	call $v "<m:FindItem Traversal=\"Shallow\"><m:ItemShape>$idonly<t:AdditionalProperties><t:FieldURI FieldURI=\"item:Subject\"/>\
<t:FieldURI FieldURI=\"item:Size\"/></t:AdditionalProperties></m:ItemShape>$2<m:ParentFolderIds><t:DistinguishedFolderId Id=\"$1\"/></m:ParentFolderIds>${3:-}</m:FindItem>"
}
post 'deliver?to='"$(value address)" $'From: x@y.example\nSubject: Blue zeppelin over Halden\nMessage-ID: <zep@x>\n\nA quokka sat in it.' >/dev/null
find_in inbox "<m:Restriction><t:And><t:Contains ContainmentMode=\"Substring\" ContainmentComparison=\"IgnoreCase\"><t:FieldURI FieldURI=\"item:Subject\"/><t:Constant Value=\"ZEPPELIN\"/></t:Contains>\
<t:Not><t:IsEqualTo><t:FieldURI FieldURI=\"message:IsRead\"/><t:FieldURIOrConstant><t:Constant Value=\"true\"/></t:FieldURIOrConstant></t:IsEqualTo></t:Not></t:And></m:Restriction>"
[ "$(count '<t:ItemId')" = 1 ] && has zeppelin
ok $? "a restriction finds the one"
find_in inbox '' '<m:QueryString>subject:zepp quokka</m:QueryString>'
[ "$(count '<t:ItemId')" = 1 ]
ok $? "a query string finds the one"
find_in inbox '' '<m:QueryString>subject:zepp notthere</m:QueryString>'
[ "$(count '<t:ItemId')" = 0 ]
ok $? "all words of a query string must be there"
find_in sentitems '<m:SortOrder><t:FieldOrder Order="Ascending"><t:FieldURI FieldURI="item:Size"/></t:FieldOrder></m:SortOrder>'
grep -oE '<t:Size>[0-9]+' "$dir/answer" | sed 's/.*>//' >"$dir/sizes"
[ -s "$dir/sizes" ] && sort -nc "$dir/sizes"
ok $? "the order asked for is the order given"

# --- keys of the client's own --------------------------------------------------
key='<t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="own-key" PropertyType="String"/>'
mime=$(printf 'To: %s\r\nSubject: Keyed\r\nX-Kept:  as is\r\n\r\nbody\r\n' "$(value address2)" | base64 -w0)
call $v "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\"><m:Items><t:Message><t:MimeContent>$mime</t:MimeContent>\
<t:ExtendedProperty>$key<t:Value>k-17</t:Value></t:ExtendedProperty>\
<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId=\"InternetHeaders\" PropertyName=\"X-Own\" PropertyType=\"String\"/><t:Value>v</t:Value></t:ExtendedProperty>\
<t:BccRecipients><t:Mailbox><t:EmailAddress>$(value address3)</t:EmailAddress></t:Mailbox></t:BccRecipients></t:Message></m:Items></m:CreateItem>"
find_in sentitems "<m:Restriction><t:IsEqualTo>$key<t:FieldURIOrConstant><t:Constant Value=\"k-17\"/></t:FieldURIOrConstant></t:IsEqualTo></m:Restriction>"
[ "$(count '<t:ItemId')" = 1 ] && has '<t:Subject>Keyed'
ok $? "a sent copy is found by the client's key"
newest inbox 3
has '<t:Subject>Keyed'
ok $? "hidden recipients beside a MIME text get it"
id=$(item_id)
call $v "<m:GetItem><m:ItemShape>$idonly<t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds>$id</m:ItemIds></m:GetItem>" 3
grep -oE 'CharacterSet="UTF-8">[^<]*' "$dir/answer" | sed 's/.*>//' | base64 -d >"$dir/mime"
grep -q '^X-Kept:  as is' "$dir/mime" && grep -q '^X-Own: v' "$dir/mime"
ok $? "the MIME text is kept, the named header is on it"

# --- answering ------------------------------------------------------------------
post 'deliver?to='"$(value address)" "From: <$(value address2)>
To: $(value address), $(value address3)
Disposition-Notification-To: $(value address2)
Subject: Question
Message-ID: <question@x>

What?" >/dev/null
newest inbox
id=$(item_id)
call $v "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\"><m:Items><t:ReplyAllToItem>${id/t:ItemId/t:ReferenceItemId}<t:NewBodyContent BodyType=\"Text\">This.</t:NewBodyContent></t:ReplyAllToItem></m:Items></m:CreateItem>"
newest inbox 2
has '<t:Subject>RE: Question'
ok $? "a smart reply reaches the writer"
newest inbox 3
has '<t:Subject>RE: Question'
ok $? "and the other recipient"
[ "$(curl -s "$admin/mailbox" | jq '.folders[].items[]|select(.message_id=="<question@x>").verb')" = 103 ]
ok $? "the original is marked as answered to all"
call $v "<m:MarkAllItemsAsRead><m:ReadFlag>true</m:ReadFlag><m:SuppressReadReceipts>false</m:SuppressReadReceipts><m:FolderIds>$inbox</m:FolderIds></m:MarkAllItemsAsRead>"
[ "$(curl -s "$admin/mailbox" | jq '.folders[]|select(.distinguished=="inbox").unread')" = 0 ]
ok $? "MarkAllItemsAsRead leaves nothing unread"
newest inbox 2
has '<t:Subject>Read: Question'
ok $? "the receipt asked for is sent"

# --- folders ----------------------------------------------------------------------
post 'folder?kind=create&path=One' >/dev/null
post 'folder?kind=create&path=Two' >/dev/null
one=$(curl -s "$admin/mailbox" | jq -r '.folders[]|select(.path=="One").id')
two=$(curl -s "$admin/mailbox" | jq -r '.folders[]|select(.path=="Two").id')
call $v "<m:MoveFolder><m:ToFolderId><t:FolderId Id=\"$two\"/></m:ToFolderId><m:FolderIds><t:FolderId Id=\"$one\"/>$inbox</m:FolderIds></m:MoveFolder>"
[ "$(codes)" = "NoError ErrorMoveDistinguishedFolder" ] && [ "$(folder_id)" = "<t:FolderId Id=\"$one\"/>" ]
ok $? "MoveFolder keeps the id and spares the Inbox"
call $v "<m:CopyFolder><m:ToFolderId><t:DistinguishedFolderId Id=\"msgfolderroot\"/></m:ToFolderId><m:FolderIds><t:FolderId Id=\"$two\"/></m:FolderIds></m:CopyFolder>"
[ "$(codes)" = ErrorFolderExists ]
ok $? "a copy onto the same name is refused"
call $v "<m:UpdateFolder><m:FolderChanges><t:FolderChange><t:FolderId Id=\"$one\"/><t:Updates><t:SetFolderField><t:FieldURI FieldURI=\"folder:DisplayName\"/><t:Folder><t:DisplayName>Eins</t:DisplayName></t:Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>"
[ "$(curl -s "$admin/mailbox" | jq -r --arg id "$one" '.folders[]|select(.id==$id).path')" = Two/Eins ]
ok $? "UpdateFolder renames"
post 'deliver?folder=Two&to='"$(value address)" $'Subject: x\n\ny' >/dev/null
call $v "<m:EmptyFolder DeleteType=\"MoveToDeletedItems\" DeleteSubFolders=\"true\"><m:FolderIds><t:FolderId Id=\"$two\"/></m:FolderIds></m:EmptyFolder>"
[ "$(curl -s "$admin/mailbox" | jq '[.folders[]|select(.path|startswith("Two"))|.items|length]==[0]')" = true ]
ok $? "EmptyFolder empties, subfolders too"
call $v '<m:GetUserConfiguration><m:UserConfigurationName Name="CategoryList"><t:DistinguishedFolderId Id="calendar"/></m:UserConfigurationName><m:UserConfigurationProperties>XmlData</m:UserConfigurationProperties></m:GetUserConfiguration>'
grep -oE '<t:XmlData>[^<]*' "$dir/answer" | sed 's/.*>//' | base64 -d | grep -q 'CategoryList.xsd'
ok $? "the category list is there"

# --- faults -----------------------------------------------------------------------------------------
post faults 'op=GetFolder nth=2 fault=busy:1234' >/dev/null
call $v "$get_inbox"; one=$code
call $v "$get_inbox"
[ "$one" = 200 ] && [ "$code" = 500 ] && has a:ErrorServerBusy && has '"BackOffMilliseconds">1234<'
ok $? "fault busy hits the second request"
call $v "$get_inbox"
[ "$code" = 200 ]
ok $? "and no other"
post faults 'op=CreateItem fault=applydrop' >/dev/null
send '<dropped@test>' "$(value address2)"
[ "$code" = 000 ] && [ "$(curl -s "$admin/sent" | jq '[.[]|select(.message_id=="<dropped@test>")]|length')" = 1 ]
ok $? "fault applydrop sends and does not answer"
post faults $'op=GetFolder fault=cut\nop=FindFolder fault=503:7\nop=GetItem fault=drop:10' >/dev/null
call $v "$get_inbox"
[ "$code" = 200 ] && ! has '</s:Envelope>'
ok $? "fault cut"
call $v "<m:FindFolder Traversal=\"Deep\"><m:FolderShape>$idonly</m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id=\"root\"/></m:ParentFolderIds></m:FindFolder>"
[ "$code" = 503 ]
ok $? "fault 503"
call $v "<m:GetItem><m:ItemShape>$idonly</m:ItemShape><m:ItemIds>$draft</m:ItemIds></m:GetItem>"
[ "$(wc -c <"$dir/answer")" -le 10 ]
ok $? "fault drop"
ids=$(call $v "<m:FindItem Traversal=\"Shallow\"><m:ItemShape>$idonly</m:ItemShape><m:IndexedPageItemView MaxEntriesReturned=\"4\" Offset=\"0\" BasePoint=\"Beginning\"/><m:ParentFolderIds>$inbox</m:ParentFolderIds></m:FindItem>"; grep -oE '<t:ItemId Id="[^"]*" ChangeKey="[^"]*"/>' "$dir/answer")
get_four="<m:GetItem><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:ItemIds>$ids</m:ItemIds></m:GetItem>"
post faults $'op=GetItem nth=1 fault=partial\nop=GetItem nth=2 fault=itemgone\nop=GetItem nth=3 fault=badchars\nop=GetItem nth=4 fault=busymsg:9\nop=GetItem nth=5 fault=html\nop=GetItem nth=6 fault=wronglength\nop=GetItem nth=7 fault=drip:4000/20\nop=GetItem nth=8 fault=401\nop=GetItem nth=9 fault=huge:1000000\nop=SyncFolderItems fault=dupchange' >/dev/null
call $v "$get_four"
[ "$(codes)" = "NoError NoError ErrorBatchProcessingStopped ErrorBatchProcessingStopped" ]
ok $? "fault partial"
call $v "$get_four"
[ "$(codes)" = "ErrorItemNotFound NoError NoError NoError" ]
ok $? "fault itemgone"
call $v "$get_four"
grep -qaF '&#xD83D;' "$dir/answer" && grep -qa $'\x01' "$dir/answer"
ok $? "fault badchars"
call $v "$get_four"
[ "$code" = 200 ] && [ "$(count 'BackOffMilliseconds">9<')" = 4 ]
ok $? "fault busymsg"
call $v "$get_four"
[ "$code" = 200 ] && has '<form'
ok $? "fault html"
call $v "$get_four"
has '</s:Envelope>' && [ $rc = 18 ]
ok $? "fault wronglength"
begun=$(date +%s%N)
call $v "$get_four"
has '</s:Envelope>' && [ $((($(date +%s%N) - begun) / 1000000)) -ge 20 ]
ok $? "fault drip"
call $v "$get_four"
[ "$code" = 401 ]
ok $? "fault 401"
call $v "$get_four"
[ "$(wc -c <"$dir/answer")" -gt 4000000 ]
ok $? "fault huge"
sync "" 5 "$inbox"
[ "$(count '<t:Create>')" = 10 ]
ok $? "fault dupchange"
post 'throttle?concurrency=1' >/dev/null
post faults 'op=FindFolder fault=delay:1500' >/dev/null
(call $v "<m:FindFolder Traversal=\"Deep\"><m:FolderShape>$idonly</m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id=\"root\"/></m:ParentFolderIds></m:FindFolder>") &
sleep 0.5
dir2=$dir/second && mkdir -p "$dir2" && cp "$dir/ready" "$dir2"
(dir=$dir2; call $v "$get_inbox"; has ErrorExceededConnectionCount)
ok $? "more requests at once than allowed are refused"
wait $!
post 'throttle?concurrency=0' >/dev/null
[ "$(post faults 'op=GetItem fault=nonsense' | jq -r .error)" != null ]
ok $? "a wrong fault table is refused"
[ "$(curl -s "$admin/stats" | jq '.operations.GetFolder > 3 and .schema_failures == 2')" = true ]
ok $? "stats count operations and schema failures"
grep -q 'op=SyncFolderItems folder="Inbox" n=50 .*status=200' "$dir/log"
ok $? "the log has a line a request"

# --- an old server -----------------------------------------------------------------------------------
start_sim --version 2007sp1
call Exchange2013_SP1 "$get_inbox"
[ "$code" = 500 ] && has ErrorInvalidServerVersion && has soap11:
ok $? "2007 SP1 refuses a newer version with its own kind of fault"
call Exchange2007_SP1 "$get_inbox"
[ "$code" = 200 ] && has '<soap:Envelope' && has 'Version="Exchange2007_SP1"'
ok $? "2007 SP1 answers its own"

# --- other contents ----------------------------------------------------------------------------------
start_sim --messages 500 --seed 7
[ "$(curl -s "$admin/mailbox" | jq '[.folders[].items[]]|length')" = 500 ]
ok $? "--messages makes that many"
mkdir -p "$dir/mail/cur" "$dir/mail/new"
printf 'Subject: Seen\nMessage-ID: <seen@x>\n\nA\n' >"$dir/mail/cur/1:2,FS"
printf 'Subject: New\nMessage-ID: <fresh@x>\n\nB\n' >"$dir/mail/new/2"
start_sim --mailbox "$dir/mail"
[ "$(curl -s "$admin/mailbox" | jq -c '[.folders[].items[]|[.subject,.read,.flag]]|sort')" = '[["New",false,"none"],["Seen",true,"flagged"]]' ]
ok $? "--mailbox reads a Maildir with its flags"

# --- Microsoft's schema ---------------------------------------------------------------------------------
if [ -r "$schema/soap.xsd" ]; then
	start_sim --schema "$schema"
	call $v "$get_inbox"
	good=$code
	call $v "<m:GetFolder><m:FolderIds>$inbox</m:FolderIds><m:FolderShape>$idonly</m:FolderShape></m:GetFolder>"
	[ "$good" = 200 ] && [ "$code" = 500 ] && has ErrorSchemaValidation && has '<t:Violation>'
	ok $? "--schema: a wrong element order is a schema fault"
	[ "$(curl -s "$admin/stats" | jq .schema_failures)" = 1 ]
	ok $? "and is counted"
	valid=0
	for body in "$get_inbox" \
		"<m:SyncFolderItems><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:SyncFolderId>$inbox</m:SyncFolderId><m:MaxChangesReturned>512</m:MaxChangesReturned></m:SyncFolderItems>" \
		"<m:FindFolder Traversal=\"Deep\"><m:FolderShape><t:BaseShape>AllProperties</t:BaseShape></m:FolderShape><m:ParentFolderIds><t:DistinguishedFolderId Id=\"root\"/></m:ParentFolderIds></m:FindFolder>"; do
		call $v "$body"
		xmllint --noout --schema "$schema/soap.xsd" "$dir/answer" >/dev/null 2>"$dir/invalid" || valid=1
	done
	ids=$(call $v "<m:FindItem Traversal=\"Shallow\"><m:ItemShape>$idonly</m:ItemShape><m:ParentFolderIds>$inbox</m:ParentFolderIds></m:FindItem>"; grep -oE '<t:ItemId Id="[^"]*" ChangeKey="[^"]*"/>' "$dir/answer")
	call $v "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape><t:IncludeMimeContent>true</t:IncludeMimeContent></m:ItemShape><m:ItemIds>$ids</m:ItemIds></m:GetItem>"
	xmllint --noout --schema "$schema/soap.xsd" "$dir/answer" >/dev/null 2>"$dir/invalid" || valid=1
	ok $valid "the answers validate, a whole Inbox of them"
else
	skip "--schema" "no schemas in $schema"
fi
post quit >/dev/null
for _ in $(seq 100); do kill -0 "$pid" 2>/dev/null || break; sleep 0.05; done
! kill -0 "$pid" 2>/dev/null
ok $? "quit ends it"
wait "$pid" 2>/dev/null
pid=
grep -vF 'exchange-sim: ' "$dir/errors" | tee "$dir/answer" | grep -q . && bad=1 || bad=0
ok $bad "it had nothing to complain about"
echo "1..$n"
exit $failed
