# SPDX-License-Identifier: GPL-3.0-or-later
# For the screen tests with a mailbox: the sample organisation at a fixed time,
# mirrored once, and copies of that home for each script.
#   tui_scene [SIM OPTIONS]  starts the simulator, sets $home and $retinue
#   tui_sync                 mirrors the mailbox, so that the first frame is whole
#   every_size NAME          verbs: a golden screen in the three sizes, and back
#   tui_run                  runs the driver with the script on standard input
. "$(dirname "${BASH_SOURCE[0]}")/../e2e/lib.bash"
export RETINUE_TEST_NOW=1795680000 TZ=UTC	# Thu 26 Nov 2026 08:00 UTC

tui_scene() {
	sim_start --no-invitations "$@" || { echo "not ok 1 - the simulator starts"; exit 1; }
	# What the sample organisation does at that hour would be told at any moment.
	HOME_CONF="${HOME_CONF:-}"$'\n'"reminders = ${REMINDERS:-no}"
	home screens
	home=$work/screens
	retinue=$(cd "$bin" && pwd)/retinue
}
tui_sync() { retinue sync >/dev/null 2>"$work/sync.err" || { sed 's/^/# /' "$work/sync.err"; echo "not ok 1 - sync"; exit 1; }; }
every_size() {
	for s in 40x12 160x50 80x24; do
		printf 'size %s\nwait-idle\nscreen %s-%s\n' "$s" "$1" "$s"
	done
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
