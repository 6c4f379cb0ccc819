/* application.list, application.show, and application.queue with its order. */
#include <stdlib.h>

#include "simple_write.h"
#include "vonvay/application.h"
#include "vonvay/eligibility.h"
#include "vonvay/json.h"
#include "vonvay/method.h"
#include "vonvay/param.h"

#define STATES "applied appraised confirmed approved refused withdrawn disbursed checked"
#define IN_GROUP                                                                                             \
	{                                                                                                    \
		.name = "group", .type = PARAM_ID, .help = "Only of this group."                             \
	}
#define OF_PROGRAMME                                                                                         \
	{                                                                                                    \
		.name = "programme", .type = PARAM_TEXT, .min = 1, .max = 16,                                \
		.help = "Only of this programme."                                                            \
	}
#define IN_AREA                                                                                              \
	{                                                                                                    \
		.name = "area", .type = PARAM_TEXT, .min = 1, .max = 16, .help = "Only in this unit."        \
	}

const struct param_spec application_list_params[] = {
	{ .name = "state",
	  .type = PARAM_WORD,
	  .words = STATES,
	  .help = "Only in this state; default: the open ones." },
	{ .name = "all", .type = PARAM_BOOL, .help = "In every state." },
	{ .name = "late", .type = PARAM_BOOL, .help = "Only those whose next step is late." },
	IN_GROUP,
	{ .name = "household", .type = PARAM_ID, .help = "Only of this household." },
	OF_PROGRAMME,
	IN_AREA,
	{ .name = "limit", .type = PARAM_INT, .min = 1, .max = 1000, .help = "At most so many; default 200." },
	{ 0 },
};

const struct param_spec application_show_params[] = {
	{ .name = "application", .type = PARAM_ID, .required = true, .help = "Number of the application." },
	{ 0 },
};

const struct param_spec application_queue_params[] = {
	{ .name = "state",
	  .type = PARAM_WORD,
	  .words = "applied appraised confirmed",
	  .help = "Only in this state; default: all that wait for approval." },
	IN_GROUP,
	OF_PROGRAMME,
	IN_AREA,
	{ 0 },
};

void application_list(struct request *req)
{
	simple_read(req, STMT_APPLICATION_LIST);
}

void application_show(struct request *req)
{
	simple_read(req, STMT_APPLICATION_SHOW);
}

/* Columns of api.application_queue. */
enum {
	Q_APPLICATION,
	Q_APPLIED_ON,
	Q_REGISTERED,
	Q_COMMUNE,
	Q_HAMLET,
	Q_ATTRIBUTES,
	Q_LINE,
};

struct queued {
	struct application_place place;
	int row;
};

static unsigned queue_reasons(const struct db_result *r, int row)
{
	unsigned reasons = 0;
	if (db_bool(r, row, Q_REGISTERED))
		reasons |= APPLICATION_REGISTERED;
	if (db_i32(r, row, Q_COMMUNE) >= AREA_EXTREMELY_DIFFICULT ||
	    db_i32(r, row, Q_HAMLET) >= AREA_EXTREMELY_DIFFICULT)
		reasons |= APPLICATION_EXTREMELY_DIFFICULT;
	if (db_i32(r, row, Q_ATTRIBUTES) & ATTRIBUTE_ETHNIC_MINORITY)
		reasons |= APPLICATION_ETHNIC_MINORITY;
	return reasons;
}

static int queue_cmp(const void *a, const void *b)
{
	const struct queued *x = a, *y = b;
	return application_place_cmp(&x->place, &y->place);
}

static void queue_write_reasons(struct jw *w, unsigned reasons)
{
	jw_array(w, "reasons");
	for (unsigned bit = 1; bit < 1U << APPLICATION_REASONS; bit <<= 1)
		if (reasons & bit)
			jw_str(w, NULL, application_reason_word((enum application_reason)bit));
	jw_end(w);
}

static void queue_read(const struct db_result *r, void *arg)
{
	struct request *req = arg;
	struct text text = { 0 };
	struct jw w = jw_start(&text);
	if (!r->ok) {
		request_fail_db(req, r);
		return;
	}
	struct queued *queue = request_state(req, (size_t)r->rows * sizeof *queue + 1);
	for (int i = 0; i < r->rows; i++)
		queue[i] = (struct queued){
			{ queue_reasons(r, i), db_date(r, i, Q_APPLIED_ON), db_i64(r, i, Q_APPLICATION) }, i
		};
	qsort(queue, (size_t)r->rows, sizeof *queue, queue_cmp);
	jw_object(&w, NULL);
	jw_array(&w, "queue");
	for (int i = 0; i < r->rows; i++) {
		jw_object(&w, NULL);
		jw_i64(&w, "rank", i + 1);
		queue_write_reasons(&w, queue[i].place.reasons);
		jw_raw(&w, "application", db_text(r, queue[i].row, Q_LINE));
		jw_end(&w);
	}
	jw_end(&w);
	jw_end(&w);
	request_reply_text(req, &text);
	text_clear(&text);
}

void application_queue(struct request *req)
{
	struct db_args args = { 0 };
	char *params = param_json_new(req->params);
	db_arg_i64(&args, req->actor.staff_id);
	db_arg_text(&args, params);
	free(params);
	db_query(req->db, STMT_APPLICATION_QUEUE, &args, queue_read, req);
}
