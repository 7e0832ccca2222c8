/* SPDX-License-Identifier: GPL-2.0-only */
#include <math.h>
#include <stdlib.h>

#include "base/json.h"
#include "base/mem.h"
#include "harness/judge/fair.h"

#define EPS 1e-9 /* of a CPU */

/* A set of CPUs that are equal to all leaves: each may use either all of them or none. */
struct atom {
	uint32_t cpu; /* one of the set */
	double size;  /* number of CPUs */
};

struct filling {
	const struct fair_node *nodes;
	size_t n;
	double *share;
	double *speed;
	bool *active; /* a leaf: may still rise; a group: a leaf below it may */
	struct atom *atoms;
	size_t n_atoms;
	double *flow; /* leaf × atom: CPUs of the atom that the leaf uses */
	double *left; /* unused CPUs of each atom */
	bool *hit;    /* the leaf is in a set that asks for more CPUs than it may use */
};

double fair_nice_weight(int64_t nice)
{
	/* kernel/sched/core.c, sched_prio_to_weight[] */
	static const int weight[40] = {
		88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
		9548,  7620,  6100,  4904,  3906,  3121,  2501,  1991,  1586,  1277,
		1024,  820,   655,   526,   423,   335,   272,   215,   172,   137,
		110,   87,    70,    56,    45,    36,    29,    23,    18,    15,
	};

	nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	return weight[nice + 20];
}

static bool same_leaves_may_use(const struct filling *f, uint32_t a, uint32_t b)
{
	for (size_t i = 0; i < f->n; i++)
		if (f->nodes[i].cpus && f->nodes[i].cpus[a] != f->nodes[i].cpus[b])
			return false;
	return true;
}

static void find_atoms(struct filling *f, uint32_t cpus)
{
	for (uint32_t c = 0; c < cpus; c++) {
		size_t a = 0;

		while (a < f->n_atoms && !same_leaves_may_use(f, f->atoms[a].cpu, c))
			a++;
		if (a == f->n_atoms)
			*xgrow(f->atoms, f->n_atoms) = (struct atom){ .cpu = c };
		f->atoms[a].size++;
	}
}

static bool may_use(const struct filling *f, size_t node, size_t atom)
{
	return f->nodes[node].cpus && f->nodes[node].cpus[f->atoms[atom].cpu];
}

static void set_speeds(struct filling *f)
{
	double *sum = xcalloc(f->n + 1, sizeof(*sum)); /* weights of active children; [n]: top */

	for (size_t i = f->n; i-- > 0;) {
		uint32_t p = f->nodes[i].parent;

		if (f->active[i])
			sum[p == U32_NONE ? f->n : p] += f->nodes[i].weight;
	}
	for (size_t i = 0; i < f->n; i++) {
		uint32_t p = f->nodes[i].parent;
		double of = p == U32_NONE ? 1 : f->speed[p];

		f->speed[i] =
			f->active[i] ? of * f->nodes[i].weight / sum[p == U32_NONE ? f->n : p] : 0;
	}
	free(sum);
}

/* Finds a path from a leaf that lacks CPU time to an atom with unused CPUs. A leaf on the path can
 * give up one atom for another. Breadth-first search over leaves and atoms. from[i], out: the
 * predecessor of i; atoms are numbered after nodes. Returns the atom, or SIZE_MAX. */
static size_t find_room(const struct filling *f, const double *lack, size_t *from)
{
	_cleanup_free_ size_t *queue = xcalloc(f->n + f->n_atoms + 1, sizeof(*queue));
	size_t head = 0, tail = 0;

	for (size_t i = 0; i < f->n + f->n_atoms; i++)
		from[i] = SIZE_MAX;
	for (size_t i = 0; i < f->n; i++)
		if (f->nodes[i].cpus && lack[i] > EPS) {
			from[i] = i;
			queue[tail++] = i;
		}
	while (head < tail) {
		size_t at = queue[head++];
		bool leaf = at < f->n;

		if (!leaf && f->left[at - f->n] > EPS)
			return at;
		for (size_t k = 0; k < (leaf ? f->n_atoms : f->n); k++) {
			size_t to = leaf ? f->n + k : k;
			size_t node = leaf ? at : k, atom = leaf ? k : at - f->n;

			if (from[to] != SIZE_MAX || !may_use(f, node, atom) ||
			    (!leaf && f->flow[node * f->n_atoms + atom] <= EPS))
				continue;
			from[to] = at;
			queue[tail++] = to;
		}
	}
	return SIZE_MAX;
}

static double bottleneck(const struct filling *f, const double *lack, const size_t *from, size_t to)
{
	double most = f->left[to - f->n];

	for (size_t at = to; from[at] != at; at = from[at])
		if (at < f->n) /* a leaf that gives up the atom it was reached from */
			most = fmin(most, f->flow[at * f->n_atoms + from[at] - f->n]);
		else if (from[from[at]] == from[at])
			most = fmin(most, lack[from[at]]);
	return most;
}

static void push(struct filling *f, double *lack, const size_t *from, size_t to)
{
	double amount = bottleneck(f, lack, from, to);

	f->left[to - f->n] -= amount;
	for (size_t at = to; from[at] != at; at = from[at]) {
		if (at < f->n)
			f->flow[at * f->n_atoms + from[at] - f->n] -= amount;
		else
			f->flow[from[at] * f->n_atoms + at - f->n] += amount;
		if (from[from[at]] == from[at])
			lack[from[at]] -= amount;
	}
}

