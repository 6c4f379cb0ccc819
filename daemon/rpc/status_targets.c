/* status.targets: households by class and commune of a day, beside what was published and what is aimed at. */
#include <jansson.h>

#include "loan_context.h"
#include "vonvay/json.h"
#include "vonvay/method.h"

const struct param_spec status_targets_params[] = {
	{ .name = "as_of", .type = PARAM_DATE, .help = "The day, by default the business date." },
	{ 0 },
};

/* part / whole in percent, half up, two decimals. */
static void targets_write_rate(struct jw *w, const char *name, int64_t part, int64_t whole)
{
	char text[32];
	int64_t rate = whole > 0 ? (part * 20000 + whole) / (whole * 2) : 0;
	snprintf(text, sizeof text, "%lld.%02lld", (long long)(rate / 100), (long long)(rate % 100));
	jw_str(w, name, text);
}

static int64_t targets_count(struct jw *w, const json_t *in, const char *name)
{
	int64_t n = json_integer_value(json_object_get(in, name));
	jw_i64(w, name, n);
	return n;
}

static void targets_write_counts(struct jw *w, const json_t *in)
{
	int64_t households = targets_count(w, in, "households");
	int64_t poor = targets_count(w, in, "poor");
	int64_t near_poor = targets_count(w, in, "near_poor");
	targets_count(w, in, "newly_escaped");
	targets_write_rate(w, "poor_rate", poor, households);
	targets_write_rate(w, "near_poor_rate", near_poor, households);
}

static void targets_write_text(struct jw *w, const json_t *in, const char *name)
{
	jw_str(w, name, json_string_value(json_object_get(in, name)));
}

static void targets_write_figures(struct jw *w, const json_t *list)
{
	static const char *const members[] = { "metric", "kind", "as_of", "value", "unit", "standard" };
	jw_array(w, "targets");
	for (size_t i = 0; i < json_array_size(list); i++) {
		jw_object(w, NULL);
		for (size_t k = 0; k < ARRAY_LEN(members); k++)
			targets_write_text(w, json_array_get(list, i), members[k]);
		jw_end(w);
	}
	jw_end(w);
}

static void targets_write_rows(struct jw *w, const json_t *list)
{
	jw_array(w, "rows");
	for (size_t i = 0; i < json_array_size(list); i++) {
		const json_t *in = json_array_get(list, i);
		jw_object(w, NULL);
		targets_write_text(w, in, "commune");
		targets_write_text(w, in, "name");
		targets_write_counts(w, in);
		jw_end(w);
	}
	jw_end(w);
}

static void targets_reply(struct request *req, const json_t *data, struct date as_of)
{
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	jw_object(&w, NULL);
	jw_date(&w, "as_of", as_of);
	jw_object(&w, "total");
	targets_write_counts(&w, json_object_get(data, "total"));
	jw_end(&w);
	targets_write_figures(&w, json_object_get(data, "figures"));
	targets_write_rows(&w, json_object_get(data, "rows"));
	jw_end(&w);
	request_reply_text(req, &text);
	text_clear(&text);
}

struct targets {
	struct request *req;
	struct date as_of;
};

static void targets_read(const struct db_result *r, void *arg)
{
	struct targets *t = arg;
	if (!r->ok) {
		request_fail_db(t->req, r);
		return;
	}
	json_t *data = json_loads(db_text(r, 0, 0), 0, NULL);
	targets_reply(t->req, data, t->as_of);
	json_decref(data);
}

static void targets_begin(struct request *req, const struct loan_context *ctx, void *arg)
{
	struct targets *t = request_state(req, sizeof *t);
	struct db_args args = { 0 };
	(void)arg;
	t->req = req;
	if (!loan_context_as_of(req, ctx, &t->as_of))
		return;
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_date(&args, t->as_of);
	db_query(req->db, STMT_TARGETS, &args, targets_read, t);
}

void status_targets(struct request *req)
{
	loan_context_get(req, false, targets_begin, NULL);
}
