/* SPDX-License-Identifier: GPL-2.0-only */
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "base/term.h"
#include "harness/cmds.h"
#include "vmm/topo.h"

/* Where a CPU is in the topology. All numbers count over the whole guest, but thread: in its core.
 */
struct cpu_place {
	uint32_t cpu, node, llc, core, thread;
};

static struct cpu_place place_of(const struct topo *t, uint32_t cpu)
{
	uint32_t per_llc = t->cores * t->threads, llc = cpu / per_llc;

	return (struct cpu_place){
		.cpu = cpu,
		.node = llc / (t->llcs / t->nodes),
		.llc = llc,
		.core = cpu / t->threads,
		.thread = cpu % t->threads,
	};
}

static void print_presets(void)
{
	static const struct table_col cols[] = {
		{ "NAME", false, false },  { "TOPOLOGY", false, false },
		{ "CPUS", true, false },   { "NODES", true, false },
		{ "LLCS", true, false },   { "CORES/LLC", true, false },
		{ "THREADS", true, false }
	};
	_cleanup_table_ struct table *table = table_new(cols, ARRAY_SIZE(cols));

	for (size_t i = 0; i < topo_n_presets; i++) {
		const struct topo *t = &topo_presets[i].topo;
		_cleanup_free_ char *text = topo_format(t);

		table_row(table);
		table_cell(table, TERM_PLAIN, "%s", topo_presets[i].name);
		table_cell(table, TERM_PLAIN, "%s", text);
		table_cell(table, TERM_PLAIN, "%u", topo_cpus(t));
		table_cell(table, TERM_PLAIN, "%u", t->nodes);
		table_cell(table, TERM_PLAIN, "%u", t->llcs);
		table_cell(table, TERM_PLAIN, "%u", t->cores);
		table_cell(table, TERM_PLAIN, "%u", t->threads);
	}
	table_print(table, stdout);
}

static void print_cpus(const struct topo *t)
{
	static const struct table_col cols[] = { { "CPU", true, false },
		                                 { "NODE", true, false },
		                                 { "LLC", true, false },
		                                 { "CORE", true, false },
		                                 { "THREAD", true, false } };
	_cleanup_table_ struct table *table = table_new(cols, ARRAY_SIZE(cols));
	_cleanup_free_ char *text = topo_format(t);

	printf("%s: %u CPUs, %u nodes, %u LLCs, %u cores per LLC, %u threads per core\n", text,
	       topo_cpus(t), t->nodes, t->llcs, t->cores, t->threads);
	for (uint32_t cpu = 0; cpu < topo_cpus(t); cpu++) {
		struct cpu_place p = place_of(t, cpu);

		table_row(table);
		table_cell(table, TERM_PLAIN, "%u", p.cpu);
		table_cell(table, TERM_PLAIN, "%u", p.node);
		table_cell(table, TERM_PLAIN, "%u", p.llc);
		table_cell(table, TERM_PLAIN, "%u", p.core);
		table_cell(table, TERM_PLAIN, "%u", p.thread);
	}
	table_print(table, stdout);
}

static void put(struct json_object *o, const char *key, uint32_t v)
{
	json_object_object_add(o, key, json_object_new_int64(v));
}

static struct json_object *topo_json(const char *name, const struct topo *t, bool cpus)
{
	struct json_object *o = json_object_new_object(), *list = json_object_new_array();
	_cleanup_free_ char *text = topo_format(t);

	if (name)
		json_object_object_add(o, "name", json_object_new_string(name));
	json_object_object_add(o, "topology", json_object_new_string(text));
	put(o, "cpus", topo_cpus(t));
	put(o, "nodes", t->nodes);
	put(o, "llcs", t->llcs);
	put(o, "cores_per_llc", t->cores);
	put(o, "threads_per_core", t->threads);
	for (uint32_t cpu = 0; cpus && cpu < topo_cpus(t); cpu++) {
		struct cpu_place p = place_of(t, cpu);
		struct json_object *c = json_object_new_object();

		put(c, "cpu", p.cpu);
		put(c, "node", p.node);
		put(c, "llc", p.llc);
		put(c, "core", p.core);
		put(c, "thread", p.thread);
		json_object_array_add(list, c);
	}
	if (cpus)
		json_object_object_add(o, "places", list);
	else
		json_object_put(list);
	return o;
}

static int print_all(const struct strv *specs, bool json, struct err *err)
{
	_cleanup_json_ struct json_object *all = json_object_new_array();
	struct topo t;

	for (size_t i = 0; !specs->n && json && i < topo_n_presets; i++)
		json_object_array_add(
			all, topo_json(topo_presets[i].name, &topo_presets[i].topo, false));
	strv_each (specs, i) {
		if (topo_parse(specs->v[i], &t, err) < 0)
			return -(int)err->code;
		if (json)
			json_object_array_add(all, topo_json(NULL, &t, true));
		else
			print_cpus(&t);
	}
	if (!specs->n && !json)
		print_presets();
	if (json)
		cmd_print_json(steal_ptr(&all));
	return 0;
}

static int run(const struct cmd *self, int argc, const char **argv, struct err *err)
{
	int json = 0;
	const struct poptOption table[] = {
		{ "json", 0, POPT_ARG_NONE, &json, 0, "as JSON", NULL },
		POPT_TABLEEND,
	};
	_cleanup_strv_ struct strv rest = STRV_INIT;
	int r = cmd_parse(self, table, argc, argv, &rest, err);

	return r == CMD_RUN ? print_all(&rest, json, err) : r;
}

const struct cmd cmd_topo = {
	.name = "topo",
	.summary = "list the named topologies, or the place of each CPU in one",
	.usage = "[NnNlNcNt|NAME]... [--json]",
	.run = run,
};
