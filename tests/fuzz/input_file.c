#include "fuzz.h"

#include <sys/mman.h>
#include <unistd.h>

struct fuzz_file fuzz_file(const uint8_t *data, size_t size)
{
	struct fuzz_file f = { .fd = memfd_create("fuzz", MFD_CLOEXEC) };
	FUZZ_CHECK(f.fd >= 0 && write(f.fd, data, size) == (ssize_t)size && lseek(f.fd, 0, SEEK_SET) == 0);
	snprintf(f.path, sizeof f.path, "/proc/self/fd/%d", f.fd);
	return f;
}
