/* Several daemons may serve one database: a lease says whose worker does a kind of work. A worker that starts takes over
 * from its dead predecessor of the same daemon at once, and fences it off by a new number. */
#include "vonvay/clock.h"
#include "vonvay/worker_jobs.h"

#include <unistd.h>

#include "vonvay/log.h"

#define LEASE_S 10
#define RENEW_MS 3000

/* The daemon, by host and socket. */
static void lease_holder(const struct worker *w, struct text *holder)
{
	char host[256] = "";
	gethostname(host, sizeof host - 1);
	text_printf(holder, "%s:%s", host, w->settings->daemon.socket);
}

/* The fencing number held now; 0: somebody else's, or the call failed. */
static int64_t lease_ask(struct worker *w, struct lease *lease, int seconds)
{
	struct text holder = { 0 };
	struct db_args args = { 0 };
	struct db_result r;
	lease_holder(w, &holder);
	db_arg_i64(&args, lease->actor);
	db_arg_text(&args, lease->name);
	db_arg_text(&args, text_str(&holder));
	db_arg_i64(&args, lease->fencing);
	db_arg_i64(&args, seconds);
	int64_t got = worker_call(w, STMT_LEASE_TAKE, &args, &r) ? db_i64(&r, 0, 0) : 0;
	db_result_clear(&r);
	text_clear(&holder);
	lease->renewed_ms = clock_ms();
	return got;
}

bool lease_take(struct worker *w, struct lease *lease)
{
	lease->fencing = lease_ask(w, lease, LEASE_S);
	return lease->fencing != 0;
}

bool lease_still_held(struct worker *w, struct lease *lease)
{
	if (lease_ask(w, lease, LEASE_S) == lease->fencing)
		return true;
	log_warn("the lease \"%s\" is lost", lease->name);
	return false;
}

bool lease_keep(struct worker *w, struct lease *lease)
{
	return clock_ms() - lease->renewed_ms < RENEW_MS || lease_still_held(w, lease);
}

void lease_give_back(struct worker *w, struct lease *lease)
{
	if (lease->fencing && db_sync_alive(w->db))
		lease_ask(w, lease, 0);
	lease->fencing = 0;
}
