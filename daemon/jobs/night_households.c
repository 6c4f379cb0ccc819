/* Households whose eligibility changes by itself: the day and the one before it are compared for every programme, and
 * only what differs is stored. */
#include <stdlib.h>
#include <string.h>

#include "night_private.h"
#include "vonvay/eligibility.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"

#define HOUSEHOLDS_AT_ONCE 500
#define CLASSES_MAX 128
#define LOANS_OF_HOUSEHOLD_MAX 256

/* Columns of api.sweep_households_due. */
enum {
	DUE_HOUSEHOLD,
	DUE_CLASSES_FROM,
	DUE_CLASSES,
	DUE_ATTRIBUTES,
	DUE_DIFFICULTY,
	DUE_RURAL,
	DUE_HAS_ADULT,
	DUE_IN_GROUP,
	DUE_PROGRAMMES,
	DUE_PURPOSES,
	DUE_BALANCES,
	DUE_OVERDUE,
};

struct night_household {
	int64_t id;
	struct household_view view;
	struct household_class_row classes[CLASSES_MAX];
	struct household_loan loans[LOANS_OF_HOUSEHOLD_MAX];
	char *programmes, *purposes; /* own; the loans point into them */
};

static void night_household_classes(struct night_household *h, const struct db_result *r, int row)
{
	int64_t from[CLASSES_MAX], class[CLASSES_MAX];
	int count = db_i64_array(r, row, DUE_CLASSES_FROM, from, CLASSES_MAX);
	count = count < CLASSES_MAX ? count : CLASSES_MAX;
	count = db_i64_array(r, row, DUE_CLASSES, class, CLASSES_MAX) < count ? 0 : count;
	for (int i = 0; i < count; i++)
		h->classes[i] =
			(struct household_class_row){ { (int32_t)from[i] }, (enum household_class) class[i] };
	h->view.classes = h->classes;
	h->view.classes_count = (size_t)count;
}

static void night_household_loans(struct night *n, struct night_household *h, const struct db_result *r,
				  int row)
{
	int64_t balance[LOANS_OF_HOUSEHOLD_MAX], overdue[LOANS_OF_HOUSEHOLD_MAX];
	int count = db_i64_array(r, row, DUE_BALANCES, balance, LOANS_OF_HOUSEHOLD_MAX);
	count = count < LOANS_OF_HOUSEHOLD_MAX ? count : LOANS_OF_HOUSEHOLD_MAX;
	if (db_i64_array(r, row, DUE_OVERDUE, overdue, LOANS_OF_HOUSEHOLD_MAX) < count)
		count = 0;
	char *programmes = h->programmes = xstrdup(db_text(r, row, DUE_PROGRAMMES));
	char *purposes = h->purposes = xstrdup(db_text(r, row, DUE_PURPOSES));
	for (int i = 0; i < count; i++) {
		const char *programme = strsep(&programmes, "|"), *purpose = strsep(&purposes, "|");
		const struct reference_programme *p =
			reference_programme_find(n->ref, programme ? programme : "");
		h->loans[i] = (struct household_loan){ .programme = programme ? programme : "",
						       .purpose = purpose ? purpose : "",
						       .cap_group = p ? p->rule.cap_group : "",
						       .balance = { balance[i] },
						       .overdue = { overdue[i] } };
	}
	h->view.loans = h->loans;
	h->view.loans_count = (size_t)count;
}

static void night_household_read(struct night *n, struct night_household *h, const struct db_result *r,
				 int row)
{
	h->id = db_i64(r, row, DUE_HOUSEHOLD);
	h->view = (struct household_view){
		.attributes = (unsigned)db_i64(r, row, DUE_ATTRIBUTES),
		.difficulty = (enum area_difficulty)db_i64(r, row, DUE_DIFFICULTY),
		.rural = db_bool(r, row, DUE_RURAL),
		.has_adult = db_bool(r, row, DUE_HAS_ADULT),
		.in_group = db_bool(r, row, DUE_IN_GROUP),
	};
	night_household_classes(h, r, row);
	night_household_loans(n, h, r, row);
}

/* For one of the purposes of the programme, at least. */
static bool night_eligible(struct night *n, const struct night_household *h,
			   const struct reference_programme *p, struct date on)
{
	char *purposes = xstrdup(p->purposes), *rest = purposes, *purpose;
	bool eligible = false;
	while (!eligible && (purpose = strsep(&rest, "|"))) {
		const struct reference_limit *limit = reference_limit_on(p, purpose, on);
		struct eligibility e;
		reference_eligibility(n->ref, &h->view, p, limit, 1, on, &e);
		eligible = e.eligible;
	}
	free(purposes);
	return eligible;
}

/* The codes of the programmes that are lost, or gained, with the day. */
static int night_programmes(struct night *n, const struct night_household *h, bool gained, struct text *codes)
{
	size_t count;
	int found = 0;
	const struct reference_programme *p = reference_programmes(n->ref, &count);
	for (size_t i = 0; i < count; i++) {
		bool before = night_eligible(n, h, &p[i], date_add_days(n->day, -1));
		bool now = night_eligible(n, h, &p[i], n->day);
		if (before == now || now != gained)
			continue;
		if (found++)
			text_add_char(codes, ',');
		text_add_json_string(codes, p[i].rule.code);
	}
	return found;
}

static void night_household(struct night *n, const struct night_household *h, struct text *rows)
{
	struct text lost = { 0 }, gained = { 0 };
	int changes = night_programmes(n, h, false, &lost) + night_programmes(n, h, true, &gained);
	if (changes) {
		n->households_changed++;
		text_printf(rows,
			    "%s{\"household\":%lld,\"reason\":\"escaped_end\",\"lost\":[%s],\"gained\":[%s]}",
			    rows->len ? "," : "[", (long long)h->id, text_str(&lost), text_str(&gained));
	}
	text_clear(&lost);
	text_clear(&gained);
}

static void night_households_write(struct night *n, struct text *rows)
{
	struct db_args args = { 0 };
	struct db_result r;
	if (!rows->len)
		return;
	text_add_char(rows, ']');
	night_args(n, &args);
	db_arg_i64(&args, n->lease.fencing);
	db_arg_date(&args, n->day);
	db_arg_text(&args, text_str(rows));
	/* a failure ends the night */
	bool ok UNUSED = night_call(n, STMT_SWEEP_HOUSEHOLDS, &args, &r);
	db_result_clear(&r);
}

/* How many were due; *after moves on. */
static int night_households_some(struct night *n, int64_t *after)
{
	struct db_args args = { 0 };
	struct db_result r;
	struct text rows = { 0 };
	struct night_household h;
	night_args(n, &args);
	db_arg_date(&args, n->day);
	db_arg_i64(&args, *after);
	db_arg_i64(&args, HOUSEHOLDS_AT_ONCE);
	int count = night_call(n, STMT_SWEEP_HOUSEHOLDS_DUE, &args, &r) ? r.rows : 0;
	for (int i = 0; i < count; i++) {
		night_household_read(n, &h, &r, i);
		night_household(n, &h, &rows);
		free(h.programmes);
		free(h.purposes);
		*after = h.id;
	}
	db_result_clear(&r);
	night_households_write(n, &rows);
	text_clear(&rows);
	return count;
}

void night_households(struct night *n)
{
	int64_t after = 0;
	while (night_going(n) && night_households_some(n, &after) == HOUSEHOLDS_AT_ONCE)
		;
}
