/* The words of eligibility.h, and the words a programme says whom it is for with. */
#include "vonvay/eligibility.h"

#include <string.h>

struct word {
	const char *word;
	unsigned code;
};

static const struct word class_words[] = {
	{ "none", HOUSEHOLD_NONE },	      { "poor", HOUSEHOLD_POOR },
	{ "near_poor", HOUSEHOLD_NEAR_POOR }, { "newly_escaped", HOUSEHOLD_NEWLY_ESCAPED },
	{ "average", HOUSEHOLD_AVERAGE },
};

static const struct word attribute_words[] = {
	{ "ethnic_minority", ATTRIBUTE_ETHNIC_MINORITY },
	{ "lacks_works", ATTRIBUTE_LACKS_WORKS },
	{ "approved_list", ATTRIBUTE_APPROVED_LIST },
	{ "flood_zone", ATTRIBUTE_FLOOD_ZONE },
	{ "worker", ATTRIBUTE_WORKER },
	{ "trader", ATTRIBUTE_TRADER },
	{ "released", ATTRIBUTE_RELEASED },
	{ "student", ATTRIBUTE_STUDENT },
	{ "sudden_hardship", ATTRIBUTE_SUDDEN_HARDSHIP },
	{ "disabled", ATTRIBUTE_DISABLED },
};

static const struct word basis_words[] = {
	{ "household", CAP_HOUSEHOLD },
	{ "borrower", CAP_BORROWER },
	{ "worker", CAP_WORKER },
	{ "month_of_study", CAP_MONTH_OF_STUDY },
	{ "type_of_works_of_two", CAP_TYPE_OF_WORKS },
	{ "contract_cost", CAP_CONTRACT_COST },
};

static const struct word ineligible_words[] = {
	{ "not_open", INELIGIBLE_NOT_OPEN },
	{ "programme_closed", INELIGIBLE_PROGRAMME_CLOSED },
	{ "no_limit", INELIGIBLE_NO_LIMIT },
	{ "class", INELIGIBLE_CLASS },
	{ "escaped_too_long", INELIGIBLE_ESCAPED_TOO_LONG },
	{ "attribute", INELIGIBLE_ATTRIBUTE },
	{ "area", INELIGIBLE_AREA },
	{ "no_adult", INELIGIBLE_NO_ADULT },
	{ "no_group", INELIGIBLE_NO_GROUP },
	{ "overdue_debt", INELIGIBLE_OVERDUE_DEBT },
	{ "cap", INELIGIBLE_CAP },
	{ "conflict", INELIGIBLE_CONFLICT },
};

static const char *word_of(const struct word *words, size_t count, unsigned code)
{
	for (size_t i = 0; i < count; i++)
		if (words[i].code == code)
			return words[i].word;
	return NULL;
}

static bool code_of(const struct word *words, size_t count, const char *word, unsigned *code)
{
	for (size_t i = 0; i < count; i++) {
		if (strcmp(words[i].word, word) == 0) {
			*code = words[i].code;
			return true;
		}
	}
	return false;
}

const char *household_class_word(enum household_class c)
{
	return word_of(class_words, ARRAY_LEN(class_words), c);
}

bool household_class_of_word(const char *word, enum household_class *out)
{
	unsigned code;

	if (!code_of(class_words, ARRAY_LEN(class_words), word, &code))
		return false;
	*out = (enum household_class)code;
	return true;
}

const char *household_attribute_word(enum household_attribute a)
{
	return word_of(attribute_words, ARRAY_LEN(attribute_words), a);
}

bool household_attribute_of_word(const char *word, enum household_attribute *out)
{
	unsigned code;

	if (!code_of(attribute_words, ARRAY_LEN(attribute_words), word, &code))
		return false;
	*out = (enum household_attribute)code;
	return true;
}

const char *cap_basis_word(enum cap_basis basis)
{
	return word_of(basis_words, ARRAY_LEN(basis_words), basis);
}

bool cap_basis_of_word(const char *word, enum cap_basis *out)
{
	unsigned code;

	if (!code_of(basis_words, ARRAY_LEN(basis_words), word, &code))
		return false;
	*out = (enum cap_basis)code;
	return true;
}

const char *ineligible_word(enum ineligible reason)
{
	return word_of(ineligible_words, ARRAY_LEN(ineligible_words), reason);
}

#define CLASS(c) (1U << HOUSEHOLD_##c)

static const struct who {
	const char *word;
	struct eligibility_alternative means;
} whos[] = {
	{ "poor", { .classes = CLASS(POOR) } },
	{ "near_poor", { .classes = CLASS(NEAR_POOR) } },
	{ "newly_escaped", { .classes = CLASS(NEWLY_ESCAPED) } },
	{ "average", { .classes = CLASS(AVERAGE) } },
	{ "sudden_hardship", { .attributes = ATTRIBUTE_SUDDEN_HARDSHIP } },
	{ "rural_without_standard_works", { .attributes = ATTRIBUTE_LACKS_WORKS, .rural = true } },
	{ "poor_on_approved_list", { .classes = CLASS(POOR), .attributes = ATTRIBUTE_APPROVED_LIST } },
	{ "poor_in_flood_zone", { .classes = CLASS(POOR), .attributes = ATTRIBUTE_FLOOD_ZONE } },
	{ "worker_from_15", { .attributes = ATTRIBUTE_WORKER } },
	{ "ethnic_minority", { .attributes = ATTRIBUTE_ETHNIC_MINORITY } },
	{ "household_in_difficult_area", { .at_least = AREA_DIFFICULT } },
	{ "trader_in_difficult_area", { .attributes = ATTRIBUTE_TRADER, .at_least = AREA_DIFFICULT } },
	{ "poor_ethnic_minority", { .classes = CLASS(POOR), .attributes = ATTRIBUTE_ETHNIC_MINORITY } },
	{ "poor_in_extremely_difficult", { .classes = CLASS(POOR), .at_least = AREA_EXTREMELY_DIFFICULT } },
	{ "released", { .attributes = ATTRIBUTE_RELEASED } },
	{ "wide", { .classes = 0 } },
};

static const struct eligibility_alternative *who_means(const char *word, size_t length)
{
	for (size_t i = 0; i < ARRAY_LEN(whos); i++)
		if (strlen(whos[i].word) == length && memcmp(whos[i].word, word, length) == 0)
			return &whos[i].means;
	return NULL;
}

bool programme_rule_parse_who(struct programme_rule *rule, const char *who)
{
	rule->who_count = 0;
	for (;;) {
		const char *bar = strchr(who, '|');
		size_t length = bar != NULL ? (size_t)(bar - who) : strlen(who);
		const struct eligibility_alternative *means = who_means(who, length);
		if (means == NULL || rule->who_count == ELIGIBILITY_ALTERNATIVES_MAX)
			return false;
		rule->who[rule->who_count++] = *means;
		if (bar == NULL)
			return true;
		who = bar + 1;
	}
}
