#!/bin/bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Signing in at an identity provider from the screens.
# shellcheck source=tests/tui/lib.bash
. "$(dirname "$0")/lib.bash"
tui_scene --messages 4 --auth bearer
mkdir "$work/keys"
cat >"$work/keyring" <<END
#!/bin/sh
case \$1 in
store) cat >$work/keys/token ;;
lookup) cat $work/keys/token ;;
esac
END
chmod +x "$work/keyring"
cat >"$RETINUE_CONFIG" <<CONF
keyring-command = $work/keyring
[account "work"]
address = $(ready address)
server = $ews
allow-plain-http = yes
oauth-authority = $sim_url/idp
oauth-client = retinue-test
CONF
# Somebody at a browser, a moment after the code was shown.
until curl -sf -X POST "$admin/idp?approve=*" >/dev/null; do sleep 0.5; done &
tui_run <<END
size 80x24
run $retinue
wait-text signed out
keys :
type account-login
keys Enter
wait-text and enter this code
has $sim_url/idp/device
wait-text signed in
keys q
wait-text work online
gone-text signed out
# leaving while it waits ends at once
keys :
type account-login
keys Enter
wait-text and enter this code
keys q Q y
quit 0
END
