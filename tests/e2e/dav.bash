# SPDX-License-Identifier: GPL-3.0-or-later
# For the scripts that ask the simulator's WebDAV face by requests written by
# hand from the dossier: what the client's tests rely on must hold without the
# client.
. "$(dirname "${BASH_SOURCE[0]}")/lib.bash"

start() { # OPTIONS
	sim_start "$@" || exit 1
	root=$(ready base_url)/exchange/$(ready address | sed 's/@.*//')
	public=$(ready base_url)/public
	auth=(-u "$(ready user):$(ready password)")
}
# dav METHOD URL [CURL-ARGUMENTS]: sets $code; $work/answer, $work/head
dav() {
	local method=$1 url=$2
	shift 2
	code=$(curl -s -m 20 "${auth[@]}" -X "$method" -H 'Content-Type: text/xml' -o "$work/answer" -D "$work/head" \
		-w '%{http_code}' "$@" "$url")
}
# The values at an XPath of local names, one a line.
xp() { xmllint --xpath "$1" "$work/answer" 2>/dev/null; }
el() { echo "//*[local-name()='$1']"; }
text() { xp "$(el "$1")/text()" | head -"${2:-1}"; }
n_of() { xp "count($(el "$1"))"; }
head_of() { sed -n "s/^$1: //Ip" "$work/head" | tr -d '\r'; }
propfind() { # URL DEPTH PROPERTIES [CURL-ARGUMENTS]
	local url=$1 depth=$2 props=$3
	shift 3
	dav PROPFIND "$url" -H "Depth: $depth" "$@" --data "<?xml version='1.0'?><D:propfind xmlns:D='DAV:' xmlns:h='urn:schemas:httpmail:' \
xmlns:e='http://schemas.microsoft.com/exchange/' xmlns:m='http://schemas.microsoft.com/mapi/proptag/'><D:prop>$props</D:prop></D:propfind>"
}
search() { # URL SQL [CURL-ARGUMENTS]
	local url=$1 sql=$2
	shift 2
	sql=$(printf %s "$sql" | sed "s/</\&lt;/g")
	dav SEARCH "$url" "$@" --data "<searchrequest xmlns='DAV:'><sql>$sql</sql></searchrequest>"
}
patch_xml="<?xml version='1.0'?><D:propertyupdate xmlns:D='DAV:' xmlns:h='urn:schemas:httpmail:' xmlns:e='http://schemas.microsoft.com/exchange/' \
xmlns:m='http://schemas.microsoft.com/mapi/proptag/' xmlns:T='urn:uuid:c2f41010-65b3-11d1-a29f-00aa00c14882/'>"
proppatch() { # URL SET [CURL-ARGUMENTS]
	local url=$1 set=$2
	shift 2
	dav PROPPATCH "$url" "$@" --data "$patch_xml<D:set><D:prop>$set</D:prop></D:set></D:propertyupdate>"
}
batch() { # METHOD URL BODY-ELEMENT HREF...
	local method=$1 url=$2 element=$3 href all=
	shift 3
	for href in "$@"; do all="$all<href>$href</href>"; done
	dav "$method" "$url" "${batch_args[@]}" --data "<$element xmlns='DAV:'><target>$all</target></$element>"
}
batch_args=()
# Whose requests the next ones are: the N-th sample user's.
as() {
	local n=$1
	[ "$n" != 1 ] || n=
	auth=(-u "$(ready "user$n"):$(ready "password$n")")
}
messages='"DAV:iscollection" = False AND "DAV:ishidden" = False'
# The newest message of a folder: $href, its name in $name.
newest() {
	search "$1" "SELECT \"DAV:displayname\", \"http://schemas.microsoft.com/mapi/proptag/x0e230003\", \"DAV:getetag\" FROM \"\" \
WHERE $messages ORDER BY \"DAV:creationdate\" DESC" -H 'Range: rows=0-0'
	href=$(text href) name=$(text displayname)
}
count_of() { search "$1" "SELECT \"DAV:displayname\" FROM \"\" WHERE $messages" -H 'Range: rows=0-0'; head_of Content-Range | sed 's/.*total=//'; }
mail() { printf 'From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\nMIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nHello.\r\n' "$1" "$2" "$3"; }
subjects() { curl -sf "$admin/mailbox?user=$1" | jq -r '.folders[] | .path as $p | .items[]? | $p + "|" + .subject'; }
