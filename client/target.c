/* Which daemon a run of the client talks to. */
#include "target.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "language.h"
#include "memory.h"
#include "view.h"

#define SOCKET_OF_SYSTEM "/run/vonvay/vonvayd.sock"
#define SOCKET_OF_DEMO ".run/vonvayd.sock"

static bool target_is_socket(const char *path)
{
	struct stat st;
	return !stat(path, &st) && S_ISSOCK(st.st_mode);
}

/* The option, else the variable unless it is empty, else NULL. */
static const char *target_named(const char *option, const char *variable)
{
	const char *named = getenv(variable);
	if (option)
		return option;
	return named && *named ? named : NULL;
}

static char *target_copy(const char *s)
{
	return s ? memory_copy(s) : NULL;
}

static void target_choose_socket(struct target *t, const char *option)
{
	const char *path = target_named(option, "VONVAY_SOCKET");
	if (!path)
		path = target_is_socket(SOCKET_OF_DEMO) ? SOCKET_OF_DEMO : SOCKET_OF_SYSTEM;
	t->socket = memory_copy(path);
}

/* The key may stand in the file of the certificate. */
static bool target_choose_host(struct target *t, const char *host, const struct target_options *o,
			       struct buffer *trouble)
{
	char *name, *port;
	const char *certificate = target_named(o->certificate, "VONVAY_CERT");
	const char *key = target_named(o->key, "VONVAY_CERT_KEY");
	if (!target_split(host, &name, &port)) {
		buffer_printf(trouble, _("--host: \"%s\" is not HOST:PORT"), host);
		return false;
	}
	free(name);
	free(port);
	if (!certificate) {
		buffer_add(trouble, _("--host needs --cert, the certificate that says who you are"));
		return false;
	}
	t->host = memory_copy(host);
	t->certificate = memory_copy(certificate);
	t->key = memory_copy(key ? key : certificate);
	t->ca = target_copy(target_named(o->ca, "VONVAY_CA"));
	return true;
}

bool target_choose(struct target *t, const struct target_options *o, struct buffer *trouble)
{
	const char *host = o->socket ? o->host : target_named(o->host, "VONVAY_HOST");
	*t = (struct target){ 0 };
	if (o->socket && o->host)
		buffer_add(trouble, _("either --socket or --host"));
	else if (host)
		return target_choose_host(t, host, o, trouble);
	else if (o->certificate || o->key || o->ca)
		buffer_printf(trouble, _("%s is for --host"),
			      o->certificate ? "--cert"
			      : o->key	     ? "--key FILE"
					     : "--ca");
	else
		target_choose_socket(t, o->socket);
	return !trouble->len;
}

void target_clear(struct target *t)
{
	free(t->socket);
	free(t->host);
	free(t->certificate);
	free(t->key);
	free(t->ca);
	*t = (struct target){ 0 };
}

const char *target_name(const struct target *t)
{
	return t->host ? t->host : t->socket ? t->socket : "";
}

bool target_split(const char *host, char **name, char **port)
{
	const char *colon = strrchr(host, ':');
	if (!colon || colon == host || !colon[1] || strspn(colon + 1, "0123456789") != strlen(colon + 1))
		return false;
	size_t len = (size_t)(colon - host);
	bool bracketed = host[0] == '[' && colon[-1] == ']' && len > 2;
	if (!bracketed && memchr(host, ':', len))
		return false;
	*name = bracketed ? memory_copy_bytes(host + 1, len - 2) : memory_copy_bytes(host, len);
	*port = memory_copy(colon + 1);
	return true;
}

/* ---- kept with a write that waits ---- */

static void target_save_path(json_t *object, const char *name, const char *path)
{
	char *absolute = path ? realpath(path, NULL) : NULL;
	if (path)
		json_object_set_new(object, name, json_string(absolute ? absolute : path));
	free(absolute);
}

void target_save(const struct target *t, json_t *object)
{
	target_save_path(object, "socket", t->socket);
	if (t->host)
		json_object_set_new(object, "host", json_string(t->host));
	target_save_path(object, "cert", t->certificate);
	target_save_path(object, "cert_key", t->key);
	target_save_path(object, "ca", t->ca);
}

static char *target_load_text(const json_t *object, const char *name)
{
	const char *text = view_text(object, name);
	return *text ? memory_copy(text) : NULL;
}

void target_load(struct target *t, const json_t *object)
{
	*t = (struct target){
		.socket = target_load_text(object, "socket"),
		.host = target_load_text(object, "host"),
		.certificate = target_load_text(object, "cert"),
		.key = target_load_text(object, "cert_key"),
		.ca = target_load_text(object, "ca"),
	};
}
