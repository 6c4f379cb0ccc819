/* The statements: one row each in daemon/store/statements.def, STMT(NAME, sql, number of arguments, kind). */
#ifndef VONVAY_STMT_H
#define VONVAY_STMT_H

enum stmt {
#define STMT(name, sql, args, kind) STMT_##name,
#include "../../daemon/store/statements.def"
#undef STMT
	STMT_COUNT
};

enum stmt_kind {
	STMT_READ,  /* on a read-only connection, sharing a pipeline sync with other reads */
	STMT_WRITE, /* on a writing connection with a sync of its own */
	STMT_JOB,   /* only through db_sync, in the worker; not prepared by the daemon */
};

struct stmt_row {
	const char *name; /* "LOAN_READ": also the name it is prepared under */
	const char *sql;
	int args;
	enum stmt_kind kind;
};

extern const struct stmt_row stmts[STMT_COUNT];

#endif
