/* The words of loan.h, as on the wire and in SQL data. */
#include "vonvay/loan.h"

static const char *const fact_words[] = {
	[FACT_OPENED] = "opened",
	[FACT_DISBURSED] = "disbursed",
	[FACT_PAID] = "paid",
	[FACT_PRINCIPAL_PAID] = "principal_paid",
	[FACT_INTEREST_PAID] = "interest_paid",
	[FACT_REVERSED] = "reversed",
	[FACT_RESCHEDULED] = "rescheduled",
	[FACT_EXTENDED] = "extended",
	[FACT_FROZEN] = "frozen",
	[FACT_FREEZE_PROLONGED] = "freeze_prolonged",
	[FACT_UNFROZEN] = "unfrozen",
	[FACT_WRITTEN_OFF] = "written_off",
	[FACT_RECOVERED] = "recovered",
	[FACT_MISUSED] = "misused",
	[FACT_RELIEVED] = "relieved",
	[FACT_MOVED] = "moved",
};

static const char *const transition_words[] = {
	[TRANSITION_GRACE_ENDED] = "grace_ended",
	[TRANSITION_INSTALMENT_CARRIED] = "instalment_carried",
	[TRANSITION_INSTALMENT_OVERDUE] = "instalment_overdue",
	[TRANSITION_MATURED] = "matured",
	[TRANSITION_ROUNDING_DROPPED] = "rounding_dropped",
	[TRANSITION_CLOSED] = "closed",
	[TRANSITION_FREEZE_ENDED] = "freeze_ended",
	[TRANSITION_RELIEF_ENDED] = "relief_ended",
};

static const char *const status_words[] = {
	[LOAN_STATUS_PENDING] = "pending", [LOAN_STATUS_IN_TERM] = "in_term",
	[LOAN_STATUS_OVERDUE] = "overdue", [LOAN_STATUS_FROZEN] = "frozen",
	[LOAN_STATUS_CLOSED] = "closed",
};

static const char *const error_words[] = {
	[LOAN_OK] = "ok",
	[LOAN_ERROR_OVERFLOW] = "overflow",
	[LOAN_ERROR_TOO_MUCH] = "too_much",
	[LOAN_ERROR_BEFORE_START] = "before_start",
	[LOAN_ERROR_NO_INSTALMENT] = "no_instalment",
	[LOAN_ERROR_NOT_DISBURSED] = "not_disbursed",
	[LOAN_ERROR_CLOSED] = "closed",
	[LOAN_ERROR_ORDER] = "order",
	[LOAN_ERROR_OPENING] = "opening",
	[LOAN_ERROR_DECIDED] = "decided",
	[LOAN_ERROR_UNTIL] = "until",
	[LOAN_ERROR_FROZEN] = "frozen",
	[LOAN_ERROR_NOT_FROZEN] = "not_frozen",
	[LOAN_ERROR_NUMBER] = "number",
	[LOAN_ERROR_REVERSES] = "reverses",
};

static const char *const next_words[] = {
	[LOAN_NEXT_NOTHING] = "nothing",     [LOAN_NEXT_INSTALMENT] = "instalment",
	[LOAN_NEXT_MATURITY] = "maturity",   [LOAN_NEXT_TRANSFER] = "transfer",
	[LOAN_NEXT_GRACE_END] = "grace_end", [LOAN_NEXT_FREEZE_END] = "freeze_end",
};

static const char *word_of(const char *const *words, unsigned count, unsigned code)
{
	return code < count ? words[code] : NULL;
}

const char *fact_kind_word(enum fact_kind kind)
{
	return word_of(fact_words, ARRAY_LEN(fact_words), kind);
}

const char *transition_kind_word(enum transition_kind kind)
{
	return word_of(transition_words, ARRAY_LEN(transition_words), kind);
}

const char *loan_status_word(enum loan_status status)
{
	return word_of(status_words, ARRAY_LEN(status_words), status);
}

const char *loan_error_word(enum loan_error error)
{
	return word_of(error_words, ARRAY_LEN(error_words), error);
}

const char *loan_next_reason_word(enum loan_next_reason reason)
{
	return word_of(next_words, ARRAY_LEN(next_words), reason);
}
