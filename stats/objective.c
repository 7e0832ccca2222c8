/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/objective.h"

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"

#define FILE_MAX (1u << 20)

static const char *const level_texts[OBJECTIVE_LEVELS] = { "strict", "advisory" };
const struct json_names objective_levels = JSON_NAMES(level_texts);

/* --- sides ------------------------------------------------------------------------------------- */

void objective_side_done(struct objective_side *s)
{
	free(s->label);
	filters_done(&s->filters);
	*s = (struct objective_side){ 0 };
}

static bool has_label(const struct row *r, const char *label)
{
	_cleanup_strv_ struct strv flags = STRV_INIT;

	for (int d = 0; d < DIM_COUNT; d++)
		if (r->dim[d] && dim_defs[d].match(r->dim[d], label))
			return true;
	strv_split(&flags, r->flags, ",");
	return strv_has(&flags, label);
}

bool objective_side_has(const struct objective_side *s, const struct row *r)
{
	return (!s->label || has_label(r, s->label)) && filters_match(&s->filters, SIDE_SHARED, r);
}

static int no_dimension(const struct yaml_place *at, struct err *err)
{
	const char *names[DIM_COUNT], *meant;

	for (int d = 0; d < DIM_COUNT; d++)
		names[d] = dim_defs[d].name;
	meant = parse_suggest(at->key, names, DIM_COUNT);
	return place_refuse(at, NULL, err, "is no dimension%s%s%s",
	                    meant ? ", did you mean \"" : "", meant ? meant : "",
	                    meant ? "\"?" : "; 'stats list-values' lists them");
}

static int read_dimension(const struct yaml_place *at, struct strv *out, struct err *err)
{
	if (at->form == YAML_FORM_VALUE) {
		strv_add(out, at->text);
		return 0;
	}
	for (const struct yaml_place *p = at->first; p; p = p->next) {
		if (at->form != YAML_FORM_LIST || p->form != YAML_FORM_VALUE)
			break;
		strv_add(out, p->text);
	}
	return out->n && out->n == at->n
	               ? 0
	               : place_refuse(at, NULL, err, "expected a value, or a list of values");
}

static int read_dimensions(const struct yaml_place *at, struct filters *out, struct err *err)
{
	for (const struct yaml_place *p = at->first; p; p = p->next) {
		int d = dim_find(p->key);

		if (d < 0)
			return no_dimension(p, err);
		if (out->set[SIDE_SHARED].want[d].n)
			return place_refuse(p, NULL, err, "is given twice");
		if (read_dimension(p, &out->set[SIDE_SHARED].want[d], err) < 0)
			return -(int)err->code;
	}
	return 0;
}

int objective_side_read(const struct yaml_place *at, struct objective_side *out, struct err *err)
{
	if (at->form == YAML_FORM_MAPPING && at->n)
		return read_dimensions(at, &out->filters, err);
	if (at->form != YAML_FORM_VALUE || !at->n)
		return place_refuse(at, NULL, err,
		                    "expected a label, or dimensions as { kernel: 7.0 }");
	out->label = xstrdup(at->text);
	return 0;
}

/* --- the bound --------------------------------------------------------------------------------- */

static bool is_given(const struct objective_bound *b)
{
	return b->min || b->max || b->ratio || b->tolerance || b->unit;
}

/* A percentage is one of that bound, not of the other. */
static double slack_of(const double *bound, double size, bool percent)
{
	if (!bound)
		return 0;
	return percent ? fabs(*bound) * size / 100 : size;
}

static int read_tolerance(const struct yaml_place *at, struct objective_bound *b, struct err *err)
{
	_cleanup_free_ char *number = xstrdup(b->tolerance);
	struct err ignored = ERR_INIT;
	double size;
	bool percent;

	if (!b->tolerance)
		return 0;
	percent = ends_with(number, "%");
	if (percent)
		number[strlen(number) - 1] = '\0';
	if (parse_f64(number, "", 0, 1e15, &size, &ignored) < 0)
		return place_refuse(at, "tolerance", err,
		                    "\"%s\" is neither a number from 0 on nor one with %%",
		                    b->tolerance);
	b->min_slack = slack_of(b->min, size, percent);
	b->max_slack = slack_of(b->max, size, percent);
	return 0;
}

static int check_bound(const struct yaml_place *at, struct objective_bound *b, struct err *err)
{
	struct objective_ratio *r = b->ratio;

	if (!b->min && !b->max)
		return place_refuse(at, NULL, err, "needs a bound: max, min or both");
	if (b->min && b->max && *b->min > *b->max)
		return place_refuse(at, "min", err, "%g is above max %g", *b->min, *b->max);
	if (r && b->unit)
		return place_refuse(at, "unit", err, "a ratio has no unit");
	if (r && (objective_side_read(r->with, &r->side[SIDE_B], err) < 0 ||
	          objective_side_read(r->of, &r->side[SIDE_A], err) < 0))
		return -(int)err->code;
	return read_tolerance(at, b, err);
}

