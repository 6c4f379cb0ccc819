/* THE table of methods: one row each in daemon/rpc/methods.def,
 *	METHOD("loan.pay", loan_pay, RIGHT_CLERK, WRITE, "Record one payment.")
 * The second column names the handler, void loan_pay(struct request *), and its table of parameters,
 * const struct param_spec loan_pay_params[], ended by a row of zeros; both are declared here for all. */
#ifndef VONVAY_METHOD_H
#define VONVAY_METHOD_H

#include <stdbool.h>

#include "vonvay/param.h"
#include "vonvay/request.h"

enum method_kind {
	METHOD_READ,
	METHOD_WRITE, /* requires the parameter `key`, which its specs list */
};

/* Who may call: sums of roles. */
#define RIGHT_ANYBODY 0 /* also a peer that is no staff */
#define RIGHT_BANK (ROLE_ADMIN | ROLE_CLERK | ROLE_OFFICER | ROLE_DIRECTOR | ROLE_DISTRICT)
#define RIGHT_STAFF (RIGHT_BANK | ROLE_ORGANISATION)
#define RIGHT_CLERK (ROLE_CLERK | ROLE_DISTRICT)
#define RIGHT_OFFICER (ROLE_OFFICER | ROLE_DISTRICT)
#define RIGHT_ORGANISATION (ROLE_ORGANISATION | ROLE_DISTRICT)
#define RIGHT_DIRECTOR (ROLE_DIRECTOR | ROLE_DISTRICT)
#define RIGHT_ADMIN (ROLE_ADMIN | ROLE_DISTRICT)

struct method {
	const char *name;
	int right;
	enum method_kind kind;
	void (*fn)(struct request *req);
	const struct param_spec *params;
	const char *summary;
};

#define METHOD(name, function, right, kind, summary)                                                         \
	void function(struct request *req);                                                                  \
	extern const struct param_spec function##_params[];
#include "../../daemon/rpc/methods.def"
#undef METHOD

extern const struct method methods[];
extern const int method_count;

/* NULL when there is none. */
const struct method *method_find(const char *name);

#endif
