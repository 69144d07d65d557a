#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The simulator's calendars, availability, out of office, delegates and rights
# by themselves, asked with requests written here by hand from the dossier.
# Where the schemas are at hand, every answer is checked against them.
set -u
bin=${RETINUE_BIN:-build}/exchange-sim
schema=${EWS_SCHEMA:-../shared/ews-schema}
dir=$(mktemp -d) || exit 1
pid= n=0 failed=0 invalid=0 checked=0
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
stop_sim() {
	[ -n "$pid" ] || return 0
	kill "$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
	pid=
}
start_sim() {
	local with=()
	stop_sim
	rm -f "$dir/ready"
	[ -r "$schema/soap.xsd" ] && with=(--schema "$schema")
	timeout 120 "$bin" --ready-file "$dir/ready" "${with[@]}" "$@" 2>>"$dir/errors" &
	pid=$!
	for _ in $(seq 200); do
		[ -s "$dir/ready" ] && break
		sleep 0.05
	done
	[ -s "$dir/ready" ] || { echo "Bail out! the simulator did not start"; exit 1; }
	ews=$(value ews_url) admin=$(value admin_url)
}
value() { sed -n "s/^$1=//p" "$dir/ready"; }
# call BODY [USER-NUMBER [VERSION]]
call() {
	local u=${2:-} v=${3:-Exchange2013_SP1}
	printf '%s' "<?xml version=\"1.0\" encoding=\"utf-8\"?><s:Envelope \
xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\" \
xmlns:t=\"http://schemas.microsoft.com/exchange/services/2006/types\" \
xmlns:m=\"http://schemas.microsoft.com/exchange/services/2006/messages\">\
<s:Header><t:RequestServerVersion Version=\"$v\"/></s:Header><s:Body>$1</s:Body></s:Envelope>" >"$dir/request"
	code=$(curl -s -m 20 -o "$dir/answer" -w '%{http_code}' -u "$(value "user$u"):$(value "password$u")" \
		-H 'Content-Type: text/xml; charset=utf-8' --data-binary "@$dir/request" "$ews")
	if [ -r "$schema/soap.xsd" ] && [ "$code" = 200 ] && command -v xmllint >/dev/null; then
		checked=$((checked + 1))
		xmllint --noout --schema "$schema/soap.xsd" "$dir/answer" 2>"$dir/xsd" || {
			invalid=$((invalid + 1))
			head -3 "$dir/xsd" | sed 's/^/# /'
		}
	fi
}
has() { grep -qF -- "$1" "$dir/answer"; }
count() { grep -oF -- "$1" "$dir/answer" | wc -l; }
codes() { grep -oE '<m:ResponseCode>[^<]*' "$dir/answer" | sed 's/.*>//' | paste -sd' '; }
first_id() { grep -oE '<t:ItemId Id="[^"]*" ChangeKey="[^"]*"/>' "$dir/answer" | head -1; }
attribute() { sed -n "s/.* $1=\"\([^\"]*\)\".*/\1/p" <<<"$2"; }
calendar='<t:DistinguishedFolderId Id="calendar"/>'
view() { # FROM TO [USER]: single items and occurrences
	call "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape>\
<m:CalendarView StartDate=\"$1\" EndDate=\"$2\"/><m:ParentFolderIds>$calendar</m:ParentFolderIds></m:FindItem>" "${3:-}"
}
get() { # ID [USER]
	call "<m:GetItem><m:ItemShape><t:BaseShape>AllProperties</t:BaseShape></m:ItemShape><m:ItemIds>$1</m:ItemIds></m:GetItem>" "${2:-}"
}
person() { echo "<t:Attendee><t:Mailbox><t:EmailAddress>$1</t:EmailAddress></t:Mailbox></t:Attendee>"; }
event() { # SUBJECT START END INNER [HOW [USER]]
	call "<m:CreateItem SendMeetingInvitations=\"${5:-SendToNone}\"><m:Items><t:CalendarItem><t:Subject>$1</t:Subject>\
<t:Start>$2</t:Start><t:End>$3</t:End>$4</t:CalendarItem></m:Items></m:CreateItem>" "${6:-}"
	id=$(first_id)
}
zone='<t:StartTimeZone Id="W. Europe Standard Time"/><t:EndTimeZone Id="W. Europe Standard Time"/>'
recur() { # PATTERN RANGE
	echo "<t:Recurrence>$1$2</t:Recurrence>$zone"
}
find_subject() { # FOLDER SUBJECT [USER]
	call "<m:FindItem Traversal=\"Shallow\"><m:ItemShape><t:BaseShape>Default</t:BaseShape></m:ItemShape><m:Restriction>\
<t:IsEqualTo><t:FieldURI FieldURI=\"item:Subject\"/><t:FieldURIOrConstant><t:Constant Value=\"$2\"/></t:FieldURIOrConstant></t:IsEqualTo>\
</m:Restriction><m:ParentFolderIds><t:DistinguishedFolderId Id=\"$1\"/></m:ParentFolderIds></m:FindItem>" "${3:-}"
	id=$(first_id)
}

