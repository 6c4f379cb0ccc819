/* Addresses of the internet as text: of settings and of clients. */
#ifndef VONVAY_NETWORK_H
#define VONVAY_NETWORK_H

#include <stdbool.h>
#include <stddef.h>

#include "vonvay/compiler.h"

#define ADDRESS_SIZE 64

/* Networks divided by blanks, "192.0.2.0/24 2001:db8::/32"; an empty list is one too. */
bool networks_valid(const char *list);
/* Is this address (without a port) in one of them? */
bool networks_contain(const char *list, const char *address);
/* What guesses are counted by: an address of IPv4 itself; of IPv6, where one house has 2^64 of them, its network. */
void network_of_house(const char *address, char out[ADDRESS_SIZE]);

#endif
