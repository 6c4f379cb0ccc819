/* households.csv: a household row, then its member, class, residence and join rows. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_households.h"
#include "vonvay/mem.h"
#include "vonvay/night.h"

const char *const import_household_columns[] = {
	[RECORD] = "record",	   [HOUSEHOLD] = "household",
	[AREA] = "area",	   [HAMLET] = "hamlet",
	[GROUP] = "group",	   [ON] = "on",
	[UNTIL] = "until",	   [MEMBER] = "member",
	[NAME] = "name",	   [SEX] = "sex",
	[BORN_ON] = "born_on",	   [RELATION] = "relation",
	[ETHNIC] = "ethnic",	   [CITIZEN_ID] = "citizen_id",
	[TELEPHONE] = "telephone", [ADDRESS] = "address",
	[CLASS] = "class",	   [ATTRIBUTES] = "attributes",
	[DECISION] = "decision",   NULL,
};

#define ESCAPED_MONTHS 36
#define HOUSEHOLDS_AT_ONCE 200

static bool households_begin(struct import_job *job)
{
	struct reference *ref = worker_reference_new(job->w, job->w->import, &job->end);
	if (!ref)
		return false;
	struct households *h = xcalloc(1, sizeof *h);
	h->ref = ref;
	h->today = job->takeover ? night_today() : job->business_date;
	h->areas = (struct import_wanted){ .kind = "area", .must_exist = true, .complaint = "no such area" };
	h->groups =
		(struct import_wanted){ .kind = "group", .must_exist = true, .complaint = "no such group" };
	h->households =
		(struct import_wanted){ .kind = "household", .complaint = "this household exists already" };
	h->hashes = (struct import_wanted){ .kind = "citizen_hash",
					    .complaint = "a person with this number exists already" };
	h->elsewhere = (struct import_wanted){ .kind = "citizen_elsewhere",
					       .complaint = "a person with this number is registered elsewhere" };
	job->state = h;
	return true;
}

static void household_clear(struct household *h)
{
	text_clear(&h->head);
	text_clear(&h->members);
	text_clear(&h->classes);
	text_clear(&h->residences);
	text_clear(&h->joins);
	text_clear(&h->agenda);
}

static void households_free(struct import_job *job)
{
	struct households *h = job->state;
	reference_unref(h->ref);
	household_clear(&h->now);
	import_seen_clear(&h->seen);
	import_seen_clear(&h->citizens);
	import_wanted_clear(&h->areas);
	import_wanted_clear(&h->groups);
	import_wanted_clear(&h->households);
	import_wanted_clear(&h->hashes);
	import_wanted_clear(&h->elsewhere);
	import_chunk_clear(&h->chunk);
	free(h);
}

struct jw import_household_item(struct text *list)
{
	if (list->len)
		text_add_char(list, ',');
	struct jw w = jw_start(list);
	jw_object(&w, NULL);
	return w;
}

bool import_household_day(struct import_job *job, int column, bool required, struct date *on)
{
	struct households *h = job->state;
	if (!import_date(job, column, required, on))
		return false;
	if (date_is_none(*on) || date_cmp(*on, h->today) <= 0)
		return true;
	char today[DATE_TEXT_SIZE];
	date_format(h->today, today);
	import_wrong(job, column, "after %s", today);
	return false;
}

/* ---- the end of a household ---- */

static void household_list(struct text *out, const char *name, const struct text *list)
{
	text_printf(out, ",\"%s\":[%s]", name, text_str(list));
}

/* A household whose oldest member is a minor may borrow from the day on which that member comes of age. */
static void household_adult_day(struct households *h, struct text *out)
{
	char text[DATE_TEXT_SIZE];
	struct date adult = household_comes_of_age(h->now.oldest_born);
	if (date_cmp(adult, h->now.registered_on) <= 0)
		return;
	date_format(adult, text);
	text_printf(out, ",\"adult\":\"%s\"", text);
}

