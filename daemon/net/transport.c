/* Plain calls go to the kernel, the others through OpenSSL, whose queue of errors must be empty before each. */
#include "transport.h"

#include <errno.h>
#include <limits.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "vonvay/tls.h"

static ssize_t transport_plain_want(enum transport_want direction)
{
	return errno == EAGAIN || errno == EINTR ? direction : TRANSPORT_FAILED;
}

/* 0 is the end of what the other side sends: an end of the TCP stream alone may be somebody else's doing. */
static ssize_t transport_tls_want(struct transport *t, int result)
{
	switch (SSL_get_error(t->ssl, result)) {
	case SSL_ERROR_WANT_READ:
		return TRANSPORT_WANT_READ;
	case SSL_ERROR_WANT_WRITE:
		return TRANSPORT_WANT_WRITE;
	case SSL_ERROR_ZERO_RETURN:
		return 0;
	default:
		t->failed = true;
		return TRANSPORT_FAILED;
	}
}

bool transport_handshake(struct transport *t, enum transport_want *want, struct text *why)
{
	if (!t->ssl)
		return true;
	ERR_clear_error();
	int result = SSL_do_handshake(t->ssl);
	if (result == 1)
		return true;
	ssize_t wanted = transport_tls_want(t, result);
	*want = wanted ? (enum transport_want)wanted : TRANSPORT_FAILED;
	if (*want == TRANSPORT_FAILED)
		tls_why(t->ssl, why);
	return false;
}

static int transport_int(size_t len)
{
	return len > INT_MAX ? INT_MAX : (int)len;
}

ssize_t transport_read(struct transport *t, void *buffer, size_t size)
{
	if (!t->ssl) {
		ssize_t n = recv(t->fd, buffer, size, MSG_DONTWAIT);
		return n >= 0 ? n : transport_plain_want(TRANSPORT_WANT_READ);
	}
	ERR_clear_error();
	int n = SSL_read(t->ssl, buffer, transport_int(size));
	return n > 0 ? n : transport_tls_want(t, n);
}

ssize_t transport_write(struct transport *t, const void *bytes, size_t len)
{
	if (!t->ssl) {
		ssize_t n = send(t->fd, bytes, len, MSG_NOSIGNAL | MSG_DONTWAIT);
		return n >= 0 ? n : transport_plain_want(TRANSPORT_WANT_WRITE);
	}
	ERR_clear_error();
	int n = SSL_write(t->ssl, bytes, transport_int(len));
	if (n > 0)
		return n;
	ssize_t want = transport_tls_want(t, n);
	return want ? want : TRANSPORT_FAILED;
}

void transport_close(struct transport *t)
{
	if (t->ssl) {
		ERR_clear_error();
		if (!t->failed && SSL_is_init_finished(t->ssl))
			SSL_shutdown(t->ssl);
		SSL_free(t->ssl);
		ERR_clear_error();
	}
	close(t->fd);
	t->ssl = NULL;
	t->fd = -1;
}
