#!/bin/bash
# A PostgreSQL of one's own for a test: in a short folder /tmp/vv.XXXXXX, which is also the socket folder (host=FOLDER).
#   tests/lib/pg.sh new OWNER    start one, print its folder; it goes when process OWNER has gone, however that ended
#   tests/lib/pg.sh drop FOLDER  stop it and remove the folder
# or source it: pg_temp sets PG_DIR, and the shell's exit drops it.
# A process started for the test can be named in FOLDER/*.pid (leader of a process group): it is killed with the rest.

# shellcheck source-path=SCRIPTDIR source=../../config/demo/pg.sh
pg_lib=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
. "$pg_lib/../../config/demo/pg.sh"

pg_temp_new() {
	local owner=$1 dir
	dir=$(mktemp -d /tmp/vv.XXXXXX) || return 1
	chmod 711 "$dir"
	if ! pg_choose "$dir"; then
		rmdir "$dir"
		echo "pg.sh: root can neither become postgres nor enter a user namespace here" >&2
		return 1
	fi
	# the guard outlives a killed owner: it is in a session of its own and holds none of the owner's files
	setsid "$pg_lib/pg.sh" guard "$owner" "$dir" </dev/null >/dev/null 2>&1 &
	echo $! >"$dir/guard"
	if [ "${pg_as[*]}" = pg_as_postgres ]; then chgrp postgres "$dir" && chmod 771 "$dir"; fi
	if ! pg_init "$dir/data" --no-sync --wal-segsize=4 ||
		! pg_start "$dir/data" "$dir" "$dir/log" -c fsync=off -c full_page_writes=off \
			-c max_connections=200 -c shared_buffers=64MB -c log_min_messages=warning; then
		pg_temp_drop "$dir"
		return 1
	fi
	echo "$dir"
}

pg_temp_drop() {
	local dir=$1 file
	[ -d "$dir" ] || return 0
	for file in "$dir"/*.pid; do
		[ -e "$file" ] && kill -KILL -- "-$(cat "$file")" 2>/dev/null
	done
	pg_choose "$dir" && pg_stop "$dir/data" immediate
	[ -e "$dir/guard" ] && kill -- "-$(cat "$dir/guard")" 2>/dev/null
	rm -rf "$dir"
}

pg_temp() {
	PG_DIR=$(pg_temp_new $$) || exit 1
	trap 'pg_temp_drop "$PG_DIR"' EXIT
	trap 'exit 130' INT TERM HUP
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
	case "$1" in
	new) pg_temp_new "$2" ;;
	drop) pg_temp_drop "$2" ;;
	guard)
		tail --pid="$2" -f /dev/null
		rm -f "$3/guard"
		pg_temp_drop "$3"
		;;
	*)
		sed -n '2,4p' "$0" >&2
		exit 2
		;;
	esac
fi
