/* SPDX-License-Identifier: GPL-2.0-only */
/* On tests/fixtures/schedulers/settable.bpf.c, as built. */
#include <bpf/btf.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/object/object.h"
#include "tests/unit/test.h"

#define SETTABLE "target/tests/fixtures/schedulers/settable.bpf.o"

static struct object *opened(void)
{
	struct object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_OK(object_open(SETTABLE, &o, &err));
	return o;
}

/* The value of a variable, as shown; the caller frees. */
static char *shown(const struct object *o, const char *name)
{
	struct object_vars vars;
	char *value = NULL;

	object_list_vars(o, &vars);
	for (size_t i = 0; i < vars.n; i++)
		if (streq(vars.v[i].name, name))
			value = xstrdup(vars.v[i].value);
	object_vars_done(&vars);
	ck_assert_msg(value != NULL, "no variable %s", name);
	return value;
}

static const struct {
	const char *label, *set, *var, *want;
} good[] = {
	{ "decimal", "slice_ns=7000000", "slice_ns", "7000000" },
	{ "hexadecimal", "slice_ns=0x10", "slice_ns", "16" },
	{ "greatest", "slice_ns=18446744073709551615", "slice_ns", "18446744073709551615" },
	{ "negative", "shift=-2147483648", "shift", "-2147483648" },
	{ "one byte", "small=255", "small", "255" },
	{ "true", "verbose=true", "verbose", "1" },
	{ "false", "numa_enabled=false", "numa_enabled", "0" },
	{ "enumerator", "mode=SETTABLE_ON", "mode", "SETTABLE_ON" },
	{ "enumerator as a number", "small=SETTABLE_ON", "small", "3" },
	{ "joined", "small=SETTABLE_ON|0x40", "small", "67" },
	{ "text", "label=second", "label", "\"second\"" },
	{ "empty text", "label=", "label", "\"\"" },
	{ "element", "weights[3]=9", "weights", "[1,2,3,9,]" },
	{ "list", "weights=5,6", "weights", "[5,6,3,4,]" },
	{ "list in braces", "weights={5, 6, 7, 8}", "weights", "[5,6,7,8,]" },
	{ "member", "slots[1].min=4", "slots", "[{0,0,{0,},0x0,0x0,},{0,4,{0,},0x0,0x0,},]" },
	{ "member of a nameless struct", "slots[0].inner=4", "slots",
	  "[{0,0,{4,},0x0,0x0,},{0,0,{0,},0x0,0x0,},]" },
	{ "bit field", "slots[0].high=17", "slots", "[{0,0,{0,},0x0,0x11,},{0,0,{0,},0x0,0x0,},]" },
	{ ".data", "begin_at=8", "begin_at", "8" },
	{ ".bss", "counter=8", "counter", "8" },
};

TEST_ROWS(object_sets, good)
{
	struct object *o = opened();
	struct err err = ERR_INIT;

	ASSERT_OK(object_set(o, row->set, &err));
	_cleanup_free_ char *value = shown(o, row->var);
	ck_assert_str_eq(value, row->want);
	object_free(o);
}

static const struct {
	const char *label, *set, *text;
} bad[] = {
	{ "no assignment", "slice_ns", "not NAME=VALUE" },
	{ "no name", "=4", "not NAME=VALUE" },
	{ "no value", "slice_ns=", "empty" },
	{ "unknown", "slice_us=4", "did you mean \"slice_ns\"" },
	{ "trailing text", "slice_ns=5ms", "\"5ms\" is neither" },
	{ "too large", "small=256", "not in 0…255" },
	{ "octal or decimal", "slice_ns=010", "leading zero" },
	{ "too large for 64 bits", "slice_ns=18446744073709551616", "does not fit 64 bits" },
	{ "negative for unsigned", "slice_ns=-1", "not in 0" },
	{ "too negative", "shift=-2147483649", "not in -2147483648…2147483647" },
	{ "no bool", "verbose=2", "not in 0…1" },
	{ "no enumerator", "mode=SETTABLE_OF", "neither a number nor an enumerator" },
	{ "text too long", "label=12345678", "longer than 7" },
	{ "index too large", "weights[4]=1", "weights" },
	{ "no elements", "weights=", "[0]: a value is empty" },
	{ "an element left out", "weights=1,,3", "[1]: a value is empty" },
	{ "braces in braces", "weights={1,{2,3}}", "\"{2\" is neither" },
	{ "an enumerator left out", "small=SETTABLE_ON|", "a value is empty" },
	{ "too many elements", "weights=1,2,3,4,5", "5 values for 4" },
	{ "element too large", "weights=1,65536", "weights: [1]: 65536" },
	{ "no array", "slice_ns[0]=1", "no array" },
	{ "no struct", "slice_ns.x=1", "no struct" },
	{ "whole struct", "slots[0]=1", "name a member" },
	{ "unknown member", "slots[0].mix=1", "did you mean \"m" },
	{ "bit field too large", "slots[0].low=8", "not in 0…7" },
	{ "broken path", "slots[0=1", "no path" },
	{ "dot at the end", "slots[0].=1", "no path" },
};

