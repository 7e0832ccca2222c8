/* SPDX-License-Identifier: GPL-2.0-only */
#include "manual/manual.h"
#include "harness/harness.h"
#include "stats/stats.h"

static const struct {
	const char *name;
	void (*write)(const struct description *d, struct strbuf *out);
} forms[] = {
	{ "man", describe_man },
	{ "bash", describe_bash },
	{ "zsh", describe_zsh },
	{ "fish", describe_fish },
};

static const struct cmd_program *const programs[] = { &harness_program, &stats_program };

int main(int argc, char **argv)
{
	for (size_t f = 0; argc == 3 && f < ARRAY_SIZE(forms); f++)
		for (size_t p = 0; p < ARRAY_SIZE(programs); p++) {
			_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;
			_cleanup_description_ struct description d = { 0 };

			if (!streq(argv[1], forms[f].name) || !streq(argv[2], programs[p]->name))
				continue;
			describe_program(programs[p], &d);
			forms[f].write(&d, &b);
			return fputs(strbuf_cstr(&b), stdout) < 0 || fflush(stdout) != 0;
		}
	fputs("usage: describe man|bash|zsh|fish harness|stats\n", stderr);
	return EXIT_USAGE;
}
