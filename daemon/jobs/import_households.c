/* households.csv: a household row, then its member, class, residence and join rows. Personal values are sealed here,
 * before they go anywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_private.h"
#include "vonvay/eligibility.h"
#include "vonvay/json.h"
#include "vonvay/mem.h"
#include "vonvay/night.h"
#include "vonvay/reference.h"

enum {
	RECORD,
	HOUSEHOLD,
	AREA,
	HAMLET,
	GROUP,
	ON,
	UNTIL,
	MEMBER,
	NAME,
	SEX,
	BORN_ON,
	RELATION,
	ETHNIC,
	CITIZEN_ID,
	TELEPHONE,
	ADDRESS,
	CLASS,
	ATTRIBUTES,
	DECISION,
};

static const char *const columns[] = { "record", "household", "area",	 "hamlet",   "group",	   "on",      "until",
				       "member", "name",      "sex",	 "born_on",  "relation",   "ethnic",  "citizen_id",
				       "telephone", "address", "class",	 "attributes", "decision", NULL };
static const char *const sexes[] = { "female", "male", NULL };

#define ESCAPED_MONTHS 36
#define MEMBERS_MAX 99
#define HOUSEHOLDS_AT_ONCE 200

/* The household whose rows are being read. */
struct household {
	bool open;
	int64_t id, line, last_line;
	struct text head;      /* members of its JSON object that stand in its own row */
	struct text members, classes, residences, joins; /* JSON objects, comma between */
	struct text agenda;
	bool member[MEMBERS_MAX + 1];
	enum household_class class; /* of the last class row */
	struct date registered_on, class_on, residence_on, join_until;
	bool joined;
};

struct households {
	struct reference *ref;
	struct date today;     /* no later day is accepted */
	int escaped_months;
	struct household now;
	struct import_seen seen, citizens;
	struct import_wanted areas, groups, households, hashes;
	struct import_chunk chunk;
};

static bool households_begin(struct import_job *job)
{
	struct reference *ref = worker_reference_new(job->w, job->w->import, &job->end);
	if (!ref)
		return false;
	struct households *h = xcalloc(1, sizeof *h);
	h->ref = ref;
	h->today = job->takeover ? night_today() : job->business_date;
	h->areas = (struct import_wanted){ .kind = "area", .must_exist = true, .complaint = "no such area" };
	h->groups = (struct import_wanted){ .kind = "group", .must_exist = true, .complaint = "no such group" };
	h->households = (struct import_wanted){ .kind = "household", .complaint = "this household exists already" };
	h->hashes = (struct import_wanted){ .kind = "citizen_hash", .complaint = "a person with this number exists already" };
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
	import_chunk_clear(&h->chunk);
	free(h);
}

/* A new object in a list of objects. */
static struct jw household_item(struct text *list)
{
	if (list->len)
		text_add_char(list, ',');
	struct jw w = jw_start(list);
	jw_object(&w, NULL);
	return w;
}

static bool household_day(struct import_job *job, int column, bool required, struct date *on)
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
	text_add_char(out, '}');
}

