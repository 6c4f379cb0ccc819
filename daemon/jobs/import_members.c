/* households.csv: member rows. Personal values are sealed here, before they go anywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_households.h"
#include "vonvay/personal.h"

static const char *const sexes[] = { "female", "male", NULL };

static void household_check_form(struct import_job *job, int column)
{
	const char *value = import_raw(job, column);
	const char *wrong = value[0] ? personal_check(import_household_columns[column], value) : NULL;
	if (wrong)
		import_wrong(job, column, "%s", wrong);
}

static bool household_check_personal(struct import_job *job)
{
	struct households *h = job->state;
	const char *id = import_raw(job, CITIZEN_ID), *phone = import_raw(job, TELEPHONE), *address;
	int64_t before = job->errors_count;
	household_check_form(job, CITIZEN_ID);
	household_check_form(job, TELEPHONE);
	if (!import_text(job, ADDRESS, false, PERSONAL_BYTES_MAX, &address))
		return false;
	if (!job->w->has_key && (id[0] || phone[0] || address[0]))
		import_wrong(
			job, -1,
			"personal data can't be kept: no data key is configured ([security] data_key_file)");
	if (id[0] && job->errors_count == before && !job->applying) {
		/* the length as a first digit: 9 and 12 digits are different numbers */
		int64_t key = strtoll(id, NULL, 10) * 2 + (strlen(id) == 12);
		int64_t first = import_seen_add(&h->citizens, key, job->row->line);
		if (first)
			import_wrong(job, CITIZEN_ID, "this number stands on line %lld already",
				     (long long)first);
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
	const char *value = import_raw(job, column);
	if (value[0])
		personal_seal(&job->w->key, h->now.id, member, import_household_columns[column], value, w);
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
	ok &= import_household_day(job, BORN_ON, true, &m->born_on);
	ok &= import_text(job, RELATION, true, 60, &m->relation);
	ok &= import_text(job, ETHNIC, false, 60, &m->ethnic);
	ok &= household_check_personal(job);
	return ok;
}

void import_member_row(struct import_job *job)
{
	struct households *h = job->state;
	struct member_row m = { 0 };
	if (!member_read(job, &m))
		return;
	household_want_citizen(job);
	h->now.oldest_born = date_min(h->now.oldest_born, m.born_on);
	if (!job->applying)
		return;
	struct jw w = import_household_item(&h->now.members);
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
