/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdio.h>

#include "base/mem.h"
#include "sidecar/host.h"
#include "sidecar/schema_doc.h"
#include "tests/unit/golden.h"
#include "tests/unit/sidecar_sample.h"
#include "tests/unit/test.h"

static void check_table(const struct json_table *t)
{
	ck_assert_msg(t->doc && *t->doc, "table %s has no doc", t->name);
	for (size_t i = 0; i < t->n; i++) {
		const struct json_field *f = &t->fields[i];

		ck_assert_msg(f->name && *f->name, "%s: field %zu has no name", t->name, i);
		if (f->kind != JSON_INLINE)
			ck_assert_msg(f->doc && *f->doc, "%s.%s has no doc", t->name, f->name);
		ck_assert_msg(f->off < t->size, "%s.%s lies outside", t->name, f->name);
		for (size_t k = 0; k < i; k++)
			ck_assert_msg(!streq(f->name, t->fields[k].name), "%s.%s is there twice",
			              t->name, f->name);
		if (f->table)
			check_table(f->table);
	}
}

TEST(schema_every_field_has_name_and_doc)
{
	check_table(&sidecar_table);
}

/* Units are spelled in the name wherever a name carries one. */
TEST(schema_units_agree_with_names)
{
	static const char *const units[][2] = { { "_ms", "ms" },       { "_us", "us" },
		                                { "_ns", "ns" },       { "_s", "s" },
		                                { "_bytes", "bytes" }, { "_kb", "kB" },
		                                { "_khz", "kHz" } };
	const struct json_table *tables[] = { &sidecar_table, &sidecar_vm_table, &host_table,
		                              &cgroup_metrics_table, &metrics_table };

	for (size_t t = 0; t < ARRAY_SIZE(tables); t++)
		for (size_t i = 0; i < tables[t]->n; i++)
			for (size_t u = 0; u < ARRAY_SIZE(units); u++)
				if (ends_with(tables[t]->fields[i].name, units[u][0]))
					ck_assert_str_eq(tables[t]->fields[i].unit, units[u][1]);
}

TEST(schema_round_trip_of_all_fields)
{
	struct sidecar a, b;
	struct json_object *o;
	struct err err = ERR_INIT;
	_cleanup_free_ char *text = NULL;

	sample_fill(&sidecar_table, &a);
	json_init(&sidecar_table, &b);
	o = json_encode(&sidecar_table, &a);
	text = json_text(o, true);
	json_object_put(o);
	ASSERT_OK(json_decode(&sidecar_table, text, strlen(text), &b, &err));
	ck_assert(json_equal(&sidecar_table, &a, &b));
	ck_assert_str_eq(a.host->cpu_model, b.host->cpu_model);
	ck_assert_double_eq(a.stats.metrics.v[M_P99_WAKE_US], b.stats.metrics.v[M_P99_WAKE_US]);
	json_done(&sidecar_table, &a);
	json_done(&sidecar_table, &b);
}

static int decode_object(struct json_object *o, struct sidecar *out, struct err *err)
{
	_cleanup_free_ char *text = json_text(o, true);

	return json_decode(&sidecar_table, text, strlen(text), out, err);
}

/* Each required key missing, and each of a wrong type, is an error that names it. */
TEST(schema_missing_and_wrong_keys_are_named)
{
	struct sidecar s;
	struct err err = ERR_INIT;

	sample_sidecar(&s, "t", 0);
	for (size_t i = 0; i < sidecar_table.n; i++) {
		const struct json_field *f = &sidecar_table.fields[i];
		_cleanup_json_ struct json_object *o = json_encode(&sidecar_table, &s);
		struct sidecar back;

		json_init(&sidecar_table, &back);
		json_object_object_del(o, f->name);
		if (f->flags & (JSON_NULLABLE | JSON_OPTIONAL))
			ASSERT_OK(decode_object(o, &back, &err));
		else
			ASSERT_ERR(decode_object(o, &back, &err), ERR_FORMAT, f->name);
		json_done(&sidecar_table, &back);
		json_object_object_add(o, f->name, json_object_new_double(0.5));
		ASSERT_ERR(decode_object(o, &back, &err), ERR_FORMAT, f->name);
		ck_assert_msg(starts_with(err.msg, f->name), "%s", err.msg);
	}
	json_done(&sidecar_table, &s);
}

TEST(schema_nullable_keys_and_empty_arrays_are_written)
{
	_cleanup_json_ struct json_object *o = NULL;
	struct json_object *v, *stats;
	struct sidecar s;

	sample_sidecar(&s, "t", 0);
	s.stats.metrics.v[M_WORST_SPREAD] = NAN;
	s.stats.metrics.v[M_WORST_GAP_MS] = INFINITY;
	o = json_encode(&sidecar_table, &s);
	ck_assert(json_object_object_get_ex(o, "project_commit", &v) && !v);
	ck_assert(json_object_object_get_ex(o, "kargs", &v));
	ck_assert(json_object_is_type(v, json_type_array));
	ck_assert(json_object_object_get_ex(o, "stats", &stats));
	ck_assert(json_object_object_get_ex(stats, "worst_spread", &v) && !v);
	ck_assert(json_object_object_get_ex(stats, "worst_gap_ms", &v) && !v);
	ck_assert(json_object_object_get_ex(stats, "cgroups", &v));
	json_done(&sidecar_table, &s);
}

TEST(schema_pages_are_current)
{
	_cleanup_strbuf_ struct strbuf md = STRBUF_INIT, json = STRBUF_INIT;

	schema_doc_markdown(&md);
	schema_doc_json(&json);
	golden_block("docs/schema.md", "schema", &md);
	golden_page("docs/schema.json", &json);
}