static void households_flush(struct import_job *job)
{
	struct households *h = job->state;
	import_ask(job, &h->areas);
	import_ask(job, &h->groups);
	import_ask(job, &h->households);
	import_ask(job, &h->hashes);
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
	struct text *lists[] = { &h->now.head,	&h->now.members, &h->now.classes, &h->now.residences,
				 &h->now.joins, &h->now.agenda };
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		text_reset(lists[i]);
	memset(h->now.member, 0, sizeof h->now.member);
	h->now.open = true;
	h->now.id = 0;
	h->now.line = h->now.last_line = line;
	h->now.class_on = h->now.residence_on = h->now.join_until = h->now.registered_on = DATE_NONE;
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
			import_wrong(job, ATTRIBUTES, "words joined by | are expected, one of them is not known");
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

static void household_add_residence(struct households *h, struct date from, const char *area, const char *hamlet)
{
	struct jw w = household_item(&h->now.residences);
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
	ok &= household_day(job, ON, true, &h->now.registered_on);
	ok &= household_day(job, UNTIL, false, &left_on);
	ok &= household_attributes(job, &bits);
	household_want_area(job, area);
	if (ok && !date_is_none(left_on) && date_cmp(left_on, h->now.registered_on) < 0)
		import_wrong(job, UNTIL, "before the household was registered");
	if (!ok)
		return;
	household_head(h, name, left_on, bits);
	household_add_residence(h, h->now.registered_on, area, hamlet);
}

static bool household_is_phone(const char *s)
{
	size_t plus = s[0] == '+', n = strspn(s + plus, "0123456789");
	return n >= 9 && n <= 15 && !s[plus + n];
}

static bool household_is_citizen_id(const char *s)
{
	size_t n = strspn(s, "0123456789");
	return (n == 9 || n == 12) && !s[n];
}

static bool household_check_personal(struct import_job *job)
{
	struct households *h = job->state;
	const char *id = import_raw(job, CITIZEN_ID), *phone = import_raw(job, TELEPHONE), *address;
	int64_t before = job->errors_count;
	if (id[0] && !household_is_citizen_id(id))
		import_wrong(job, CITIZEN_ID, "not a citizen id of 9 or 12 digits");
	if (phone[0] && !household_is_phone(phone))
		import_wrong(job, TELEPHONE, "not a telephone number of 9 to 15 digits");
	if (!import_text(job, ADDRESS, false, 300, &address))
		return false;
	if (!job->w->has_key && (id[0] || phone[0] || address[0]))
		import_wrong(job, -1, "personal data can't be kept: no data key is configured ([security] data_key_file)");
	if (id[0] && job->errors_count == before && !job->applying) {
		/* the length as a first digit: 9 and 12 digits are different numbers */
		int64_t key = strtoll(id, NULL, 10) * 2 + (strlen(id) == 12);
		int64_t first = import_seen_add(&h->citizens, key, job->row->line);
		if (first)
			import_wrong(job, CITIZEN_ID, "this number stands on line %lld already", (long long)first);
	}
	return job->errors_count == before;
}

static void household_want_citizen(struct import_job *job)
{
	struct households *h = job->state;
	unsigned char hash[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	if (job->applying || !import_has(job, CITIZEN_ID) || !job->w->has_key)
		return;
	data_hash(&job->w->key, "citizen_id", import_raw(job, CITIZEN_ID), hash);
	hex_encode(hash, sizeof hash, hex);
	import_want(&h->hashes, hex, job->row->line, CITIZEN_ID);
}

/* {"sealed":hex,"hash":hex}; the place it belongs to is authenticated with it. */
static void household_seal(struct import_job *job, struct jw *w, int column, int64_t member)
{
	struct households *h = job->state;
	const char *value = import_raw(job, column), *what = columns[column];
	unsigned char sealed[400 + SEAL_OVERHEAD], hash[SHA256_SIZE];
	char hex[2 * sizeof sealed + 1], bound[64];
	if (!value[0])
		return;
	snprintf(bound, sizeof bound, "%010lld/%lld/%s", (long long)h->now.id, (long long)member, what);
	data_seal(&job->w->key, value, strlen(value), bound, sealed);
	data_hash(&job->w->key, what, value, hash);
	jw_object(w, what);
	hex_encode(sealed, strlen(value) + SEAL_OVERHEAD, hex);
	jw_str(w, "sealed", hex);
	hex_encode(hash, sizeof hash, hex);
	jw_str(w, "hash", hex);
	jw_end(w);
}

struct member_row {
	int64_t no;
	const char *name, *relation, *ethnic;
	int sex;
	struct date born_on;
};

static bool member_read(struct import_job *job, struct member_row *m)
{
	struct households *h = job->state;
	bool ok = import_number(job, MEMBER, true, 1, MEMBERS_MAX, &m->no);
	if (ok && h->now.member[m->no]) {
		import_wrong(job, MEMBER, "the household has this member already");
		ok = false;
	}
	if (ok)
		h->now.member[m->no] = true;
	ok &= import_text(job, NAME, true, 200, &m->name);
	ok &= import_word(job, SEX, true, sexes, &m->sex);
	ok &= household_day(job, BORN_ON, true, &m->born_on);
	ok &= import_text(job, RELATION, true, 60, &m->relation);
	ok &= import_text(job, ETHNIC, false, 60, &m->ethnic);
	ok &= household_check_personal(job);
	return ok;
}

static void member_row(struct import_job *job)
{
	struct households *h = job->state;
	struct member_row m = { 0 };
	if (!member_read(job, &m))
		return;
	household_want_citizen(job);
	if (!job->applying)
		return;
	struct jw w = household_item(&h->now.members);
	jw_i64(&w, "no", m.no);
	jw_str(&w, "name", m.name);
	jw_str(&w, "sex", sexes[m.sex]);
	jw_date(&w, "born_on", m.born_on);
	jw_str(&w, "relation", m.relation);
	jw_str(&w, "ethnic", m.ethnic);
	jw_bool(&w, "representative", m.no == 1);
	household_seal(job, &w, CITIZEN_ID, m.no);
	household_seal(job, &w, TELEPHONE, m.no);
	household_seal(job, &w, ADDRESS, m.no);
	jw_end(&w);
}

/* The first day on which a newly escaped household is one no more: its eligibility changes by itself. */
static void household_agenda(struct households *h, struct date from)
{
	int64_t months = reference_policy_int(h->ref, "escaped_months", "", true, from, ESCAPED_MONTHS);
	char text[DATE_TEXT_SIZE];
	date_format(date_add_days(date_add_months(from, (int)months), 1), text);
	text_printf(&h->now.agenda, "%s\"%s\"", h->now.agenda.len ? "," : "", text);
}

static void class_row(struct import_job *job)
{
	struct households *h = job->state;
	enum household_class class = HOUSEHOLD_NONE;
	struct date on;
	const char *decision;
	bool ok = household_day(job, ON, true, &on);
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
	struct jw w = household_item(&h->now.classes);
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
	ok &= household_day(job, ON, true, &on);
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
	ok &= household_day(job, ON, true, &on);
	ok &= household_day(job, UNTIL, false, &until);
	snprintf(key, sizeof key, "%lld", (long long)group);
	if (group && !job->applying)
		import_want(&h->groups, key, job->row->line, GROUP);
	if (ok && !date_is_none(until) && date_cmp(until, on) <= 0)
		import_wrong(job, UNTIL, "not after the day of joining");
	else if (ok && h->now.joined && (date_is_none(h->now.join_until) || date_cmp(on, h->now.join_until) < 0))
		import_wrong(job, ON, "the household is still a member of the group before");
	if (!ok)
		return;
	h->now.joined = true;
	h->now.join_until = until;
	struct jw w = household_item(&h->now.joins);
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
	  OWN | IMPORT_BIT(NAME) | IMPORT_BIT(AREA) | IMPORT_BIT(HAMLET) | IMPORT_BIT(ON) | IMPORT_BIT(UNTIL) |
		  IMPORT_BIT(ATTRIBUTES) },
	{ "member", member_row,
	  OWN | IMPORT_BIT(MEMBER) | IMPORT_BIT(NAME) | IMPORT_BIT(SEX) | IMPORT_BIT(BORN_ON) | IMPORT_BIT(RELATION) |
		  IMPORT_BIT(ETHNIC) | IMPORT_BIT(CITIZEN_ID) | IMPORT_BIT(TELEPHONE) | IMPORT_BIT(ADDRESS) },
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
	.columns = columns,
	.optional = IMPORT_BIT(TELEPHONE) | IMPORT_BIT(ADDRESS) | IMPORT_BIT(ATTRIBUTES),
	.apply = STMT_IMPORT_HOUSEHOLDS,
	.begin = households_begin,
	.row = households_row,
	.end = households_end,
	.free = households_free,
};
