/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/require.h"

#include "base/cmd.h"
#include "base/fs.h"
#include "base/mem.h"
#include "stats/objective.h"
#include "stats/objective_report.h"

#define FILE_MAX    (1u << 20)
#define SUMMARY_MAX (16u << 20)
#define TEXT_MAX    4096
#define LIST_MAX    1000

#define KEY(T, m, kind_, ...)                                                                      \
	{                                                                                          \
		.key = #m, .kind = (kind_), .off = offsetof(struct T, m), __VA_ARGS__              \
	}
#define TEXT(T, m, doc_, ...)                                                                      \
	KEY(T, m, YAML_TEXT, .min = 1, .max = TEXT_MAX, .doc = (doc_), __VA_ARGS__)
#define TEXTS(T, m, doc_)                                                                          \
	KEY(T, m, YAML_STRV, .max = LIST_MAX, .item_min = 1, .item_max = TEXT_MAX, .doc = (doc_))

static const struct yaml_field result_fields[] = {
	TEXT(require_result, test, "name of a benchmark or scenario that must have a result",
	     .required = true),
	TEXTS(require_result, labels,
	      "each must have results: a flag, or the value of a dimension, as `baseline`"),
	TEXTS(require_result, metrics, "each result must have measured them"),
	TEXTS(require_result, order, "metrics that must not fall in this order: p50, p95, p99"),
	TEXTS(require_result, keys,
	      "keys of the sidecar that must be there and not null: `kernel.release`"),
	KEY(require_result, repeats, YAML_U32,
	    .doc = "so many results at least, of each label (default 1)"),
};
const struct yaml_table require_result_table =
	YAML_TABLE(struct require_result, result_fields, .placed = true);

static const struct yaml_field require_fields[] = {
	KEY(require, results, YAML_RECORDS, .n_off = offsetof(struct require, results_count),
	    .max = LIST_MAX, .table = &require_result_table, .doc = "what the run must have"),
	TEXT(require, summary,
	     "file of `stats gate --summary`: must be well-formed and agree with itself"),
	TEXTS(require, rows, "names of rows that the summary must have"),
	TEXTS(require, files, "files that must exist and not be empty"),
};
const struct yaml_table require_table = YAML_TABLE(struct require, require_fields, .placed = true);

static int read_file(const char *path, struct require *r, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (fs_read(AT_FDCWD, path, FILE_MAX, &text, err) < 0)
		return err_wrap(err, "--require");
	if (yaml_tree_parse(path, &text, &r->tree, err) < 0)
		return -(int)err->code;
	if (!r->tree->root)
		return err_set(err, ERR_USAGE, "%s: requires nothing", path);
	if (yaml_read(&require_table, r->tree->root, r, err) < 0)
		return -(int)err->code;
	if (!r->results_count && !r->summary && !r->files.n)
		return place_refuse(r->at, NULL, err, "requires nothing");
	if (r->rows.n && !r->summary)
		return place_refuse(r->at, "rows", err,
		                    "are rows of the summary: give summary, too");
	return 0;
}

int require_load(const char *path, struct require **out, struct err *err)
{
	struct require *r = xcalloc(1, sizeof(*r));

	if (read_file(path, r, err) < 0) {
		if (err->code == ERR_FORMAT)
			err->code = ERR_USAGE;
		require_free(&r);
		return -(int)err->code;
	}
	*out = r;
	return 0;
}

void require_free(struct require **rp)
{
	struct require *r = steal_ptr(rp);

	if (!r)
		return;
	yaml_record_done(&require_table, r);
	yaml_tree_free(&r->tree);
	free(r);
}

/* --- results ----------------------------------------------------------------------------------- */

static double value_of(const struct row *r, const char *metric)
{
	int m = metric_find(metric);
	const struct row_payload *p = m < 0 ? row_payload_find(r, metric) : NULL;

	return m >= 0 ? r->v[m] : p ? p->value : NAN;
}

static void check_values(const struct require_result *want, const struct row *r,
                         struct strv *defects)
{
	const char *before = NULL; /* the last that was measured */
	double last = NAN;

	strv_each (&want->metrics, i)
		if (!isfinite(value_of(r, want->metrics.v[i])))
			strv_addf(defects, "%s: %s: not measured", r->file, want->metrics.v[i]);
	strv_each (&want->order, i) {
		double v = value_of(r, want->order.v[i]);

		if (!isfinite(v))
			continue;
		if (before && v < last)
			strv_addf(defects, "%s: %s: %g is below %s, %g", r->file, want->order.v[i],
			          v, before, last);
		before = want->order.v[i];
		last = v;
	}
}

static bool has_key(struct json_object *o, const char *path)
{
	_cleanup_strv_ struct strv steps = STRV_INIT;

	strv_split(&steps, path, ".");
	strv_each (&steps, i)
		if (!o || !json_object_is_type(o, json_type_object) ||
		    !json_object_object_get_ex(o, steps.v[i], &o))
			return false;
	return o != NULL;
}

static void check_keys(const struct require_result *want, int dirfd, const struct row *r,
                       struct strv *defects)
{
	_cleanup_json_ struct json_object *o = NULL;
	struct err err = ERR_INIT;

