/* One run of the client. */
#include "client.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "memory.h"

#define SOCKET_OF_SYSTEM "/run/vonvay/vonvayd.sock"
#define SOCKET_OF_DEMO ".run/vonvayd.sock"

static bool client_is_socket(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISSOCK(st.st_mode);
}

char *client_socket_path_new(const char *option)
{
	const char *named = getenv("VONVAY_SOCKET");
	if (option)
		return memory_copy(option);
	if (named && *named)
		return memory_copy(named);
	return memory_copy(client_is_socket(SOCKET_OF_DEMO) ? SOCKET_OF_DEMO : SOCKET_OF_SYSTEM);
}

void client_clear(struct client *c)
{
	link_close(&c->link);
	buffer_clear(&c->trouble);
	free(c->socket_path);
	free(c->words);
}
