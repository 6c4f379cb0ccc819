#include "vonvay/administrator.h"

#include "vonvay/db.h"

bool administrator_add(const char *conninfo, const struct administrator *who, struct text *error)
{
	struct db_args args = { 0 };
	struct db_result r;
	struct db_sync *db = db_sync_open(conninfo, error);
	if (!db)
		return false;
	db_arg_text(&args, who->name);
	db_arg_text(&args, who->full_name ? who->full_name : who->name);
	if (who->uid)
		db_arg_text(&args, who->uid);
	else
		db_arg_null(&args);
	bool ok = db_sync_exec_args(db, "select loan.staff_add_administrator($1, $2, $3::integer)", &args, &r);
	if (!ok)
		text_add(error, r.message);
	db_result_clear(&r);
	db_sync_close(db);
	return ok;
}
