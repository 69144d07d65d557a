# SPDX-License-Identifier: GPL-3.0-or-later
# For the screen tests with a mailbox: the sample organisation at a fixed time,
# mirrored once, and copies of that home for each script.
#   tui_scene [SIM OPTIONS]  starts the simulator, sets $home and $retinue
#   tui_domain               before it: the domain's directory, too, where the
#                            server does not tell about people itself
#   tui_sync                 mirrors the mailbox, so that the first frame is whole
#   tui_offline              from now on the server is not to be reached
#   as_person NAME [NUMBER]  the home of that account of the organisation, mirrored
#   tui_board ADDRESS        who the home is calls that person to a meeting, Mon 30
#                            Nov 10:00, named Board
#   every_size NAME          verbs: a golden screen in the three sizes, and back
#   every_terminal FUNCTION  verbs: what FUNCTION NAME prints, in terminals of no
#                            colour (mono), 8, 16, 256, any (true), and in ASCII
#   broken_message           brings in a message with every kind of mistake
#   tui_run                  runs the driver with the script on standard input
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.bash"
export RETINUE_TEST_NOW=1795680000 TZ=UTC	# Thu 26 Nov 2026 08:00 UTC

domain=()
tui_domain() {
	[ "${DIALECT:-ews}" = webdav ] || return 0
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost \
		-addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout "$work/key.pem" -out "$work/cert.pem" 2>/dev/null ||
		{ echo "not ok 1 - openssl makes a certificate"; exit 1; }
	domain=(--tls "$work/cert.pem" "$work/key.pem" --ldap 127.0.0.1:0)
	curl() { command curl --cacert "$work/cert.pem" "$@"; }
}
tui_scene() {
	sim_start ${INVITATIONS- --no-invitations} "${domain[@]}" "$@" || { echo "not ok 1 - the simulator starts"; exit 1; }
	[ ${#domain[@]} = 0 ] || HOME_CONF="${HOME_CONF:-}"$'\n'"ca-file = $work/cert.pem
ldap-server = 127.0.0.1:$(ready ldap_port)
ldap-security = tls"
	# What the sample organisation does at that hour would be told at any moment.
	HOME_CONF="${HOME_CONF:-}"$'\n'"reminders = ${REMINDERS:-no}"
	home screens
	home=$work/screens
	retinue=$(cd "$bin" && pwd)/retinue
}
tui_sync() { retinue sync >/dev/null 2>"$work/sync.err" || { sed 's/^/# /' "$work/sync.err"; echo "not ok 1 - sync"; exit 1; }; }
tui_offline() { sed -i 's|^server = .*|server = http://127.0.0.1:1/EWS/Exchange.asmx|' "$RETINUE_CONFIG"; }
as_person() {
	home "$@"
	retinue sync >/dev/null 2>&1
}
tui_board() { retinue event add "2026-11-30 10:00 1h Board" --with "$1" --wait >/dev/null 2>&1 || echo "# event add"; }
every_size() {
	for s in 40x12 160x50 80x24; do
		printf 'size %s\nwait-idle\nscreen %s-%s\n' "$s" "$1" "$s"
	done
}
# A terminal of 16 colours: what ncurses knows of the common one, but for that.
sixteen_colours() {
	mkdir -p "$work/terminfo"
	infocmp -1 xterm-256color | sed 's/^xterm-256color|.*/xterm-16color|sixteen,/; s/^\tcolors#.*/\tcolors#16,/; s/^\tpairs#.*/\tpairs#256,/' >"$work/16.ti"
	tic -o "$work/terminfo" "$work/16.ti" 2>/dev/null
}
every_terminal() {
	sixteen_colours
	printf 'size 80x24\nenv NO_COLOR=1\n'
	"$1" mono
	printf 'env NO_COLOR=\nenv TERM=xterm\n'
	"$1" 8
	printf 'env TERM=xterm-16color\nenv TERMINFO_DIRS=%s:/etc/terminfo:/lib/terminfo:/usr/share/terminfo\n' "$work/terminfo"
	"$1" 16
	printf 'env TERM=xterm-256color\n'
	"$1" 256
	printf 'env COLORTERM=truecolor\n'
	"$1" true
	printf 'env COLORTERM=\nenv LC_ALL=C\nenv LANG=C\n'
	"$1" ascii
}
broken_message() {
	curl -sf -X POST --data-binary @- "$admin/deliver?to=$(ready address)&folder=Inbox" >/dev/null <<-'END'
	From: =?utf-8?Q?Broken_S=C3sender?= <broken@outside.example>
	To: kim@halden.example
	Subject: =?x-unknown?B?////?= A message that is broken
	Message-ID: <broken@outside.example>
	Date: Thu, 26 Nov 2026 07:59:40 +0000
	MIME-Version: 1.0
	Content-Type: multipart/mixed; boundary=b

	--b
	Content-Type: text/plain; charset=x-nonsense
	Content-Transfer-Encoding: base64

	VGhlIGVuZCBvZiB0aGlzIHRleHQgaXMgbWlzc2luZwobWzMxbSwgaXQgaGFzIGVzY2FwZSBieXRl
	cywgYW5kIO6A!!!
	--b
	Content-Type: application/pdf; name="half.pdf"
	Content-Transfer-Encoding: base64

	JVBERi0xLjQK
	--never
	END
}
tui_run() {
	{
		for v in RETINUE_CONFIG RETINUE_DATA RETINUE_CACHE RETINUE_STATE RETINUE_TEST_NOW; do
			echo "env $v=${!v}"
		done
		echo "env XDG_RUNTIME_DIR=$work/run"
		cat
	} >"$work/script"
	"$RETINUE_BUILD/tests/tui/tui" "$work/script"
	exit $?
}