/* The bound is among the row's own keys, or under the key of one figure. */
static int choose_bound(struct objective *o, struct err *err)
{
	const struct {
		const char *key, *metric;
		struct objective_bound *bound;
	} figures[] = {
#define X(key, metric) { #key, metric, o->key },
		OBJECTIVE_FIGURES(X)
#undef X
	};
	const struct yaml_place *at = o->at;
	struct objective_bound *b = &o->own;

	o->figure = o->metric;
	for (size_t i = 0; i < ARRAY_SIZE(figures); i++) {
		if (!figures[i].bound)
			continue;
		if (o->figure || is_given(&o->own))
			return place_refuse(
				o->at, figures[i].key, err,
				"the row has a metric or a bound already; make another row");
		o->figure = figures[i].metric;
		b = figures[i].bound;
		at = place_at(o->at, figures[i].key);
	}
	if (!o->figure)
		return place_refuse(o->at, NULL, err,
		                    "needs metric, or one of p50, mean, p95, p99");
	o->bound = b;
	return check_bound(at, b, err);
}

/* --- the file ---------------------------------------------------------------------------------- */

static int check_machines(const struct objective *o, struct err *err)
{
	static const char *const known[] = { "native", "kvm", "tcg" };

	strv_each (&o->machine, i) {
		bool found = false;

		for (size_t k = 0; k < ARRAY_SIZE(known); k++)
			found |= streq(known[k], o->machine.v[i]);
		if (!found)
			return place_refuse(o->at, "machine", err,
			                    "\"%s\" is not one of native, kvm, tcg",
			                    o->machine.v[i]);
	}
	return 0;
}

static int check_level(struct objective *o, struct err *err)
{
	int level = o->level_name ? json_name_index(&objective_levels, o->level_name) : 0;

	if (level < 0)
		return place_refuse(o->at, "level", err, "\"%s\" is neither strict nor advisory",
		                    o->level_name);
	o->level = (enum objective_level)level;
	return 0;
}

static int check_row(struct objective *o, struct err *err)
{
	if (!o->benchmark == !o->scenario)
		return place_refuse(o->at, NULL, err, "needs one of benchmark and scenario");
	o->test = o->benchmark ? o->benchmark : o->scenario;
	if (o->where && o->where->form != YAML_FORM_MAPPING)
		return place_refuse(o->where, NULL, err, "expected dimensions as { kernel: 7.0 }");
	if (o->where && read_dimensions(o->where, &o->only.filters, err) < 0)
		return -(int)err->code;
	if (check_level(o, err) < 0 || check_machines(o, err) < 0)
		return -(int)err->code;
	return choose_bound(o, err);
}

static int read_file(const char *path, struct objectives *o, struct err *err)
{
	_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;

	if (fs_read(AT_FDCWD, path, FILE_MAX, &text, err) < 0)
		return err_wrap(err, "objectives");
	if (yaml_tree_parse(path, &text, &o->tree, err) < 0)
		return -(int)err->code;
	if (!o->tree->root)
		return err_set(err, ERR_USAGE, "%s: there are no objectives in it", path);
	if (yaml_read(&objectives_table, o->tree->root, o, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < o->objectives_count; i++)
		if (check_row(&o->objectives[i], err) < 0)
			return -(int)err->code;
	return 0;
}

int objectives_load(const char *path, struct objectives **out, struct err *err)
{
	struct objectives *o = xcalloc(1, sizeof(*o));

	o->path = xstrdup(path);
	if (read_file(path, o, err) < 0) {
		if (err->code == ERR_FORMAT)
			err->code = ERR_USAGE;
		objectives_free(&o);
		return -(int)err->code;
	}
	*out = o;
	return 0;
}

static void ratio_done(struct objective_bound *b)
{
	for (int s = 0; b && b->ratio && s < SIDES; s++)
		objective_side_done(&b->ratio->side[s]);
}

void objectives_free(struct objectives **op)
{
	struct objectives *o = steal_ptr(op);

	for (uint32_t i = 0; o && i < o->objectives_count; i++) {
		ratio_done(&o->objectives[i].own);
#define X(key, metric) ratio_done(o->objectives[i].key);
		OBJECTIVE_FIGURES(X)
#undef X
		objective_side_done(&o->objectives[i].only);
	}
	if (!o)
		return;
	yaml_record_done(&objectives_table, o);
	yaml_tree_free(&o->tree);
	free(o->path);
	free(o);
}
