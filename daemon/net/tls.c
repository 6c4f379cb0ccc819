/* OpenSSL contexts of the doors. Both are made of the same files; they differ in whether a client must show a
 * certificate. Resumption is by tickets, whose keys live in a context: after a reload no old ticket opens anything. */
#include "vonvay/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "vonvay/crypto.h"
#include "vonvay/log.h"
#include "vonvay/mem.h"

#define CIPHERS "TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256"
#define GROUPS "X25519:P-256:P-384"
#define TICKET_LIFE_S 7200
#define CONTEXTS 2
#define PATH_SIZE 4352

struct tls {
	SSL_CTX *contexts[CONTEXTS]; /* by enum tls_clients */
	X509_STORE *clients; /* authorities and revocation lists that client certificates are checked by */
	uint32_t generation;
};

/* The oldest error of the queue is the cause; the rest is how it was passed on. */
static const char *tls_reason(void)
{
	unsigned long code = ERR_peek_error();
	const char *reason =
		ERR_SYSTEM_ERROR(code) ? strerror(ERR_GET_REASON(code)) : ERR_reason_error_string(code);
	ERR_clear_error();
	return reason ? reason : "no reason given";
}

void tls_why(SSL *ssl, struct text *out)
{
	long verified = SSL_get_verify_result(ssl);
	text_add(out, tls_reason());
	if (verified != X509_V_OK)
		text_printf(out, " (%s)", X509_verify_cert_error_string(verified));
}

/* ---- files ---- */

static bool tls_file_failed(const char *setting, const char *path, struct text *error)
{
	text_printf(error, "%s in [tls]: %s: %s", setting, path, tls_reason());
	return false;
}

/* The setting must be there; its path, with a credential found where systemd put it. */
static bool tls_path(const char *setting, const char *value, char path[PATH_SIZE], struct text *error)
{
	if (value[0]) {
		credential_path(value, path, PATH_SIZE);
		return true;
	}
	text_printf(error, "%s in [tls] is empty: TLS needs it", setting);
	return false;
}

static bool tls_load_identity(SSL_CTX *context, const struct settings *s, struct text *error)
{
	char path[PATH_SIZE];
	if (!tls_path("certificate_file", s->tls.certificate_file, path, error))
		return false;
	if (SSL_CTX_use_certificate_chain_file(context, path) != 1)
		return tls_file_failed("certificate_file", path, error);
	if (!tls_path("key_file", s->tls.key_file, path, error))
		return false;
	if (SSL_CTX_use_PrivateKey_file(context, path, SSL_FILETYPE_PEM) != 1)
		return tls_file_failed("key_file", path, error);
	return true;
}

/* A list that has run out makes OpenSSL refuse every client of its authority: better known early. */
static void tls_warn_of_old_list(const char *path)
{
	BIO *file = BIO_new_file(path, "r");
	X509_CRL *list = file ? PEM_read_bio_X509_CRL(file, NULL, NULL, NULL) : NULL;
	const ASN1_TIME *next = list ? X509_CRL_get0_nextUpdate(list) : NULL;
	if (next && X509_cmp_current_time(next) < 0)
		log_warn(
			"crl_file %s has run out: no client certificate is accepted until there is a newer one",
			path);
	X509_CRL_free(list);
	BIO_free(file);
	ERR_clear_error();
}

static bool tls_load_revoked(X509_STORE *store, const struct settings *s, struct text *error)
{
	char path[PATH_SIZE];
	if (!s->tls.crl_file[0]) {
		log_warn("no crl_file in [tls]: a revoked certificate is not known as such");
		return true;
	}
	credential_path(s->tls.crl_file, path, sizeof path);
	X509_LOOKUP *lookup = X509_STORE_add_lookup(store, X509_LOOKUP_file());
	if (!lookup || X509_load_crl_file(lookup, path, X509_FILETYPE_PEM) < 1)
		return tls_file_failed("crl_file", path, error);
	X509_STORE_set_flags(store, X509_V_FLAG_CRL_CHECK);
	tls_warn_of_old_list(path);
	return true;
}