start_sim --version 2016 --messages 0
me=$(value address) other=$(value address2) third=$(value address3)

# --- series --------------------------------------------------------------------
weekly='<t:WeeklyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Monday Thursday</t:DaysOfWeek></t:WeeklyRecurrence>'
event Sync 2031-03-17T09:00:00+01:00 2031-03-17T09:30:00+01:00 \
	"$(recur "$weekly" '<t:NumberedRecurrence><t:StartDate>2031-03-17</t:StartDate><t:NumberOfOccurrences>6</t:NumberOfOccurrences></t:NumberedRecurrence>')"
[ "$(codes)" = NoError ]
ok $? "a weekly series is made"
master=$id
view 2031-03-01T00:00:00Z 2031-05-01T00:00:00Z
[ "$(grep -oE '<t:Start>[^<]*' "$dir/answer" | sed 's/.*>//' | paste -sd' ')" = \
	'2031-03-17T08:00:00Z 2031-03-20T08:00:00Z 2031-03-24T08:00:00Z 2031-03-27T08:00:00Z 2031-03-31T07:00:00Z 2031-04-03T07:00:00Z' ]
ok $? "its occurrences stay at nine across the change to summer time"
get "<t:OccurrenceItemId RecurringMasterId=\"$(attribute Id "$master")\" InstanceIndex=\"2\"/>"
second=$(first_id)
has '<t:CalendarItemType>Occurrence' && has '2031-03-20T08:00:00Z'
ok $? "an occurrence is found by its number"
call "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\" SendMeetingInvitationsOrCancellations=\"SendToNone\"><m:ItemChanges><t:ItemChange>$second<t:Updates>\
<t:SetItemField><t:FieldURI FieldURI=\"calendar:Start\"/><t:CalendarItem><t:Start>2031-03-20T12:00:00Z</t:Start></t:CalendarItem></t:SetItemField>\
<t:SetItemField><t:FieldURI FieldURI=\"calendar:End\"/><t:CalendarItem><t:End>2031-03-20T13:00:00Z</t:End></t:CalendarItem></t:SetItemField>\
<t:SetItemField><t:FieldURI FieldURI=\"item:Subject\"/><t:CalendarItem><t:Subject>Sync, late</t:Subject></t:CalendarItem></t:SetItemField>\
</t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
get "<t:OccurrenceItemId RecurringMasterId=\"$(attribute Id "$master")\" InstanceIndex=\"3\"/>"
call "<m:DeleteItem DeleteType=\"MoveToDeletedItems\" SendMeetingCancellations=\"SendToNone\"><m:ItemIds>$(first_id)</m:ItemIds></m:DeleteItem>"
[ "$(codes)" = NoError ]
ok $? "one occurrence is deleted"
get "$master"
[ "$(count '<t:Occurrence>')" = 1 ] && [ "$(count '<t:DeletedOccurrence>')" = 1 ] && has '<t:OriginalStart>2031-03-20T08:00:00Z'
ok $? "the master lists one changed and one deleted occurrence"
get "<t:OccurrenceItemId RecurringMasterId=\"$(attribute Id "$master")\" InstanceIndex=\"3\"/>\
<t:OccurrenceItemId RecurringMasterId=\"$(attribute Id "$master")\" InstanceIndex=\"7\"/>\
<t:RecurringMasterItemId OccurrenceId=\"$(attribute Id "$second")\"/>"
[ "$(codes)" = 'ErrorCalendarOccurrenceIsDeletedFromRecurrence ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange NoError' ]
ok $? "a walk over the numbers meets the hole and the end"
for pattern in '<t:DailyRecurrence><t:Interval>3</t:Interval></t:DailyRecurrence>|2031-01-31 2031-02-03 2031-02-06' \
	'<t:AbsoluteMonthlyRecurrence><t:Interval>1</t:Interval><t:DayOfMonth>31</t:DayOfMonth></t:AbsoluteMonthlyRecurrence>|2031-01-31 2031-02-28 2031-03-31' \
	'<t:RelativeMonthlyRecurrence><t:Interval>1</t:Interval><t:DaysOfWeek>Friday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex></t:RelativeMonthlyRecurrence>|2031-01-31 2031-02-28 2031-03-28' \
	'<t:AbsoluteYearlyRecurrence><t:DayOfMonth>31</t:DayOfMonth><t:Month>January</t:Month></t:AbsoluteYearlyRecurrence>|2031-01-31 2032-01-31 2033-01-31' \
	'<t:RelativeYearlyRecurrence><t:DaysOfWeek>Friday</t:DaysOfWeek><t:DayOfWeekIndex>Last</t:DayOfWeekIndex><t:Month>January</t:Month></t:RelativeYearlyRecurrence>|2031-01-31 2032-01-30 2033-01-28'; do
	event Pattern 2031-01-31T12:00:00Z 2031-01-31T13:00:00Z \
		"$(recur "${pattern%|*}" '<t:NumberedRecurrence><t:StartDate>2031-01-31</t:StartDate><t:NumberOfOccurrences>3</t:NumberOfOccurrences></t:NumberedRecurrence>')"
	dates=
	for i in 1 2 3; do
		get "<t:OccurrenceItemId RecurringMasterId=\"$(attribute Id "$id")\" InstanceIndex=\"$i\"/>"
		dates="$dates $(grep -oE '<t:Start>[^<T]*' "$dir/answer" | head -1 | sed 's/.*>//')"
	done
	[ "${dates# }" = "${pattern#*|}" ]
	ok $? "${pattern%%>*}> falls on ${pattern#*|}"
