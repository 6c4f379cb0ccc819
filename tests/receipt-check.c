/* receipt-check PUBLIC_KEY.pem < RECEIPTS: do receipts of payments (loan.receipt), one a line, prove that they were sealed?
 * Nothing but OpenSSL and the public key is needed; nothing of vonvayd is linked, so that this is a second reading of the
 * format. A line each: "good: " with what was sealed, or "not good: " with why. 0 when all are good. The form is strict: every
 * byte has one meaning. */
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/sha.h>
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECEIPT_MAX 16384
#define PATH_MAX_NODES 60

static const char *at; /* of the receipt, what is not read yet */
static jmp_buf next;   /* receipt */

static void wrong(const char *why)
{
	printf("not good: %s\n", why);
	longjmp(next, 1);
}

static void take(const char *literal)
{
	if (strncmp(at, literal, strlen(literal)) != 0)
		wrong("it has not the form of a receipt");
	at += strlen(literal);
}

/* A JSON string up to its quote; of the escapes only \" and \\ occur. */
static size_t take_string(char *out, size_t size)
{
	size_t len = 0;
	for (; *at != '"'; at++) {
		if (*at == '\\' && *++at != '"' && *at != '\\')
			wrong("an escape that has no place here");
		if ((unsigned char)*at < ' ' || len + 1 >= size)
			wrong("a text that does not end");
		out[len++] = *at;
	}
	out[len] = '\0';
	return len;
}

static int digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Lower-case digits up to the quote. */
static size_t take_hex(unsigned char *out, size_t max)
{
	size_t len = 0;
	for (; *at != '"'; at += 2) {
		if (len == max || digit(at[0]) < 0 || digit(at[1]) < 0)
			wrong("not hexadecimal digits");
		out[len++] = (unsigned char)(digit(at[0]) << 4 | digit(at[1]));
	}
	return len;
}

static unsigned long long number(const char **s, char end)
{
	char *stop;
	if (**s < '0' || **s > '9' || (**s == '0' && (*s)[1] >= '0' && (*s)[1] <= '9'))
		wrong("not a number");
	unsigned long long n = strtoull(*s, &stop, 10);
	if (*stop != end)
		wrong("not a number");
	*s = stop;
	return n;
}

static void node(unsigned char hash[32], const unsigned char *left, const unsigned char *right)
{
	unsigned char bytes[65] = { 1 };
	memcpy(bytes + 1, left, 32);
	memcpy(bytes + 33, right, 32);
	SHA256(bytes, sizeof bytes, hash);
}

/* RFC 6962, 2.1.1: from the leaf up; an odd one at the end of a level goes up as it is. */
static void climb(unsigned char hash[32], unsigned long long index, unsigned long long count,
		  const unsigned char *path, size_t nodes)
{
	size_t used = 0;
	if (index >= count)
		wrong("its index is beyond the leaves of the seal");
	for (unsigned long long last = count - 1; last; index /= 2, last /= 2) {
		if (index % 2 == 0 && index == last)
			continue;
		if (used == nodes)
			wrong("its path is too short");
		if (index % 2)
			node(hash, path + 32 * used, hash);
		else
			node(hash, hash, path + 32 * used);
		used++;
	}
	if (used != nodes)
		wrong("its path is too long");
}

/* The nth word of the head, from 0. */
static const char *word(const char *head, int n)
{
	for (; n > 0; n--) {
		head = strchr(head, ' ');
		if (!head)
			wrong("its head is too short");
		head++;
	}
	return head;
}

static void check_signature(EVP_PKEY *key, const char *head, const unsigned char *signature, size_t len)
{
	EVP_MD_CTX *c = EVP_MD_CTX_new();
	int good = EVP_DigestVerifyInit(c, NULL, NULL, NULL, key) == 1 &&
		   EVP_DigestVerify(c, signature, len, (const unsigned char *)head, strlen(head)) == 1;
	EVP_MD_CTX_free(c);
	if (!good)
		wrong("its seal is not signed with this key");
}

/* Number of leaves and root of a head. */
static unsigned long long take_head(const char *head, unsigned char root[32])
{
	if (strncmp(head, "vonvayd-seal-1 ", 15) != 0)
		wrong("its head is not that of a seal");
	at = word(head, 9);
	unsigned long long count = number(&at, ' ');
	at++;
	for (int i = 0; i < 32; i++, at += 2) {
		if (digit(at[0]) < 0 || digit(at[1]) < 0)
			wrong("its head has no root");
		root[i] = (unsigned char)(digit(at[0]) << 4 | digit(at[1]));
	}
	return count;
}

static void check(const char *receipt, EVP_PKEY *key)
{
	static char leaf[RECEIPT_MAX], head[RECEIPT_MAX];
	static unsigned char data[RECEIPT_MAX + 32];
	unsigned char blind[16], path[32 * PATH_MAX_NODES], signature[64], hash[32], root[32];
	at = receipt;
	take("{\"receipt\":\"vonvayd-receipt-1\",\"leaf\":\"");
	size_t leaf_len = take_string(leaf, sizeof leaf);
	take("\",\"blind\":\"");
	if (take_hex(blind, sizeof blind) != sizeof blind)
		wrong("its blind is too short");
	take("\",\"index\":");
	unsigned long long index = number(&at, ',');
	take(",\"path\":\"");
	size_t path_len = take_hex(path, sizeof path);
	take("\",\"head\":\"");
	take_string(head, sizeof head);
	take("\",\"signature\":\"");
	if (take_hex(signature, sizeof signature) != sizeof signature || path_len % 32)
		wrong("its path or its signature is cut short");
	take("\"}");
	if (*at)
		wrong("something follows it");

	check_signature(key, head, signature, sizeof signature);
	unsigned long long count = take_head(head, root);
	data[0] = 0;
	memcpy(data + 1, blind, sizeof blind);
	memcpy(data + 1 + sizeof blind, leaf, leaf_len);
	SHA256(data, 1 + sizeof blind + leaf_len, hash);
	climb(hash, index, count, path, path_len / 32);
	if (memcmp(hash, root, sizeof root) != 0)
		wrong("it does not lead to the root that was signed");
	printf("good: %s sealed by %s\n", leaf, head);
}

int main(int argc, char **argv)
{
	static char receipt[RECEIPT_MAX];
	static int status;
	FILE *f = argc == 2 ? fopen(argv[1], "r") : NULL;
	EVP_PKEY *key = f ? PEM_read_PUBKEY(f, NULL, NULL, NULL) : NULL;
	if (!key || EVP_PKEY_get_base_id(key) != EVP_PKEY_ED25519) {
		fputs("usage: receipt-check PUBLIC_KEY.pem < RECEIPTS\n", stderr);
		return 2;
	}
	fclose(f);
	while (fgets(receipt, sizeof receipt, stdin)) {
		receipt[strcspn(receipt, "\n")] = '\0';
		if (setjmp(next))
			status = 1;
		else
			check(receipt, key);
	}
	EVP_PKEY_free(key);
	return status;
}
