/* households.csv: member rows. Personal values are sealed here, before they go anywhere. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import_households.h"
#include "vonvay/personal.h"

static const char *const sexes[] = { "female", "male", NULL };

/* Empty without one, or with one that is wrong and noted. */
static void household_normalise(struct import_job *job, int column, enum personal_field field, personal_text out)
{
	const char *value = import_raw(job, column);
	const char *wrong = value[0] ? personal_normalise(field, value, out) : "";
	if (wrong)
		out[0] = '\0';
	if (wrong && wrong[0])
		import_wrong(job, column, "%s", wrong);
}

static bool household_check_personal(struct import_job *job)
{
	struct households *h = job->state;
	const char *address;
	personal_text id, phone, home;
	int64_t before = job->errors_count;
	household_normalise(job, CITIZEN_ID, PERSONAL_CITIZEN_ID, id);
	household_normalise(job, TELEPHONE, PERSONAL_TELEPHONE, phone);
	if (!import_text(job, ADDRESS, false, PERSONAL_BYTES_MAX, &address))
		return false;
	household_normalise(job, ADDRESS, PERSONAL_ADDRESS, home);
	if (!job->w->keys.count && (id[0] || phone[0] || home[0]))
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
	const struct data_keys *keys = &job->w->keys;
	unsigned char hash[SHA256_SIZE];
	char hex[SHA256_HEX_SIZE];
	personal_text id;
	if (job->applying || !import_has(job, CITIZEN_ID) ||
	    personal_normalise(PERSONAL_CITIZEN_ID, import_raw(job, CITIZEN_ID), id))
		return;
	for (int i = 0; i < keys->count; i++) {
		personal_hash(&keys->key[i], PERSONAL_CITIZEN_ID, id, hash);
		hex_encode(hash, sizeof hash, hex);
		import_want(&h->hashes, hex, job->row->line, CITIZEN_ID);
		import_want(&h->elsewhere, hex, job->row->line, CITIZEN_ID);
	}
}

/* The place it belongs to is authenticated with it. */
static void household_seal(struct import_job *job, struct jw *w, int column, enum personal_field field,
			   int64_t member)
{
	struct households *h = job->state;
	const struct personal_place place = { job->w->branch, h->now.id, member, field };
	personal_text value;
	household_normalise(job, column, field, value);
	if (value[0])
		personal_seal(&job->w->keys, &place, value, w);
	explicit_bzero(value, sizeof value);
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
	household_seal(job, &w, CITIZEN_ID, PERSONAL_CITIZEN_ID, m.no);
	household_seal(job, &w, TELEPHONE, PERSONAL_TELEPHONE, m.no);
	household_seal(job, &w, ADDRESS, PERSONAL_ADDRESS, m.no);
	jw_end(&w);
}
