/* Parameters that several methods of households take. */
#ifndef VONVAY_HOUSEHOLD_SPECS_H
#define VONVAY_HOUSEHOLD_SPECS_H

#include "vonvay/param.h"

/* clang-format off */
#define HOUSEHOLD_KEY { .name = "key", .type = PARAM_KEY, .required = true, .help = "UUIDv7 made by the client before sending." }
#define THE_HOUSEHOLD { .name = "household", .type = PARAM_ID, .required = true, .help = "Number of the household." }
#define FROM_ON { .name = "from_on", .type = PARAM_DATE, .help = "First day; default: the business date." }
#define REPLACES { .name = "replaces", .type = PARAM_DATE, .help = "First day of the wrong row that this one replaces." }
#define PERSONAL_SPECS \
	{ .name = "citizen_id", .type = PARAM_TEXT, .max = 24, .help = "Number of the identity card, 9 or 12 digits; kept sealed.", .personal = true }, \
	{ .name = "telephone", .type = PARAM_TEXT, .max = 30, .help = "Telephone; kept sealed.", .personal = true }, \
	{ .name = "address", .type = PARAM_TEXT, .max = 300, .help = "Address; kept sealed.", .personal = true }
/* clang-format on */

#define CLASS_WORDS "poor near_poor newly_escaped average none"
#define ATTRIBUTE_WORDS                                                                                      \
	"ethnic_minority lacks_works approved_list flood_zone worker trader released student sudden_hardship disabled"

#endif
