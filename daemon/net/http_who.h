/* Who is asking at the HTTPS door. */
#ifndef VONVAY_HTTP_WHO_H
#define VONVAY_HTTP_WHO_H

#include "http_private.h"
#include "vonvay/db.h" /* of the row that a http_who_cb gets */

/* 256 random bits in hexadecimal. __Host-: a browser takes it only with Secure, with Path=/ and without Domain. */
#define HTTP_COOKIE "__Host-vonvay"
#define HTTP_COOKIE_ATTRIBUTES "; Path=/; Secure; HttpOnly; SameSite=Strict"
#define HTTP_TOKEN_SIZE 32

/* `done` comes once, perhaps later, and only while the client is there; otherwise the call is ended here. A session goes
 * before a certificate. */
void http_who(struct http_call *call, http_who_cb *done);
/* The cookie's token into call->token_sha256. False when there is none of the right form. */
bool http_token(struct http_call *call);
/* Has the call a client still? If not, it is ended. */
bool http_is_there(struct http_call *call);

#endif
