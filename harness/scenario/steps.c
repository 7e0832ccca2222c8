/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scenario/steps.h"

#include "base/mem.h"
#include "base/parse.h"
#include "harness/scenario/cgroup_resolve.h"
#include "harness/scenario/payload_resolve.h"
#include "harness/scenario/value.h"

#define OPS_MAX 10000

static int do_add_cgroup(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	uint32_t there;
	struct err ignored = ERR_INIT;

	if (resolver_find_cgroup(r, a->group->name, "", &there, &ignored) == 0)
		return place_refuse(a->group->at, "name", err, "\"%s\" exists already",
		                    a->group->name);
	return resolve_cgroup(r, a->group, U32_NONE, err);
}

/* Removes its children first. */
static void remove_cgroup(struct resolver *r, uint32_t index)
{
	struct job_op op = resolver_op(r, OP_REMOVE_CGROUP);

	for (uint32_t i = 0; i < r->allow.n_cgroups; i++)
		if (resolver_has_cgroup(r, i) && r->allow.cgroups[i].parent == index)
			remove_cgroup(r, i);
	op.cgroup = index;
	resolver_add(r, &op);
}

static int do_remove_cgroup(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	uint32_t index;

	if (resolver_find_cgroup(r, a->text, "cgroup", &index, err) < 0)
		return -(int)err->code;
	remove_cgroup(r, index);
	return 0;
}

/* An op whose only argument is a cgroup. */
static int add_named(struct resolver *r, enum op_kind kind, const char *path, struct err *err)
{
	struct job_op op = resolver_op(r, kind);

	if (resolver_find_cgroup(r, path, "cgroup", &op.cgroup, err) < 0)
		return -(int)err->code;
	resolver_add(r, &op);
	return 0;
}

static int do_freeze(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return add_named(r, OP_FREEZE, a->text, err);
}

static int do_unfreeze(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return add_named(r, OP_UNFREEZE, a->text, err);
}

static int do_set_cpuset(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	struct job_op op = resolver_op(r, OP_SET_CPUSET);

	if (resolver_find_cgroup(r, a->args->cgroup, "cgroup", &op.cgroup, err) < 0 ||
	    resolver_cpuset(r, r->allow.cgroups[op.cgroup].parent, a->args->cpuset, &op.cpus, err) <
	            0)
		return -(int)err->code;
	resolver_add(r, &op);
	return 0;
}

static int do_clear_cpuset(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return add_named(r, OP_CLEAR_CPUSET, a->text, err);
}

/* Finds the op's two cgroups, which must differ. */
static int find_two(const struct resolver *r, const struct scenario_op_args *a, struct job_op *op,
                    struct err *err)
{
	if (resolver_find_cgroup(r, a->cgroup, "cgroup", &op->cgroup, err) < 0 ||
	    resolver_find_cgroup(r, a->to, "to", &op->to_cgroup, err) < 0)
		return -(int)err->code;
	return op->cgroup == op->to_cgroup ? place_refuse(r->at, "to", err, "is the same cgroup")
	                                   : 0;
}

static int do_swap_cpusets(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	struct job_op op = resolver_op(r, OP_SWAP_CPUSETS);
	const struct allow_cgroup *one, *two;

	if (find_two(r, a->args, &op, err) < 0)
		return -(int)err->code;
	one = &r->allow.cgroups[op.cgroup];
	two = &r->allow.cgroups[op.to_cgroup];
	if (cpus_is_empty(&one->asks) || cpus_is_empty(&two->asks))
		return place_refuse(r->at, "cgroup", err, "both need a cpuset to swap");
	if (one->parent != two->parent)
		return place_refuse(r->at, "to", err, "must have the same parent cgroup");
	op.cpus = cpus_format(&two->asks);
	op.to_cpus = cpus_format(&one->asks);
	resolver_add(r, &op);
	return 0;
}

static int do_set_knob(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	struct job_op op = resolver_op(r, OP_SET_KNOB);
	const char *file = a->args->file;

	if (resolver_find_cgroup(r, a->args->cgroup, "cgroup", &op.cgroup, err) < 0)
		return -(int)err->code;
	if (value_knob_file(r->at, file, err) < 0)
		return -(int)err->code;
	op.file = xstrdup(file);
	op.value = xstrdup(a->args->value);
	resolver_add(r, &op);
	return 0;
}