static void household_write(struct import_job *job)
{
	struct households *h = job->state;
	struct text *out = import_chunk_row(&h->chunk, h->now.last_line);
	text_printf(out, "{%s", text_str(&h->now.head));
	household_list(out, "members", &h->now.members);
	household_list(out, "classes", &h->now.classes);
	household_list(out, "residence", &h->now.residences);
	household_list(out, "groups", &h->now.joins);
	household_list(out, "agenda", &h->now.agenda);
	household_adult_day(h, out);
	text_add_char(out, '}');
}

static void households_flush(struct import_job *job)
{
	struct households *h = job->state;
	import_ask(job, &h->areas);
	import_ask(job, &h->groups);
	import_ask(job, &h->households);
	import_ask(job, &h->hashes);
	import_ask(job, &h->elsewhere);
	if (job->applying && !job->errors_count)
		import_chunk_apply(job, &h->chunk);
	import_tell(job);
}

static void household_finish(struct import_job *job)
{
	struct households *h = job->state;
	if (!h->now.open)
		return;
	if (!h->now.member[1])
		import_wrong_at(job, h->now.line, MEMBER, "no member 1, who signs for the household");
	if (job->applying && !job->errors_count)
		household_write(job);
	h->now.open = false;
	if (h->chunk.rows >= HOUSEHOLDS_AT_ONCE || h->households.count >= IMPORT_ROWS_MAX)
		households_flush(job);
}

static void household_start(struct households *h, int64_t line)
{
	struct text *lists[] = { &h->now.head,	     &h->now.members, &h->now.classes,
				 &h->now.residences, &h->now.joins,   &h->now.agenda };
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		text_reset(lists[i]);
	memset(h->now.member, 0, sizeof h->now.member);
	h->now.open = true;
	h->now.id = 0;
	h->now.line = h->now.last_line = line;
	h->now.class_on = h->now.residence_on = h->now.join_until = h->now.registered_on = DATE_NONE;
	h->now.oldest_born = DATE_EVER;
	h->now.joined = false;
	h->now.class = HOUSEHOLD_NONE;
}

/* ---- the rows ---- */

static bool household_attributes(struct import_job *job, unsigned *bits)
{
	char list[400], *rest = list, *word;
	const char *raw = import_raw(job, ATTRIBUTES);
	*bits = 0;
	if (strlen(raw) >= sizeof list) {
		import_wrong(job, ATTRIBUTES, "longer than %zu bytes", sizeof list - 1);
		return false;
	}
	memcpy(list, raw, strlen(raw) + 1);
	while (list[0] && (word = strsep(&rest, "|"))) {
		enum household_attribute a;
		if (!household_attribute_of_word(word, &a)) {
			import_wrong(job, ATTRIBUTES,
				     "words joined by | are expected, one of them is not known");
			return false;
		}
		*bits |= (unsigned)a;
	}
	return true;
}

static void household_check_id(struct import_job *job)
{
	struct households *h = job->state;
	char key[24];
	if (!import_number(job, HOUSEHOLD, true, 1, 9999999999, &h->now.id))
		return;
	if (job->applying)
		return;
	int64_t first = import_seen_add(&h->seen, h->now.id, job->row->line);
	if (first)
		import_wrong(job, HOUSEHOLD, "this household stands on line %lld already", (long long)first);
	snprintf(key, sizeof key, "%lld", (long long)h->now.id);
	import_want(&h->households, key, job->row->line, HOUSEHOLD);
}

static void household_want_area(struct import_job *job, const char *area)
{
	struct households *h = job->state;
	if (!job->applying && area[0])
		import_want(&h->areas, area, job->row->line, AREA);
}

static void household_add_residence(struct households *h, struct date from, const char *area,
				    const char *hamlet)
{
	struct jw w = import_household_item(&h->now.residences);
	jw_date(&w, "from", from);
	jw_str(&w, "area", area);
	jw_str(&w, "hamlet", hamlet);
	jw_end(&w);
	h->now.residence_on = from;
}

