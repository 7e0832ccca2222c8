/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/pack.h"

#include <errno.h>
#include <sys/random.h>

#include "base/clock.h"
#include "base/fs.h"
#include "base/mem.h"
#include "harness/commands.h"
#include "harness/payload/payload.h"
#include "harness/scheduler_files.h"
#include "harness/step_schedulers.h"
#include "vmm/vmm.h"

struct pack {
	int root_fd;
	struct strv paths; /* files with the same path here and in the guest */
	struct strv own;   /* strings that `files` points to */
	struct vm_file *files;
	size_t n;
	uint64_t bytes;
};

static void pack_done(struct pack *p)
{
	strv_done(&p->paths);
	strv_done(&p->own);
	free(p->files);
	if (p->root_fd >= 0)
		close(p->root_fd);
}

static const char *keep(struct pack *p, char *s)
{
	strv_take(&p->own, s);
	return s;
}

/* vm_file has paths without the leading "/". */
static const char *below_root(const char *path)
{
	return path + strspn(path, "/");
}

static int add_from(struct pack *p, const char *path, const char *source, struct err *err)
{
	struct stat st;

	if (stat(source, &st) < 0)
		return err_sys(err, errno, "%s", source);
	p->bytes += (uint64_t)st.st_size;
	*xgrow(p->files, p->n) = (struct vm_file){ .path = below_root(path),
		                                   .source = source,
		                                   .mode = st.st_mode & 0111 ? 0755 : 0644 };
	return 0;
}

static void add_text(struct pack *p, const char *path, char *text)
{
	const char *data = keep(p, text);

	*xgrow(p->files, p->n) = (struct vm_file){
		.path = below_root(path), .data = data, .n = strlen(data), .mode = 0644
	};
}

/* Adds a file. A program or library brings the libraries it needs. */
static int add_file(struct pack *p, const struct scenario_file *f, const char *libraries,
                    const struct job *job, struct err *err)
{
	_cleanup_strv_ struct strv needs = STRV_INIT;
	_cleanup_free_ char *source = NULL;

	if (f->text) {
		add_text(p, f->path, scenario_fill_in(f->text, job));
		return 0;
	}
	source = realpath(f->from ? f->from : f->path, NULL);
	if (!source)
		return err_sys(err, errno, "%s", f->from ? f->from : f->path);
	if (payload_closure(p->root_fd, source, libraries, &needs, err) < 0)
		return -(int)err->code;
	for (size_t i = 1; i < needs.n; i++)
		if (!strv_has(&p->paths, needs.v[i]))
			strv_add(&p->paths, needs.v[i]);
	return add_from(p, f->path, keep(p, steal_ptr(&source)), err);
}

static const char *library_path(const struct scenario_payload *sp)
{
	static const char variable[] = "LD_LIBRARY_PATH=";

	for (uint32_t i = 0; i < sp->env_count; i++)
		if (starts_with(sp->env[i], variable))
			return sp->env[i] + sizeof(variable) - 1;
	return NULL;
}

static int add_payload(struct pack *p, const struct scenario_payload *sp, struct job *job,
                       struct job_payload *jp, struct err *err)
{
	const char *libraries = library_path(sp);
	char *program;

	if (scenario_payload_program(sp, &program, err) < 0)
		return -(int)err->code;
	free(jp->argv.v[0]);
	jp->argv.v[0] = program;
	if (payload_closure(p->root_fd, program, libraries, &p->paths, err) < 0)
		return -(int)err->code;
	for (uint32_t i = 0; i < sp->files_count; i++)
		if (add_file(p, &sp->files[i], libraries, job, err) < 0)
			return -(int)err->code;
	return 0;
}

int pack_payloads(const struct scenario *s, struct job *job, int *memfd, uint64_t *bytes,
                  struct err *err)
{
	struct pack p = { .root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC) };
	struct job_payload *jps = job->payloads.v;
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < job->payloads.n; i++) {
		ret = add_payload(&p, &s->payloads[i], job, &jps[i], err);
		if (ret < 0)
			err_wrap(err, "payload %s", jps[i].name);
	}
	for (size_t i = 0; ret == 0 && i < p.paths.n; i++)
		ret = add_from(&p, p.paths.v[i], p.paths.v[i], err);
	if (ret == 0 && p.n)
		ret = vm_initramfs(p.files, p.n, memfd, err);
	if (ret == 0)
		*bytes = p.bytes;
	pack_done(&p);
	return ret;
}

const struct scheduler_spec *pack_scheduler(const struct test *t, const struct job *job,
                                            size_t index)
{
	const struct job_sched *js = job->schedulers.v;

	return index ? step_schedulers_find(t->step_schedulers, js[index].name) : t->scheduler;
}

int pack_schedulers(const struct test *t, const struct job *job, int *memfd, uint64_t *bytes,
                    struct err *err)
{
	/* A payload may load BPF objects of its own, whose libbpf reads the configuration. */
	struct scheduler_files files = { .config = job->payloads.n > 0 };
	int ret = 0;

	for (size_t i = 0; ret == 0 && i < job->schedulers.n; i++)
		ret = scheduler_files_add(&files, pack_scheduler(t, job, i), job, i, err);
	if (ret == 0)
		ret = commands_add_files(job, &files, err);
	if (ret == 0)
		ret = scheduler_files_pack(&files, t->kernel, memfd, bytes, err);
	scheduler_files_done(&files);
	return ret;
}

int pack_job(const struct job *job, int *memfd, struct err *err)
{
	_cleanup_json_ struct json_object *o = json_encode(&job_table, job);
	_cleanup_free_ char *text = json_text(o, false);
	const struct vm_file file = {
		.path = JOB_FILE, .data = text, .n = strlen(text), .mode = 0644
	};

	return vm_initramfs(&file, 1, memfd, err);
}

int pack_now(int *memfd, struct err *err)
{
	struct job_now now;
	const struct vm_file file = {
		.path = NOW_FILE, .data = &now, .n = sizeof(now), .mode = 0644
	};
	struct timespec t;

	if (getrandom(now.random, sizeof(now.random), 0) != (ssize_t)sizeof(now.random))
		return err_sys(err, errno, "random numbers");
	clock_gettime(CLOCK_REALTIME, &t);
	now.realtime_ns = (uint64_t)t.tv_sec * NS_PER_SEC + (uint64_t)t.tv_nsec;
	return vm_initramfs(&file, 1, memfd, err);
}
