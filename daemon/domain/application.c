/* Steps, limits and order of applications. */
#include "vonvay/application.h"

#include <string.h>

static const char *const state_words[] = {
	[APPLICATION_APPLIED] = "applied",     [APPLICATION_APPRAISED] = "appraised",
	[APPLICATION_CONFIRMED] = "confirmed", [APPLICATION_APPROVED] = "approved",
	[APPLICATION_REFUSED] = "refused",     [APPLICATION_WITHDRAWN] = "withdrawn",
	[APPLICATION_DISBURSED] = "disbursed", [APPLICATION_CHECKED] = "checked",
};

const char *application_state_word(enum application_state state)
{
	return (size_t)state < ARRAY_LEN(state_words) ? state_words[state] : NULL;
}

bool application_state_of_word(const char *word, enum application_state *out)
{
	for (size_t i = 1; i < ARRAY_LEN(state_words); i++) {
		if (strcmp(state_words[i], word) == 0) {
			*out = (enum application_state)i;
			return true;
		}
	}
	return false;
}

bool application_open(enum application_state state)
{
	return state >= APPLICATION_APPLIED && state <= APPLICATION_APPROVED;
}

bool application_may(enum application_state from, enum application_state to, bool direct)
{
	switch (to) {
	case APPLICATION_NONE:
		return false;
	case APPLICATION_APPLIED:
		return from == APPLICATION_NONE;
	case APPLICATION_APPRAISED:
		return from == APPLICATION_APPLIED && !direct;
	case APPLICATION_CONFIRMED:
		return from == APPLICATION_APPRAISED || from == APPLICATION_CONFIRMED ||
		       (from == APPLICATION_APPLIED && direct);
	case APPLICATION_APPROVED:
		return from == APPLICATION_CONFIRMED;
	case APPLICATION_REFUSED:
	case APPLICATION_WITHDRAWN:
		return application_open(from);
	case APPLICATION_DISBURSED:
		return from == APPLICATION_APPROVED;
	case APPLICATION_CHECKED:
		return from == APPLICATION_DISBURSED || from == APPLICATION_CHECKED;
	}
	return false;
}

/* The session of the day itself, or the next one. */
static struct date application_session(const struct calendar *c, struct date on)
{
	return calendar_session_after(c, date_add_days(on, -1));
}

struct date application_due(enum application_state state, struct date on, bool direct,
			    const struct application_limits *limits, const struct calendar *calendar)
{
	switch (state) {
	case APPLICATION_APPLIED:
		return calendar_add_working_days(calendar, on,
						 direct ? limits->confirm_days : limits->appraise_days);
	case APPLICATION_APPRAISED:
		return calendar_add_working_days(calendar, on, limits->confirm_days);
	case APPLICATION_CONFIRMED:
		return calendar_add_working_days(calendar, on, limits->approve_days);
	case APPLICATION_APPROVED:
		return application_session(calendar, on);
	case APPLICATION_DISBURSED:
		return date_add_days(on, limits->check_days);
	case APPLICATION_NONE:
	case APPLICATION_REFUSED:
	case APPLICATION_WITHDRAWN:
	case APPLICATION_CHECKED:
		break;
	}
	return DATE_NONE;
}

const char *application_reason_word(enum application_reason reason)
{
	switch (reason) {
	case APPLICATION_REGISTERED:
		return "registered";
	case APPLICATION_EXTREMELY_DIFFICULT:
		return "extremely_difficult";
	case APPLICATION_ETHNIC_MINORITY:
		return "ethnic_minority";
	}
	return NULL;
}

int application_place_cmp(const struct application_place *a, const struct application_place *b)
{
	for (unsigned bit = 1; bit < 1U << APPLICATION_REASONS; bit <<= 1)
		if ((a->reasons & bit) != (b->reasons & bit))
			return (a->reasons & bit) != 0 ? -1 : 1;
	int order = date_cmp(a->applied_on, b->applied_on);
	if (order != 0)
		return order;
	return (a->application_id > b->application_id) - (a->application_id < b->application_id);
}