done

# --- meetings ------------------------------------------------------------------
event Plan 2031-06-03T08:00:00Z 2031-06-03T09:00:00Z \
	"<t:RequiredAttendees>$(person "$other")$(person "$third")</t:RequiredAttendees><t:Resources>$(person room.fjord@halden.example)</t:Resources>$zone" SendToAllAndSaveCopy
mine=$id
find_subject calendar Plan 2
get "$id" 2
has '<t:MyResponseType>NoResponseReceived' && has '<t:LegacyFreeBusyStatus>Tentative'
ok $? "a request stands tentative in the attendee's calendar"
find_subject inbox Plan 2
request=$id
get "$request" 2
has '<t:MeetingRequest>' && has '<t:AssociatedCalendarItemId ' && has '<t:MeetingRequestType>NewMeetingRequest' && has '<t:AcceptItem/>'
ok $? "and lies in the Inbox with what may be answered"
call "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\"><m:Items><t:AcceptItem><t:ReferenceItemId Id=\"$(attribute Id "$request")\"/></t:AcceptItem></m:Items></m:CreateItem>" 2
[ "$(codes)" = NoError ] && has '<t:CalendarItem>' && has '<t:MeetingRequest>'
ok $? "the answer names what it touched"
find_subject inbox Plan 3
call "<m:CreateItem MessageDisposition=\"SendAndSaveCopy\"><m:Items><t:TentativelyAcceptItem><t:ReferenceItemId Id=\"$(attribute Id "$id")\"/>\
<t:ProposedStart>2031-06-03T10:00:00Z</t:ProposedStart><t:ProposedEnd>2031-06-03T11:00:00Z</t:ProposedEnd></t:TentativelyAcceptItem></m:Items></m:CreateItem>" 3
get "$mine"
[ "$(count '<t:ResponseType>Accept')" = 2 ] && [ "$(count '<t:ResponseType>Tentative')" = 1 ] && has '<t:ProposedStart>2031-06-03T10:00:00Z'
ok $? "the organiser's copy tracks both and the room"
event Clash 2031-06-03T08:30:00Z 2031-06-03T09:30:00Z "<t:Resources>$(person room.fjord@halden.example)</t:Resources>" SendOnlyToAll 3
get "$id" 3
has '<t:ResponseType>Decline'
ok $? "a room that is taken declines"
call "<m:DeleteItem DeleteType=\"HardDelete\" SendMeetingCancellations=\"SendOnlyToAll\"><m:ItemIds>$mine</m:ItemIds></m:DeleteItem>"
find_subject calendar 'Canceled: Plan' 2
get "$id" 2
has '<t:IsCancelled>true' && has '<t:RemoveItem/>'
ok $? "a cancellation reaches the attendee's calendar"

