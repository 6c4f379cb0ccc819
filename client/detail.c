/* Sentences of the daemon: one row each, with names for what stands in their places. {amount...} is money without its {unit}, {day...} a day,
 * {detail} another of these sentences. A translation may name them in any order. */
#include "detail.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "format.h"
#include "language.h"
#include "vonvay/compiler.h"

#define PLACES_MAX 6

static const char *const sentences[] = {
	/* lending */
	N_("the household may borrow {amount} {unit} more from programme {programme}"),
	N_("at most {amount} {unit} may be drawn up to this year of study: {n} months of {amount of one} ({rule})"),
	N_("{amount} {unit} were approved in all (04/TD)"),
	N_("amount must be at most {amount}, what was approved"),
	N_("amount of application {application} must be at most {amount}, what was asked for or agreed"),
	N_("an approved application is disbursed at a session of {point}, the next one on {day}"),
	N_("disbursed_on is before the approval of {day}"),
	N_("on must be {day} (the step before) to {day last}"),
	N_("who took or appraised application {application} can't approve it"),
	N_("application {application} is not of this group"),
	N_("application {application} is named twice"),
	N_("no application {application}"),
	N_("the household has left"),
	N_("no member of the household signs for it"),
	N_("no transaction point serves the household"),
	N_("programme is unknown"),
	N_("{name} is required for a new contract"),
	/* days */
	N_("{name} may be {day first} to {day last} for a clerk"),
	N_("{name} may be {day first} to {day last} for an officer"),
	N_("{name} may be {day first} to {day last} for a director"),
	N_("reason is required for a day before {day}"),
	N_("{name} is before the first disbursement of the loan"),
	N_("the day is before the first disbursement of the loan"),
	N_("the day leaves no unpaid instalment that is due after it"),
	N_("{name} leaves no unpaid instalment that is due after it"),
	N_("asked_on must not be after the decision"),
	N_("asked {n} working days before {day}, and {m} are required"),
	N_("extensions of this loan may reach {day}: {n} months in all (domain.md 3.7)"),
	/* payments */
	N_("amount is more than is owed on that day, or leaves a later payment more than was owed"),
	N_("amount is more than the deposit held on that day or holds now: {amount}"),
	N_("the deposit gives at most {amount} on that day"),
	N_("a clerk reverses payments only, not {word}"),
	N_("that fact is a reversal or was reversed already"),
	N_("loan {loan} has no fact {n}"),
	N_("fact {n} is no payment: it is {word}"),
	N_("to must be another loan"),
	/* decisions */
	N_("a freeze is running already"),
	N_("a freeze that runs is prolonged for all that is frozen"),
	N_("nothing of the loan is frozen on that day, or a later event needs what this takes back"),
	N_("loan {loan} may be frozen until {day} at most (domain.md 4)"),
	N_("loan {loan} was never frozen"),
	N_("case {case} with a loss of {loss} gives no freeze (domain.md 4)"),
	N_("debt is written off after a freeze has ended, without one only in case {case} (domain.md 4)"),
	N_("the session of that instalment has decided about it, or nothing of it is unpaid"),
	N_("the new day is not later than the day of the event and the one it replaces, or lies beyond the next instalment"),
	N_("loan {loan} stands there already"),
	/* sessions and groups */
	N_("session_on is no day on which a session of this point is held"),
	N_("session_on is still to come"),
	N_("the next session has come: record a payment of an earlier day"),
	N_("the session was closed on {day}: record a payment of an earlier day"),
	N_("posted already for this session; use a correction"),
	N_("no such loan of this household in this group"),
	N_("no member of this group"),
	N_("only members of the group make deposits"),
	N_("interest and principal are of a loan"),
	N_("more than is owed on that day, or a later payment would be"),
	N_("no such line was posted for this session"),
	N_("no sheet of: {groups}"),
	N_("group {group} is not there on {day}"),
	N_("group {group} would have {n} members, at most {m} are allowed (group_members_max)"),
	N_("household {household} is a member of group {group} on {day} or later"),
	N_("household {household} is no member of group {group} before {day}"),
	N_("loan {loan} of group {group} is open"),
	N_("household {household} has a deposit"),
	/* the bounds of a day, and one of several loans: after all that are more exact */
	N_("{name} must be {day first} to {day last}"),
	N_("loan {loan}: {detail}"),
};

/* What stands in a place of a sentence. */
struct place {
	const char *name, *value;
	size_t name_len, len;
};

/* The name of the place at `s`, "{name}"; NULL: there is none. */
static const char *place_end(const char *s)
{
	return *s == '{' ? strchr(s, '}') : NULL;
}

static bool place_fits(const struct place *p)
{
	static const char day[] = "dddd-dd-dd";
	bool is_day = !strncmp(p->name, "day", 3), is_number = !strncmp(p->name, "amount", 6);
	if (!p->len || (is_day && p->len != sizeof day - 1))
		return false;
	for (size_t i = 0; i < p->len; i++) {
		bool digit = p->value[i] >= '0' && p->value[i] <= '9';
		if ((is_number && !digit) || (is_day && digit != (day[i] == 'd')))
			return false;
	}
	return true;
}

/* Is this the sentence? Then what stands in its places, up to PLACES_MAX of them. */
static bool sentence_matches(const char *known, const char *sentence, struct place *places, size_t *count)
{
	*count = 0;
	while (*known) {
		const char *end = place_end(known);
		if (!end) {
			if (*known++ != *sentence++)
				return false;
			continue;
		}
		size_t text_len = strcspn(end + 1, "{");
		const char *next = sentence + strlen(sentence);
		for (const char *s = sentence; text_len && *s && next[0] == '\0'; s++)
			if (!strncmp(s, end + 1, text_len))
				next = s;
		places[*count] = (struct place){ .name = known + 1,
						 .name_len = (size_t)(end - known - 1),
						 .value = sentence,
						 .len = (size_t)(next - sentence) };
		if (*count == PLACES_MAX - 1 || !place_fits(&places[(*count)++]))
			return false;
		known = end + 1;
		sentence = next;
	}
	return *sentence == '\0';
}

static void detail_add_value(struct buffer *out, const struct place *p)
{
	char value[64];
	if (p->len >= sizeof value || !strncmp(p->name, "detail", 6)) {
		char *whole = strndup(p->value, p->len);
		if (whole)
			detail_add(out, whole);
		free(whole);
		return;
	}
	memcpy(value, p->value, p->len);
	value[p->len] = '\0';
	if (!strncmp(p->name, "amount", 6))
		format_count(out, strtoll(value, NULL, 10));
	else if (!strncmp(p->name, "day", 3))
		format_date(out, value);
	else
		buffer_add(out, value);
}

static void detail_add_named(struct buffer *out, const char *name, size_t len, const struct place *places,
			     size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (places[i].name_len == len && !strncmp(places[i].name, name, len))
			detail_add_value(out, &places[i]);
}

void detail_add(struct buffer *out, const char *sentence)
{
	struct place places[PLACES_MAX];
	size_t i = 0, count = 0;
	while (i < ARRAY_LEN(sentences) && !sentence_matches(sentences[i], sentence, places, &count))
		i++;
	if (i == ARRAY_LEN(sentences)) {
		buffer_add(out, sentence);
		return;
	}
	for (const char *s = _(sentences[i]); *s; s++) {
		const char *end = place_end(s);
		if (!end) {
			buffer_add_char(out, *s);
			continue;
		}
		detail_add_named(out, s + 1, (size_t)(end - s - 1), places, count);
		s = end;
	}
}
