/* Reading single loans: what is asked for at about the same time by one actor goes to PostgreSQL as one statement, since
 * a statement costs far more than a row of it. design.md 5 */
#ifndef VONVAY_LOAN_READS_H
#define VONVAY_LOAN_READS_H

#include "vonvay/request.h"

/* row: that of the loan in LOAN_READ, -1 when the actor sees no such loan or the read failed. */
typedef void loan_read_cb(const struct db_result *r, int row, void *arg);

/* Calls cb once, later. */
void loan_read(struct request *req, int64_t loan_id, loan_read_cb *cb, void *arg);

#endif
