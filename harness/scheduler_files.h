/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files that the schedulers of a job need in the guest: objects, executables with what they need
 * to run, and the kernel's configuration where libbpf looks for it.
 *
 *	struct scheduler_files f = { 0 };
 *	scheduler_job_fill(spec, kernel, &job, index, &err)	each
 *	scheduler_files_add(&f, spec, &job, index, &err)	each
 *	scheduler_files_pack(&f, kernel, &memfd, &bytes, &err)
 *	scheduler_files_done(&f)
 */
#ifndef HARNESS_SCHEDULER_FILES_H
#define HARNESS_SCHEDULER_FILES_H

#include "harness/kernel/kernel.h"
#include "harness/scheduler_spec.h"
#include "harness/wire/job.h"
#include "vmm/vmm.h"

struct scheduler_files {
	struct vm_file *v;
	size_t n;
	struct strv own; /* strings that `v` points to */
	bool config;     /* the kernel's configuration is needed even if no scheduler has files */
};

/* Fills in the job's scheduler `index`: its object and what is set in it, or argv and its limit. Errors
 * as of scheduler_fill(). */
int scheduler_job_fill(const struct scheduler_spec *s, const struct kernel *kernel, struct job *job,
                       size_t index, struct err *err) MUST_CHECK;
/* Adds the files of the job's scheduler `index`; nothing if it is the kernel's own. ERR_NOT_FOUND when
 * an executable needs a file that this machine does not have. */
int scheduler_files_add(struct scheduler_files *f, const struct scheduler_spec *s,
                        const struct job *job, size_t index, struct err *err) MUST_CHECK;
/* Adds a program, with its interpreter and libraries. */
int scheduler_files_add_program(struct scheduler_files *f, const char *path, struct err *err)
	MUST_CHECK;
/* Makes an initramfs of them. *memfd, the caller's, is unchanged if there are none. *bytes grows by the
 * size of the executables' files. */
int scheduler_files_pack(struct scheduler_files *f, const struct kernel *kernel, int *memfd,
                         uint64_t *bytes, struct err *err) MUST_CHECK;
void scheduler_files_done(struct scheduler_files *f);

/* What an executable needs to run: itself, its interpreter and libraries, as absolute paths. */
int scheduler_executable_needs(const struct scheduler_spec *s, struct strv *paths, struct err *err)
	MUST_CHECK;
/* The longest that the job's executables may take to attach and to end, in the guest's time. */
uint64_t scheduler_executables_ns(const struct job *job);

#endif
