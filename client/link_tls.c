/* TLS 1.3 with a certificate at either end. What goes wrong is told in the user's language where it can be put right by
 * the user, and in the words of OpenSSL otherwise. */
#include "link_tls.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "language.h"

struct reason {
	int code;
	const char *sentence;
};

/* What the daemon says of our certificate: reasons of OpenSSL for the alerts it sends. */
static const struct reason alerts[] = {
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_REVOKED, N_("vonvayd refuses the certificate: it was revoked") },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_EXPIRED, N_("vonvayd refuses the certificate: its time is over") },
	{ SSL_R_SSLV3_ALERT_BAD_CERTIFICATE,
	  N_("vonvayd refuses the certificate: it is damaged or its time has not begun") },
	{ SSL_R_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE,
	  N_("vonvayd refuses the certificate: it is not one of a person") },
	{ SSL_R_SSLV3_ALERT_CERTIFICATE_UNKNOWN, N_("vonvayd refuses the certificate") },
	{ SSL_R_TLSV1_ALERT_UNKNOWN_CA,
	  N_("vonvayd refuses the certificate: it comes from an authority unknown there") },
	{ SSL_R_TLSV1_ALERT_DECRYPT_ERROR, N_("vonvayd refuses the certificate: its signature is wrong") },
	{ SSL_R_TLSV13_ALERT_CERTIFICATE_REQUIRED, N_("vonvayd wants a certificate") },
	{ 0 },
};

/* What we say of the daemon's. */
static const struct reason verdicts[] = {
	{ X509_V_ERR_HOSTNAME_MISMATCH, N_("the certificate there is for another name") },
	{ X509_V_ERR_IP_ADDRESS_MISMATCH, N_("the certificate there is for another address") },
	{ X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
	  N_("the certificate there comes from an authority that --ca does not name") },
	{ X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
	  N_("the certificate there comes from an authority that --ca does not name") },
	{ X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
	  N_("the certificate there comes from an authority that --ca does not name") },
	{ X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
	  N_("the certificate there comes from an authority that --ca does not name") },
	{ X509_V_ERR_CERT_HAS_EXPIRED, N_("the time of the certificate there is over") },
	{ X509_V_ERR_CERT_NOT_YET_VALID, N_("the time of the certificate there has not begun") },
	{ X509_V_ERR_INVALID_PURPOSE, N_("the certificate there is not one of a server") },
	{ 0 },
};

static const char *reason_sentence(const struct reason *table, long code)
{
	for (; table->sentence; table++)
		if (table->code == code)
			return _(table->sentence);
	return NULL;
}

static const char *reason_of_openssl(void)
{
	unsigned long code = ERR_peek_error();
	const char *reason =
		ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
	return reason ? reason : "?";
}

/* ---- TCP ---- */

/* In time or with `errno` set. */
static bool link_tls_connect_to(struct link *l, const struct addrinfo *a, int64_t deadline_ms)
{
	int on = 1, error = 0;
	socklen_t len = sizeof error;
	l->fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (l->fd < 0)
		return false;
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
	if (!connect(l->fd, a->ai_addr, a->ai_addrlen))
		return true;
	if (errno == EINPROGRESS) {
		if (!link_wait(l, POLLOUT, deadline_ms))
			error = ETIMEDOUT;
		else if (getsockopt(l->fd, SOL_SOCKET, SO_ERROR, &error, &len))
			error = errno;
		errno = error;
		if (!error)
			return true;
	}
	error = errno;
	close(l->fd);
	l->fd = -1;
	errno = error;
	return false;
}

/* The addresses of the host one after the other. */
static bool link_tls_connect(struct link *l, const char *name, const char *port, int64_t deadline_ms,
			     struct buffer *trouble)
{
	const struct addrinfo hints = { .ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV };
	struct addrinfo *found = NULL;
	int failed = getaddrinfo(name, port, &hints, &found);
	if (failed) {
		buffer_add(trouble, failed == EAI_SYSTEM ? strerror(errno) : gai_strerror(failed));
		return false;
	}
	bool ok = false;
	for (const struct addrinfo *a = found; a && !ok; a = a->ai_next)
		ok = link_tls_connect_to(l, a, deadline_ms);
	if (!ok)
		buffer_add(trouble, strerror(errno));
	freeaddrinfo(found);
	return ok;
}

/* ---- the context ---- */

static bool link_tls_file_failed(const char *what, const char *path, struct buffer *trouble)
{
	buffer_printf(trouble, "%s %s: %s", what, path, reason_of_openssl());
	return false;
}

/* Nobody is asked for a passphrase: the client also runs where nobody sits. */
static int link_tls_no_passphrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static bool link_tls_load(SSL_CTX *context, const struct target *t, struct buffer *trouble)
{
	if (t->ca && SSL_CTX_load_verify_file(context, t->ca) != 1)
		return link_tls_file_failed("--ca", t->ca, trouble);
	if (!t->ca)
		SSL_CTX_set_default_verify_paths(context);
	if (SSL_CTX_use_certificate_chain_file(context, t->certificate) != 1)
		return link_tls_file_failed("--cert", t->certificate, trouble);
	if (SSL_CTX_use_PrivateKey_file(context, t->key, SSL_FILETYPE_PEM) != 1)
		return link_tls_file_failed("--key", t->key, trouble);
	return true;
}