# --- availability ----------------------------------------------------------------
utc='<t:TimeZone><t:Bias>0</t:Bias><t:StandardTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>1</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:StandardTime><t:DaylightTime><t:Bias>0</t:Bias><t:Time>00:00:00</t:Time><t:DayOrder>1</t:DayOrder><t:Month>1</t:Month><t:DayOfWeek>Sunday</t:DayOfWeek></t:DaylightTime></t:TimeZone>'
busy() { # ADDRESSES USER
	local a list=
	for a in $1; do list="$list<t:MailboxData><t:Email><t:Address>$a</t:Address></t:Email><t:AttendeeType>Required</t:AttendeeType></t:MailboxData>"; done
	call "<m:GetUserAvailabilityRequest>$utc<m:MailboxDataArray>$list</m:MailboxDataArray><t:FreeBusyViewOptions>\
<t:TimeWindow><t:StartTime>2031-07-01T08:00:00</t:StartTime><t:EndTime>2031-07-01T12:00:00</t:EndTime></t:TimeWindow>\
<t:MergedFreeBusyIntervalInMinutes>30</t:MergedFreeBusyIntervalInMinutes><t:RequestedView>DetailedMerged</t:RequestedView></t:FreeBusyViewOptions>${3:-}</m:GetUserAvailabilityRequest>" "$2"
}
event Secret 2031-07-01T09:00:00Z 2031-07-01T10:00:00Z '<t:LegacyFreeBusyStatus>OOF</t:LegacyFreeBusyStatus>'
busy "$me nobody@halden.example" 2
has '<t:MergedFreeBusy>00330000<' && has 'FreeBusyMerged' && has ErrorMailRecipientNotFound && ! has Secret
ok $? "others see the times only; an unknown mailbox fails alone"
busy "$me" ''
has '<t:Subject>Secret' && has '>DetailedMerged<'
ok $? "the owner sees everything"
busy "$me" 2 "<t:SuggestionsViewOptions><t:MeetingDurationInMinutes>60</t:MeetingDurationInMinutes><t:DetailedSuggestionsWindow><t:StartTime>2031-07-01T00:00:00</t:StartTime><t:EndTime>2031-07-02T00:00:00</t:EndTime></t:DetailedSuggestionsWindow></t:SuggestionsViewOptions>"
has '<t:MeetingTime>2031-07-01T08:00:00' && has '<t:SuggestionQuality>Excellent'
ok $? "times are suggested"
call '<m:GetRoomLists/>'
has rooms.halden@halden.example
ok $? "room lists"
call '<m:GetRooms><m:RoomList><t:EmailAddress>rooms.halden@halden.example</t:EmailAddress></m:RoomList></m:GetRooms>'
has room.fjord@halden.example
ok $? "and their rooms"
call '<m:GetRoomLists/>' '' Exchange2007_SP1
[ "$code" = 500 ] && has ErrorSchemaValidation
ok $? "2007 knows no rooms"

