/* Waiting for a job of the daemon. */
#include "wait.h"

#include "call.h"
#include "fault.h"
#include "terminal.h"

#define POLL_MS 250
/* Asked in vain, a second between: so long may the daemon be away. */
#define LOST_MAX 60

static void wait_fail(const struct client *c, enum call_status got, struct reply *reply, int *status)
{
	*status = CLIENT_REFUSED;
	if (got == CALL_REFUSED)
		fault_report(c, reply->error);
	else
		*status = call_report_lost(c, got);
	reply_clear(reply);
}

json_t *wait_new(struct client *c, const char *method, const json_t *params, wait_running *running, void *arg,
		 int *status)
{
	struct reply reply = { 0 };
	for (int lost = 0;;) {
		enum call_status got = call_try(c, method, params, CALL_READ, &reply);
		if (got == CALL_DONE) {
			if (!running(reply.result, arg))
				break;
			lost = 0;
		} else if ((got == CALL_REFUSED && !fault_is_passing(reply.error)) || ++lost == LOST_MAX) {
			progress_end();
			wait_fail(c, got, &reply, status);
			return NULL;
		}
		reply_clear(&reply);
		call_sleep_ms(lost ? 4 * POLL_MS : POLL_MS);
	}
	progress_end();
	return reply.result;
}
