/* Writes that were sent, or were about to be, and have no answer yet: one file each, on the disk before the request leaves,
 * so that it can be asked for again with its key whatever happens. */
#ifndef VONVAY_CLIENT_PENDING_H
#define VONVAY_CLIENT_PENDING_H

#include <jansson.h>

#include "client.h"

/* Path of the file made, to be freed; NULL if it could not be made, which is told with the key. */
char *pending_keep_new(const struct client *c, const char *method, const json_t *params, const char *key);
void pending_drop(const char *path);
/* All of them, oldest first: {"key","made_at","method","params","as"?,"words","path"} and where it was meant for (target.h). */
json_t *pending_list_new(void);

#endif
