/* Errors of the daemon, told to people. */
#ifndef VONVAY_CLIENT_FAULT_H
#define VONVAY_CLIENT_FAULT_H

#include <jansson.h>
#include <stdbool.h>

#include "client.h"

/* `error` is the error object of a reply. */
void fault_report(const struct client *c, const json_t *error);
/* "" for an error that names no word. */
const char *fault_word(const json_t *error);
/* The sentence of a word in the language in use; the word itself when it is not known. */
const char *fault_explain(const char *word);
/* May the same request succeed when it is simply sent again? The write was not refused for good. */
bool fault_is_passing(const json_t *error);

#endif