/* Without the braces: the lists of the following rows come into the same object. */
static void household_head(struct households *h, const char *name, struct date left_on, unsigned bits)
{
	struct text json = { 0 };
	struct jw w = jw_start(&json);
	jw_object(&w, NULL);
	jw_i64(&w, "household", h->now.id);
	jw_str(&w, "name", name);
	jw_date(&w, "registered_on", h->now.registered_on);
	jw_date(&w, "left_on", left_on);
	jw_array(&w, "attributes");
	if (bits) {
		jw_object(&w, NULL);
		jw_date(&w, "from", h->now.registered_on);
		jw_i64(&w, "bits", bits);
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	text_add_bytes(&h->now.head, json.s + 1, json.len - 2);
	text_clear(&json);
}

static void household_row(struct import_job *job)
{
	struct households *h = job->state;
	const char *name, *area, *hamlet;
	struct date left_on;
	unsigned bits;
	household_start(h, job->row->line);
	household_check_id(job);
	bool ok = import_text(job, NAME, true, 200, &name);
	ok &= import_code(job, AREA, true, &area);
	ok &= import_text(job, HAMLET, false, 200, &hamlet);
	ok &= import_household_day(job, ON, true, &h->now.registered_on);
	ok &= import_household_day(job, UNTIL, false, &left_on);
	ok &= household_attributes(job, &bits);
	household_want_area(job, area);
	if (ok && !date_is_none(left_on) && date_cmp(left_on, h->now.registered_on) < 0)
		import_wrong(job, UNTIL, "before the household was registered");
	if (!ok)
		return;
	household_head(h, name, left_on, bits);
	household_add_residence(h, h->now.registered_on, area, hamlet);
}

/* The first day on which a newly escaped household is one no more: its eligibility changes by itself. */
static void household_agenda(struct households *h, struct date from)
{
	int64_t months = reference_policy_int(h->ref, "escaped_months", "", true, from, ESCAPED_MONTHS);
	char text[DATE_TEXT_SIZE];
	date_format(household_escaped_end(from, (int)months), text);
	text_printf(&h->now.agenda, "%s\"%s\"", h->now.agenda.len ? "," : "", text);
}

static void class_row(struct import_job *job)
{
	struct households *h = job->state;
	enum household_class class = HOUSEHOLD_NONE;
	struct date on;
	const char *decision;
	bool ok = import_household_day(job, ON, true, &on);
	ok &= import_text(job, DECISION, true, 200, &decision);
	if (!import_has(job, CLASS) || !household_class_of_word(import_raw(job, CLASS), &class)) {
		import_wrong(job, CLASS, "not one of none, poor, near_poor, newly_escaped, average");
		ok = false;
	}
	if (ok && date_cmp(on, h->now.class_on) <= 0) {
		import_wrong(job, ON, "not after the class before it");
		ok = false;
	}
	if (!ok)
		return;
	h->now.class_on = on;
	struct jw w = import_household_item(&h->now.classes);
	jw_date(&w, "from", on);
	jw_i64(&w, "class", class);
	jw_str(&w, "decision", decision);
	jw_end(&w);
	/* a review that confirms the class does not begin it again */
	if (class == HOUSEHOLD_NEWLY_ESCAPED && h->now.class != class)
		household_agenda(h, on);
	h->now.class = class;
}

static void residence_row(struct import_job *job)
{
	struct households *h = job->state;
	const char *area, *hamlet;
	struct date on;
	bool ok = import_code(job, AREA, true, &area);
	ok &= import_text(job, HAMLET, false, 200, &hamlet);
	ok &= import_household_day(job, ON, true, &on);
	household_want_area(job, area);
	if (ok && date_cmp(on, h->now.residence_on) <= 0)
		import_wrong(job, ON, "not after the residence before it");
	else if (ok)
		household_add_residence(h, on, area, hamlet);
}

static void join_row(struct import_job *job)
{
	struct households *h = job->state;
	char key[24];
	int64_t group = 0;
	struct date on, until;
	bool ok = import_number(job, GROUP, true, 1, 9999999, &group);
	ok &= import_household_day(job, ON, true, &on);
	ok &= import_household_day(job, UNTIL, false, &until);
	snprintf(key, sizeof key, "%lld", (long long)group);
	if (group && !job->applying)
		import_want(&h->groups, key, job->row->line, GROUP);
	if (ok && !date_is_none(until) && date_cmp(until, on) <= 0)
		import_wrong(job, UNTIL, "not after the day of joining");
	else if (ok && h->now.joined &&
		 (date_is_none(h->now.join_until) || date_cmp(on, h->now.join_until) < 0))
		import_wrong(job, ON, "the household is still a member of the group before");
	if (!ok)
		return;
	h->now.joined = true;
	h->now.join_until = until;
	struct jw w = import_household_item(&h->now.joins);
	jw_i64(&w, "group", group);
	jw_date(&w, "from", on);
	jw_date(&w, "until", until);
	jw_end(&w);
}

/* ---- by record ---- */

struct household_record {
	const char *word;
	void (*row)(struct import_job *job);
	uint64_t columns;
};

#define OWN (IMPORT_BIT(RECORD) | IMPORT_BIT(HOUSEHOLD))

static const struct household_record records[] = {
	{ "household", household_row,
	  OWN | IMPORT_BIT(NAME) | IMPORT_BIT(AREA) | IMPORT_BIT(HAMLET) | IMPORT_BIT(ON) |
		  IMPORT_BIT(UNTIL) | IMPORT_BIT(ATTRIBUTES) },
	{ "member", import_member_row,
	  OWN | IMPORT_BIT(MEMBER) | IMPORT_BIT(NAME) | IMPORT_BIT(SEX) | IMPORT_BIT(BORN_ON) |
		  IMPORT_BIT(RELATION) | IMPORT_BIT(ETHNIC) | IMPORT_BIT(CITIZEN_ID) | IMPORT_BIT(TELEPHONE) |
		  IMPORT_BIT(ADDRESS) },
	{ "class", class_row, OWN | IMPORT_BIT(CLASS) | IMPORT_BIT(ON) | IMPORT_BIT(DECISION) },
	{ "residence", residence_row, OWN | IMPORT_BIT(AREA) | IMPORT_BIT(HAMLET) | IMPORT_BIT(ON) },
	{ "join", join_row, OWN | IMPORT_BIT(GROUP) | IMPORT_BIT(ON) | IMPORT_BIT(UNTIL) },
};

/* A row that names its household names the one it follows. */
static bool household_belongs(struct import_job *job)
{
	struct households *h = job->state;
	int64_t id = h->now.id;
	if (!h->now.open) {
		import_wrong(job, RECORD, "no household row stands before it");
		return false;
	}
	if (!import_number(job, HOUSEHOLD, false, 1, 9999999999, &id))
		return false;
	if (id == h->now.id || !h->now.id)
		return true;
	import_wrong(job, HOUSEHOLD, "not the household of the row it follows");
	return false;
}

static void households_record(struct import_job *job, const struct household_record *record)
{
	struct households *h = job->state;
	bool first = record->row == household_row;
	import_only(job, record->columns, record->word);
	if (first)
		household_finish(job);
	if (!import_going(job) || (!first && !household_belongs(job)))
		return;
	record->row(job);
	h->now.last_line = job->row->line;
}

static void households_row(struct import_job *job)
{
	const char *word = import_raw(job, RECORD);
	for (size_t i = 0; i < ARRAY_LEN(records); i++) {
		if (!strcmp(records[i].word, word)) {
			households_record(job, &records[i]);
			return;
		}
	}
	import_wrong(job, RECORD, "not one of household, member, class, residence, join");
}

static void households_end(struct import_job *job)
{
	household_finish(job);
	households_flush(job);
}

const struct import_format import_households = {
	.kind = "households",
	.columns = import_household_columns,
	.optional = IMPORT_BIT(TELEPHONE) | IMPORT_BIT(ADDRESS) | IMPORT_BIT(ATTRIBUTES),
	.apply = STMT_IMPORT_HOUSEHOLDS,
	.begin = households_begin,
	.row = households_row,
	.end = households_end,
	.free = households_free,
};
