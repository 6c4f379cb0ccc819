/* The clock that only goes forward. */
#ifndef VONVAY_CLOCK_H
#define VONVAY_CLOCK_H

#include <stdint.h>

/* Milliseconds since some moment in the past. */
int64_t clock_ms(void);

#endif