static int do_spawn(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	uint32_t index = U32_NONE;

	if (a->spawn->cgroup &&
	    resolver_find_cgroup(r, a->spawn->cgroup, "cgroup", &index, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < r->allow.n_cgroups && index != U32_NONE; i++)
		if (resolver_has_cgroup(r, i) && r->allow.cgroups[i].parent == index)
			return place_refuse(r->at, "cgroup", err, "\"%s\" has cgroups, so no works",
			                    a->spawn->cgroup);
	return resolve_work(r, &a->spawn->work, index, err);
}

/* Adds an op for each work that runs in the cgroup. */
static int for_works(struct resolver *r, enum op_kind kind, const char *path, const char *affinity,
                     struct err *err)
{
	uint32_t index, done = 0;

	if (resolver_find_cgroup(r, path, "cgroup", &index, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < r->allow.n_works; i++) {
		const struct allow_work *w = &r->allow.works[i];
		struct job_op op = resolver_op(r, kind);

		if (!w->starts || w->cgroup != index)
			continue;
		if (affinity && resolver_affinity(r, affinity, i, &op.affinity, err) < 0)
			return -(int)err->code;
		/* "inherit" gives no list. Workers that were bound are let go. */
		if (affinity && !op.affinity.n &&
		    resolver_affinity(r, "cross", i, &op.affinity, err) < 0)
			return -(int)err->code;
		op.work = i;
		resolver_add(r, &op);
		done++;
	}
	return done ? 0
	            : place_refuse(r->at, "cgroup", err, "no work runs in \"%s\" at that time",
	                           path);
}

static int do_stop(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return for_works(r, OP_STOP, a->text, NULL, err);
}

static int do_set_affinity(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return for_works(r, OP_SET_AFFINITY, a->args->cgroup, a->args->affinity, err);
}

static int do_move_tasks(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	struct job_op op = resolver_op(r, OP_MOVE_TASKS);

	if (find_two(r, a->args, &op, err) < 0)
		return -(int)err->code;
	resolver_add(r, &op);
	return 0;
}

static int do_run_payload(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return resolve_payload_op(r, OP_RUN_PAYLOAD, a->text, U64_NONE, err);
}

static int do_kill_payload(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return resolve_payload_op(r, OP_KILL_PAYLOAD, a->text, U64_NONE, err);
}

static int do_wait_payload(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	uint64_t timeout;

	if (value_duration(r->at, "timeout", a->args->timeout, &timeout, err) < 0)
		return -(int)err->code;
	return resolve_payload_op(r, OP_WAIT_PAYLOAD, a->args->payload, timeout, err);
}

static int cpu_op(struct resolver *r, enum op_kind kind, const char *spec, struct err *err)
{
	bool off = kind == OP_CPU_OFFLINE;
	struct job_op op = resolver_op(r, kind);
	struct cpus cpus;

	if (cpuset_resolve(spec, &r->job.topology, &cpus, err) < 0)
		return -(int)err->code;
	if (cpus_has(&cpus, 0))
		return err_set(err, ERR_UNSUPPORTED, "\"%s\": CPU 0 is always online", spec);
	for (uint32_t i = 0; i < r->job.topology.cpus; i++)
		if (cpus_has(&cpus, i) && cpus_has(&r->allow.online, i) != off)
			return place_refuse(r->at, NULL, err, "CPU %u is %s already", i,
			                    off ? "offline" : "online");
	op.cpus = cpus_format(&cpus);
	resolver_add(r, &op);
	return 0;
}

static int do_cpu_offline(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return cpu_op(r, OP_CPU_OFFLINE, a->text, err);
}

static int do_cpu_online(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	return cpu_op(r, OP_CPU_ONLINE, a->text, err);
}

static bool is_kernels(const struct resolver *r, uint32_t sched)
{
	return streq(r->job.schedulers.v[sched].name, KERNEL_SCHEDULER);
}

/* "test" is the scheduler of the test, whatever its name. */
static int find_scheduler(struct resolver *r, const char *name, uint32_t *out, struct err *err)
{
	*out = streq(name, "test") ? 0 : resolver_scheduler(r, name);
	return is_kernels(r, *out) || r->sched_ext
	               ? 0
	               : err_set(err, ERR_UNSUPPORTED, "the kernel has no sched_ext for \"%s\"",
	                         name);
}

static void add_sched_op(struct resolver *r, enum op_kind kind, uint32_t sched)
{
	struct job_op op = resolver_op(r, kind);

	op.sched = sched;
	resolver_add(r, &op);
	r->sched = sched;
}

static int do_attach_scheduler(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	uint32_t sched;

	if (find_scheduler(r, a->text, &sched, err) < 0)
		return -(int)err->code;
	if (is_kernels(r, sched))
		return err_set(err, ERR_UNSUPPORTED,
		               "to go back to the kernel's own, use detach_scheduler");
	if (!is_kernels(r, r->sched))
		return place_refuse(r->at, NULL, err, "a scheduler is attached at that time");
	add_sched_op(r, OP_ATTACH_SCHEDULER, sched);
	return 0;
}

/* For the ops that act on the attached scheduler. */
static int need_attached(const struct resolver *r, const char *text, struct err *err)
{
	if (!streq(text, "current"))
		return place_refuse(r->at, NULL, err, "\"%s\" is not \"current\"", text);
	return is_kernels(r, r->sched) ? err_set(err, ERR_UNSUPPORTED,
	                                         "no scheduler but the kernel's own is attached "
	                                         "at that time")
	                               : 0;
}

static int do_detach_scheduler(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	if (need_attached(r, a->text, err) < 0)
		return -(int)err->code;
	add_sched_op(r, OP_DETACH_SCHEDULER, resolver_scheduler(r, KERNEL_SCHEDULER));
	return 0;
}

static int do_kill_scheduler(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	if (need_attached(r, a->text, err) < 0)
		return -(int)err->code;
	add_sched_op(r, OP_KILL_SCHEDULER, resolver_scheduler(r, KERNEL_SCHEDULER));
	return 0;
}

static int do_restart_scheduler(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	if (need_attached(r, a->text, err) < 0)
		return -(int)err->code;
	add_sched_op(r, OP_RESTART_SCHEDULER, r->sched);
	return 0;
}

static int do_replace_scheduler(struct resolver *r, const union scenario_op_arg *a, struct err *err)
{
	uint32_t sched;

	if (find_scheduler(r, a->text, &sched, err) < 0)
		return -(int)err->code;
	add_sched_op(r, OP_REPLACE_SCHEDULER, sched);
	return 0;
}

static int (*const doers[])(struct resolver *, const union scenario_op_arg *, struct err *) = {
#define X(id, key, ...) [id] = do_##key,
	OPS(X)
#undef X
};

static int do_ops(struct resolver *r, const struct scenario_step *s, struct err *err)
{
	for (uint32_t i = 0; i < s->ops_count; i++) {
		int kind = scenario_op_kind(&s->ops[i]);

		if (r->job.ops.n >= OPS_MAX)
			return place_refuse(s->at, "every", err, "more than %d ops in all",
			                    OPS_MAX);
		r->at = place_at(s->ops[i].at, json_name(&op_names, kind));
		if (doers[kind](r, &s->ops[i].arg[kind], err) < 0)
			return resolver_wrap(err, "ops[%u]: %s", i, json_name(&op_names, kind));
	}
	return 0;
}

/* "50%" of the duration, or "500ms". */
static int hold_of(const struct scenario_step *s, uint64_t duration_ns, uint64_t *out,
                   struct err *err)
{
	_cleanup_free_ char *digits = xstrndup(s->hold, strlen(s->hold) - ends_with(s->hold, "%"));
	struct err ignored = ERR_INIT;
	uint64_t pct;

	if (!ends_with(s->hold, "%"))
		return value_duration(s->at, "hold", s->hold, out, err);
	if (parse_u64(digits, "", 1, 100, &pct, &ignored) < 0)
		return place_refuse(s->at, "hold", err, "\"%s\" is not in 1%%…100%%", s->hold);
	*out = duration_ns / 100 * pct;
	return 0;
}

/* Steps without `hold` share the rest of the duration equally. */
static int share_time(const struct resolver *r, const struct scenario *s, uint64_t *holds,
                      struct err *err)
{
	uint64_t left = r->job.duration_ns;
	uint32_t silent = 0;

	for (uint32_t i = 0; i < s->steps_count; i++) {
		if (!s->steps[i].hold) {
			silent++;
			continue;
		}
		if (hold_of(&s->steps[i], r->job.duration_ns, &holds[i], err) < 0)
			return -(int)err->code;
		if (holds[i] > left || (silent && holds[i] == left))
			return err_set(err, ERR_UNSUPPORTED,
			               "the steps up to \"%s\" take more than the duration",
			               s->steps[i].name);
		left -= holds[i];
	}
	for (uint32_t i = 0; i < s->steps_count; i++)
		if (!s->steps[i].hold)
			holds[i] = left / silent;
	return 0;
}

static int begin_step(struct resolver *r, const struct scenario_step *s, struct err *err)
{
	for (uint32_t i = 0; i < s->cgroups_count; i++) {
		const union scenario_op_arg group = { .group = &s->cgroups[i] };

		if (do_add_cgroup(r, &group, err) < 0)
			return resolver_wrap(err, "cgroups[%u]", i);
	}
	return 0;
}

static void end_step(struct resolver *r, const struct scenario_step *s)
{
	for (uint32_t i = s->cgroups_count; i-- > 0;)
		for (uint32_t k = 0; k < r->n_defs; k++)
			if (resolver_has_cgroup(r, k) && r->defs[k] == &s->cgroups[i])
				remove_cgroup(r, k);
}

static int do_step(struct resolver *r, const struct scenario_step *s, uint64_t end, struct err *err)
{
	uint64_t every = 0;

	if (s->every && value_duration(s->at, "every", s->every, &every, err) < 0)
		return -(int)err->code;
	strv_add(&r->job.steps, s->name);
	if (begin_step(r, s, err) < 0)
		return -(int)err->code;
	do {
		if (do_ops(r, s, err) < 0)
			return -(int)err->code;
		r->now_ns += every;
	} while (every && r->now_ns < end);
	r->now_ns = end;
	if (end < r->job.duration_ns)
		end_step(r, s);
	return 0;
}

int resolve_steps(struct resolver *r, struct err *err)
{
	const struct scenario *s = r->scenario;
	_cleanup_free_ uint64_t *holds = xcalloc(s->steps_count + 1, sizeof(*holds));
	uint64_t at = 0;

	if (share_time(r, s, holds, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < s->steps_count; i++) {
		r->now_ns = at;
		r->step = i;
		at += holds[i];
		if (do_step(r, &s->steps[i], at, err) < 0)
			return resolver_wrap(err, "steps[%u]", i);
	}
	return 0;
}
