/* Addresses and networks as text. An address of IPv4 inside one of IPv6 (::ffff:192.0.2.1) counts as that of IPv4. */
#include "vonvay/network.h"

#include <arpa/inet.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BYTES 16

struct address {
	int bits; /* 32 or 128 */
	unsigned char bytes[BYTES];
};

static bool address_read(const char *text, struct address *out)
{
	static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
	memset(out, 0, sizeof *out);
	out->bits = 32;
	if (inet_pton(AF_INET, text, out->bytes) == 1)
		return true;
	out->bits = 128;
	if (inet_pton(AF_INET6, text, out->bytes) != 1)
		return false;
	if (memcmp(out->bytes, mapped, sizeof mapped) != 0)
		return true;
	memmove(out->bytes, out->bytes + sizeof mapped, 4);
	out->bits = 32;
	return true;
}

/* Decimal digits only, up to `max`; -1 otherwise. */
static int number_read(const char *text, int max)
{
	int v = 0;
	if (!text[0])
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		v = v * 10 + (*text - '0');
		if (v > max)
			return -1;
	}
	return v;
}

struct network {
	struct address address;
	int bits;
};

static bool network_read(char *text, struct network *out)
{
	char *slash = strchr(text, '/');
	if (!slash)
		return false;
	*slash = '\0';
	if (!address_read(text, &out->address))
		return false;
	out->bits = number_read(slash + 1, out->address.bits);
	return out->bits >= 0;
}

/* The next network of the list; false at its end, and *ok false at one that is none. */
static bool networks_next(const char **list, struct network *out, bool *ok)
{
	char word[ADDRESS_SIZE];
	*list += strspn(*list, " \t");
	size_t len = strcspn(*list, " \t");
	if (!len)
		return false;
	*ok = len < sizeof word;
	if (!*ok)
		return false;
	memcpy(word, *list, len);
	word[len] = '\0';
	*list += len;
	*ok = network_read(word, out);
	return *ok;
}

bool networks_valid(const char *list)
{
	struct network network;
	bool ok = true;
	while (networks_next(&list, &network, &ok))
		;
	return ok;
}

static bool network_contains(const struct network *network, const struct address *address)
{
	if (network->address.bits != address->bits)
		return false;
	for (int bit = 0; bit < network->bits; bit++) {
		unsigned char differ = network->address.bytes[bit / 8] ^ address->bytes[bit / 8];
		if (differ & (0x80 >> bit % 8))
			return false;
	}
	return true;
}

bool networks_contain(const char *list, const char *address)
{
	struct network network;
	struct address wanted;
	bool ok = true;
	if (!address_read(address, &wanted))
		return false;
	while (networks_next(&list, &network, &ok))
		if (network_contains(&network, &wanted))
			return true;
	return false;
}

void network_of_house(const char *address, char out[ADDRESS_SIZE])
{
	struct address a;
	char text[INET6_ADDRSTRLEN];
	if (!address_read(address, &a)) {
		snprintf(out, ADDRESS_SIZE, "%s", address);
	} else if (a.bits == 32) {
		inet_ntop(AF_INET, a.bytes, out, ADDRESS_SIZE);
	} else {
		memset(a.bytes + 8, 0, 8);
		inet_ntop(AF_INET6, a.bytes, text, sizeof text);
		snprintf(out, ADDRESS_SIZE, "%s/64", text);
	}
}
