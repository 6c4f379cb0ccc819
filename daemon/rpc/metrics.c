/* Counting of requests: an increment for each, all the work is in printing. */
#include "vonvay/metrics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "vonvay/error.h"
#include "vonvay/mem.h"
#include "vonvay/method.h"

static const int64_t bucket_us[METRICS_BUCKET_COUNT] = {
#define X(us, seconds) us,
	METRICS_BUCKETS(X)
#undef X
};

static const char *const bucket_words[METRICS_BUCKET_COUNT + 1] = {
#define X(us, seconds) seconds,
	METRICS_BUCKETS(X)
#undef X
		"+Inf"
};

void metrics_init(struct metrics *metrics)
{
	metrics->methods = xcalloc((size_t)method_count + 1, sizeof *metrics->methods);
}

void metrics_clear(struct metrics *metrics)
{
	free(metrics->methods);
	metrics->methods = NULL;
}

int64_t metrics_now_us(void)
{
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void metrics_count(struct metrics *metrics, const struct method *method, enum error outcome, int64_t took_us)
{
	struct metrics_method *m = &metrics->methods[method ? method - methods : method_count];
	int bucket = 0;
	while (bucket < METRICS_BUCKET_COUNT && took_us > bucket_us[bucket])
		bucket++;
	m->outcomes[outcome]++;
	m->buckets[bucket]++;
	m->sum_us += took_us;
}

void metrics_head(struct text *out, const char *name, const char *type, const char *help)
{
	text_printf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

void metrics_line(struct text *out, const char *name, const char *labels, int64_t value)
{
	text_printf(out, labels ? "%s{%s} %" PRId64 "\n" : "%s%s %" PRId64 "\n", name, labels ? labels : "",
		    value);
}

static const char *metrics_name(int i)
{
	return i < method_count ? methods[i].name : "";
}

static void metrics_print_outcomes(const struct metrics *metrics, struct text *out)
{
	metrics_head(
		out, "vonvay_requests_total", "counter",
		"Requests by method and outcome: ok, or the word of the error. The method is empty where there is none of the name.");
	for (int i = 0; i <= method_count; i++) {
		const int64_t *outcomes = metrics->methods[i].outcomes;
		for (int e = 0; e < ERROR_COUNT; e++)
			if (outcomes[e])
				text_printf(
					out,
					"vonvay_requests_total{method=\"%s\",outcome=\"%s\"} %" PRId64 "\n",
					metrics_name(i), e ? error_word((enum error)e) : "ok", outcomes[e]);
	}
}

static void metrics_print_latency(const struct metrics_method *m, const char *name, struct text *out)
{
	int64_t count = 0;
	for (int b = 0; b <= METRICS_BUCKET_COUNT; b++) {
		count += m->buckets[b];
		text_printf(out, "vonvay_request_seconds_bucket{method=\"%s\",le=\"%s\"} %" PRId64 "\n", name,
			    bucket_words[b], count);
	}
	text_printf(out, "vonvay_request_seconds_sum{method=\"%s\"} %" PRId64 ".%06" PRId64 "\n", name,
		    m->sum_us / 1000000, m->sum_us % 1000000);
	text_printf(out, "vonvay_request_seconds_count{method=\"%s\"} %" PRId64 "\n", name, count);
}

static bool metrics_called(const struct metrics_method *m)
{
	for (int b = 0; b <= METRICS_BUCKET_COUNT; b++)
		if (m->buckets[b])
			return true;
	return false;
}

void metrics_print(const struct metrics *metrics, struct text *out)
{
	metrics_print_outcomes(metrics, out);
	metrics_head(out, "vonvay_request_seconds", "histogram", "Time from a request read to its answer.");
	for (int i = 0; i <= method_count; i++)
		if (metrics_called(&metrics->methods[i]))
			metrics_print_latency(&metrics->methods[i], metrics_name(i), out);
}
