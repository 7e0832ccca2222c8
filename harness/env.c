/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/env.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/mem.h"
#include "harness/resource.h"
#include "sidecar/rundir.h"

int harness_env_init(struct harness_env *env, enum vm_accel want, bool traced, struct err *err)
{
	_cleanup_free_ char *agent = NULL, *trace = NULL;

	*env = (struct harness_env){ .agent_initrd = -1, .cancel_fd = -1, .traced = traced };
	if (resource_path("agent", &agent, err) < 0 ||
	    resource_path("trace.bpf.o", &trace, err) < 0 || vm_qemu_find(&env->qemu, err) < 0 ||
	    vm_accel_probe(want, &env->accel, &env->accel_reason, err) < 0)
		return -(int)err->code;
	env->run_source = rundir_run_source();
	env->run_id = rundir_run_id();
	const struct vm_file files[] = {
		{ .path = "init", .source = agent, .mode = 0755 },
		{ .path = &GUEST_TRACE[1], .source = trace, .mode = 0644 },
	};
	return vm_initramfs(files, traced ? 2 : 1, &env->agent_initrd, err);
}

void harness_env_done(struct harness_env *env)
{
	vm_qemu_done(&env->qemu);
	if (env->agent_initrd >= 0)
		close(env->agent_initrd);
	free(env->run_id);
}
