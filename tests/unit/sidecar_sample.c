/* SPDX-License-Identifier: GPL-2.0-only */
#include "base/mem.h"
#include "tests/unit/sidecar_sample.h"

static void add_cgroup(struct sidecar *s, const char *name, double scale)
{
	struct sidecar_cgroup *c = xgrow(s->stats.cgroups.v, s->stats.cgroups.n);

	json_init(&sidecar_cgroup_table, c);
	c->name = xstrdup(name);
	c->workers = 2;
	c->cpus = 4;
	c->work_type = xstrdup("cpu_spin");
	for (int i = 0; i < CGROUP_METRIC_COUNT; i++)
		c->metrics.v[i] = scale * (i + 1);
}

void sample_sidecar(struct sidecar *s, const char *test, uint32_t repeat)
{
	const struct cgroup_metrics *rows[2];
	struct sidecar_cgroup *c;

	json_init(&sidecar_table, s);
	s->schema = SIDECAR_SCHEMA;
	s->test_name = xstrdup(test);
	s->topology = xstrdup("1n2l4c1t");
	s->scheduler = xstrdup("eevdf");
	s->work_type = xstrdup("cpu_spin+pipe_ping_pong");
	s->clock = xstrdup("real");
	s->profile = xstrdup("fast");
	s->repeat = repeat;
	s->timestamp = xstrdup("2026-11-21T04:15:01Z");
	s->end_timestamp = xstrdup("2026-11-21T04:15:04Z");
	s->outcome = OUTCOME_PASS;
	add_cgroup(s, "a", 1);
	add_cgroup(s, "b", 1.5);
	c = s->stats.cgroups.v;
	rows[0] = &c[0].metrics;
	rows[1] = &c[1].metrics;
	metric_roll_up(rows, 2, &s->stats.metrics);
}

static unsigned int serial;

static void fill_text(char **out)
{
	*out = xasprintf("text %u \xe2\x80\xa6 \"\\\n", ++serial);
}

static void fill_one(const struct json_field *f, void *p);

static void fill_array(const struct json_field *f, struct json_array *a)
{
	a->n = 2;
	a->v = xcalloc(a->n, f->table->size);
	for (size_t i = 0; i < a->n; i++)
		sample_fill(f->table, (char *)a->v + i * f->table->size);
}

static void fill_maps(const struct json_field *f, void *p)
{
	if (f->kind == JSON_STRMAP) {
		strmap_set(p, "key", "value");
		strmap_set(p, "none", NULL);
	} else if (f->kind == JSON_F64MAP) {
		json_f64map_set(p, "one", 0.1);
		json_f64map_set(p, "none", NAN);
	} else if (f->kind == JSON_STRV) {
		strv_add(p, "first");
		strv_add(p, "");
	} else if (f->kind == JSON_U64S) {
		*xgrow(((struct json_u64s *)p)->v, ((struct json_u64s *)p)->n) = UINT64_MAX - 1;
	}
}

static void fill_one(const struct json_field *f, void *p)
{
	switch (f->kind) {
	case JSON_BOOL: *(bool *)p = true; break;
	case JSON_TRI: *(int8_t *)p = 1; break;
	case JSON_U32: *(uint32_t *)p = ++serial; break;
	case JSON_U64: *(uint64_t *)p = (1ULL << 60) + ++serial; break;
	case JSON_I64: *(int64_t *)p = -(int64_t)++serial; break;
	case JSON_F64: *(double *)p = ++serial + 0.1; break;
	case JSON_STR: fill_text(p); break;
	case JSON_ENUM: *(int *)p = 1; break;
	case JSON_OBJ:
	case JSON_INLINE: sample_fill(f->table, p); break;
	case JSON_OBJ_PTR:
		*(void **)p = xcalloc(1, f->table->size);
		sample_fill(f->table, *(void **)p);
		break;
	case JSON_ARRAY: fill_array(f, p); break;
	case JSON_STRV:
	case JSON_STRMAP:
	case JSON_U64S:
	case JSON_F64MAP: fill_maps(f, p); break;
	}
}

void sample_fill(const struct json_table *t, void *rec)
{
	json_init(t, rec);
	for (size_t i = 0; i < t->n; i++)
		fill_one(&t->fields[i], (char *)rec + t->fields[i].off);
}
