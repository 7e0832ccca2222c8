/* SPDX-License-Identifier: GPL-2.0-only */
/* docs/work-types.md is what the table of work types says. */
#include "base/fs.h"
#include "harness/wire/work_type.h"
#include "tests/unit/test.h"

#define PAGE     "docs/work-types.md"
#define PAGE_MAX (1u << 20)

static const char head[] =
	"# Work types\n\n"
	"What one worker does in its loop. Made from the table in harness/wire/work_type.c: "
	"`UPDATE_GOLDEN=1 make unit`.\n\n"
	"A worker may measure two latencies:\n\n";

static const char measured[] =
	"- A wake-up counts if its wakee is waiting, or is woken and not yet running. Each\n"
	"  wake-up has its own stamp; when the wakee runs, it counts all stamps.\n"
	"- A waker that acts \"at set times\" keeps these times even if its wakees are not\n"
	"  ready. It skips a round if it is late itself. Rounds that passed because it slept\n"
	"  too long count in `sleep_overshoot`, each from its own time. If a step freezes a\n"
	"  worker, that counts as sleeping too long.\n"
	"- Time in sched_yield(), in fork() or on a mutex is no latency.\n"
	"- A type that never blocks reports its longest *gap*: the time between two looks at\n"
	"  the clock.\n";

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

static void make_page(struct strbuf *b)
{
	strbuf_adds(b, head);
#define X(e, name, doc) strbuf_adds(b, "- `" name "`: " doc ".\n");
	LATENCIES(X)
#undef X
	strbuf_addf(b, "\n%s", measured);
	for (int i = 0; i < WORK_TYPE_COUNT; i++)
		add_type(b, &work_type_defs[i]);
}

TEST(work_types_page_is_current)
{
	_cleanup_strbuf_ struct strbuf want = STRBUF_INIT, have = STRBUF_INIT;
	struct err err = ERR_INIT;

	make_page(&want);
	if (getenv("UPDATE_GOLDEN"))
		ASSERT_OK(fs_write_atomic(AT_FDCWD, PAGE, want.s, want.n, 0644, &err));
	ASSERT_OK(fs_read(AT_FDCWD, PAGE, PAGE_MAX, &have, &err));
	ck_assert_msg(streq(strbuf_cstr(&have), strbuf_cstr(&want)),
	              PAGE " is not what the table says; make it anew: UPDATE_GOLDEN=1 make unit");
}