TEST_ROWS(object_refuses, bad)
{
	struct object *o = opened();
	struct object_patches patches;
	struct err err = ERR_INIT;

	ASSERT_ERR(object_set(o, row->set, &err), ERR_USAGE, row->text);
	object_patches(o, &patches);
	ck_assert_uint_eq(patches.n, 0);
	object_patches_done(&patches);
	object_free(o);
}

TEST(object_patches_are_what_changed)
{
	struct object *o = opened();
	struct object_patches p;
	struct err err = ERR_INIT;

	object_patches(o, &p);
	ck_assert_uint_eq(p.n, 0);
	ASSERT_OK(object_set(o, "begin_at=0x107", &err));
	ASSERT_OK(object_set_ops(o, "timeout_ms=4096", &err));
	object_patches(o, &p);
	ck_assert_uint_eq(p.n, 2);
	ck_assert_str_eq(p.v[0].section, ".data");
	ck_assert_str_eq(p.v[0].hex, "01");
	ck_assert(!p.v[0].ops && p.v[1].ops);
	ck_assert_str_eq(p.v[1].section, "settable");
	ck_assert_str_eq(p.v[1].hex, "10");
	object_patches_done(&p);
	object_free(o);
}

TEST(object_ops_are_chosen_by_name)
{
	struct object *o = opened();
	struct err err = ERR_INIT;

	ck_assert_str_eq(object_ops_map(o), "settable");
	ASSERT_ERR(object_choose_ops(o, "another", &err), ERR_USAGE, "settable, settable_other");
	ASSERT_OK(object_choose_ops(o, "settable_other", &err));
	ck_assert_str_eq(object_ops_map(o), "settable_other");
	ASSERT_ERR(object_set_ops(o, "timeout=1", &err), ERR_USAGE, "did you mean \"timeout_ms\"");
	ASSERT_ERR(object_set_ops(o, "enqueue=1", &err), ERR_UNSUPPORTED, "enqueue");
	object_free(o);
}

TEST(object_takes_constants_from_the_kernel)
{
	_cleanup_free_ char *path = xasprintf("/tmp/ktstr-btf-%d", (int)getpid());
	struct btf *kernel = btf__new_empty();
	struct object *o = opened();
	struct err err = ERR_INIT;
	const void *raw;
	uint32_t bytes;

	btf__add_enum64(kernel, "scx_public_consts", 8, false);
	btf__add_enum64_value(kernel, "SCX_DSQ_LOCAL", 0x8000000000000002ULL);
	btf__add_enum64_value(kernel, "SCX_OPS_ENQ_LAST", 2);
	raw = btf__raw_data(kernel, &bytes);
	FILE *f = fopen(path, "w");
	ck_assert(f && fwrite(raw, 1, bytes, f) == bytes && fclose(f) == 0);
	ASSERT_ERR(object_set_ops(o, "flags=SCX_OPS_ENQ_LAST", &err), ERR_USAGE, "neither");
	ASSERT_OK(object_use_kernel(o, path, &err));
	ASSERT_OK(object_set_ops(o, "flags=SCX_OPS_ENQ_LAST|1", &err));
	_cleanup_free_ char *local = shown(o, "__SCX_DSQ_LOCAL");
	_cleanup_free_ char *absent = shown(o, "__SCX_NOT_THERE");
	ck_assert_str_eq(local, "9223372036854775810");
	ck_assert_str_eq(absent, "0");
	remove(path);
	btf__free(kernel);
	object_free(o);
}

TEST(object_knows_the_machine)
{
	const struct object_machine m = { .cpus = 8, .llcs = 2, .nodes = 1, .threads_per_core = 1 };
	struct object *o = opened();

	object_use_machine(o, &m);
	_cleanup_free_ char *cpus = shown(o, "nr_cpu_ids"), *numa = shown(o, "numa_enabled");
	ck_assert_str_eq(cpus, "8");
	ck_assert_str_eq(numa, "0");
	object_free(o);
}

TEST(object_arrays_of_their_own_section_grow)
{
	const struct object_machine m = { .cpus = 4, .llcs = 1, .nodes = 1, .threads_per_core = 1 };
	_cleanup_free_ char *shorter = NULL, *longer = NULL;
	struct strmap sizes = { 0 };
	struct object *o = opened();
	struct object_patches p;
	struct err err = ERR_INIT;

	ASSERT_ERR(object_set(o, "per_cpu[3]=1", &err), ERR_USAGE, "per_cpu");
	ASSERT_ERR(object_resize(o, "weights=8", &err), ERR_USAGE, "section of its own");
	ASSERT_ERR(object_resize(o, "per_cpu=0", &err), ERR_USAGE, "per_cpu");
	object_use_machine(o, &m);
	shorter = shown(o, "per_cpu");
	ck_assert_str_eq(shorter, "[0,0,0,0,]");
	ASSERT_OK(object_set(o, "per_cpu[3]=1", &err));
	ASSERT_OK(object_resize(o, "per_cpu=6", &err));
	longer = shown(o, "per_cpu");
	ck_assert_str_eq(longer, "[0,0,0,1,0,0,]");
	object_sizes(o, &sizes);
	ck_assert_uint_eq(sizes.n, 1);
	ck_assert_str_eq(strmap_get(&sizes, ".data.per_cpu"), "48");
	object_patches(o, &p);
	for (size_t i = 0; i < p.n; i++)
		if (streq(p.v[i].section, ".data.per_cpu"))
			ck_assert_uint_eq(p.v[i].offset, 24);
	object_patches_done(&p);
	strmap_done(&sizes);
	object_free(o);
}

