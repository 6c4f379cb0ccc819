#!/bin/bash
# Private PostgreSQL 15 clusters: the demo's and the tests' (source me). Unix socket only, no TCP.
# PostgreSQL refuses to run as root. Called by root, server and initdb run as the user "postgres" (setpriv) where that
# user can reach the folder, and else (a clone below /root) in a user namespace in which we are not root.

PG_BIN=/usr/lib/postgresql/15/bin
pg_as=()

# pg_choose FOLDER: decide how servers with data in FOLDER run. False: there is no way.
pg_choose() {
	if [ "$(id -u)" -ne 0 ]; then
		pg_as=()
	elif pg_as_postgres test -x "$1" 2>/dev/null; then
		pg_as=(pg_as_postgres)
	elif pg_as_namespace true 2>/dev/null; then
		pg_as=(pg_as_namespace)
	else
		return 1
	fi
}

pg_as_postgres() {
	setpriv --reuid=postgres --regid=postgres --init-groups --reset-env "$@"
}

pg_as_namespace() {
	unshare --user --map-user=postgres --map-group=postgres "$@"
}

# pg_run COMMAND…: as whoever owns the server; from /, since the caller's folder may be closed to that user.
pg_run() {
	(cd / && "${pg_as[@]}" "$@")
}

# pg_init DATA [INITDB-OPTION…]: make the empty folder DATA a cluster with the superuser postgres.
pg_init() {
	local data=$1
	shift
	mkdir -p "$data" && chmod 700 "$data" || return 1
	if [ "${pg_as[*]}" = pg_as_postgres ]; then chown postgres:postgres "$data" || return 1; fi
	pg_run "$PG_BIN/initdb" -D "$data" -A trust -E UTF8 --locale=C.UTF-8 -U postgres "$@" >/dev/null
}

# pg_sockets FOLDER: a folder the server may put its socket into and nobody else may enter.
pg_sockets() {
	mkdir -p "$1" && chmod 700 "$1" || return 1
	if [ "${pg_as[*]}" = pg_as_postgres ]; then chown postgres:postgres "$1" || return 1; fi
}

# pg_start DATA SOCKETS LOG [POSTGRES-OPTION…]: start it and wait until it answers. The first lines of the log say why not.
pg_start() {
	local data=$1 sockets=$2 log=$3
	shift 3
	: >>"$log" || return 1
	if [ "${pg_as[*]}" = pg_as_postgres ]; then chown postgres:postgres "$log" || return 1; fi
	if ! pg_run setsid -w "$PG_BIN/pg_ctl" -D "$data" -w -t 60 -l "$log" \
		-o "-c listen_addresses='' -c unix_socket_directories='$sockets' -c unix_socket_permissions=0700 $*" start >/dev/null </dev/null; then
		echo "postgresql did not start; the end of $log:" >&2
		tail -n 20 "$log" >&2
		return 1
	fi
}

# pg_running DATA: is its server alive?
pg_running() {
	[ -d "$1" ] && pg_run "$PG_BIN/pg_ctl" -D "$1" status >/dev/null 2>&1
}

# pg_stop DATA [smart|fast|immediate]
pg_stop() {
	pg_running "$1" || return 0
	pg_run "$PG_BIN/pg_ctl" -D "$1" -m "${2:-fast}" -w -t 60 stop >/dev/null
}
