/* The table of statements. */
#include "vonvay/stmt.h"

const struct stmt_row stmts[STMT_COUNT] = {
#define STMT(name, sql, args, kind) { #name, sql, args, STMT_##kind },
#include "statements.def"
#undef STMT
};
