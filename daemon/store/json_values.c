/* The writer of JSON for values of the domain. */
#include "vonvay/json.h"

void jw_money(struct jw *w, const char *name, struct money value)
{
	jw_i64(w, name, value.dong); /* raw: to the wire */
}

void jw_date(struct jw *w, const char *name, struct date value)
{
	char iso[DATE_TEXT_SIZE];
	if (value.days == DATE_NONE.days || value.days == DATE_EVER.days) {
		jw_null(w, name);
		return;
	}
	date_format(value, iso);
	jw_str(w, name, iso);
}
