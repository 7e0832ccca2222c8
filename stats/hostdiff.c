/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/hostdiff.h"

#include "base/mem.h"
#include "base/parse.h"

static void flatten(struct json_object *o, const char *path, struct strmap *out)
{
	if (json_object_is_type(o, json_type_object)) {
		json_object_object_foreach(o, key, v)
		{
			_cleanup_free_ char *sub = xasprintf("%s.%s", path, key);

			flatten(v, sub, out);
		}
	} else if (json_object_is_type(o, json_type_double)) {
		_cleanup_free_ char *text = format_figure(json_object_get_double(o));

		strmap_set(out, path, text);
	} else if (o) {
		strmap_set(out, path, json_object_get_string(o));
	}
}

void host_facts(const struct host *h, bool state, struct strmap *out)
{
	_cleanup_json_ struct json_object *o = json_encode(&host_table, h);

	for (size_t i = 0; i < host_table.n; i++) {
		const struct json_field *f = &host_table.fields[i];

		if (state || !(f->flags & JSON_STATE))
			flatten(json_object_object_get(o, f->name), f->name, out);
	}
}

/* The values that each fact has on each side. */
struct facts {
	struct index fields;
	struct host_fact *v;
	size_t n;
};

static struct host_fact *fact_of(struct facts *f, const char *field)
{
	size_t i = index_add(&f->fields, field, strlen(field));

	if (i == f->n)
		xgrow(f->v, f->n)->field = xstrdup(field);
	return &f->v[i];
}

static void add_side(struct facts *f, const struct hosts *hosts, const bool *used, int side)
{
	for (size_t h = 0; h < hosts->n; h++) {
		struct strmap map = { 0 };

		if (!used[h])
			continue;
		host_facts(hosts->v[h], false, &map);
		strmap_each (&map, i)
			strv_add(&fact_of(f, map.v[i].key)->value[side], map.v[i].value);
		strmap_done(&map);
	}
}

static void free_fact(struct host_fact *f)
{
	free(f->field);
	strv_done(&f->value[SIDE_A]);
	strv_done(&f->value[SIDE_B]);
}

/* Moves the facts whose values differ between the sides to *out, and frees the others. */
static void keep_differing(struct facts *f, struct host_diff *out)
{
	for (size_t i = 0; i < f->n; i++) {
		struct host_fact *fact = &f->v[i];

		strv_uniq(&fact->value[SIDE_A]);
		strv_uniq(&fact->value[SIDE_B]);
		if (strv_equal(&fact->value[SIDE_A], &fact->value[SIDE_B]))
			free_fact(fact);
		else
			*xgrow(out->v, out->n) = *fact;
	}
	free(f->v);
	index_done(&f->fields);
}

static int by_field(const void *a, const void *b)
{
	return strcmp(((const struct host_fact *)a)->field, ((const struct host_fact *)b)->field);
}

void host_diff(const struct hosts *hosts, const struct rows sides[SIDES], struct host_diff *out)
{
	struct facts f = { 0 };

	*out = (struct host_diff){ 0 };
	for (int s = 0; s < SIDES; s++) {
		_cleanup_free_ bool *used = xcalloc(hosts->n + 1, sizeof(*used));

		for (size_t i = 0; i < sides[s].n; i++) {
			size_t h = sides[s].v[i]->host;

			if (h == HOST_NONE)
				out->unknown[s]++;
			else if (!used[h])
				out->hosts[s] += used[h] = true;
		}
		add_side(&f, hosts, used, s);
	}
	keep_differing(&f, out);
	/* if one side has no host recorded, there is nothing to compare */
	if (!out->hosts[SIDE_A] || !out->hosts[SIDE_B]) {
		for (size_t i = 0; i < out->n; i++)
			free_fact(&out->v[i]);
		out->n = 0;
	}
	if (out->n)
		qsort(out->v, out->n, sizeof(*out->v), by_field);
}

void host_diff_done(struct host_diff *d)
{
	for (size_t i = 0; i < d->n; i++)
		free_fact(&d->v[i]);
	free(d->v);
	*d = (struct host_diff){ 0 };
}