static X509_STORE *tls_store_new(const struct settings *s, struct text *error)
{
	char path[PATH_SIZE];
	X509_STORE *store = X509_STORE_new();
	bool ok = tls_path("client_ca_file", s->tls.client_ca_file, path, error);
	if (ok && X509_STORE_load_file(store, path) != 1)
		ok = tls_file_failed("client_ca_file", path, error);
	if (ok && tls_load_revoked(store, s, error))
		return store;
	X509_STORE_free(store);
	return NULL;
}

/* ---- contexts ---- */

/* Nobody sits at the daemon to type a passphrase. */
static int tls_no_passphrase(char *buffer, int size, int writing, void *arg)
{
	(void)buffer;
	(void)size;
	(void)writing;
	(void)arg;
	return -1;
}

static bool tls_name(const X509 *certificate, char *name, size_t size);

/* Says in the log which certificate was not good; the handshake's failure alone does not name it. */
static int tls_verified(int good, X509_STORE_CTX *check)
{
	char name[64];
	const X509 *certificate = X509_STORE_CTX_get_current_cert(check);
	if (good)
		return 1;
	if (!certificate || !tls_name(certificate, name, sizeof name))
		strcpy(name, "(no name)");
	log_info("certificate of %s refused: %s", name,
		 X509_verify_cert_error_string(X509_STORE_CTX_get_error(check)));
	return 0;
}

/* Sessions of one door are not resumed at the other. */
static void tls_context_modes(SSL_CTX *context, enum tls_clients clients)
{
	static const unsigned char ids[CONTEXTS][12] = { "vonvay tls", "vonvay https" };
	int verify = clients == TLS_CERTIFICATE_REQUIRED ? SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
							 : SSL_VERIFY_PEER;
	SSL_CTX_set_verify(context, verify, tls_verified);
	SSL_CTX_set_session_id_context(context, ids[clients], sizeof ids[clients]);
	SSL_CTX_set_session_cache_mode(context, SSL_SESS_CACHE_OFF);
	SSL_CTX_set_timeout(context, TICKET_LIFE_S);
	SSL_CTX_set_num_tickets(context, 1);
	SSL_CTX_set_options(context, SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_NO_COMPRESSION);
	SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
					  SSL_MODE_RELEASE_BUFFERS | SSL_MODE_NO_AUTO_CHAIN);
	SSL_CTX_set_default_passwd_cb(context, tls_no_passphrase);
}

static bool tls_context_ciphers(SSL_CTX *context)
{
	return SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION) == 1 &&
	       SSL_CTX_set_ciphersuites(context, CIPHERS) == 1 &&
	       SSL_CTX_set1_groups_list(context, GROUPS) == 1;
}

/* The names of the authorities go to the client, which chooses its certificate by them. */
static bool tls_context_clients(SSL_CTX *context, X509_STORE *store, const struct settings *s)
{
	char path[PATH_SIZE];
	credential_path(s->tls.client_ca_file, path, sizeof path);
	SSL_CTX_set_client_CA_list(context, SSL_load_client_CA_file(path));
	return SSL_CTX_set1_verify_cert_store(context, store) == 1;
}

static SSL_CTX *tls_context_new(const struct settings *s, enum tls_clients clients, X509_STORE *store,
				struct text *error)
{
	SSL_CTX *context = SSL_CTX_new(TLS_server_method());
	if (context) {
		SSL_CTX_set_security_level(context, 2);
		tls_context_modes(context, clients);
	}
	if (context && tls_context_ciphers(context) && tls_context_clients(context, store, s) &&
	    tls_load_identity(context, s, error))
		return context;
	if (!error->len)
		text_printf(error, "TLS: %s", tls_reason());
	SSL_CTX_free(context);
	return NULL;
}

