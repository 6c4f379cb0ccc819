/* target.register: what a commune means to reach in a year. */
#include <string.h>

#include "simple_write.h"
#include "vonvay/json.h"
#include "vonvay/method.h"
#include "vonvay/target.h"

const struct param_spec target_register_params[] = {
	{ .name = "key",
	  .type = PARAM_KEY,
	  .required = true,
	  .help = "UUIDv7 made by the client before sending." },
	{ .name = "commune",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 20,
	  .help = "Code of the commune." },
	{ .name = "year",
	  .type = PARAM_INT,
	  .required = true,
	  .min = 2018,
	  .max = 2100,
	  .help = "To be reached by the end of this year." },
	{ .name = "metric",
	  .type = PARAM_WORD,
	  .required = true,
	  .words = TARGET_METRICS,
	  .help = "What is counted." },
	{ .name = "value",
	  .type = PARAM_TEXT,
	  .required = true,
	  .min = 1,
	  .max = 20,
	  .help = "Households, or percent with at most 2 decimals (\"12.01\")." },
	{ .name = "on", .type = PARAM_DATE, .help = "When it was registered, by default the business date." },
	{ 0 },
};

/* Households, or hundredths of a percent. False: answered. */
static bool target_value(struct request *req, int64_t *value)
{
	enum target_metric metric;
	const char *text = param_text(req->params, "value");
	if (!target_metric_of_word(param_text(req->params, "metric"), &metric)) {
		request_fail(req, ERR_INVALID_PARAMS, "metric", "metric must be one of %s", TARGET_METRICS);
		return false;
	}
	int decimals = target_metric_is_percent(metric) ? 2 : 0;
	if (param_decimal_parse(text, decimals, decimals, value) && *value >= 0 &&
	    *value <= target_value_max(metric))
		return true;
	request_fail(req, ERR_INVALID_PARAMS, "value",
		     decimals ? "value must be 0 to 100 percent with at most 2 decimals"
			      : "value must be a number of households");
	return false;
}

static bool target_register_args(struct request *req, const struct loan_context *ctx, struct db_args *args)
{
	int64_t value;
	(void)ctx;
	if (!target_value(req, &value))
		return false;
	db_arg_i64(args, value);
	return true;
}

static void target_register_reply(struct request *req, struct text *reply)
{
	struct jw w = jw_start(reply);
	jw_object(&w, NULL);
	jw_str(&w, "commune", param_text(req->params, "commune"));
	jw_i64(&w, "year", param_int(req->params, "year"));
	jw_str(&w, "metric", param_text(req->params, "metric"));
	jw_str(&w, "value", param_text(req->params, "value"));
	jw_end(&w);
}

static const struct simple_write target_register_write = { .stmt = STMT_TARGET_REGISTER,
							   .params = true,
							   .args = target_register_args,
							   .reply = target_register_reply };

void target_register(struct request *req)
{
	simple_write(req, &target_register_write);
}
