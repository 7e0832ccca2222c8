/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/cputopo.h"

#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"

#define CPU_DIR  "sys/devices/system/cpu"
#define NODE_DIR "sys/devices/system/node"
#define MAX_CPU  8191

void cputopo_done(struct cputopo *t)
{
	free(t->ids);
	free(t->llc_of);
	free(t->node_of);
	*t = (struct cputopo){ .llcs = U32_NONE };
}

static int read_list(int root_fd, const char *path, uint32_t **out, size_t *n, struct err *err)
{
	_cleanup_free_ char *text = fs_read_line(root_fd, path);

	if (!text)
		return err_set(err, ERR_NOT_FOUND, "%s", path);
	return parse_cpulist(text, path, MAX_CPU, out, n, err);
}

/* How many CPUs or nodes a list file names; 0: no such file. */
static size_t list_length(int root_fd, const char *path)
{
	_cleanup_free_ uint32_t *v = NULL;
	struct err err = ERR_INIT;
	size_t n = 0;

	return read_list(root_fd, path, &v, &n, &err) < 0 ? 0 : n;
}

/* The first CPU that shares the last-level cache of `cpu`; -1: the kernel shows no cache. */
static int64_t llc_leader(int root_fd, uint32_t cpu)
{
	int64_t leader = -1;
	uint64_t level, best = 0;

	for (unsigned int i = 0; i < 16; i++) {
		_cleanup_free_ char *dir = xasprintf(CPU_DIR "/cpu%u/cache/index%u", cpu, i);
		_cleanup_free_ char *level_at = fs_join(dir, "level");
		_cleanup_free_ char *list_at = fs_join(dir, "shared_cpu_list");
		_cleanup_free_ uint32_t *v = NULL;
		struct err err = ERR_INIT;
		size_t n = 0;

		if (!fs_read_u64(root_fd, level_at, &level))
			break;
		if (level <= best || read_list(root_fd, list_at, &v, &n, &err) < 0 || n == 0)
			continue;
		best = level;
		leader = v[0];
	}
	return leader;
}

static void read_llcs(int root_fd, struct cputopo *t)
{
	uint32_t *number_of = xcalloc(MAX_CPU + 1, sizeof(*number_of)); /* by leader, 1-based */

	t->llcs = 0;
	t->llc_of = xcalloc(t->max_cpu + 1, sizeof(*t->llc_of));
	for (uint32_t i = 0; i < t->cpus; i++) {
		int64_t leader = llc_leader(root_fd, t->ids[i]);

		if (leader < 0) {
			t->llcs = U32_NONE;
			break;
		}
		if (!number_of[leader])
			number_of[leader] = ++t->llcs;
		t->llc_of[t->ids[i]] = number_of[leader] - 1;
	}
	free(number_of);
}

/* Without NUMA all CPUs are on node 0. */
static void read_nodes(int root_fd, struct cputopo *t)
{
	t->node_of = xcalloc(t->max_cpu + 1, sizeof(*t->node_of));
	for (uint32_t node = 0; t->nodes > 1 && node < CPUTOPO_NODES; node++) {
		_cleanup_free_ char *path = xasprintf(NODE_DIR "/node%u/cpulist", node);
		_cleanup_free_ uint32_t *v = NULL;
		struct err err = ERR_INIT;
		size_t n = 0;

		if (read_list(root_fd, path, &v, &n, &err) < 0)
			continue;
		for (size_t i = 0; i < n && v[i] <= t->max_cpu; i++)
			t->node_of[v[i]] = node;
	}
}

int cputopo_read(int root_fd, struct cputopo *out, struct err *err)
{
	size_t n;

	*out = (struct cputopo){ .llcs = U32_NONE };
	int ret = read_list(root_fd, CPU_DIR "/online", &out->ids, &n, err);
	if (ret < 0)
		return err_wrap(err, "topology");
	if (n == 0)
		return err_set(err, ERR_FORMAT, "topology: no CPU is online");
	out->cpus = (uint32_t)n;
	out->max_cpu = out->ids[n - 1];
	out->nodes = (uint32_t)list_length(root_fd, NODE_DIR "/has_cpu");
	if (out->nodes == 0)
		out->nodes = 1; /* a kernel without NUMA */
	_cleanup_free_ char *siblings =
		xasprintf(CPU_DIR "/cpu%u/topology/thread_siblings_list", out->ids[0]);
	out->threads_per_core = (uint32_t)list_length(root_fd, siblings);
	read_llcs(root_fd, out);
	read_nodes(root_fd, out);
	return 0;
}

int cputopo_check(const struct cputopo *t, const struct job_topology *want, struct err *err)
{
	const struct {
		const char *what;
		uint32_t got, want;
	} rows[] = {
		{ "CPUs", t->cpus, want->cpus },
		{ "LLCs", t->llcs, want->llcs },
		{ "NUMA nodes", t->nodes, want->nodes },
		{ "threads per core", t->threads_per_core, want->threads_per_core },
	};
	_cleanup_strbuf_ struct strbuf b = STRBUF_INIT;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (rows[i].got == rows[i].want)
			continue;
		if (rows[i].got == U32_NONE)
			strbuf_addf(&b, "%sno %s shown, %u wanted", b.n ? ", " : "", rows[i].what,
			            rows[i].want);
		else
			strbuf_addf(&b, "%s%u %s, %u wanted", b.n ? ", " : "", rows[i].got,
			            rows[i].what, rows[i].want);
	}
	return b.n ? err_set(err, ERR_FORMAT, "topology: %s", b.s) : 0;
}
