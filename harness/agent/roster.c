/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/roster.h"

#include "base/mem.h"
#include "base/random.h"

static uint32_t spawned_before(const struct roster *r, uint32_t work)
{
	uint32_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		n += r->batches[i].work == work;
	return n;
}

static int add_batch(struct roster *r, const struct job *job, uint32_t op, struct err *err)
{
	struct roster_batch b = {
		.op = op, .work = job->ops.v[op].work, .first = r->workers, .first_group = r->groups
	};
	double param[WORK_PARAMS_MAX];

	if (b.work >= job->works.n)
		return err_set(err, ERR_FORMAT, "spawn: no work %u", b.work);
	const struct job_work *w = &job->works.v[b.work];
	if (w->cgroup != U32_NONE && w->cgroup >= job->cgroups.n)
		return err_set(err, ERR_FORMAT, "work %u: no cgroup %u", b.work, w->cgroup);
	if (work_type_params(w->type, &w->params, param, err) < 0)
		return -(int)err->code;
	b.group = work_type_group(w->type, param);
	b.workers = w->workers;
	b.spawn = spawned_before(r, b.work);
	if (b.workers % b.group)
		return err_set(err, ERR_USAGE, "%s: %u workers, not a multiple of %u",
		               json_name(&work_type_names, w->type), b.workers, b.group);
	if (b.workers > ROSTER_MAX - r->workers)
		return err_set(err, ERR_LIMIT, "more than %u workers", ROSTER_MAX);
	r->workers += b.workers;
	r->groups += b.workers / b.group;
	*xgrow(r->batches, r->n) = b;
	return 0;
}

int roster_make(const struct job *job, struct roster *out, struct err *err)
{
	struct roster r = { 0 };

	for (size_t i = 0; i < job->ops.n; i++) {
		if (job->ops.v[i].kind == OP_SPAWN && add_batch(&r, job, (uint32_t)i, err) < 0) {
			roster_done(&r);
			return -(int)err->code;
		}
	}
	*out = r;
	return 0;
}

struct roster_batch *roster_of_op(const struct roster *r, uint32_t op)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->batches[i].op == op)
			return &r->batches[i];
	return NULL;
}

void roster_done(struct roster *r)
{
	free(r->batches);
	*r = (struct roster){ 0 };
}

uint64_t roster_seed(uint64_t seed, const struct roster_batch *b, uint32_t index)
{
	return random_start(random_mix(random_mix(random_mix(seed, b->work), b->spawn), index));
}

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
	return b ? common_divisor(b, a % b) : a;
}

uint32_t roster_join_lists(uint32_t lists, size_t n, uint32_t workers)
{
	uint64_t both;

	if (!n)
		return lists;
	if (!lists)
		return n < workers ? (uint32_t)n : workers;
	both = lists / common_divisor(lists, n) * n;
	return both < workers ? (uint32_t)both : workers;
}

uint32_t roster_kin(int type, uint32_t lists, uint32_t index, uint32_t member)
{
	uint32_t roles = work_type_defs[type].roles;

	return (lists ? index % lists : 0) * (roles + 1) + (member < roles ? member : roles);
}
