/* Personal data in replies: all that is ever shown of them goes through here. Only household.personal shows them in full,
 * and who may call that stands in the table of methods; every other method shows them masked. */
#ifndef VONVAY_PERSONAL_SHOW_H
#define VONVAY_PERSONAL_SHOW_H

#include "vonvay/json.h"
#include "vonvay/personal.h"
#include "vonvay/request.h"

struct personal_shown;

/* Columns of a result with sealed values: number of the member, field ("" without a value), sealed value. */
struct personal_columns {
	int member, field, sealed;
};

/* Of a household; lives as long as the request. */
struct personal_shown *personal_shown_new(struct request *req, int64_t household, const struct db_result *r,
					  const struct personal_columns *columns);
/* Writes citizen_id, telephone and address of a member, null without a value; what can't be opened is named in
 * "unreadable". */
void personal_shown_write(struct jw *w, const struct personal_shown *shown, int64_t member);

#endif
