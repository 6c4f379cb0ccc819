/* Reading the table of errors in wire.h. */
#ifndef VONVAY_ERROR_H
#define VONVAY_ERROR_H

#include "vonvay/wire.h"

/* The JSON-RPC code, the word for machines, the English sentence: constant texts. */
int error_code(enum error e);
const char *error_word(enum error e);
const char *error_sentence(enum error e);
/* "" for an error that SQL never raises. */
const char *error_sqlstate(enum error e);
/* By the rows of the table; 08* and 57* are ERR_UNAVAILABLE; 40001, 40P01, 55P03 ERR_TRY_AGAIN; else ERR_INTERNAL. */
enum error error_from_sqlstate(const char *sqlstate);

#endif
