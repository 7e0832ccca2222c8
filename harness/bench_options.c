/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/bench_options.h"

#include <stdlib.h>

#include "base/cmd.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/bench_compare.h"
#include "harness/cmd_kernel.h"
#include "harness/plan.h"

#define REPEATS_MAX 1000

void bench_args_done(struct bench_args *a)
{
	char **const lists[] = { a->only, a->kernels, a->profiles };
	char *const texts[] = { a->repeat,   a->file,  a->format,  a->with, a->report,
		                a->topology, a->clock, a->timeout, a->suite };

	for (size_t i = 0; i < ARRAY_SIZE(lists); i++) {
		for (size_t k = 0; lists[i] && lists[i][k]; k++)
			free(lists[i][k]);
		free(lists[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free(texts[i]);
}

static int unknown(const char *name, struct err *err)
{
	const char **names = xcalloc(bench_count, sizeof(*names));
	const char *near;

	for (size_t i = 0; i < bench_count; i++)
		names[i] = bench_about(bench_at(i))->name;
	near = parse_suggest(name, names, bench_count);
	free(names);
	if (near)
		return err_set(err, ERR_USAGE, "no benchmark \"%s\", did you mean \"%s\"?", name,
		               near);
	return err_set(err, ERR_USAGE, "no benchmark \"%s\"; --list shows all", name);
}

/* In the order of the registry, each once; no names: all. */
static int take_rows(const struct strv *names, struct bench_session *s, struct err *err)
{
	strv_each (names, i)
		if (!bench_find(names->v[i]))
			return unknown(names->v[i], err);
	for (size_t i = 0; i < bench_count; i++)
		if (!names->n || strv_has(names, bench_about(bench_at(i))->name))
			*xgrow(s->rows, s->n_rows) = bench_at(i);
	return 0;
}

static int take_profile(struct bench_session *s, const struct suite_file *suite, const char *name,
                        struct err *err)
{
	for (size_t i = 0; i < s->n_profiles; i++)
		if (streq(s->profiles[i].name, name))
			return 0;
	return profile_resolve(name, suite ? suite->profiles : NULL,
	                       suite ? suite->profiles_count : 0, xgrow(s->profiles, s->n_profiles),
	                       err) < 0
	               ? err_wrap(err, "--profile")
	               : 0;
}

static int take_profiles(const struct bench_args *a, const struct suite_file *suite,
                         struct bench_session *s, struct err *err)
{
	for (size_t i = 0; a->all_profiles && i < n_profile_defs; i++)
		if (take_profile(s, suite, profile_defs[i].name, err) < 0)
			return -(int)err->code;
	for (size_t i = 0; a->profiles && a->profiles[i]; i++)
		if (take_profile(s, suite, a->profiles[i], err) < 0)
			return -(int)err->code;
	return s->n_profiles ? 0 : take_profile(s, suite, PROFILE_DEFAULT, err);
}

static int take_kernels(const struct bench_args *a, struct bench_session *s, struct err *err)
{
	_cleanup_free_ char *fragment = cmd_kernel_fragment();
	const struct kernel_opts o = { .offline = a->offline,
		                       .fragment = fragment,
		                       .note = cmd_kernel_note };
	_cleanup_strv_ struct strv specs = STRV_INIT;

	for (size_t i = 0; a->kernels && a->kernels[i]; i++)
		if (kernel_expand(a->kernels[i], &o, &specs, err) < 0)
			return -(int)err->code;
	if (!specs.n)
		return err_set(err, ERR_USAGE,
		               "no --kernel given: --kernel 6.17; or --native for this machine's");
	strv_each (&specs, i) {
		struct kernel *k = xgrow(s->kernels, s->n_kernels);

		if (kernel_resolve(specs.v[i], &o, k, err) < 0 || kernel_check(k, err) < 0)
			return -(int)err->code;
	}
	return 0;
}

/* As in harness test: an emulated real clock on a few cores is mostly noise. */
static int take_clock(const struct bench_args *a, struct bench_session *s, struct err *err)
{
	enum vm_accel accel;
	const char *why;
	int clock;

	if (vm_accel_probe(VM_ACCEL_AUTO, &accel, &why, err) < 0)
		return -(int)err->code;
	s->clock = accel == VM_ACCEL_KVM ? VM_CLOCK_REAL : VM_CLOCK_VIRTUAL;
	if (!a->clock || streq(a->clock, CLOCK_AUTO))
		return 0;
	clock = json_name_index(&vm_clock_names, a->clock);
	if (clock < 0)
		return err_set(err, ERR_USAGE, "--clock: no \"%s\": real, virtual or auto",
		               a->clock);
	s->clock = (enum vm_clock)clock;
	return 0;
}

static int take_vm_options(struct bench_args *a, struct bench_session *s, struct err *err)
{
	struct suite_file *suite = NULL;
	int r = suite_file_open(a->suite, a->no_suite, &suite, err);

	if (r == 0)
		r = take_profiles(a, suite, s, err);
	suite_file_free(&suite);
	if (r < 0)
		return r;
	if (topo_parse(a->topology ? a->topology : BENCH_TOPOLOGY, &s->topo, err) < 0)
		return err_wrap(err, "--topology");
	if (a->timeout && parse_duration_ns(a->timeout, "--timeout", &s->timeout_ns, err) < 0)
		return -(int)err->code;
	return take_clock(a, s, err) < 0 ? -(int)err->code : take_kernels(a, s, err);
}

static int check_together(const struct bench_args *a, struct err *err)
{
	const struct {
		bool given;
		const char *name;
	} of_vms[] = {
		{ a->kernels, "--kernel" },
		{ a->profiles, "--profile" },
		{ a->all_profiles, "--all-profiles" },
		{ a->topology, "--topology" },
		{ a->clock, "--clock" },
		{ a->timeout, "--timeout" },
	};

	if (a->format && !streq(a->format, "table") && !streq(a->format, "lines"))
		return err_set(err, ERR_USAGE, "--format: no \"%s\": table or lines", a->format);
	for (size_t i = 0; a->native && i < ARRAY_SIZE(of_vms); i++)
		if (of_vms[i].given)
			return err_set(err, ERR_USAGE, "%s is for VMs: not with --native",
			               of_vms[i].name);
	return 0;
}

int bench_options_take(struct bench_args *a, struct strv *names, struct bench_session *s,
                       struct err *err)
{
	uint64_t repeats = 0;

	cmd_take_argv(&a->only, names);
	if (check_together(a, err) < 0 || take_rows(names, s, err) < 0)
		return -(int)err->code;
	if (a->repeat && parse_u64(a->repeat, "--repeat", 1, REPEATS_MAX, &repeats, err) < 0)
		return -(int)err->code;
	if (a->with && parse_words(a->with, "--with", &s->with, err) < 0)
		return -(int)err->code;
	s->time_ns = a->quick ? BENCH_QUICK_NS : BENCH_TIME_NS;
	s->file = a->file;
	s->keep = a->keep;
	if (!a->native && !a->list && take_vm_options(a, s, err) < 0)
		return -(int)err->code;
	if (a->report && !bench_has_sides(s))
		return err_set(err, ERR_USAGE,
		               "--report needs a comparison: two profiles, two kernels or --with");
	s->repeats = repeats ? (uint32_t)repeats : bench_has_sides(s) ? BENCH_SIDES_REPEATS : 1;
	return 0;
}
