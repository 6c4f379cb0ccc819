/* Counters of requests by method and outcome, and how long they took; what /metrics prints. */
#ifndef VONVAY_METRICS_H
#define VONVAY_METRICS_H

#include <stdint.h>

#include "vonvay/text.h"
#include "vonvay/wire.h"

/* Upper bounds in microseconds; one more bucket takes what is slower. */
#define METRICS_BUCKETS(X)                                                                                   \
	X(1000, "0.001")                                                                                     \
	X(2500, "0.0025") X(5000, "0.005") X(10000, "0.01") X(25000, "0.025") X(50000, "0.05")               \
		X(100000, "0.1") X(250000, "0.25") X(500000, "0.5") X(1000000, "1") X(2500000, "2.5")        \
			X(5000000, "5") X(10000000, "10")

enum {
#define X(us, seconds) METRICS_BUCKET_##us,
	METRICS_BUCKETS(X)
#undef X
		METRICS_BUCKET_COUNT
};

/* Of one method. */
struct metrics_method {
	int64_t outcomes[ERROR_COUNT]; /* by enum error; ERR_NONE: answered */
	int64_t buckets[METRICS_BUCKET_COUNT + 1];
	int64_t sum_us;
};

struct method;

struct metrics {
	struct metrics_method *methods; /* one a row of the table, then one for names that are none */
};

void metrics_init(struct metrics *metrics);
void metrics_clear(struct metrics *metrics);
/* Microseconds that only go forward. */
int64_t metrics_now_us(void);
/* One request was answered; `method` is NULL for a name that is none. */
void metrics_count(struct metrics *metrics, const struct method *method, enum error outcome, int64_t took_us);
/* The text format of Prometheus; only what has been called. */
void metrics_print(const struct metrics *metrics, struct text *out);

/* "# HELP", "# TYPE" of one metric. */
void metrics_head(struct text *out, const char *name, const char *type, const char *help);
/* One line; `labels` (NULL for none) without the braces. */
void metrics_line(struct text *out, const char *name, const char *labels, int64_t value);

#endif
