/* The sheets of a session as a clerk has filled them in: read whole, or every fault told. */
#include <unistd.h>

#include "../../client/sheet_file.h"
#include "fuzz.h"

static void check_group(const struct sheet_group *group)
{
	const json_t *lines = json_object_get(group->params, "lines");
	FUZZ_CHECK(json_is_object(group->params) && json_is_string(json_object_get(group->params, "key")));
	FUZZ_CHECK(json_array_size(lines) == group->count);
	for (size_t i = 0; i < group->count; i++)
		FUZZ_CHECK(group->lines[i] > group->line);
}

int fuzz_one(const uint8_t *data, size_t size)
{
	struct sheet_file sheet = { 0 };
	struct fuzz_file file = fuzz_file(data, size);
	static FILE *faults;
	if (!faults)
		faults = stderr = fopen("/dev/null", "we");
	if (sheet_file_read(&sheet, file.path)) {
		FUZZ_CHECK(!sheet.errors);
		for (size_t i = 0; i < sheet.count; i++)
			check_group(&sheet.groups[i]);
	}
	sheet_file_clear(&sheet);
	close(file.fd);
	return 0;
}
