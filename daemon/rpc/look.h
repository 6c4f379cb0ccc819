/* Who looked at which household is recorded before the answer leaves. The looks of a turn of the loop are written together,
 * and those that come while a write is under way wait for the next one: at any load the disk is asked once per round trip,
 * and no answer is out whose look could still be lost. */
#ifndef VONVAY_LOOK_H
#define VONVAY_LOOK_H

#include "vonvay/request.h"

/* The actor sees this household in the answer to the request. */
void look_at(struct request *req, int64_t household);
/* request_reply_text() as soon as the looks of the request are stored; request_fail_db() if they can't be. */
void look_reply(struct request *req, const struct text *result);

#endif
