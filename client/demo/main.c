/* vonvay-demo: options, files, one district after the other. */
#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "demo.h"

struct options {
	const char *out, *data;
	uint64_t seed;
	int districts, households;
	bool verbose;
};

static void usage(FILE *f)
{
	fputs("usage: vonvay-demo --out FOLDER [--data FOLDER] [--seed N] [--households N] [--districts N] [--verbose]\n"
	      "Writes areas.csv, groups.csv, households.csv and loans.csv of an invented district in the size and with the\n"
	      "published totals of A Lưới (14050 households; another number scales all of it).\n"
	      "  --out FOLDER     where to write; must exist\n"
	      "  --data FOLDER    reference data with programme_rates.csv (default " VONVAY_SQLDIR "/data)\n"
	      "  --seed N         another seed, another district (default 1)\n"
	      "  --households N   100 to 20000 (default 14050)\n"
	      "  --districts N    1 to 600 districts of that size side by side (default 1)\n"
	      "  --verbose        totals of each year on standard error\n",
	      f);
}

static long number_option(const char *name, const char *text, long low, long high)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno != 0 || end == text || *end != '\0' || n < low || n > high) {
		fprintf(stderr, "vonvay-demo: --%s: %s is not a number from %ld to %ld\n", name, text, low,
			high);
		exit(2);
	}
	return n;
}

static void options_read(int argc, char **argv, struct options *o)
{
	static const struct option names[] = {
		{ "out", required_argument, NULL, 'o' },
		{ "data", required_argument, NULL, 'd' },
		{ "seed", required_argument, NULL, 's' },
		{ "households", required_argument, NULL, 'h' },
		{ "districts", required_argument, NULL, 'n' },
		{ "verbose", no_argument, NULL, 'v' },
		{ "help", no_argument, NULL, 'H' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	opterr = 1;
	while ((c = getopt_long(argc, argv, "", names, NULL)) != -1) {
		if (c == 'o') {
			o->out = optarg;
		} else if (c == 'd') {
			o->data = optarg;
		} else if (c == 's') {
			o->seed = (uint64_t)number_option("seed", optarg, 0, 1000000000);
		} else if (c == 'h') {
			o->households = (int)number_option("households", optarg, 100, 20000);
		} else if (c == 'n') {
			o->districts = (int)number_option("districts", optarg, 1, 600);
		} else if (c == 'v') {
			o->verbose = true;
		} else {
			bool asked = c == 'H';

			usage(asked ? stdout : stderr);
			exit(asked ? 0 : 2);
		}
	}
	if (o->out == NULL || optind != argc) {
		usage(stderr);
		exit(2);
	}
}

static FILE *file_open(const char *folder, const char *name)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s.csv", folder, name);
	f = fopen(path, "w");
	if (f == NULL) {
		fprintf(stderr, "vonvay-demo: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return f;
}

int main(int argc, char **argv)
{
	static const char *const names[4] = { "areas", "groups", "households", "loans" };
	struct options o = { .data = VONVAY_SQLDIR "/data", .seed = 1, .districts = 1, .households = 14050 };
	FILE *f[4];

	options_read(argc, argv, &o);
	rates_load(o.data);
	for (int i = 0; i < 4; i++)
		f[i] = file_open(o.out, names[i]);
	write_headers(f[0], f[1], f[2], f[3]);
	for (int n = 0; n < o.districts; n++) {
		struct district d;
		struct lending l;

		district_make(&d, o.seed, n, o.households);
		lending_run(&l, &d, o.verbose);
		write_district(&d, &l, f[0], f[1], f[2], f[3]);
		lending_clear(&l);
		district_clear(&d);
	}
	for (int i = 0; i < 4; i++)
		if (fclose(f[i]) != 0) {
			fprintf(stderr, "vonvay-demo: %s.csv: %s\n", names[i], strerror(errno));
			return 1;
		}
	return 0;
}
