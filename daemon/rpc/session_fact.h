/* A fact that stands on the sheet of a session which still takes corrections is corrected there: the line names all its facts, and
 * the cash of the sheet is counted anew. */
#ifndef VONVAY_SESSION_FACT_H
#define VONVAY_SESSION_FACT_H

#include "loan_context.h"

/* Before a fact is reversed by itself. loan 0: a fact of the deposit of the household. Calls go(arg) once, or answers. */
void session_fact_check(struct request *req, const struct loan_context *ctx, int64_t loan, int64_t household,
			int32_t fact, void (*go)(void *arg), void *arg);

#endif
