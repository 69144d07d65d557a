#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# An editor that fails, one that leaves no file, one that is not there, and no
# room for the draft: each is said, and what was written stays.
. "$(dirname "$0")/lib.bash"
HOME_CONF='undo-send = 0
mark-read-after = never'
tui_scene
tui_sync
cat >"$work/editor" <<'ED'
#!/bin/sh
# does what the subject says
case $(sed -n 's/^Subject: //p' "$1") in
fails) exit 3 ;;
vanishes) rm -f "$1" ;;
*) echo 'Written in the editor.' >>"$1" ;;
esac
ED
chmod +x "$work/editor"
environment() {
	for v in RETINUE_CONFIG RETINUE_DATA RETINUE_CACHE RETINUE_STATE RETINUE_TEST_NOW; do
		echo "env $v=${!v}"
	done
	printf 'size 80x24\nenv EDITOR=%s/editor\nrun %s\nhas work online\nwait-idle\nkeys m\nhas To:\ntype hanne\nkeys Tab Enter\nhas Subject:\n' "$work" "$retinue"
}
driver=$RETINUE_BUILD/tests/tui/tui
{
	environment
	cat <<-END
	type fails
	keys Enter
	has ended with status 3; the text is kept
	has Subject  fails
	keys i
	type Kept all the same.
	keys Esc
	has Kept all the same.
	keys s C-u
	type vanishes
	keys Enter
	has Subject  vanishes
	keys e
	has The message is as it was before
	has Kept all the same.
	keys s C-u
	type works
	keys Enter e
	has Written in the editor.
	has Kept all the same.
	keys C-k y
	keys Q y
	quit 0
	END
} >"$work/script"
check "an editor that fails or leaves no file" "$driver" "$work/script"
# there is no folder to keep drafts in, and none can be made
rm -rf "$RETINUE_DATA/work/drafts" && echo in the way >"$RETINUE_DATA/work/drafts"
{
	environment
	cat <<-END
	type Report
	keys Enter
	has The editor could not be started
	keys i
	type Kept in mind.
	has Kept in mind.
	has The draft could not be kept
	keys Esc
	has Kept in mind.
	has Subject  Report
	keys C-k y
	keys Q y
	quit 0
	END
} >"$work/script"
check "no room for the draft" "$driver" "$work/script"
done_testing
