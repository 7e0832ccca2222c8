/* SPDX-License-Identifier: GPL-2.0-only */
/* The generated blocks of docs/work-types.md match the table of work types. */
#include "harness/wire/work_type.h"
#include "tests/unit/golden.h"
#include "tests/unit/test.h"

static void add_group(struct strbuf *b, const struct work_type_def *d)
{
	if (d->group_param && d->group)
		strbuf_addf(b, "Workers in a group: %u + `%s`. ", d->group, d->group_param);
	else if (d->group_param)
		strbuf_addf(b, "Workers in a group: `%s`. ", d->group_param);
	else if (d->group > 1)
		strbuf_addf(b, "Workers in a group: %u. ", d->group);
}

static void add_measured(struct strbuf *b, const struct work_type_def *d)
{
	if (d->never_blocks)
		strbuf_adds(b, "Never blocks; reports its gap. ");
	for (int l = 0; l < LATENCY_COUNT; l++)
		if (d->latencies & 1u << l)
			strbuf_addf(b, "Measures `%s`. ", json_name(&latency_names, l));
	if (d->needs.smt)
		strbuf_adds(b, "Needs SMT. ");
	if (d->needs.nodes)
		strbuf_addf(b, "Needs %u NUMA nodes. ", d->needs.nodes);
}

static void add_params(struct strbuf *b, const struct work_type_def *d)
{
	if (!d->params[0].name)
		return;
	strbuf_adds(b, "\n| parameter | unit | default | range | meaning |\n"
	               "|---|---|---|---|---|\n");
	for (size_t i = 0; i < WORK_PARAMS_MAX && d->params[i].name; i++) {
		const struct work_param *p = &d->params[i];

		strbuf_addf(b, "| `%s` | %s | %.10g | %.10g to %.10g | %s |\n", p->name,
		            p->unit ? p->unit : "", p->def, p->min, p->max, p->doc);
	}
}

static void add_type(struct strbuf *b, const struct work_type_def *d)
{
	strbuf_addf(b, "\n## %s\n\n%c%s. ", d->name, d->doc[0] - 'a' + 'A', d->doc + 1);
	add_group(b, d);
	add_measured(b, d);
	strbuf_rtrim(b);
	strbuf_addc(b, '\n');
	add_params(b, d);
}

TEST(work_types_page_is_current)
{
	_cleanup_strbuf_ struct strbuf latencies = STRBUF_INIT, types = STRBUF_INIT;

#define X(e, name, doc) strbuf_adds(&latencies, "- `" name "`: " doc ".\n");
	LATENCIES(X)
#undef X
	golden_block("docs/work-types.md", "latencies", &latencies);
	for (int i = 0; i < WORK_TYPE_COUNT; i++)
		add_type(&types, &work_type_defs[i]);
	golden_block("docs/work-types.md", "types", &types);
}
