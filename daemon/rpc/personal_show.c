/* Opening personal data for a reply. */
#include "personal_show.h"

#include <stdlib.h>
#include <stdio.h>
#include <string.h>

#include "vonvay/method.h"
#include "vonvay/server.h"

struct shown_value {
	int64_t member;
	enum personal_field field;
	bool opened;
	personal_text text;
};

struct personal_shown {
	size_t size;
	int count;
	struct shown_value value[];
};

static bool personal_in_full(const struct request *req)
{
	return req->method->fn == household_personal;
}

static void personal_shown_clear(void *arg)
{
	struct personal_shown *shown = arg;
	explicit_bzero(shown, shown->size);
}

static void shown_open(struct request *req, int64_t household, struct shown_value *v,
		       const unsigned char *sealed, size_t len)
{
	const struct personal_place place = { req->actor.branch, household, v->member, v->field };
	personal_text value;
	v->opened = personal_open(&req->server->keys, &place, sealed, len, value);
	if (!v->opened)
		request_log(req, "%s of member %lld of household %010lld can't be opened (key %08x)",
			    personal_fields[v->field], (long long)v->member, (long long)household,
			    data_sealed_by(sealed, len));
	else if (personal_in_full(req))
		snprintf(v->text, sizeof v->text, "%s", value);
	else
		personal_mask(v->field, value, v->text);
	explicit_bzero(value, sizeof value);
}

struct personal_shown *personal_shown_new(struct request *req, int64_t household, const struct db_result *r,
					  const struct personal_columns *columns)
{
	size_t size = sizeof(struct personal_shown) + (size_t)r->rows * sizeof(struct shown_value);
	struct personal_shown *shown = request_state(req, size);
	shown->size = size;
	request_on_free(req, personal_shown_clear, shown);
	for (int i = 0; i < r->rows; i++) {
		struct shown_value *v = &shown->value[shown->count];
		size_t len;
		v->member = db_i64(r, i, columns->member);
		if (!personal_field_of_word(db_text(r, i, columns->field), &v->field))
			continue;
		unsigned char *sealed = db_bytea(r, i, columns->sealed, &len);
		shown_open(req, household, v, sealed, len);
		free(sealed);
		shown->count++;
	}
	return shown;
}

static const struct shown_value *shown_find(const struct personal_shown *shown, int64_t member,
					    enum personal_field field)
{
	for (int i = 0; i < shown->count; i++)
		if (shown->value[i].member == member && shown->value[i].field == field)
			return &shown->value[i];
	return NULL;
}

void personal_shown_write(struct jw *w, const struct personal_shown *shown, int64_t member)
{
	int unreadable = 0;
	for (int f = 0; f < PERSONAL_FIELDS; f++) {
		const struct shown_value *v = shown_find(shown, member, (enum personal_field)f);
		jw_str(w, personal_fields[f], v && v->opened ? v->text : NULL);
		unreadable += v && !v->opened;
	}
	if (!unreadable)
		return;
	jw_array(w, "unreadable");
	for (int f = 0; f < PERSONAL_FIELDS; f++) {
		const struct shown_value *v = shown_find(shown, member, (enum personal_field)f);
		if (v && !v->opened)
			jw_str(w, NULL, personal_fields[f]);
	}
	jw_end(w);
}
