/* What a change of each kind takes: all parameters stand in one table of specs, and which of them belong together here. */
#ifndef VONVAY_CHANGE_KINDS_H
#define VONVAY_CHANGE_KINDS_H

#include <stdbool.h>

#include "vonvay/compiler.h"
#include "vonvay/request.h"

/* The words of the parameter `kind`. */
#define CHANGE_KINDS                                                                                            \
	"rate rate_correction limit instalment_period policy holiday session_day session_change area_new area_end " \
	"area_difficulty programme relief"

/* False: a parameter is missing or belongs to another kind, and that is answered. */
MUSTCHECK bool change_kind_check(struct request *req, const char *kind);
/* The parameters that are the change's own, as JSON text; to be freed. */
char *change_parameters_new(const json_t *params);

/* Columns of CHANGE_TRY. */
enum change_try_column {
	CHANGE_TRY_KIND,
	CHANGE_TRY_PARAMETERS,
	CHANGE_TRY_PAST, /* may it change what follows from facts up to the business date? */
	CHANGE_TRY_BUSINESS,
	CHANGE_TRY_VERSION,
	CHANGE_TRY_BEFORE,
	CHANGE_TRY_AFTER, /* NULL when the change is decided */
	CHANGE_TRY_SHOW,
	CHANGE_TRY_COUNTS,
};

/* Asks for the reference data as they are and as a change would make them: one of this kind with the parameters of the
 * request, or, kind NULL, the one its parameter `change` names. cb's arg is the request. */
void change_try(struct request *req, const char *kind, db_cb *cb);

#endif
