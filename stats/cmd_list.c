/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "stats/cmds.h"
#include "stats/kept.h"
#include "stats/opts.h"

struct summary {
	char *state; /* where it is */
	char *run, *date, *arch;
	uint32_t tests, skipped_files;
	uint64_t by_outcome[OUTCOME_COUNT];
	struct timespec mtime;
};

#define F(name_, kind_, member_, flags_, doc_)                                                     \
	{                                                                                          \
		name_, kind_, offsetof(struct summary, member_), .flags = (flags_), .doc = (doc_)  \
	}
static const struct json_field summary_fields[] = {
	F("run", JSON_STR, run, 0, "name of the run directory"),
	F("state", JSON_STR, state, 0, "run; kept: replaced by a later one"),
	F("tests", JSON_U32, tests, 0, "sidecars in it"),
	F("date", JSON_STR, date, JSON_NULLABLE, "earliest start of a test"),
	F("arch", JSON_STR, arch, JSON_NULLABLE, "architecture of the first host recorded"),
	F("passed", JSON_U64, by_outcome[OUTCOME_PASS], 0, "tests that passed"),
	F("failed", JSON_U64, by_outcome[OUTCOME_FAIL], 0, "… failed"),
	F("skipped", JSON_U64, by_outcome[OUTCOME_SKIP], 0, "… were skipped"),
	F("inconclusive", JSON_U64, by_outcome[OUTCOME_INCONCLUSIVE], 0, "… could not be judged"),
	F("errors", JSON_U64, by_outcome[OUTCOME_ERROR], 0, "… came to no verdict"),
	F("skipped_files", JSON_U32, skipped_files, 0, "files that could not be read"),
};
static const struct json_table summary_table =
	JSON_TABLE("run", struct summary, summary_fields, "One run directory.");

/* The result's texts belong to the pool. */
static struct summary summarise(const struct pool *p, const struct pool_run *run)
{
	struct summary s = { .run = run->name,
		             .tests = (uint32_t)run->n,
		             .skipped_files = (uint32_t)run->bad,
		             .mtime = run->mtime };

	for (size_t i = run->first; i < run->first + run->n; i++) {
		struct row *r = &p->rows[i];

		if (r->timestamp && *r->timestamp && (!s.date || strcmp(r->timestamp, s.date) < 0))
			s.date = r->timestamp;
		if (!s.arch && r->host != HOST_NONE)
			s.arch = p->hosts.v[r->host]->arch;
		s.by_outcome[r->outcome]++;
	}
	return s;
}

static int newest_first(const void *a, const void *b)
{
	const struct summary *x = a, *y = b;

	if (x->mtime.tv_sec != y->mtime.tv_sec)
		return x->mtime.tv_sec < y->mtime.tv_sec ? 1 : -1;
	if (x->mtime.tv_nsec != y->mtime.tv_nsec)
		return x->mtime.tv_nsec < y->mtime.tv_nsec ? 1 : -1;
	return strcmp(x->run, y->run);
}

static void print_json(const struct summary *v, size_t n)
{
	struct json_object *list = json_object_new_array();

	for (size_t i = 0; i < n; i++)
		json_object_array_add(list, json_encode(&summary_table, &v[i]));
	cmd_print_json(list);
}

/* STATE only tells something where kept runs are listed, too. */
static void print_grid(const struct summary *v, size_t n, enum grid_format format, bool history)
{
	const struct grid_col cols[] = {
		{ "RUN", "run" },   { "TESTS", "tests", .right = true },       { "DATE", "date" },
		{ "ARCH", "arch" }, { "STATE", "state", .machine = !history },
	};
	_cleanup_grid_ struct grid *g = grid_new("list", cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < n; i++) {
		grid_row(g, NULL);
		grid_cell(g, TERM_PLAIN, "%s", v[i].run);
		grid_cell(g, TERM_PLAIN, "%u", v[i].tests);
		grid_cell(g, TERM_PLAIN, "%s", v[i].date ? v[i].date : "-");
		grid_cell(g, TERM_PLAIN, "%s", v[i].arch ? v[i].arch : "-");
		grid_cell(g, TERM_PLAIN, "%s", v[i].state);
	}
	grid_print(g, format, stdout);
}

struct list_args {
	struct opts base;
	int history;
};

/* With --history also the runs that later ones replaced. */
static int load(const struct list_args *a, struct kept_runs *k, struct err *err)
{
	_cleanup_free_ char *root = NULL;
	_cleanup_close_ int fd = -1;

	if (!a->history) {
		pool_init(&k->pool);
		if (opts_load_any(&a->base, &k->pool, err) < 0)
			return -(int)err->code;
		k->end[KEPT_ROOT] = k->pool.n_runs;
		return 0;
	}
	if (opts_root(&a->base, &root, err) < 0)
		return -(int)err->code;
	if (scan_is_run(root))
		return err_set(err, ERR_USAGE, "--dir %s is one run: it has no history", root);
	fd = kept_open_root(root, err);
	if (fd < 0 && err->code == ERR_NOT_FOUND) {
		err_clear(err);
		return 0;
	}
	if (fd < 0 || kept_load(fd, KEPT_ROOT, KEPT_HISTORY, k, err) < 0)
		return -(int)err->code;
	opts_tell_bad(&k->pool.bad);
	return 0;
}

static int list(const struct list_args *a, struct err *err)
{
	_cleanup_kept_ struct kept_runs k = { 0 };
	_cleanup_free_ struct summary *v = NULL;
	const struct pool *p = &k.pool;
	size_t n = 0;

	if (load(a, &k, err) < 0)
		return -(int)err->code;
	v = xcalloc(p->n_runs + 1, sizeof(*v));
	for (size_t i = 0; i < p->n_runs; i++)
		if (pool_is_run(&p->runs[i])) {
			v[n] = summarise(p, &p->runs[i]);
			v[n++].state = (char *)kept_words[kept_place_of(&k, i)];
		}
	qsort(v, n, sizeof(*v), newest_first);
	if (a->base.format == FORMAT_JSON)
		print_json(v, n);
	else
		print_grid(v, n, a->base.format, a->history);
	if (!n)
		fprintf(stderr, "stats: no runs yet; 'harness test' makes one\n");
	if (p->bad.n)
		fprintf(stderr, "stats: %zu skipped\n", p->bad.n);
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	struct list_args a = { .base.formats = OPTS_FORMATS };
	const struct poptOption table[] = {
		{ "history", 0, POPT_ARG_NONE, &a.history, 0,
		  "also the runs that later ones replaced and kept", NULL },
		POPT_TABLEEND,
	};
	int rc = opts_parse(self, &a.base, table, argc, argv, NULL, err);

	if (rc == CMD_RUN)
		rc = list(&a, err);
	opts_done(&a.base);
	return rc;
}

const struct cmd cmd_stats_list = {
	.name = "list",
	.summary = "the runs, newest first",
	.usage = "[OPTION...]",
	.run = run,
};
