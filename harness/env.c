/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/env.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fs.h"
#include "base/mem.h"
#include "harness/resource.h"
#include "sidecar/rundir.h"

const struct json_names start_kind_names = {
	.names =
		(const char *const[]){
			[START_AUTO] = "auto", [START_SAVED] = "saved", [START_COLD] = "cold" },
	.n = START_KIND_COUNT,
};

static int hash_initrd(struct harness_env *env, struct err *err)
{
	struct stat st;
	void *p;

	if (fstat(env->agent_initrd, &st) < 0)
		return err_sys(err, errno, "initramfs");
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, env->agent_initrd, 0);
	if (p == MAP_FAILED)
		return err_sys(err, errno, "initramfs");
	mem_sha256(p, (size_t)st.st_size, env->initrd_sha256);
	munmap(p, (size_t)st.st_size);
	return 0;
}

static struct refused_machines *refused_new(void)
{
	struct refused_machines *r = xcalloc(1, sizeof(*r));

	pthread_mutex_init(&r->lock, NULL);
	return r;
}

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
	env->refused = refused_new();
	return vm_initramfs(files, traced ? 2 : 1, &env->agent_initrd, err) < 0
	               ? -(int)err->code
	               : hash_initrd(env, err);
}

void harness_env_done(struct harness_env *env)
{
	vm_qemu_done(&env->qemu);
	if (env->agent_initrd >= 0)
		close(env->agent_initrd);
	free(env->run_id);
	if (env->refused)
		strv_done(&env->refused->keys);
	free(env->refused);
}