# --- rights ------------------------------------------------------------------------
perms() { # FOLDER LEVEL ELEMENT: user 2's level
	call "<m:UpdateFolder><m:FolderChanges><t:FolderChange><t:DistinguishedFolderId Id=\"$1\"/><t:Updates><t:SetFolderField><t:FieldURI FieldURI=\"folder:PermissionSet\"/><t:$3Folder><t:PermissionSet><t:$3Permissions>\
<t:$3Permission><t:UserId><t:DistinguishedUser>Default</t:DistinguishedUser></t:UserId><t:$3PermissionLevel>None</t:$3PermissionLevel></t:$3Permission>\
<t:$3Permission><t:UserId><t:PrimarySmtpAddress>$other</t:PrimarySmtpAddress></t:UserId><t:$3PermissionLevel>$2</t:$3PermissionLevel></t:$3Permission>\
</t:$3Permissions></t:PermissionSet></t:$3Folder></t:SetFolderField></t:Updates></t:FolderChange></m:FolderChanges></m:UpdateFolder>"
}
theirs="<t:DistinguishedFolderId Id=\"calendar\"><t:Mailbox><t:EmailAddress>$me</t:EmailAddress></t:Mailbox></t:DistinguishedFolderId>"
put_in() { call "<m:CreateItem SendMeetingInvitations=\"SendToNone\"><m:SavedItemFolderId>$theirs</m:SavedItemFolderId><m:Items><t:CalendarItem><t:Subject>By another</t:Subject><t:Start>2031-08-01T09:00:00Z</t:Start><t:End>2031-08-01T10:00:00Z</t:End></t:CalendarItem></m:Items></m:CreateItem>" 2; }
drop() { call "<m:DeleteItem DeleteType=\"HardDelete\" SendMeetingCancellations=\"SendToNone\"><m:ItemIds>$1</m:ItemIds></m:DeleteItem>" 2; codes; }
event Owned 2031-08-02T09:00:00Z 2031-08-02T10:00:00Z ''
owned=$id
# level, create, read the owner's, delete one's own, delete the owner's
while read -r level create read own all; do
	perms calendar "$level" Calendar
	put_in
	c=$(codes) i=$(first_id)
	get "$owned" 2
	r=$(codes) o=- a=-
	[ "$own" = - ] || o=$(drop "$i")
	[ "$all" = - ] || a=$(drop "$owned")
	[ "$c $r $o $a" = "$create $read $own $all" ]
	ok $? "level $level allows what it says ($c $r $o $a)"
done <<-LEVELS
	None ErrorFolderNotFound ErrorItemNotFound - -
	FreeBusyTimeOnly ErrorFolderNotFound ErrorItemNotFound - -
	Reviewer ErrorAccessDenied NoError - ErrorAccessDenied
	Contributor NoError ErrorItemNotFound - -
	NoneditingAuthor NoError NoError NoError ErrorAccessDenied
	Author NoError NoError NoError ErrorAccessDenied
	Editor NoError NoError NoError NoError
	LEVELS
perms calendar None Calendar
busy "$me" 2
has ErrorNoFreeBusyAccess
ok $? "without rights there is no free/busy either"

# --- out of office, delegates, password --------------------------------------------
call "<m:SetUserOofSettingsRequest><t:Mailbox><t:Address>$other</t:Address></t:Mailbox><t:UserOofSettings><t:OofState>Enabled</t:OofState><t:ExternalAudience>All</t:ExternalAudience><t:InternalReply><t:Message>&lt;p&gt;Gone fishing&lt;/p&gt;</t:Message></t:InternalReply><t:ExternalReply><t:Message>Away</t:Message></t:ExternalReply></t:UserOofSettings></m:SetUserOofSettingsRequest>" 2
call "<m:GetUserOofSettingsRequest><t:Mailbox><t:Address>$other</t:Address></t:Mailbox></m:GetUserOofSettingsRequest>" 2
has '<t:OofState>Enabled' && has 'Gone fishing&lt;/p&gt;' && has AllowExternalOof
ok $? "out of office is kept as written"
for i in 1 2; do
	call "<m:CreateItem MessageDisposition=\"SendOnly\"><m:Items><t:Message><t:Subject>Hello $i</t:Subject><t:Body BodyType=\"Text\">x</t:Body><t:ToRecipients><t:Mailbox><t:EmailAddress>$other</t:EmailAddress></t:Mailbox></t:ToRecipients></t:Message></m:Items></m:CreateItem>"
