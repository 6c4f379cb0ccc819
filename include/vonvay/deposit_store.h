/* Deposits as the database gives them <-> structs of the domain. No call of the database is made here. */
#ifndef VONVAY_DEPOSIT_STORE_H
#define VONVAY_DEPOSIT_STORE_H

#include "vonvay/db.h"
#include "vonvay/deposit.h"

/* Columns of DEPOSIT_FACTS. */
enum deposit_column {
	DEPOSIT_COLUMN_HOUSEHOLD,
	DEPOSIT_COLUMN_NO,
	DEPOSIT_COLUMN_KIND,
	DEPOSIT_COLUMN_ON,
	DEPOSIT_COLUMN_AMOUNT,
	DEPOSIT_COLUMN_REVERSES,
	DEPOSIT_COLUMN_LOAN,
	DEPOSIT_COLUMN_GROUP,
	DEPOSIT_COLUMN_ENTRY,
	DEPOSIT_COLUMN_RECORDED_AT,
	DEPOSIT_COLUMN_ACTOR,
};

struct deposit_account {
	int64_t household_id;
	int32_t last_no;
	struct deposit_fact *all; /* as recorded */
	size_t all_count;
	struct deposit_fact *facts; /* what deposit_settle() leaves of them */
	size_t count;
};

struct deposit_accounts {
	struct deposit_account *rows;
	size_t count;
};

/* The result of DEPOSIT_FACTS. Clear it with deposit_accounts_clear(). */
void deposit_accounts_read(const struct db_result *r, struct deposit_accounts *out);
void deposit_accounts_clear(struct deposit_accounts *accounts);
/* NULL: the household has no deposit. */
struct deposit_account *deposit_accounts_find(const struct deposit_accounts *accounts, int64_t household_id);
/* The same, made empty when there is none. Accounts found before may have moved. */
struct deposit_account *deposit_accounts_add(struct deposit_accounts *accounts, int64_t household_id);
/* The next fact of an account, as if it had been read with the others. */
void deposit_account_add(struct deposit_account *account, const struct deposit_fact *fact);
/* The fact of this number as recorded, NULL without it. */
const struct deposit_fact *deposit_account_fact(const struct deposit_account *account, int32_t no);

/* What a row of loan.deposit_write() says beside the fact. */
struct deposit_row {
	int64_t household_id, loan_id, group_id;    /* 0: none */
	const struct deposit_fact *fact, *reversed; /* reversed: what fact->reverses names */
};
void deposit_row_add(struct int_rows *rows, const struct deposit_row *row);

#endif
