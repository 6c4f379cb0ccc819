/* Keys of writes: UUIDv7 (RFC 9562), 48 bits of time in milliseconds, then random ones. */
#ifndef VONVAY_CLIENT_UUID_H
#define VONVAY_CLIENT_UUID_H

#define UUID_SIZE 37

/* Ends the program if there is no randomness to be had: a key that repeats would lose a write. */
void uuid_make(char out[UUID_SIZE]);

#endif
