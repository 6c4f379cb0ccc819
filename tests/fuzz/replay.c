/* main() of a fuzz target without libFuzzer: every file of the folders (or files) named is given to it once; TAP. */
#include <dirent.h>
#include <string.h>
#include <sys/stat.h>

#include "fuzz.h"

#define INPUT_MAX (1 << 20)
#define PATH_SIZE 4096

static int replayed;

static void replay_file(const char *path)
{
	static char input[INPUT_MAX];
	FILE *f = fopen(path, "re");
	FUZZ_CHECK(f);
	size_t len = fread(input, 1, sizeof input, f);
	fclose(f);
	/* a copy of just this size, so that valgrind and ASan see a read beyond it */
	uint8_t *copy = malloc(len ? len : 1);
	FUZZ_CHECK(copy);
	memcpy(copy, input, len);
	/* said first: what ends the program was this one */
	printf("# %s\n", path);
	fflush(stdout);
	fuzz_one(copy, len);
	free(copy);
	printf("ok %d - %s\n", ++replayed, path);
}

static void replay(const char *path)
{
	struct dirent **names;
	struct stat st;
	FUZZ_CHECK(stat(path, &st) == 0);
	if (!S_ISDIR(st.st_mode)) {
		replay_file(path);
		return;
	}
	int count = scandir(path, &names, NULL, alphasort);
	FUZZ_CHECK(count >= 0);
	for (int i = 0; i < count; i++) {
		char file[PATH_SIZE];
		snprintf(file, sizeof file, "%s/%s", path, names[i]->d_name);
		if (names[i]->d_name[0] != '.')
			replay_file(file);
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		replay(argv[i]);
	printf("1..%d\n", replayed);
	return replayed ? 0 : 1;
}
