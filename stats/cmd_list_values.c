/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "stats/cmds.h"
#include "stats/opts.h"

/* The distinct values of a dimension, sorted. *unknown: how many rows have none. */
static void collect(const struct pool *p, enum dim d, struct strv *values, size_t *unknown)
{
	_cleanup_index_ struct index seen = { 0 };

	*unknown = 0;
	for (size_t i = 0; i < p->n_rows; i++) {
		const char *v = p->rows[i].dim[d];

		if (v)
			index_add(&seen, v, strlen(v));
		else
			++*unknown;
	}
	for (size_t i = 0; i < seen.n; i++)
		strv_add(values, seen.entries[i].key);
	strv_sort(values);
}

/* No filter matches a result without a value, so "unknown" is not offered. */
static void print_text(enum dim d, const struct strv *values, size_t unknown)
{
	printf("%s:", dim_defs[d].name);
	if (unknown)
		printf(" (%zu result%s none)", unknown, unknown == 1 ? " has" : "s have");
	putchar('\n');
	strv_each (values, i) {
		_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

		strbuf_add_printable(&b, values->v[i], strlen(values->v[i]), false);
		printf("  %s\n", strbuf_cstr(&b));
	}
}

static struct json_object *encode(const struct strv *values, size_t unknown)
{
	struct json_object *list = json_object_new_array();

	if (unknown)
		json_object_array_add(list, NULL);
	strv_each (values, i)
		json_object_array_add(list, json_object_new_string(values->v[i]));
	return list;
}

static void print_values(const struct pool *p, bool json)
{
	struct json_object *o = json ? json_object_new_object() : NULL;

	for (int d = 0; d < DIM_COUNT; d++) {
		_cleanup_strv_ struct strv values = STRV_INIT;
		size_t unknown;

		collect(p, (enum dim)d, &values, &unknown);
		if (json)
			json_object_object_add(o, dim_defs[d].name, encode(&values, unknown));
		else
			print_text((enum dim)d, &values, unknown);
	}
	if (json)
		cmd_print_json(o);
}

static int list_values(const struct opts *o, struct err *err)
{
	_cleanup_pool_ struct pool p;

	pool_init(&p);
	if (opts_load(o, &p, err) < 0)
		return -(int)err->code;
	if (p.n_rows || o->json)
		print_values(&p, o->json);
	else
		fprintf(stderr, "stats: no sidecars found; 'harness test' makes some\n");
	if (p.bad.n)
		fprintf(stderr, "stats: %zu skipped\n", p.bad.n);
	return EXIT_OK;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	_cleanup_opts_ struct opts o = { 0 };
	int rc = opts_parse(self, &o, NULL, argc, argv, NULL, err);

	return rc == CMD_RUN ? list_values(&o, err) : rc;
}

const struct cmd cmd_stats_list_values = {
	.name = "list-values",
	.summary = "the values of each dimension, to filter by",
	.usage = "[OPTION...]",
	.run = run,
};
