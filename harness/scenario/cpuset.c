/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/cpuset.h"

#include "base/cleanup.h"
#include "base/parse.h"

/* A parsed spec: a kind and its numbers. */
enum spec_kind {
	SPEC_ALL,
	SPEC_LIST,
	SPEC_LLC,
	SPEC_NODE,
	SPEC_RANGE,
	SPEC_DISJOINT,
	SPEC_OVERLAP,
};

struct spec {
	enum spec_kind kind;
	uint32_t *list; /* CPUs, LLCs, nodes */
	size_t n;
	unsigned int a, b, pct; /* from% to%; part of parts; overlap */
};

static void spec_done(struct spec *s)
{
	free(s->list);
}
#define _cleanup_spec_ CLEANUP(spec_done)

/* True if the text has the form, in which each # is a whole number of up to four digits. */
static bool has_form(const char *text, const char *form, unsigned int *const *numbers)
{
	for (; *form; form++) {
		size_t digits = strspn(text, "0123456789");

		if (*form != '#') {
			if (*text++ != *form)
				return false;
			continue;
		}
		if (digits < 1 || digits > 4)
			return false;
		for (**numbers = 0; digits; digits--)
			**numbers = **numbers * 10 + (unsigned int)(*text++ - '0');
		numbers++;
	}
	return *text == '\0';
}

static int parse_units(const char *text, struct spec *out, struct err *err)
{
	static const struct {
		const char *prefix;
		enum spec_kind kind;
	} units[] = { { "llc ", SPEC_LLC }, { "node ", SPEC_NODE } };

	out->kind = SPEC_LIST;
	for (size_t i = 0; i < ARRAY_SIZE(units); i++)
		if (starts_with(text, units[i].prefix)) {
			out->kind = units[i].kind;
			text += strlen(units[i].prefix);
			break;
		}
	return parse_cpulist(text, "CPUs", 65535, &out->list, &out->n, err);
}

static int bad_spec(const char *text, struct err *err)
{
	return err_set(
		err, ERR_FORMAT,
		"\"%.64s\" is not one of: all, 0-3,5, llc 0, node 1, 0%%-50%%, disjoint 1/3, "
		"overlap 1/3 50%%",
		text);
}

static int spec_parse(const char *text, struct spec *out, struct err *err)
{
	unsigned int *const numbers[] = { &out->a, &out->b, &out->pct };
	struct err ignored = ERR_INIT;

	if (streq(text, "all"))
		out->kind = SPEC_ALL;
	else if (has_form(text, "#%-#%", numbers))
		out->kind = SPEC_RANGE;
	else if (has_form(text, "disjoint #/#", numbers))
		out->kind = SPEC_DISJOINT;
	else if (has_form(text, "overlap #/# #%", numbers))
		out->kind = SPEC_OVERLAP;
	else
		return parse_units(text, out, &ignored) < 0 ? bad_spec(text, err) : 0;
	if (out->kind == SPEC_RANGE && (out->a >= out->b || out->b > 100))
		return err_set(err, ERR_FORMAT, "\"%s\" does not rise within 0%% to 100%%", text);
	if (out->kind >= SPEC_DISJOINT && (out->a < 1 || out->a > out->b))
		return err_set(err, ERR_FORMAT, "\"%s\": there is no part %u of %u", text, out->a,
		               out->b);
	if (out->pct > 100)
		return err_set(err, ERR_FORMAT, "\"%s\": overlaps by more than 100%%", text);
	return 0;
}

int cpuset_check(const char *spec, struct err *err)
{
	_cleanup_spec_ struct spec s = { 0 };

	return spec_parse(spec, &s, err);
}

/* A unit (LLC, node, CPU) is `cpus / units` consecutive CPUs. */
static int add_units(const struct spec *s, const struct job_topology *topo, struct cpus *out,
                     struct err *err)
{
	const uint32_t units = s->kind == SPEC_LLC    ? topo->llcs
	                       : s->kind == SPEC_NODE ? topo->nodes
	                                              : topo->cpus;
	const char *noun = s->kind == SPEC_LLC ? "LLC" : s->kind == SPEC_NODE ? "NUMA node" : "CPU";

	for (size_t i = 0; i < s->n; i++) {
		uint32_t each = topo->cpus / units;

		if (s->list[i] >= units)
			return err_set(err, ERR_UNSUPPORTED, "there is no %s %u, only %u in all",
			               noun, s->list[i], units);
		cpus_add_range(out, s->list[i] * each, (s->list[i] + 1) * each);
	}
	return 0;
}

static void add_part(const struct spec *s, uint32_t cpus, struct cpus *out)
{
	uint32_t first = (s->a - 1) * cpus / s->b, end = s->a * cpus / s->b;
	uint32_t more = ((end - first) * s->pct + 99) / 100;

	cpus_add_range(out, first, end);
	for (uint32_t i = 0; i < more; i++)
		cpus_add(out, (end + i) % cpus);
}

int cpuset_resolve(const char *spec, const struct job_topology *topo, struct cpus *out,
                   struct err *err)
{
	_cleanup_spec_ struct spec s = { 0 };
	struct cpus cpus = { 0 };

	if (topo->cpus > CPUS_MAX)
		return err_set(err, ERR_UNSUPPORTED, "more than %d CPUs", CPUS_MAX);
	if (spec_parse(spec, &s, err) < 0)
		return -(int)err->code;
	switch (s.kind) {
	case SPEC_ALL: cpus_add_range(&cpus, 0, topo->cpus); break;
	case SPEC_LIST:
	case SPEC_LLC:
	case SPEC_NODE:
		if (add_units(&s, topo, &cpus, err) < 0)
			return -(int)err->code;
		break;
	case SPEC_RANGE:
		cpus_add_range(&cpus, s.a * topo->cpus / 100, s.b * topo->cpus / 100);
		break;
	case SPEC_DISJOINT:
	case SPEC_OVERLAP: add_part(&s, topo->cpus, &cpus); break;
	}
	if (!cpus_count(&cpus))
		return err_set(err, ERR_UNSUPPORTED, "\"%s\" selects none of %u CPUs", spec,
		               topo->cpus);
	*out = cpus;
	return 0;
}
