/* One run of the client. */
#include "client.h"

#include <stdlib.h>

void client_clear(struct client *c)
{
	link_close(&c->link);
	buffer_clear(&c->trouble);
	target_clear(&c->target);
	free(c->words);
}
