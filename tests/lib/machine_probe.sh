#!/bin/bash
# Run as root inside the container of machine.sh: sets vonvayd up as its documentation says and prints what systemd makes
# of it, one `name: value` a line, for tests/system/test_systemd.py.
set -u
echo "booted: yes"
export PGDATA=/var/lib/probe-pg
pg=/usr/lib/postgresql/15/bin

show() { systemctl show vonvayd.service --value --property="$1"; }
as() { runuser --user "$1" -- "${@:2}"; }
# of /proc/PID/status
of() { sed -n "s/^$2:\s*//p" "/proc/$1/status" | tr '\t' ' '; }
fail() {
	echo "failed: $*"
	systemctl status --no-pager --full vonvayd.service vonvayd.socket
	journalctl --no-pager --lines=50
	exit 1
}

install -d -o postgres -g postgres "$PGDATA" /var/run/postgresql
as postgres $pg/initdb --auth=peer --no-sync --encoding=UTF8 --locale=C.UTF-8 >/dev/null || fail initdb
as postgres $pg/pg_ctl --wait --log="$PGDATA/log" \
	--options="-c listen_addresses='' -c unix_socket_directories=/var/run/postgresql -c fsync=off" start >/dev/null || fail postgresql
as postgres $pg/psql -X -q -d postgres -c 'create database vonvay' || fail database

conf=$(systemctl cat vonvayd.service >/dev/null && ls /etc/vonvay/vonvayd.conf /usr/local/etc/vonvay/vonvayd.conf 2>/dev/null)
install -d -m 700 /etc/credstore
head -c 32 /dev/urandom >/etc/credstore/vonvay.data.key
sed -i 's/^data_key_file =.*/data_key_file = vonvay.data.key/' "$conf"
echo "conf: $(stat -c '%U:%G %a' "$conf")"
usermod --append --groups vonvayd postgres
as postgres vonvayd --migrate >/dev/null || fail migrate
useradd --groups vonvay giaodich
useradd stranger
{
	printf '\\set uid null\n'
	cat /staff.sql
	printf "update loan.staff set uid = %d where name = 'giaodich';\n" "$(id -u giaodich)"
} | as postgres $pg/psql -X -q -d vonvay || fail staff

systemctl start vonvayd.socket || fail "vonvayd.socket"
echo "before: $(show ActiveState)"
as stranger vonvay call status.daemon >/dev/null 2>&1 && fail "a stranger got in"
echo "stranger: $(show ActiveState)"
as giaodich vonvay call work.list '{}' >/dev/null || fail "work.list"
echo "after: $(show ActiveState)"
pid=$(show MainPID)
# the first of its own processes, which come up a moment after it
for _ in $(seq 600); do
	worker=$(pgrep --oldest --parent "$pid") && [ "$(ps -o ni= -p "$worker")" -gt 0 ] 2>/dev/null && break
	sleep 0.1
done
echo "user: $(ps -o user:20= -p "$pid" | tr -d ' ')"
echo "capabilities: $(of "$pid" CapEff) $(of "$pid" CapBnd)"
echo "seccomp: $(of "$pid" Seccomp) $(of "$worker" Seccomp)"
echo "no new privileges: $(of "$pid" NoNewPrivs)"
echo "worker nice: $(ps -o ni= -p "$worker" | tr -d ' ')"
echo "interfaces: $(nsenter --target "$pid" --net ip -o link | cut -d: -f2 | tr -d ' \n')"
nsenter --target "$pid" --mount touch /usr/probe /etc/probe /home/probe /var/lib/probe 2>/dev/null
echo "written: $(nsenter --target "$pid" --mount ls /usr/probe /etc/probe /home/probe /var/lib/probe 2>/dev/null | wc -l)"

systemctl reload vonvayd.service && echo "reload: $(show ActiveState) $([ "$(show MainPID)" = "$pid" ] && echo same)"
as giaodich vonvay call work.list '{}' >/dev/null || fail "work.list of a running service"
inode=$(stat -c %i /run/vonvay/vonvayd.sock)
systemctl restart vonvayd.service || fail restart
echo "socket: $([ "$(stat -c '%i' /run/vonvay/vonvayd.sock)" = "$inode" ] && echo same) $(stat -c '%U:%G %a' /run/vonvay/vonvayd.sock)"

# a daemon that hangs is ended and started again; whoever waits at its socket is answered
install -d /run/systemd/system/vonvayd.service.d
printf '[Service]\nWatchdogSec=1\nTimeoutAbortSec=1\n' >/run/systemd/system/vonvayd.service.d/probe.conf
systemctl daemon-reload && systemctl restart vonvayd.service || fail "restart with a watchdog"
pid=$(show MainPID)
kill -STOP "$pid"
for _ in $(seq 600); do
	[ "$(show NRestarts)" = 1 ] && [ "$(show ActiveState)" = active ] && break
	sleep 0.1
done
echo "watchdog: $(show NRestarts) $(show ActiveState) $([ "$(show MainPID)" != "$pid" ] && echo other)"
as giaodich vonvay call work.list '{}' >/dev/null && echo "again: answered"
echo "exposure: $(systemd-analyze security --no-pager vonvayd.service | sed -n 's/.*level for vonvayd.service: \([0-9.]*\).*/\1/p')"
systemctl stop vonvayd.socket vonvayd.service
echo "stopped: $(show Result) $(show ActiveState)"
as postgres $pg/pg_ctl --mode=immediate stop >/dev/null
echo "ended: yes"