static void tls_clear(struct tls *tls)
{
	for (int i = 0; i < CONTEXTS; i++)
		SSL_CTX_free(tls->contexts[i]);
	X509_STORE_free(tls->clients);
}

static bool tls_load(struct tls *tls, const struct settings *s, struct text *error)
{
	struct tls fresh = { .generation = tls->generation + 1 };
	bool ok = (fresh.clients = tls_store_new(s, error)) != NULL;
	for (int i = 0; ok && i < CONTEXTS; i++)
		ok = (fresh.contexts[i] = tls_context_new(s, (enum tls_clients)i, fresh.clients, error)) !=
		     NULL;
	if (!ok) {
		tls_clear(&fresh);
		return false;
	}
	tls_clear(tls);
	*tls = fresh;
	return true;
}

struct tls *tls_new(const struct settings *settings, struct text *error)
{
	struct tls *tls = xcalloc(1, sizeof *tls);
	if (tls_load(tls, settings, error))
		return tls;
	free(tls);
	return NULL;
}

bool tls_reload(struct tls *tls, const struct settings *settings, struct text *error)
{
	return tls_load(tls, settings, error);
}

void tls_free(struct tls *tls)
{
	if (!tls)
		return;
	tls_clear(tls);
	free(tls);
}

uint32_t tls_generation(const struct tls *tls)
{
	return tls->generation;
}

SSL *tls_ssl_new(const struct tls *tls, enum tls_clients clients)
{
	SSL *ssl = SSL_new(tls->contexts[clients]);
	if (!ssl)
		abort(); /* only out of memory */
	SSL_set_accept_state(ssl);
	return ssl;
}

/* ---- the client's certificate ---- */

/* The common name: one, not empty, not longer than a name of staff, without a NUL inside. */
static bool tls_name(const X509 *certificate, char *name, size_t size)
{
	unsigned char *utf8 = NULL;
	const X509_NAME *subject = X509_get_subject_name(certificate);
	int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
	if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
		return false;
	int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
	bool ok = len > 0 && (size_t)len < size && !memchr(utf8, 0, (size_t)len);
	if (ok) {
		memcpy(name, utf8, (size_t)len);
		name[len] = '\0';
	}
	OPENSSL_free(utf8);
	return ok;
}

static int64_t tls_seconds(const ASN1_TIME *at)
{
	struct tm tm;
	return ASN1_TIME_to_tm(at, &tm) == 1 ? (int64_t)timegm(&tm) : 0;
}

static bool tls_certificate_good(const struct tls *tls, SSL *ssl, X509 *certificate, struct text *error)
{
	X509_STORE_CTX *check = X509_STORE_CTX_new();
	bool good =
		check &&
		X509_STORE_CTX_init(check, tls->clients, certificate, SSL_get_peer_cert_chain(ssl)) == 1 &&
		X509_STORE_CTX_set_purpose(check, X509_PURPOSE_SSL_CLIENT) == 1 &&
		X509_verify_cert(check) == 1;
	if (!good)
		text_add(error, X509_verify_cert_error_string(check ? X509_STORE_CTX_get_error(check)
								    : X509_V_ERR_OUT_OF_MEM));
	X509_STORE_CTX_free(check);
	ERR_clear_error();
	return good;
}

bool tls_peer(const struct tls *tls, SSL *ssl, struct tls_peer *peer, struct text *error)
{
	X509 *certificate = SSL_get0_peer_certificate(ssl);
	if (!certificate) {
		text_add(error, "no certificate");
		return false;
	}
	if (!tls_certificate_good(tls, ssl, certificate, error))
		return false;
	if (!tls_name(certificate, peer->name, sizeof peer->name)) {
		text_add(error, "its subject has not exactly one common name of 1 to 63 bytes");
		return false;
	}
	peer->not_before = tls_seconds(X509_get0_notBefore(certificate));
	peer->not_after = tls_seconds(X509_get0_notAfter(certificate));
	return true;
}
