/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/stage.h"

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "base/parse.h"
#include "harness/agent/crew_report.h"
#include "harness/agent/scheduler.h"

static struct cgroup *cgroup_of(struct stage *s, uint32_t index, struct err *err)
{
	return cgroups_get(&s->cgroups, index, err);
}

static int do_add_cgroup(struct stage *s, const struct job_op *op, struct err *err)
{
	if (cgroup_make(&s->cgroups, op->cgroup, err) < 0)
		return -(int)err->code;
	trace_add_cgroup(s->a->trace, op->cgroup, s->cgroups.items[op->cgroup].fd);
	return 0;
}

/* Stops the workers in the usual way first, so that their figures are read. The rest is killed. */
static int remove_one(struct stage *s, uint32_t index, struct err *err)
{
	struct cgroup *g = cgroup_of(s, index, err);

	if (!g)
		return -(int)err->code;
	crew_stop_cgroup(&s->crew, index);
	payload_runs_kill_in(&s->payloads, index);
	return cgroup_remove(&s->cgroups, g, err);
}

static int do_remove_cgroup(struct stage *s, const struct job_op *op, struct err *err)
{
	const struct cgroup *g = cgroup_of(s, op->cgroup, err);

	if (!g)
		return -(int)err->code;
	/* In the list a parent comes before its children. */
	for (uint32_t i = (uint32_t)s->cgroups.n - 1; g->job && i-- > op->cgroup + 1;) {
		const struct cgroup *child = &s->cgroups.items[i];

		if (child->fd >= 0 && cgroup_is_below(child->job->name, g->job->name) &&
		    remove_one(s, i, err) < 0)
			return err_wrap(err, "%s", child->job->name);
	}
	return remove_one(s, op->cgroup, err);
}

static int freeze(struct stage *s, const struct job_op *op, bool frozen, struct err *err)
{
	struct cgroup *g = cgroup_of(s, op->cgroup, err);

	return g ? cgroup_freeze(&s->cgroups, g, frozen, err) : -(int)err->code;
}

static int do_freeze(struct stage *s, const struct job_op *op, struct err *err)
{
	return freeze(s, op, true, err);
}

static int do_unfreeze(struct stage *s, const struct job_op *op, struct err *err)
{
	return freeze(s, op, false, err);
}

static int set_knob(struct stage *s, uint32_t index, const char *file, const char *value,
                    struct err *err)
{
	const struct cgroup *g = cgroup_of(s, index, err);

	if (!g)
		return -(int)err->code;
	if (!file || !value)
		return err_set(err, ERR_FORMAT, "no file or no value");
	return cgroup_write(&s->cgroups, g, file, value, err);
}

static int do_set_cpuset(struct stage *s, const struct job_op *op, struct err *err)
{
	return set_knob(s, op->cgroup, CPUSET_CPUS, op->cpus, err);
}

static int do_clear_cpuset(struct stage *s, const struct job_op *op, struct err *err)
{
	return set_knob(s, op->cgroup, CPUSET_CPUS, "\n", err);
}

/* The kernel refuses exclusive CPUs that a sibling still holds. Then the other one is set first. */
static int do_swap_cpusets(struct stage *s, const struct job_op *op, struct err *err)
{
	struct err first = ERR_INIT;
	int ret;

	if (do_set_cpuset(s, op, &first) == 0)
		return set_knob(s, op->to_cgroup, CPUSET_CPUS, op->to_cpus, err);
	if ((ret = set_knob(s, op->to_cgroup, CPUSET_CPUS, op->to_cpus, err)) < 0)
		return ret;
	return do_set_cpuset(s, op, err);
}

static int do_set_knob(struct stage *s, const struct job_op *op, struct err *err)
{
	return set_knob(s, op->cgroup, op->file, op->value, err);
}

static int do_spawn(struct stage *s, const struct job_op *op, struct err *err)
{
	return crew_spawn(&s->crew, (uint32_t)(op - s->a->job.ops.v), err);
}

static int do_stop(struct stage *s, const struct job_op *op, struct err *err)
{
	return crew_stop_work(&s->crew, op->work, err);
}

