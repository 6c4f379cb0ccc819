/* status.verify, loan.receipt. */
#include "show.h"

#include <stdio.h>

#include "language.h"
#include "view.h"

static const struct view_field seal_fields[] = {
	{ N_("Sealed until"), "seal.sealed_until", VIEW_DATE },
	{ N_("Seal"), "seal.seal", VIEW_NUMBER },
	{ N_("Hash of the seal"), "seal.hash", VIEW_TEXT },
	{ N_("Key"), "seal.key_id", VIEW_TEXT },
	{ 0 },
};

static const struct view_field verified_fields[] = {
	{ N_("Finished at"), "run.finished_at", VIEW_MOMENT },
	{ N_("State"), "run.state", VIEW_WORD },
	{ N_("Error"), "run.error", VIEW_TEXT },
	{ N_("Seals checked"), "run.seals", VIEW_COUNT },
	{ N_("Sealed rows compared"), "run.rows", VIEW_COUNT },
	{ N_("Positions without a gap"), "run.entries", VIEW_COUNT },
	{ N_("Loans made again"), "run.loans", VIEW_COUNT },
	{ N_("Events"), "run.facts", VIEW_COUNT },
	{ N_("Transitions"), "run.transitions", VIEW_COUNT },
	{ N_("Postings"), "run.postings", VIEW_COUNT },
	{ N_("Sums of the portfolio"), "run.deltas", VIEW_COUNT },
	{ N_("Deposits"), "run.deposits", VIEW_COUNT },
	{ N_("Differences"), "run.found", VIEW_COUNT },
	{ 0 },
};

static const struct view_field finding_fields[] = {
	{ N_("Difference"), "kind", VIEW_WORD },
	{ N_("Seal"), "seal", VIEW_NUMBER },
	{ N_("What"), "what", VIEW_TEXT },
	{ 0 },
};

void show_verify(const json_t *result)
{
	view_title(_("Proof"));
	view_record(result, seal_fields);
	if (!view_at(result, "run"))
		return;
	putchar('\n');
	view_record(result, verified_fields);
	if (json_is_true(view_at(result, "run.good")))
		printf("%s\n", _("Everything is as it was sealed, and follows from the facts."));
	if (json_array_size(view_at(result, "run.findings"))) {
		putchar('\n');
		view_table(view_at(result, "run.findings"), finding_fields, NULL);
	}
}

static const struct view_field receipt_fields[] = {
	{ N_("Loan contract"), "loan", VIEW_TEXT },
	{ N_("Number of the event"), "fact", VIEW_NUMBER },
	{ N_("Seal"), "seal", VIEW_NUMBER },
	{ N_("Sealed until"), "sealed_until", VIEW_DATE },
	{ N_("Bytes"), "bytes", VIEW_COUNT },
	{ 0 },
};

/* The receipt stands alone on its line: its very bytes count. */
void show_receipt(const json_t *result)
{
	view_title(_("Receipt"));
	view_record(result, receipt_fields);
	printf("\n%s\n", view_text(result, "receipt"));
}
