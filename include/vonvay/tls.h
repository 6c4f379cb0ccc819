/* TLS 1.3 of the doors: contexts made from [tls] of the settings, and who the client is by its certificate.
 *
 * One `struct tls` serves all doors; a reload replaces what new connections get, those that live keep theirs. Whoever
 * keeps a connection compares tls_generation() and asks tls_peer() again when it has changed: that is how a certificate
 * revoked meanwhile is found. */
#ifndef VONVAY_TLS_H
#define VONVAY_TLS_H

#include <stdbool.h>
#include <stdint.h>

#include "vonvay/compiler.h"
#include "vonvay/settings.h"
#include "vonvay/text.h"

struct ssl_st; /* SSL of OpenSSL */
struct tls;

enum tls_clients {
	TLS_CERTIFICATE_REQUIRED, /* no handshake without one: the TLS socket */
	TLS_CERTIFICATE_OPTIONAL, /* a wrong one ends the handshake all the same: HTTPS */
};

/* What a verified certificate says. */
struct tls_peer {
	char name[64];	    /* common name of the subject: the name of a member of staff */
	int64_t not_before; /* seconds since 1970 */
	int64_t not_after;
};

/* Reads certificate_file, key_file, client_ca_file and crl_file. NULL with the reason in `error`. */
struct tls *tls_new(const struct settings *settings, struct text *error);
/* The same for what is new from now on. False: all stays as it was, `error` says why. */
MUSTCHECK bool tls_reload(struct tls *tls, const struct settings *settings, struct text *error);
void tls_free(struct tls *tls);
/* Raised by each reload. */
uint32_t tls_generation(const struct tls *tls);

/* A connection at its accepting end, by what is loaded now; to be freed with SSL_free() or given to a bufferevent. */
struct ssl_st *tls_ssl_new(const struct tls *tls, enum tls_clients clients);
/* After the handshake: whose certificate it was. It is checked anew by what is loaded now (a resumed session brings it
 * along without a look at the revocation list). False when there is none or it is not good: `error` says why. */
MUSTCHECK bool tls_peer(const struct tls *tls, struct ssl_st *ssl, struct tls_peer *peer, struct text *error);
/* Why OpenSSL's last call on `ssl` failed, in its words; empties its queue of errors. */
void tls_why(struct ssl_st *ssl, struct text *out);

#endif
