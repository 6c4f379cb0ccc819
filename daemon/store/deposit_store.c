/* Deposits: rows of DEPOSIT_FACTS in, rows of loan.deposit_write() out. */
#include "vonvay/deposit_store.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"

static struct deposit_fact deposit_read_fact(const struct db_result *r, int row)
{
	return (struct deposit_fact){
		.no = db_i32(r, row, DEPOSIT_COLUMN_NO),
		.kind = (enum deposit_kind)db_i32(r, row, DEPOSIT_COLUMN_KIND),
		.on = db_date(r, row, DEPOSIT_COLUMN_ON),
		.amount = db_money(r, row, DEPOSIT_COLUMN_AMOUNT),
		.reverses = db_i32(r, row, DEPOSIT_COLUMN_REVERSES),
	};
}

static int deposit_account_rows(const struct db_result *r, int first)
{
	int row = first;
	while (row < r->rows &&
	       db_i64(r, row, DEPOSIT_COLUMN_HOUSEHOLD) == db_i64(r, first, DEPOSIT_COLUMN_HOUSEHOLD))
		row++;
	return row - first;
}

static void deposit_account_read(const struct db_result *r, int first, int rows, struct deposit_account *out)
{
	size_t count = (size_t)rows;
	*out = (struct deposit_account){ .household_id = db_i64(r, first, DEPOSIT_COLUMN_HOUSEHOLD),
					 .all_count = count };
	out->all = xcalloc(count, sizeof *out->all);
	out->facts = xcalloc(count, sizeof *out->facts);
	for (int i = 0; i < rows; i++)
		out->all[i] = deposit_read_fact(r, first + i);
	memcpy(out->facts, out->all, count * sizeof *out->facts);
	out->last_no = out->all[count - 1].no;
	out->count = deposit_settle(out->facts, count);
}

void deposit_accounts_read(const struct db_result *r, struct deposit_accounts *out)
{
	*out = (struct deposit_accounts){ .rows = xcalloc((size_t)r->rows, sizeof *out->rows) };
	for (int row = 0, rows; row < r->rows; row += rows) {
		rows = deposit_account_rows(r, row);
		deposit_account_read(r, row, rows, &out->rows[out->count++]);
	}
}

void deposit_accounts_clear(struct deposit_accounts *accounts)
{
	for (size_t i = 0; i < accounts->count; i++) {
		free(accounts->rows[i].all);
		free(accounts->rows[i].facts);
	}
	free(accounts->rows);
	*accounts = (struct deposit_accounts){ 0 };
}

struct deposit_account *deposit_accounts_find(const struct deposit_accounts *accounts, int64_t household_id)
{
	for (size_t i = 0; i < accounts->count; i++)
		if (accounts->rows[i].household_id == household_id)
			return &accounts->rows[i];
	return NULL;
}

struct deposit_account *deposit_accounts_add(struct deposit_accounts *accounts, int64_t household_id)
{
	struct deposit_account *found = deposit_accounts_find(accounts, household_id);
	if (found)
		return found;
	accounts->rows = xrealloc_array(accounts->rows, accounts->count + 1, sizeof *accounts->rows);
	found = &accounts->rows[accounts->count++];
	*found = (struct deposit_account){ .household_id = household_id };
	return found;
}

void deposit_account_add(struct deposit_account *a, const struct deposit_fact *fact)
{
	a->all = xrealloc_array(a->all, a->all_count + 1, sizeof *a->all);
	a->facts = xrealloc_array(a->facts, a->all_count + 1, sizeof *a->facts);
	a->all[a->all_count++] = *fact;
	a->last_no = fact->no;
	memcpy(a->facts, a->all, a->all_count * sizeof *a->facts);
	a->count = deposit_settle(a->facts, a->all_count);
}

const struct deposit_fact *deposit_account_fact(const struct deposit_account *account, int32_t no)
{
	for (size_t i = 0; i < account->all_count; i++)
		if (account->all[i].no == no)
			return &account->all[i];
	return NULL;
}

/* A reversal has the posting of what it reverses with the accounts exchanged; the amount is found there by SQL. */
static void deposit_row_add_accounts(struct int_rows *rows, const struct deposit_row *row)
{
	const struct deposit_fact *f = row->fact;
	struct posting p;
	if (row->reversed && deposit_posting(row->reversed->kind, row->reversed->amount, &p))
		p = (struct posting){ p.credit, p.debit, p.amount };
	else if (!deposit_posting(f->kind, f->amount, &p))
		p = (struct posting){ 0 };
	int_rows_add(rows, p.debit);
	int_rows_add(rows, p.credit);
}

void deposit_row_add(struct int_rows *rows, const struct deposit_row *row)
{
	const struct deposit_fact *f = row->fact;
	int_rows_begin_row(rows);
	int_rows_add(rows, row->household_id);
	int_rows_add(rows, f->no);
	int_rows_add(rows, f->kind);
	int_rows_add(rows, f->on.days);
	int_rows_add(rows, f->amount.dong); /* raw: to SQL */
	int_rows_add(rows, f->reverses);
	int_rows_add(rows, row->loan_id);
	int_rows_add(rows, row->group_id);
	deposit_row_add_accounts(rows, row);
}