/* Whether the shares of all leaves after a step fit on the CPUs (maximum flow). If not, hit[] is a
 * set of leaves that together ask for more than the CPUs they may use (the minimum cut). */
static bool fits(struct filling *f, double step)
{
	_cleanup_free_ double *lack = xcalloc(f->n + 1, sizeof(*lack));
	_cleanup_free_ size_t *from = xcalloc(f->n + f->n_atoms + 1, sizeof(*from));
	bool all = true;
	size_t to;

	memset(f->flow, 0, f->n * f->n_atoms * sizeof(*f->flow));
	for (size_t a = 0; a < f->n_atoms; a++)
		f->left[a] = f->atoms[a].size;
	for (size_t i = 0; i < f->n; i++)
		lack[i] = f->nodes[i].cpus ? f->share[i] + step * f->speed[i] : 0;
	while ((to = find_room(f, lack, from)) != SIZE_MAX)
		push(f, lack, from, to);
	for (size_t i = 0; i < f->n; i++) {
		f->hit[i] = f->nodes[i].cpus && from[i] != SIZE_MAX;
		all = all && lack[i] <= 2 * EPS;
	}
	return all;
}

/* The step after which the leaves in hit[] exactly fill the CPUs they may use. */
static double step_of_hit(const struct filling *f)
{
	double room = 0, speed = 0;

	for (size_t a = 0; a < f->n_atoms; a++)
		for (size_t i = 0; i < f->n; i++)
			if (f->hit[i] && may_use(f, i, a)) {
				room += f->atoms[a].size;
				break;
			}
	for (size_t i = 0; i < f->n; i++) {
		room -= f->hit[i] ? f->share[i] : 0;
		speed += f->hit[i] ? f->speed[i] : 0;
	}
	return speed > 0 ? fmax(room / speed, 0) : 0;
}

/* The longest step that exceeds no limit. */
static double next_step(struct filling *f)
{
	double step = INFINITY;

	for (size_t i = 0; i < f->n; i++)
		if (f->speed[i] > 0)
			step = fmin(step, (f->nodes[i].cap - f->share[i]) / f->speed[i]);
	step = fmax(step, 0);
	memset(f->hit, 0, f->n * sizeof(*f->hit));
	for (size_t tries = 0; tries <= f->n && !fits(f, step); tries++)
		step = fmin(step, step_of_hit(f));
	return step;
}

/* Stops the nodes that have reached their limit, and all below them. A group stays active while a
 * leaf below it is. False when nothing is active any more. */
static bool stop_full(struct filling *f, const bool *full)
{
	_cleanup_free_ bool *capped = xcalloc(f->n + 1, sizeof(*capped));
	bool any = false;

	for (size_t i = 0; i < f->n; i++) {
		uint32_t p = f->nodes[i].parent;

		capped[i] = f->share[i] >= f->nodes[i].cap - 2 * EPS || full[i] ||
		            (p != U32_NONE && capped[p]);
		f->active[i] = f->nodes[i].cpus && f->active[i] && !capped[i];
		any = any || f->active[i];
	}
	for (size_t i = f->n; i-- > 0;)
		if (f->active[i] && f->nodes[i].parent != U32_NONE)
			f->active[f->nodes[i].parent] = true;
	return any;
}

/* Finds the leaves that are full: a share that is only 1e-6 larger would not fit. */
static void find_full(struct filling *f, bool *full)
{
	for (size_t i = 0; i < f->n; i++) {
		double more = 1e-6;

		full[i] = false;
		if (!f->nodes[i].cpus || !f->active[i])
			continue;
		f->share[i] += more;
		full[i] = !fits(f, 0);
		f->share[i] -= more;
	}
}

static void fill(struct filling *f)
{
	_cleanup_free_ bool *full = xcalloc(f->n + 1, sizeof(*full));

	memset(full, 0, f->n * sizeof(*full));
	for (size_t i = 0; i < f->n; i++)
		f->active[i] = f->nodes[i].cpus != NULL;
	/* Each step stops at least one leaf. */
	for (size_t steps = 0; steps <= f->n && stop_full(f, full); steps++) {
		double step;

		set_speeds(f);
		step = next_step(f);
		for (size_t i = 0; i < f->n; i++)
			f->share[i] += step * f->speed[i];
		find_full(f, full);
	}
}

void fair_shares(const struct fair_node *nodes, size_t n, uint32_t cpus, double *share)
{
	struct filling f = { .nodes = nodes,
		             .n = n,
		             .share = share,
		             .speed = xcalloc(n + 1, sizeof(double)),
		             .active = xcalloc(n + 1, sizeof(bool)),
		             .hit = xcalloc(n + 1, sizeof(bool)) };

	find_atoms(&f, cpus);
	f.flow = xcalloc(n * f.n_atoms + 1, sizeof(double));
	f.left = xcalloc(f.n_atoms + 1, sizeof(double));
	for (size_t i = 0; i < n; i++)
		share[i] = 0;
	fill(&f);
	free(f.speed);
	free(f.active);
	free(f.hit);
	free(f.atoms);
	free(f.flow);
	free(f.left);
}
