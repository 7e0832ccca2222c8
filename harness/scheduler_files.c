/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/scheduler_files.h"

#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/payload/payload.h"
#include "harness/scheduler_fill.h"

#define GUEST_OBJECT "/lib/scheduler-%zu.bpf.o"
#define GUEST_CONFIG "boot/config-%s"
#define ATTACH_NS    (30 * NS_PER_SEC) /* from the start of an executable */
#define END_NS       (15 * NS_PER_SEC) /* SIGINT, SIGTERM and SIGKILL, each with its time */

static const char *keep(struct scheduler_files *f, char *s)
{
	strv_take(&f->own, s);
	return s;
}

/* vm_file has paths without the leading "/". */
static void add(struct scheduler_files *f, const char *path, const char *source, mode_t mode)
{
	*xgrow(f->v, f->n) = (struct vm_file){ .path = path + strspn(path, "/"),
		                               .source = source,
		                               .mode = mode };
}

static int needs_of(const char *program, struct strv *paths, struct err *err)
{
	_cleanup_close_ int root = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

	return root < 0 ? err_sys(err, errno, "/")
	                : payload_closure(root, program, NULL, paths, err);
}

int scheduler_executable_needs(const struct scheduler_spec *s, struct strv *paths, struct err *err)
{
	return needs_of(s->argv.v[0], paths, err) < 0 ? err_wrap(err, "scheduler %s", s->name) : 0;
}

int scheduler_files_add_program(struct scheduler_files *f, const char *program, struct err *err)
{
	_cleanup_strv_ struct strv paths = STRV_INIT;

	if (needs_of(program, &paths, err) < 0)
		return -(int)err->code;
	strv_each (&paths, i) {
		const char *path = keep(f, xstrdup(paths.v[i]));

		add(f, path, path, access(path, X_OK) == 0 ? 0755 : 0644);
	}
	return 0;
}

int scheduler_job_fill(const struct scheduler_spec *s, const struct kernel *kernel, struct job *job,
                       size_t index, struct err *err)
{
	struct job_sched *js = job->schedulers.v + index;

	if (s->kind == SCHEDULER_EXECUTABLE) {
		strv_copy(&js->argv, &s->argv);
		js->attach_timeout_ns = s->attach_timeout_ns ? s->attach_timeout_ns : ATTACH_NS;
	}
	if (s->kind != SCHEDULER_OBJECT)
		return 0;
	js->object = xasprintf(GUEST_OBJECT, index);
	return scheduler_fill(s, kernel, &job->topology, js, err);
}

int scheduler_files_add(struct scheduler_files *f, const struct scheduler_spec *s,
                        const struct job *job, size_t index, struct err *err)
{
	const struct job_sched *js = job->schedulers.v + index;

	if (js->argv.n)
		return scheduler_files_add_program(f, s->argv.v[0], err) < 0
		               ? err_wrap(err, "scheduler %s", s->name)
		               : 0;
	if (js->object)
		add(f, keep(f, xstrdup(js->object)), s->object, 0644);
	return 0;
}

int scheduler_files_pack(struct scheduler_files *f, const struct kernel *kernel, int *memfd,
                         uint64_t *bytes, struct err *err)
{
	struct stat st;

	if (kernel->config && (f->n || f->config))
		add(f, keep(f, xasprintf(GUEST_CONFIG, kernel->release)), kernel->config, 0644);
	if (!f->n)
		return 0;
	for (size_t i = 0; i < f->n; i++)
		if (stat(f->v[i].source, &st) == 0)
			*bytes += (uint64_t)st.st_size;
	return vm_initramfs(f->v, f->n, memfd, err);
}

void scheduler_files_done(struct scheduler_files *f)
{
	free(f->v);
	strv_done(&f->own);
	*f = (struct scheduler_files){ 0 };
}

uint64_t scheduler_executables_ns(const struct job *job)
{
	const struct job_sched *js = job->schedulers.v;
	uint64_t ns = 0;

	for (size_t i = 0; i < job->schedulers.n; i++)
		if (js[i].argv.n)
			ns += js[i].attach_timeout_ns + END_NS;
	return ns;
}
