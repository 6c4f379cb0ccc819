/* Writes on one loan take turns inside this process, in the order in which they came: each reads what the one before it has
 * written, so that none of them is refused as stale however many come at once. Nothing waits in the database, and writes on
 * different loans go on together. Other processes (the night, a second daemon) are seen by the version of the state. */
#ifndef VONVAY_LOAN_TURNS_H
#define VONVAY_LOAN_TURNS_H

#include "vonvay/request.h"

/* Calls go(arg) at once when no earlier write of this process that is still under way has one of the loans, else as soon as
 * the last of those is answered. The turn ends when the request is freed. `loans` is copied. A request may take one turn. */
void loan_turns_take(struct request *req, const int64_t *loans, int count, void (*go)(void *arg), void *arg);

#endif
