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

/* Who may call: sums of roles. An administrator manages staff and starts the nights, and sees no loan; an inspector reads
 * and writes nothing. */
#define RIGHT_ANYBODY 0 /* also a peer that is no staff */
#define RIGHT_BANK (ROLE_CLERK | ROLE_OFFICER | ROLE_DIRECTOR | ROLE_DISTRICT) /* who works with money */
#define RIGHT_OFFICE (RIGHT_BANK | ROLE_INSPECTOR)			       /* reads: who works in the bank */
#define RIGHT_STAFF (RIGHT_OFFICE | ROLE_ORGANISATION)			       /* reads */
#define RIGHT_CLERK (ROLE_CLERK | ROLE_DISTRICT)
#define RIGHT_OFFICER (ROLE_OFFICER | ROLE_DISTRICT)
#define RIGHT_ORGANISATION (ROLE_ORGANISATION | ROLE_DISTRICT)
#define RIGHT_DIRECTOR (ROLE_DIRECTOR | ROLE_DISTRICT)
#define RIGHT_ADMIN (ROLE_ADMIN | ROLE_DISTRICT)
/* Beside the roles: what this method is about was made by another person, loan.refuse_maker() (00_core.sql) sees to it. */
#define FOUR_EYES 0x1000

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
