/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/fs.h"
#include "harness/catalogue.h"
#include "harness/cmds.h"

#define PROGRAM "harness show"

static int show(const char *name, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	_cleanup_scenario_ struct scenario *s = NULL;

	if (catalogue_find(name, &s, err) < 0 ||
	    fs_read(AT_FDCWD, s->path, 1 << 20, &text, err) < 0)
		return -(int)err->code;
	fputs(strbuf_cstr(&text), stdout);
	return 0;
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
	.summary = "a scenario's YAML, to read, copy and change",
	.usage = "NAME|FILE",
	.run = run,
};