static int do_set_affinity(struct stage *s, const struct job_op *op, struct err *err)
{
	return crew_set_affinity(&s->crew, op->work, &op->affinity, err);
}

static int do_move_tasks(struct stage *s, const struct job_op *op, struct err *err)
{
	const struct cgroup *from = cgroup_of(s, op->cgroup, err);
	const struct cgroup *to = from ? cgroup_of(s, op->to_cgroup, err) : NULL;

	if (!to || cgroup_move_tasks(&s->cgroups, from, to, err) < 0)
		return -(int)err->code;
	crew_moved(&s->crew, op->cgroup, op->to_cgroup);
	return 0;
}

static int do_run_payload(struct stage *s, const struct job_op *op, struct err *err)
{
	return payload_runs_start(&s->payloads, op->payload, s->begin_ns, err);
}

static int do_wait_payload(struct stage *s, const struct job_op *op, struct err *err)
{
	return payload_runs_wait(&s->payloads, op->payload, deadline_in(op->timeout_ns), err);
}

static int do_kill_payload(struct stage *s, const struct job_op *op, struct err *err)
{
	return payload_runs_kill(&s->payloads, op->payload, err);
}

static int set_online(struct stage *s, uint32_t cpu, bool online, struct err *err)
{
	_cleanup_free_ char *file = xasprintf("sys/devices/system/cpu/cpu%u/online", cpu);

	if (cpu == 0)
		return err_set(err, ERR_USAGE, "CPU 0 stays online");
	if (s->offline[cpu] == !online)
		return 0;
	if (fs_write(s->a->root_fd, file, online ? "1" : "0", err) < 0)
		return -(int)err->code;
	s->offline[cpu] = !online;
	return 0;
}

static int set_all_online(struct stage *s, const struct job_op *op, bool online, struct err *err)
{
	_cleanup_free_ uint32_t *cpus = NULL;
	size_t n = 0;
	int ret = parse_cpulist(op->cpus ? op->cpus : "", "CPUs", s->a->job.topology.cpus - 1,
	                        &cpus, &n, err);

	for (size_t i = 0; ret == 0 && i < n; i++)
		ret = set_online(s, cpus[i], online, err);
	return ret;
}

static int do_cpu_offline(struct stage *s, const struct job_op *op, struct err *err)
{
	return set_all_online(s, op, false, err);
}

static int do_cpu_online(struct stage *s, const struct job_op *op, struct err *err)
{
	return set_all_online(s, op, true, err);
}

static int attach(struct stage *s, uint32_t index, struct err *err)
{
	if (index >= s->a->job.schedulers.n)
		return err_set(err, ERR_FORMAT, "no scheduler %u", index);
	if (s->a->scheduler)
		return err_set(err, ERR_BUSY, "a scheduler is attached");
	/* The kernel's own scheduler runs whenever no other is attached. */
	return job_sched_is_ext(&s->a->job.schedulers.v[index])
	               ? scheduler_start(s->a, index, &s->a->scheduler, err)
	               : 0;
}

static int detach(struct stage *s, struct err *err)
{
	struct scheduler *scheduler = s->a->scheduler;

	s->a->scheduler = NULL;
	return scheduler ? scheduler_stop(s->a, scheduler, err) : 0;
}

static int do_attach_scheduler(struct stage *s, const struct job_op *op, struct err *err)
{
	return attach(s, op->sched, err);
}

static int do_detach_scheduler(struct stage *s, const struct job_op *op UNUSED, struct err *err)
{
	if (!s->a->scheduler)
		return err_set(err, ERR_NOT_FOUND, "no scheduler is attached");
	return detach(s, err);
}

static int do_kill_scheduler(struct stage *s, const struct job_op *op UNUSED, struct err *err)
{
	struct scheduler *scheduler = s->a->scheduler;

	if (!scheduler)
		return err_set(err, ERR_NOT_FOUND, "no scheduler is attached");
	s->a->scheduler = NULL;
	return scheduler_kill(s->a, scheduler, err);
}

static int do_restart_scheduler(struct stage *s, const struct job_op *op UNUSED, struct err *err)
{
	uint32_t index = s->a->scheduler ? scheduler_index(s->a->scheduler) : 0;
	int ret = do_detach_scheduler(s, op, err);

	return ret < 0 ? ret : attach(s, index, err);
}