	if (!want->keys.n)
		return;
	if (json_read(dirfd, r->file, SIDECAR_MAX, &o, &err) < 0) {
		strv_add(defects, err.msg);
		return;
	}
	strv_each (&want->keys, i)
		if (!has_key(o, want->keys.v[i]))
			strv_addf(defects, "%s: %s: is missing", r->file, want->keys.v[i]);
}

/* The results of a label; NULL: of any. */
static void count_results(const struct require_result *want, const char *label,
                          const struct pool *p, struct strv *defects)
{
	const struct objective_side side = { .label = (char *)label };
	size_t n = 0, least = want->repeats ? want->repeats : 1;

	for (size_t i = 0; i < p->n_rows; i++) {
		const struct row *r = &p->rows[i];

		n += streq(r->test, want->test) && objective_side_has(&side, r) &&
		     row_is_measured(r);
	}
	if (n < least)
		strv_addf(defects, "%s%s%s: %zu of %zu results", want->test, label ? ", " : "",
		          label ? label : "", n, least);
}

static void check_result(const struct require_result *want, const struct scan *s,
                         const struct pool *p, struct strv *defects)
{
	if (!want->labels.n)
		count_results(want, NULL, p, defects);
	strv_each (&want->labels, i)
		count_results(want, want->labels.v[i], p, defects);
	for (size_t i = 0; i < p->n_rows; i++) {
		const struct row *r = &p->rows[i];

		if (!streq(r->test, want->test) || !row_is_measured(r))
			continue;
		check_values(want, r, defects);
		check_keys(want, s->dirfd, r, defects);
	}
}

/* --- the gate's output ------------------------------------------------------------------------- */

static void check_summary_row(const char *path, const struct objective_summary_row *r,
                              struct strv *defects)
{
	if (r->low > r->value || r->value > r->high)
		strv_addf(defects, "%s: %s: value %g is not within %g…%g", path, r->name, r->value,
		          r->low, r->high);
	if (r->status <= OBJECTIVE_FAIL && !isfinite(r->value))
		strv_addf(defects, "%s: %s: judged without a value", path, r->name);
	if (!r->with != !r->of)
		strv_addf(defects, "%s: %s: a ratio needs both sides", path, r->name);
}

static void check_agreement(const char *path, const struct objective_summary *s,
                            struct strv *defects)
{
	_cleanup_free_ struct objective_vote *votes = xcalloc(s->rows.n + 1, sizeof(*votes));
	int want;

	for (size_t i = 0; i < s->rows.n; i++) {
		const struct objective_summary_row *r = &s->rows.v[i];

		check_summary_row(path, r, defects);
		votes[i] = (struct objective_vote){ (enum objective_status)r->status,
			                            (enum objective_level)r->level, r->open,
			                            r->optional };
	}
	want = objectives_exit(votes, s->rows.n);
	if (s->schema != OBJECTIVE_SUMMARY_SCHEMA)
		strv_addf(defects, "%s: schema: %u is not %d", path, s->schema,
		          OBJECTIVE_SUMMARY_SCHEMA);
	if (!streq(s->verdict, objectives_word(want)) || s->exit_status != (uint32_t)want)
		strv_addf(defects,
		          "%s: verdict \"%s\" and exit status %u do not follow from the rows: they "
		          "are \"%s\" and %d",
		          path, s->verdict, s->exit_status, objectives_word(want), want);
}

/* "open_close/agent" is the row "open_close" of one test of several. */
static bool has_row(const struct objective_summary *s, const char *name)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < s->rows.n; i++)
		if (starts_with(s->rows.v[i].name, name) &&
		    (!s->rows.v[i].name[n] || s->rows.v[i].name[n] == '/'))
			return true;
	return false;
}

static void check_summary(const struct require *r, struct strv *defects)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
	struct err err = ERR_INIT;
	struct objective_summary s;

	json_init(&objective_summary_table, &s);
	if (fs_read(AT_FDCWD, r->summary, SUMMARY_MAX, &text, &err) < 0) {
		strv_add(defects, err.msg);
	} else if (json_decode(&objective_summary_table, text.s, text.n, &s, &err) < 0) {
		strv_addf(defects, "%s: %s", r->summary, err.msg);
	} else {
		check_agreement(r->summary, &s, defects);
		strv_each (&r->rows, i)
			if (!has_row(&s, r->rows.v[i]))
				strv_addf(defects, "%s: row %s is missing", r->summary,
				          r->rows.v[i]);
	}
	json_done(&objective_summary_table, &s);
}

void require_check(const struct require *r, const struct scan *s, const struct pool *p,
                   struct strv *defects)
{
	for (uint32_t i = 0; i < r->results_count; i++)
		check_result(&r->results[i], s, p, defects);
	if (r->summary)
		check_summary(r, defects);
	strv_each (&r->files, i) {
		struct stat st;

		if (stat(r->files.v[i], &st) < 0 || !S_ISREG(st.st_mode))
			strv_addf(defects, "%s: no such file", r->files.v[i]);
		else if (!st.st_size)
			strv_addf(defects, "%s: is empty", r->files.v[i]);
	}
}
