/* One list of all writes under way and waiting, oldest first. Who shares a loan with somebody before it waits. */
#include "loan_turns.h"

#include <event2/event.h>
#include <stdlib.h>
#include <string.h>

#include "vonvay/mem.h"
#include "vonvay/server.h"

struct loan_turn {
	struct loan_turn *next, **link;
	struct event_base *base;
	int64_t *loans;
	int count;
	bool going;
	void (*go)(void *arg);
	void *arg;
};

static struct turn_list {
	struct loan_turn *first, **last;
	bool planned;
} turns = { NULL, &turns.first, false };

static bool turn_shares(const struct loan_turn *a, const struct loan_turn *b)
{
	for (int i = 0; i < a->count; i++)
		for (int k = 0; k < b->count; k++)
			if (a->loans[i] == b->loans[k])
				return true;
	return false;
}

static bool turn_is_first(const struct loan_turn *turn)
{
	for (const struct loan_turn *t = turns.first; t != turn; t = t->next)
		if (turn_shares(t, turn))
			return false;
	return true;
}

/* Begins again from the front after each one that goes: going may end turns. */
static void turns_go(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	turns.planned = false;
	for (struct loan_turn *t = turns.first; t;) {
		if (t->going || !turn_is_first(t)) {
			t = t->next;
			continue;
		}
		t->going = true;
		t->go(t->arg);
		t = turns.first;
	}
}

/* Not from inside the freeing of a request. */
static void turns_plan(struct event_base *base)
{
	static const struct timeval now = { 0 };
	if (turns.planned || !turns.first)
		return;
	turns.planned = true;
	event_base_once(base, -1, EV_TIMEOUT, turns_go, NULL, &now);
}

static void turn_end(void *arg)
{
	struct loan_turn *turn = arg;
	*turn->link = turn->next;
	if (turn->next)
		turn->next->link = turn->link;
	else
		turns.last = turn->link;
	free(turn->loans);
	turns_plan(turn->base);
}

void loan_turns_take(struct request *req, const int64_t *loans, int count, void (*go)(void *arg), void *arg)
{
	struct loan_turn *turn = request_state(req, sizeof *turn);
	turn->base = req->server->base;
	turn->loans = xcalloc((size_t)count + 1, sizeof *turn->loans);
	if (count)
		memcpy(turn->loans, loans, (size_t)count * sizeof *loans);
	turn->count = count;
	turn->go = go;
	turn->arg = arg;
	turn->link = turns.last;
	*turns.last = turn;
	turns.last = &turn->next;
	request_on_free(req, turn_end, turn);
	turn->going = turn_is_first(turn);
	if (turn->going)
		go(arg);
}
