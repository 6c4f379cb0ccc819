/* The settings file: read or refused with a reason, then taken as a reload. */
#include <unistd.h>

#include "fuzz.h"
#include "vonvay/log.h"
#include "vonvay/settings.h"

int fuzz_one(const uint8_t *data, size_t size)
{
	struct settings settings, running;
	struct text error = { 0 };
	struct fuzz_file file = fuzz_file(data, size);
	log_set_level(LOG_LEVEL_ERROR);
	if (settings_load(&settings, file.path, &error)) {
		FUZZ_CHECK(!error.len);
		settings_init(&running);
		settings_reload(&running, &settings);
		settings_clear(&running);
		settings_clear(&settings);
	} else {
		FUZZ_CHECK(error.len > 0);
	}
	text_clear(&error);
	close(file.fd);
	return 0;
}
