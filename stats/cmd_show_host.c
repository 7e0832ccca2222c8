/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "stats/cmds.h"
#include "stats/hostdiff.h"
#include "stats/opts.h"

struct found {
	struct host *host; /* of the first sidecar that has one */
	size_t read;
	struct strv bad;
};

static void find_host(const struct scan *s, struct found *f)
{
	for (size_t i = 0; i < s->n_files && !f->host; i++) {
		struct err err = ERR_INIT;
		struct sidecar sc;

		json_init(&sidecar_table, &sc);
		if (sidecar_read(s->dirfd, s->files[i].path, &sc, &err) < 0) {
			strv_add(&f->bad, err.msg);
			continue;
		}
		f->read++;
		f->host = steal_ptr(&sc.host);
		json_done(&sidecar_table, &sc);
	}
}

static void print_host(const struct host *h)
{
	static const struct grid_col cols[] = { { "FACT", "fact" }, { "VALUE", "value" } };
	_cleanup_grid_ struct grid *g = grid_new("show-host", cols, ARRAY_SIZE(cols));
	struct strmap facts = { 0 };

	host_facts(h, true, &facts);
	strmap_each (&facts, i) {
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", facts.v[i].key);
		grid_cell(g, TERM_PLAIN, "%s", facts.v[i].value);
	}
	strmap_done(&facts);
	grid_print(g, FORMAT_TABLE, stdout);
}

static int show_host(const struct opts *o, const char *run, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	struct found f = { 0 };
	int rc = EXIT_OK;

	if (opts_scan_run(o, run, &s, err) < 0)
		return -(int)err->code;
	find_host(&s, &f);
	opts_tell_bad(&s.bad);
	opts_tell_bad(&f.bad);
	if (!f.host)
		rc = err_set(err, ERR_NOT_FOUND, "run %s: none of %zu sidecars has a host",
		             s.runs[0].name, f.read);
	else if (o->json)
		opts_print_json(json_encode(&host_table, f.host));
	else
		print_host(f.host);
	if (f.host)
		json_done(&host_table, f.host);
	free(f.host);
	strv_done(&f.bad);
	return rc;
}

static int run(const struct cmd *self, int argc, const char **argv)
{
	_cleanup_opts_ struct opts o = { 0 };
	_cleanup_free_ char *name = NULL;
	struct poptOption table[] = { OPTS_BASE(&o), OPTS_RUN(&name), POPT_TABLEEND };
	struct err err = ERR_INIT;
	int rc = cmd_parse(self, "stats", table, argc, argv, NULL, &err);

	if (rc == CMD_HELP)
		return EXIT_OK;
	if (rc < 0 || (rc = show_host(&o, name, &err)) < 0)
		return cmd_fail("stats show-host", &err);
	return rc;
}

const struct cmd cmd_stats_show_host = {
	.name = "show-host",
	.summary = "the machine a run was made on",
	.usage = "[OPTION...]",
	.run = run,
};
