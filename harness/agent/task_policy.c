/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/task_policy.h"

#include <errno.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/json.h"
#include "base/parse.h"

/* The struct of sched_setattr(2), which glibc 2.36 does not declare. */
struct attr {
	uint32_t size, policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime, deadline, period;
};

#define SCHED_EXT_POLICY 7
#define SETUP_PRIORITY   49 /* right below the agent's */

static const uint32_t kernel_policies[POLICY_COUNT] = {
	[POLICY_NORMAL] = SCHED_OTHER,
	[POLICY_BATCH] = SCHED_BATCH,
	[POLICY_IDLE] = SCHED_IDLE,
	[POLICY_FIFO] = SCHED_FIFO,
	[POLICY_RR] = SCHED_RR,
	[POLICY_DEADLINE] = 6, /* SCHED_DEADLINE: only the kernel's header has it */
	[POLICY_EXT] = SCHED_EXT_POLICY,
};

void task_policy_set_up_first(pid_t pid)
{
	struct attr a = { .size = sizeof(a), .policy = SCHED_FIFO, .priority = SETUP_PRIORITY };

	syscall(SYS_sched_setattr, pid, &a, 0);
}

int task_policy_set(pid_t pid, const struct job_work *w, struct err *err)
{
	int policy = w->policy < 0 ? POLICY_NORMAL : w->policy;
	bool rt = policy == POLICY_FIFO || policy == POLICY_RR;
	struct attr a = { .size = sizeof(a), .policy = kernel_policies[policy] };

	if (w->nice != I64_NONE)
		a.nice = (int32_t)w->nice;
	if (rt)
		a.priority = w->rt_priority == U32_NONE ? 1 : w->rt_priority;
	if (policy == POLICY_DEADLINE) {
		a.runtime = w->runtime_ns;
		a.deadline = w->deadline_ns;
		a.period = w->period_ns == U64_NONE ? 0 : w->period_ns;
	}
	if (syscall(SYS_sched_setattr, pid, &a, 0) == 0)
		return 0;
	if (rt)
		return err_sys(err, errno, "policy %s, rt_priority %u",
		               json_name(&work_policy_names, policy), a.priority);
	return err_sys(err, errno, "policy %s, nice %d", json_name(&work_policy_names, policy),
	               a.nice);
}

int task_policy_set_affinity(pid_t pid, const struct strv *lists, uint32_t index, struct err *err)
{
	_cleanup_free_ uint32_t *cpus = NULL;
	cpu_set_t set;
	size_t n;

	if (!lists->n)
		return 0;
	const char *list = lists->v[index % lists->n];
	if (parse_cpulist(list, "affinity", CPU_SETSIZE - 1, &cpus, &n, err) < 0)
		return -(int)err->code;
	CPU_ZERO(&set);
	for (size_t i = 0; i < n; i++)
		CPU_SET(cpus[i], &set);
	return sched_setaffinity(pid, sizeof(set), &set) < 0
	               ? err_sys(err, errno, "affinity %s", list)
	               : 0;
}

/* The values of set_mempolicy(2). Their header comes with libnuma. */
static const int kernel_mem_policies[MEM_POLICY_COUNT] = {
	[MEM_DEFAULT] = 0,    [MEM_PREFERRED] = 1, [MEM_BIND] = 2,
	[MEM_INTERLEAVE] = 3, [MEM_LOCAL] = 4,
};

uint64_t task_policy_memory_nodes(const struct job_work *w)
{
	_cleanup_free_ uint32_t *nodes = NULL;
	struct err ignored = ERR_INIT;
	uint64_t mask = 0;
	size_t n = 0;

	if (!w->mem_nodes || parse_cpulist(w->mem_nodes, "mem_nodes", 62, &nodes, &n, &ignored) < 0)
		return 0;
	for (size_t i = 0; i < n; i++)
		mask |= 1ULL << nodes[i];
	return mask;
}

int task_policy_set_memory(const struct job_work *w)
{
	int policy = w->mem_policy < 0 ? MEM_DEFAULT : w->mem_policy;
	bool any = policy == MEM_DEFAULT || policy == MEM_LOCAL;
	unsigned long mask = task_policy_memory_nodes(w);

	if (policy == MEM_DEFAULT)
		return 0;
	if (!any && !mask)
		return EINVAL;
	if (syscall(SYS_set_mempolicy, kernel_mem_policies[policy], any ? NULL : &mask,
	            any ? 0UL : 64UL) < 0)
		return errno;
	return 0;
}
