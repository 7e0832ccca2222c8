/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/fs.h"
#include "base/mem.h"
#include "stats/cmds.h"
#include "stats/hostdiff.h"
#include "stats/opts.h"

struct first_host {
	struct host *host; /* of the first sidecar that has one */
	char *file;        /* that sidecar */
	size_t read;
};

static bool find_host(void *arg, const char *path, struct sidecar *s)
{
	struct first_host *f = arg;

	f->read++;
	f->host = steal_ptr(&s->host);
	if (f->host)
		f->file = xstrdup(path);
	return !f->host;
}

static void print_host(const char *run, const struct first_host *first)
{
	static const struct grid_col cols[] = { { "FACT", "fact" },
		                                { "VALUE", "value", .shrink = true } };
	_cleanup_grid_ struct grid *g = grid_new("show-host", cols, ARRAY_SIZE(cols));
	struct strmap facts = { 0 };

	_cleanup_strbuf_ struct strbuf head = STRBUF_INIT, shown = STRBUF_INIT;

	strbuf_addf(&head, "run %s, host of %s", run, fs_basename(first->file));
	strbuf_add_printable(&shown, head.s, head.n, false);
	printf("%s\n", strbuf_cstr(&shown));
	host_facts(first->host, true, &facts);
	strmap_each (&facts, i) {
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", facts.v[i].key);
		grid_cell(g, TERM_PLAIN, "%s", facts.v[i].value);
	}
	strmap_done(&facts);
	grid_print(g, FORMAT_TABLE, stdout);
}

static int show_host(const struct opts *o, struct err *err)
{
	_cleanup_scan_ struct scan s = SCAN_INIT;
	struct first_host f = { 0 };
	int rc = EXIT_OK;

	if (opts_read_run(o, &s, find_host, &f, err) < 0)
		return -(int)err->code;
	if (!f.host)
		rc = err_set(err, ERR_NOT_FOUND, "run %s: none of %zu sidecars has a host",
		             s.runs[0].name, f.read);
	else if (o->json)
		cmd_print_json(json_encode(&host_table, f.host));
	else
		print_host(s.runs[0].name, &f);
	if (f.host)
		json_done(&host_table, f.host);
	free(f.host);
	free(f.file);
	return rc;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { .one_run = true };
	int rc = opts_parse(self, &o, NULL, argc, argv, NULL, err);

	return rc == CMD_RUN ? show_host(&o, err) : rc;
}

const struct cmd cmd_stats_show_host = {
	.name = "show-host",
	.summary = "the machine a run was made on",
	.usage = "[OPTION...]",
	.run = run,
};
