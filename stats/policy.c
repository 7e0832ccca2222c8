/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/policy.h"

#include <fcntl.h>
#include <fnmatch.h>

#include "base/cmd.h"
#include "base/mem.h"
#include "base/parse.h"

#define PERCENT_MAX 1e9
#define PAYLOAD_REL 0.10

void policy_done(struct policy *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->rules[i].glob);
	free(p->rules);
	*p = (struct policy){ 0 };
}

static struct policy_rule *add_rule(struct policy *p, const char *glob)
{
	struct policy_rule *r = xgrow(p->rules, p->n);

	r->glob = xstrdup(glob);
	r->percent = NAN;
	for (int m = 0; m < METRIC_COUNT; m++)
		r->metric_pct[m] = r->metric_abs[m] = NAN;
	return r;
}

int policy_threshold(struct policy *p, const char *pct, struct err *err)
{
	double v;

	if (parse_f64(pct, "--threshold", 0, PERCENT_MAX, &v, err) < 0)
		return -(int)err->code;
	add_rule(p, NULL)->percent = v;
	return 0;
}

static int get_number(const char *key, struct json_object *v, double *out, struct err *err)
{
	double d = json_object_get_double(v);

	if (!json_object_is_type(v, json_type_double) && !json_object_is_type(v, json_type_int))
		return err_set(err, ERR_USAGE, "%s: expected a number", key);
	if (!(d >= 0 && d <= PERCENT_MAX))
		return err_set(err, ERR_USAGE, "%s: %g is not between 0 and %g", key, d,
		               PERCENT_MAX);
	*out = d;
	return 0;
}

int policy_no_metric(const char *key, const char *name, struct err *err)
{
	const char *names[METRIC_COUNT];
	const char *meant;

	for (int m = 0; m < METRIC_COUNT; m++)
		names[m] = metric_defs[m].name;
	meant = parse_suggest(name, names, METRIC_COUNT);
	if (meant)
		return err_set(err, ERR_USAGE, "%s: no metric \"%s\"; did you mean \"%s\"?", key,
		               name, meant);
	return err_set(err, ERR_USAGE, "%s: no metric \"%s\"; 'stats list-metrics' lists them", key,
	               name);
}

int policy_take_metrics(char ***given, bool wanted[METRIC_COUNT], struct err *err)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	cmd_take_argv(given, &names);
	strv_each (&names, i) {
		int m = metric_find(names.v[i]);

		if (m < 0)
			return policy_no_metric("--metric", names.v[i], err);
		if (metric_defs[m].polarity == METRIC_NO_POLARITY)
			return err_set(
				err, ERR_USAGE,
				"--metric: neither more nor less of %s is better, so nothing is "
				"judged by it; 'stats list-metrics' says which have a polarity",
				names.v[i]);
		wanted[m] = true;
	}
	return 0;
}

static int metric_numbers(const char *key, struct json_object *v, double *out, struct err *err)
{
	if (!json_object_is_type(v, json_type_object))
		return err_set(err, ERR_USAGE, "%s: expected an object", key);
	json_object_object_foreach(v, name, number)
	{
		int m = metric_find(name);

		if (m < 0)
			return policy_no_metric(key, name, err);
		if (get_number(name, number, &out[m], err) < 0)
			return err_wrap(err, "%s", key);
	}
	return 0;
}

static int decode_rule(struct policy *p, const char *glob, struct json_object *o, struct err *err);

static int per_test(struct policy *p, struct json_object *v, struct err *err)
{
	if (!json_object_is_type(v, json_type_object))
		return err_set(err, ERR_USAGE, "per_test: expected an object");
	json_object_object_foreach(v, glob, rule)
	{
		if (decode_rule(p, glob, rule, err) < 0)
			return err_wrap(err, "per_test: %s", glob);
	}
	return 0;
}

enum policy_key {
#define X(id, name, doc) KEY_##id,
	POLICY_KEYS(X)
#undef X
	KEY_COUNT
};