static bool link_tls_prepare(struct link *l, const struct target *t, struct buffer *trouble)
{
	l->context = SSL_CTX_new(TLS_client_method());
	if (!l->context)
		abort(); /* only out of memory */
	SSL_CTX_set_min_proto_version(l->context, TLS1_3_VERSION);
	SSL_CTX_set_verify(l->context, SSL_VERIFY_PEER, NULL);
	SSL_CTX_set_default_passwd_cb(l->context, link_tls_no_passphrase);
	SSL_CTX_set_mode(l->context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
	ERR_clear_error();
	return link_tls_load(l->context, t, trouble);
}

/* ---- the handshake ---- */

/* Whom we expect: the name, or the address itself when the host is given by one. */
static bool link_tls_expect(struct link *l, const char *name)
{
	unsigned char address[sizeof(struct in6_addr)];
	if (inet_pton(AF_INET, name, address) == 1 || inet_pton(AF_INET6, name, address) == 1)
		return X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(l->ssl), name) == 1;
	SSL_set_hostflags(l->ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
	return SSL_set_tlsext_host_name(l->ssl, name) == 1 && SSL_set1_host(l->ssl, name) == 1;
}

static void link_tls_say_failure(struct link *l, struct buffer *trouble)
{
	long verdict = SSL_get_verify_result(l->ssl);
	const char *sentence = reason_sentence(verdicts, verdict);
	if (l->refusal)
		buffer_add(trouble, l->refusal);
	else if (sentence)
		buffer_add(trouble, sentence);
	else if (verdict != X509_V_OK)
		buffer_add(trouble, X509_verify_cert_error_string(verdict));
	else if (!ERR_peek_error() || ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING)
		buffer_add(trouble,
			   _("the connection was closed at once: too many clients, or not a TLS door"));
	else
		buffer_printf(trouble, _("no TLS 1.3 connection: %s"), reason_of_openssl());
}

/* LINK_ENDED after noting what the daemon said of our certificate, if it said so. */
static ssize_t link_tls_want(struct link *l, int result)
{
	switch (SSL_get_error(l->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return LINK_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return LINK_WANT_WRITE;
	default:
		l->refusal = reason_sentence(alerts, ERR_GET_REASON(ERR_peek_error()));
		return LINK_ENDED;
	}
}

static bool link_tls_handshake(struct link *l, int64_t deadline_ms, struct buffer *trouble)
{
	for (;;) {
		ERR_clear_error();
		int result = SSL_connect(l->ssl);
		if (result == 1)
			return true;
		ssize_t want = link_tls_want(l, result);
		if (want == LINK_ENDED) {
			link_tls_say_failure(l, trouble);
			return false;
		}
		if (!link_wait(l, want == LINK_WANT_READ ? POLLIN : POLLOUT, deadline_ms)) {
			buffer_add(trouble, strerror(ETIMEDOUT));
			return false;
		}
	}
}

bool link_tls_open(struct link *l, const struct target *target, int64_t deadline_ms, struct buffer *trouble)
{
	char *name = NULL, *port = NULL;
	bool ok = target_split(target->host, &name, &port) && link_tls_prepare(l, target, trouble) &&
		  link_tls_connect(l, name, port, deadline_ms, trouble);
	if (ok) {
		l->ssl = SSL_new(l->context);
		if (!l->ssl || SSL_set_fd(l->ssl, l->fd) != 1 || !link_tls_expect(l, name))
			abort(); /* only out of memory */
		ok = link_tls_handshake(l, deadline_ms, trouble);
	}
	ERR_clear_error();
	free(name);
	free(port);
	return ok;
}

/* ---- bytes ---- */

static int link_tls_int(size_t len)
{
	return len > INT_MAX ? INT_MAX : (int)len;
}

ssize_t link_tls_read(struct link *l, void *buffer, size_t size)
{
	ERR_clear_error();
	int n = SSL_read(l->ssl, buffer, link_tls_int(size));
	return n > 0 ? n : link_tls_want(l, n);
}

ssize_t link_tls_write(struct link *l, const void *bytes, size_t len)
{
	ERR_clear_error();
	int n = SSL_write(l->ssl, bytes, link_tls_int(len));
	return n > 0 ? n : link_tls_want(l, n);
}

void link_tls_close(struct link *l)
{
	if (l->ssl && SSL_is_init_finished(l->ssl))
		SSL_shutdown(l->ssl);
	SSL_free(l->ssl);
	SSL_CTX_free(l->context);
	ERR_clear_error();
	l->ssl = NULL;
	l->context = NULL;
}
