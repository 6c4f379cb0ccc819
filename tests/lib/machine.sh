#!/bin/bash
# machine.sh FOLDER BUILD PROBE: boots this machine's own system with vonvayd installed, in a container over a copy that is
# forgotten (overlay on tmpfs), and runs the script PROBE in it as root. FOLDER (empty) gets `console` and, when systemd came
# up, `log`, what the probe printed. Run it as: unshare --mount tests/lib/machine.sh …
set -eu
folder=$1 build=$2 probe=$3
mount --make-rprivate /
mount -t tmpfs -o size=1g tmpfs "$folder"
mkdir "$folder/upper" "$folder/work" "$folder/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$folder/upper,workdir=$folder/work" "$folder/root"
root=$folder/root

make --no-print-directory -s -o all install BUILD="$build" DESTDIR="$root" >/dev/null
rm -f "$root"/etc/systemd/system/*.wants/*
: >"$root/etc/machine-id"
install -m 755 "$probe" "$root/probe"
install -m 644 config/demo/staff.sql "$root/staff.sql"
cat >"$root/etc/systemd/system/probe.service" <<'UNIT'
[Service]
Type=oneshot
ExecStart=/bin/bash -c 'exec /probe >/probe.log 2>&1'
ExecStopPost=/bin/systemctl --no-block poweroff
TimeoutStartSec=300
UNIT
mkdir -p "$root/etc/systemd/system/multi-user.target.wants"
ln -s ../probe.service "$root/etc/systemd/system/multi-user.target.wants/"

status=0
timeout --foreground --kill-after=5 400 systemd-nspawn --directory="$root" --boot --private-network --register=no \
	--keep-unit --quiet --machine="vv$$" </dev/null >"$folder/upper/console" 2>&1 || status=$?
# this mount goes with us, so what is to stay is printed
cat "$folder/upper/console" >&2
cat "$root/probe.log" 2>/dev/null || true
exit "$status"