static int do_replace_scheduler(struct stage *s, const struct job_op *op, struct err *err)
{
	int ret = detach(s, err);

	return ret < 0 ? ret : attach(s, op->sched, err);
}

static int (*const doers[])(struct stage *s, const struct job_op *op, struct err *err) = {
#define X(id, key, ...) [id] = do_##key,
	OPS(X)
#undef X
};

static int carry_out(struct stage *s, const struct job_op *op, struct err *err)
{
	bool masks = op_defs[op->kind].effect == EFFECT_CPUS && s->begin_ns != U64_NONE;
	int ret;

	if (masks)
		trace_masks_widen(s->a->trace);
	ret = doers[op->kind](s, op, err);
	if (ret == 0)
		allow_op(&s->a->allow, op);
	if (masks)
		trace_masks_set(s->a->trace);
	return ret;
}

static int do_and_report(struct stage *s, uint32_t index, struct err *err)
{
	const struct job_op *op = s->a->job.ops.v + index;
	uint64_t at = clock_mono_ns();
	int ret = carry_out(s, op, err);

	agent_send(s->a, WIRE_OP,
	           &(struct wire_op){
			   .op = index,
			   .at_ns = s->begin_ns == U64_NONE ? U64_NONE : at - s->begin_ns,
			   .took_ns = clock_mono_ns() - at,
			   .ok = ret == 0,
			   .error = ret < 0 ? err->msg : NULL,
			   .cgroups = cgroups_count(&s->cgroups),
			   .workers = crew_count(&s->crew),
			   .iterations = crew_iterations(&s->crew),
		   });
	return ret;
}

int stage_set_up(struct stage *s, struct agent *a, struct err *err)
{
	int ret;

	*s = (struct stage){ .a = a, .begin_ns = U64_NONE };
	s->offline = xcalloc(a->job.topology.cpus + 1, sizeof(*s->offline));
	if ((ret = cgroups_init(&s->cgroups, &a->job, a->root_fd, err)) < 0 ||
	    (ret = crew_init(&s->crew, a, &s->cgroups, err)) < 0 ||
	    (ret = payload_runs_init(&s->payloads, a, &s->cgroups, err)) < 0)
		return ret;
	trace_add_cgroup(a->trace, (uint32_t)a->job.cgroups.n,
	                 s->cgroups.items[a->job.cgroups.n].fd);
	for (uint32_t i = 0; ret == 0 && i < a->job.ops.n && a->job.ops.v[i].at_ns == U64_NONE; i++)
		ret = do_and_report(s, i, err);
	return ret;
}

void stage_do(struct stage *s, uint32_t op)
{
	struct err err = ERR_INIT;

	if (do_and_report(s, op, &err) < 0)
		err_clear(&err);
}

uint64_t stage_due(const struct job *job, uint32_t op)
{
	return op < job->ops.n ? job->ops.v[op].at_ns : U64_NONE;
}

void stage_end(struct stage *s)
{
	struct err err = ERR_INIT;

	for (size_t i = 0; i < s->cgroups.n; i++) {
		struct cgroup *g = &s->cgroups.items[i];

		if (g->fd >= 0 && g->frozen && cgroup_freeze(&s->cgroups, g, false, &err) < 0)
			agent_log(s->a, "cgroup %s: %s", g->job->name, err.msg);
	}
	for (uint32_t cpu = 0; s->offline && cpu < s->a->job.topology.cpus; cpu++) {
		if (!s->offline[cpu])
			continue;
		/* The workers still run. No op allows them this CPU, so nothing may count as a
		 * breach. */
		trace_masks_widen(s->a->trace);
		if (set_online(s, cpu, true, &err) < 0)
			agent_log(s->a, "CPU %u: %s", cpu, err.msg);
	}
}

void stage_done(struct stage *s)
{
	payload_runs_done(&s->payloads);
	crew_done(&s->crew);
	cgroups_done(&s->cgroups);
	free(s->offline);
	*s = (struct stage){ 0 };
}