TEST(object_programs_get_a_struct)
{
	struct object *o = opened();
	const struct object_runs *runs = object_runs(o);
	struct err err = ERR_INIT;

	ASSERT_OK(object_run_prog(o, "settable_prepare", &err));
	ASSERT_OK(object_run_prog(o, "settable_argument", &err));
	ASSERT_OK(object_run_prog(o, "settable_argument:max=0x102:inner=3:low=5:high=1", &err));
	ck_assert_uint_eq(runs->n, 3);
	ck_assert_str_eq(runs->v[0].hex, "");
	ck_assert_str_eq(runs->v[1].hex, "000000000000000000000000");
	ck_assert_str_eq(runs->v[2].prog, "settable_argument");
	ck_assert_str_eq(runs->v[2].hex, "0201000000000000030d0000");
	ASSERT_ERR(object_run_prog(o, "settable_prepare:max=1", &err), ERR_USAGE, "gets no struct");
	ASSERT_ERR(object_run_prog(o, "settable_argument:mux=1", &err), ERR_USAGE,
	           "settable_argument: no member \"mux\", did you mean \"max\"?");
	ASSERT_ERR(object_run_prog(o, "settable_argument:max", &err), ERR_USAGE, "MEMBER=VALUE");
	ASSERT_ERR(object_run_prog(o, "settable_argument:low=8", &err), ERR_USAGE, "low");
	ck_assert_uint_eq(runs->n, 3);
	object_free(o);
}

TEST(object_lists_what_it_holds)
{
	struct object *o = opened();
	struct object_maps maps;
	struct object_progs progs;
	_cleanup_strv_ struct strv kconfig = STRV_INIT;
	struct err err = ERR_INIT;
	int seen = 0;

	ASSERT_ERR(object_set_map(o, "settable_mop=1", &err), ERR_USAGE, "settable_map");
	ASSERT_ERR(object_set_map(o, "settable=1", &err), ERR_USAGE, "settable_map");
	ASSERT_ERR(object_set_map(o, ".rodata=1", &err), ERR_USAGE, "settable_map");
	ASSERT_ERR(object_set_map(o, "settable_map=0", &err), ERR_USAGE, "settable_map");
	ASSERT_OK(object_set_map(o, "settable_map=64", &err));
	ASSERT_ERR(object_run_prog(o, "settable_switch", &err), ERR_USAGE, "only those of");
	ASSERT_OK(object_run_prog(o, "settable_prepare", &err));
	object_list_maps(o, &maps);
	for (size_t i = 0; i < maps.n; i++)
		if (streq(maps.v[i].name, "settable_map"))
			ck_assert_uint_eq(maps.v[i].entries, 64);
	object_maps_done(&maps);
	object_list_progs(o, &progs);
	for (size_t i = 0; i < progs.n; i++) {
		const struct object_prog *p = &progs.v[i];

		seen += streq(p->name, "settable_classify") &&
		        streq(p->use, "not supported: not attached");
		seen += streq(p->name, "settable_switch") && streq(p->use, "attached");
		seen += streq(p->name, "settable_prepare") && streq(p->use, "run before");
	}
	ck_assert_int_eq(seen, 3);
	object_progs_done(&progs);
	object_kconfig(o, &kconfig);
	ck_assert_uint_eq(kconfig.n, 1);
	ck_assert_str_eq(kconfig.v[0], "CONFIG_PREEMPT_RCU");
	object_free(o);
}

static const struct {
	const char *label, *use;
} uses[] = {
	{ "settable_enqueue", "scheduler" },
	{ "settable_prepare", "run if --run-prog names it" },
	{ "settable_switch", "attached" },
	{ "settable_call", "attached" },
	{ "settable_classify", OBJECT_NOT_ATTACHED },
	{ "settable_bare", OBJECT_NOT_ATTACHED },
	{ "settable_optional", "not loaded: its section begins with \"?\"" },
};

TEST_ROWS(object_says_what_becomes_of_each_program, uses)
{
	struct object_progs progs;
	struct object *o = opened();
	const char *use = NULL;

	object_list_progs(o, &progs);
	for (size_t i = 0; i < progs.n; i++)
		if (streq(progs.v[i].name, row->label))
			use = progs.v[i].use;
	ck_assert_pstr_eq(use, row->use);
	object_progs_done(&progs);
	object_free(o);
}

TEST(object_refuses_what_is_none)
{
	struct object *o = NULL;
	struct err err = ERR_INIT;

	ASSERT_ERR(object_open("Makefile", &o, &err), ERR_FORMAT, "Makefile");
	ck_assert_int_lt(object_open("/nonexistent.bpf.o", &o, &err), 0);
	ck_assert_ptr_null(o);
}
