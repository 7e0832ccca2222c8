/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/cmds.h"
#include "harness/resource.h"
#include "harness/scenario/scenario.h"

#define PROGRAM "harness show"

static int find(const struct scenarios *all, const char *name, const struct scenario **out,
                struct err *err)
{
	_cleanup_free_ const char **names = xcalloc(all->n, sizeof(*names));
	const char *near;

	for (size_t i = 0; i < all->n; i++) {
		names[i] = all->v[i]->name;
		if (streq(names[i], name)) {
			*out = all->v[i];
			return 0;
		}
	}
	near = parse_suggest(name, names, all->n);
	return err_set(err, ERR_USAGE, "no scenario \"%s\"%s%s%s; `harness list` shows them", name,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

/* The file, then the limits in force and where each comes from. */
static int print_scenario(const struct scenario *s, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct check_set set;

	if (fs_read(AT_FDCWD, s->path, 1 << 20, &text, err) < 0)
		return -(int)err->code;
	fputs(strbuf_cstr(&text), stdout);
	check_set_init(&set);
	check_set_apply(&set, s->checks, "scenario");
	printf("\n# limits in force\n");
	for (int i = 0; i < CHECK_COUNT; i++)
		if (!isnan(set.limit[i]))
			printf("#   %s: %g%s%s (%s)\n", check_defs[i].name, set.limit[i],
			       check_defs[i].unit ? " " : "",
			       check_defs[i].unit ? check_defs[i].unit : "", set.source[i]);
	return 0;
}

static int show(const char *name, struct err *err)
{
	struct scenarios all = { 0 };
	const struct scenario *s = NULL;
	_cleanup_free_ char *dir = NULL;
	int r;

	r = resource_path("catalogue", &dir, err);
	if (r == 0)
		r = scenarios_load(dir, &all, err);
	if (r == 0)
		r = find(&all, name, &s, err);
	if (r == 0)
		r = print_scenario(s, err);
	scenarios_done(&all);
	return r;
}

static int run(const struct cmd *self, int argc, const char **argv)
{
	const struct poptOption table[] = { POPT_TABLEEND };
	_cleanup_strv_ struct strv rest = STRV_INIT;
	struct err err = ERR_INIT;
	int r = cmd_parse(self, "harness", table, argc, argv, &rest, &err);

	if (r == CMD_HELP)
		return EXIT_OK;
	if (r == CMD_RUN && rest.n != 1)
		r = err_set(&err, ERR_USAGE, "name one scenario; `harness list` shows them");
	if (r == CMD_RUN)
		r = show(rest.v[0], &err);
	return r < 0 ? cmd_fail(PROGRAM, &err) : EXIT_OK;
}

const struct cmd cmd_show = {
	.name = "show",
	.summary = "a scenario's YAML, to read, copy and change, and the limits in force",
	.usage = "NAME",
	.run = run,
};