static const struct {
	const char *name, *doc;
} keys[KEY_COUNT] = {
#define X(id, name, doc) [KEY_##id] = { name, doc },
	POLICY_KEYS(X)
#undef X
};

void policy_page(struct strbuf *out)
{
	strbuf_adds(out, "| key | value |\n|---|---|\n");
	for (int k = 0; k < KEY_COUNT; k++)
		strbuf_addf(out, "| `%s` | %s |\n", keys[k].name, keys[k].doc);
}

static int unknown_key(const char *key, struct err *err)
{
	const char *names[KEY_COUNT], *meant;

	for (int k = 0; k < KEY_COUNT; k++)
		names[k] = keys[k].name;
	meant = parse_suggest(key, names, KEY_COUNT);
	if (!meant || streq(meant, key)) /* per_test within per_test */
		return err_set(err, ERR_USAGE, "unknown key \"%s\"", key);
	return err_set(err, ERR_USAGE, "unknown key \"%s\"; did you mean \"%s\"?", key, meant);
}

static int decode_key(struct policy *p, size_t at, const char *key, struct json_object *v,
                      struct err *err)
{
	struct policy_rule *r = &p->rules[at];
	int k = 0;

	while (k < KEY_COUNT && !streq(keys[k].name, key))
		k++;
	if (k == KEY_COUNT || (k == KEY_TEST && r->glob))
		return unknown_key(key, err);
	switch ((enum policy_key)k) {
	case KEY_PERCENT: return v ? get_number(key, v, &r->percent, err) : 0;
	case KEY_METRIC_PERCENT: return metric_numbers(key, v, r->metric_pct, err);
	case KEY_METRIC_ABSOLUTE: return metric_numbers(key, v, r->metric_abs, err);
	case KEY_TEST: return per_test(p, v, err);
	case KEY_COUNT: break;
	}
	return 0;
}

static int decode_rule(struct policy *p, const char *glob, struct json_object *o, struct err *err)
{
	size_t at = p->n;

	if (!json_object_is_type(o, json_type_object))
		return err_set(err, ERR_USAGE, "expected an object");
	add_rule(p, glob);
	json_object_object_foreach(o, key, v)
	{
		if (decode_key(p, at, key, v, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

int policy_decode(struct policy *p, struct json_object *o, struct err *err)
{
	return decode_rule(p, NULL, o, err);
}

int policy_read(struct policy *p, const char *path, struct err *err)
{
	_cleanup_json_ struct json_object *o = NULL;

	if (json_read(AT_FDCWD, path, POLICY_MAX, &o, err) < 0) {
		if (err->code == ERR_FORMAT) /* the user wrote it */
			err->code = ERR_USAGE;
		return -(int)err->code;
	}
	if (policy_decode(p, o, err) < 0)
		return err_wrap(err, "%s", path);
	return 0;
}

struct gate policy_gate(const struct policy *p, const char *test, enum metric m)
{
	struct gate g = { metric_defs[m].gate_abs, metric_defs[m].gate_rel };

	for (size_t i = 0; i < p->n; i++) {
		const struct policy_rule *r = &p->rules[i];

		if (r->glob && fnmatch(r->glob, test, 0) != 0)
			continue;
		if (!isnan(r->metric_pct[m]))
			g.rel = r->metric_pct[m] / 100;
		else if (!isnan(r->percent))
			g.rel = r->percent / 100;
		if (!isnan(r->metric_abs[m]))
			g.abs = r->metric_abs[m];
	}
	return g;
}

struct gate policy_gate_payload(const struct policy *p, const char *test)
{
	struct gate g = { 0, PAYLOAD_REL };

	for (size_t i = 0; i < p->n; i++) {
		const struct policy_rule *r = &p->rules[i];

		if (!isnan(r->percent) && (!r->glob || fnmatch(r->glob, test, 0) == 0))
			g.rel = r->percent / 100;
	}
	return g;
}
