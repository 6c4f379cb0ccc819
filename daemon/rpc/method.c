/* THE table of methods. */
#include "vonvay/method.h"

#include <stdlib.h>
#include <string.h>

#include "vonvay/compiler.h"

const struct method methods[] = {
#define METHOD(name, function, right, kind, summary)                                                         \
	{ name, right, METHOD_##kind, function, function##_params, summary },
#include "methods.def"
#undef METHOD
};

const int method_count = ARRAY_LEN(methods);

static int method_compare(const void *name, const void *row)
{
	return strcmp(name, ((const struct method *)row)->name);
}

const struct method *method_find(const char *name)
{
	return bsearch(name, methods, ARRAY_LEN(methods), sizeof methods[0], method_compare);
}