done
find_subject inbox 'Out of Office AutoReply: Hello 1'
[ -n "$id" ] && find_subject inbox 'Out of Office AutoReply: Hello 2' && [ -z "$id" ]
ok $? "and answers each sender once"
call "<m:GetUserOofSettingsRequest><t:Mailbox><t:Address>$other</t:Address></t:Mailbox></m:GetUserOofSettingsRequest>"
has ErrorAccessDenied
ok $? "somebody else's is not told"
owner="<m:Mailbox><t:EmailAddress>$me</t:EmailAddress></m:Mailbox>"
user="<t:UserId><t:PrimarySmtpAddress>$other</t:PrimarySmtpAddress></t:UserId>"
call "<m:GetDelegate IncludePermissions=\"true\">$owner</m:GetDelegate>"
! has ResponseMessages && has '<m:DeliverMeetingRequests>'
ok $? "no delegates: no list"
call "<m:AddDelegate>$owner<m:DelegateUsers><t:DelegateUser>$user<t:DelegatePermissions><t:CalendarFolderPermissionLevel>Editor</t:CalendarFolderPermissionLevel></t:DelegatePermissions><t:ReceiveCopiesOfMeetingMessages>true</t:ReceiveCopiesOfMeetingMessages></t:DelegateUser></m:DelegateUsers><m:DeliverMeetingRequests>DelegatesAndMe</m:DeliverMeetingRequests></m:AddDelegate>"
[ "$(codes)" = 'NoError NoError' ] && put_in && [ "$(codes)" = NoError ]
ok $? "a delegate with the calendar may write there"
event Asked 2031-09-01T09:00:00Z 2031-09-01T10:00:00Z "<t:RequiredAttendees>$(person "$me")</t:RequiredAttendees>" SendOnlyToAll 3
find_subject inbox Asked 2
call "<m:CreateItem MessageDisposition=\"SendOnly\"><m:Items><t:AcceptItem><t:ReferenceItemId Id=\"$(attribute Id "$id")\"/></t:AcceptItem></m:Items></m:CreateItem>" 2
find_subject calendar Asked
get "$id"
has '<t:MyResponseType>Accept'
ok $? "he gets the owner's requests and answers for him"
call "<m:RemoveDelegate>$owner<m:UserIds>$user</m:UserIds></m:RemoveDelegate>"
put_in
[ "$(codes)" != NoError ]
ok $? "a delegate removed may no longer"
curl -s -X POST "$admin/password?user=$(value user)&expires=2031-01-02T03:04:05Z" >/dev/null
call "<m:GetPasswordExpirationDate><m:MailboxSmtpAddress>$me</m:MailboxSmtpAddress></m:GetPasswordExpirationDate>"
has '<m:PasswordExpirationDate>2031-01-02T03:04:05Z'
ok $? "a password expires when the test says"

# --- an event as its iCalendar text --------------------------------------------------
ics=$(printf 'BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:mime-1\r\nSUMMARY:From a text\r\nLOCATION:Yard\r\nDTSTART:20310303T090000Z\r\nDTEND:20310303T093000Z\r\nRRULE:FREQ=WEEKLY;COUNT=4;BYDAY=MO\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n' | base64 -w0)
call "<m:CreateItem SendMeetingInvitations=\"SendToNone\"><m:Items><t:CalendarItem><t:MimeContent>$ics</t:MimeContent></t:CalendarItem></m:Items></m:CreateItem>"
get "$(first_id)"
has '<t:Subject>From a text' && has '<t:Location>Yard' && has '<t:NumberOfOccurrences>4' && has '<t:DaysOfWeek>Monday'
ok $? "an event may come as iCalendar alone"

# --- contacts -----------------------------------------------------------------------
call '<m:CreateItem><m:Items><t:Contact><t:GivenName>Ada</t:GivenName><t:EmailAddresses><t:Entry Key="EmailAddress1">ada@x.example</t:Entry></t:EmailAddresses><t:PhoneNumbers><t:Entry Key="MobilePhone">1</t:Entry></t:PhoneNumbers><t:Surname>Berg</t:Surname></t:Contact></m:Items></m:CreateItem>'
id=$(first_id)
call "<m:UpdateItem ConflictResolution=\"AlwaysOverwrite\"><m:ItemChanges><t:ItemChange>$id<t:Updates><t:SetItemField><t:IndexedFieldURI FieldURI=\"contacts:PhoneNumber\" FieldIndex=\"HomePhone\"/><t:Contact><t:PhoneNumbers><t:Entry Key=\"HomePhone\">2</t:Entry></t:PhoneNumbers></t:Contact></t:SetItemField><t:DeleteItemField><t:IndexedFieldURI FieldURI=\"contacts:PhoneNumber\" FieldIndex=\"MobilePhone\"/></t:DeleteItemField></t:Updates></t:ItemChange></m:ItemChanges></m:UpdateItem>"
get "$id"
has '<t:DisplayName>Ada Berg' && has 'Key="HomePhone">2' && ! has MobilePhone
ok $? "a contact is made and one entry of it changed"
[ "$invalid" = 0 ]
ok $? "$checked answers are what the schema says"
exit $failed
