/* Choice of the language, independent of the locale of the machine: the locale is always C.UTF-8, which every Debian
 * has, and LANGUAGE names the catalogue. */
#include "language.h"

#include <limits.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "memory.h"

#define DOMAIN "vonvay"

static enum language used = LANGUAGE_VIETNAMESE;

bool language_parse(const char *word, enum language *out)
{
	size_t len = strcspn(word, "_.@");
	if (len != 2)
		return false;
	if (!strncmp(word, "vi", 2))
		*out = LANGUAGE_VIETNAMESE;
	else if (!strncmp(word, "en", 2))
		*out = LANGUAGE_ENGLISH;
	else
		return false;
	return true;
}

/* Folder `locale` next to the program: that is how a build folder looks. NULL if there is none. */
static char *language_folder_of_build_new(void)
{
	char exe[PATH_MAX];
	struct stat st;
	ssize_t len = readlink("/proc/self/exe", exe, sizeof exe - 1);
	if (len <= 0)
		return NULL;
	exe[len] = '\0';
	char *slash = strrchr(exe, '/');
	if (!slash)
		return NULL;
	*slash = '\0';
	char *folder = memory_printf("%s/locale", exe);
	if (!stat(folder, &st) && S_ISDIR(st.st_mode))
		return folder;
	free(folder);
	return NULL;
}

static void language_bind(void)
{
	const char *named = getenv("VONVAY_LOCALEDIR");
	char *beside = named && *named ? NULL : language_folder_of_build_new();
	bindtextdomain(DOMAIN, named && *named ? named : beside ? beside : VONVAY_LOCALEDIR);
	bind_textdomain_codeset(DOMAIN, "UTF-8");
	textdomain(DOMAIN);
	free(beside);
}

void language_use(enum language language)
{
	used = language;
	setenv("LANGUAGE", language == LANGUAGE_VIETNAMESE ? "vi" : "en", 1);
	if (!setlocale(LC_ALL, "C.UTF-8"))
		setlocale(LC_ALL, "C");
	language_bind();
}

enum language language_used(void)
{
	return used;
}
