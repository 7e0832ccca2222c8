/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The files of this machine that a shell in the guest needs: the shell, the usual tools as far as they
 * are installed here, the user's command and files, and the libraries of all of them.
 *
 *	struct shell_files f = { 0 };
 *	shell_files_program(&f, "ls", &path, &err)	each
 *	shell_files_add(&f, "data.txt:/tmp/data", &err)	each
 *	shell_files_pack(&f, &memfd, &err)
 *	shell_files_done(&f)
 */
#ifndef HARNESS_SHELL_FILES_H
#define HARNESS_SHELL_FILES_H

#include "base/err.h"
#include "base/strv.h"
#include "vmm/vmm.h"

struct shell_files {
	struct vm_file *v;
	size_t n;
	struct strv paths; /* in the guest, of each of v */
	struct strv own;   /* strings that v points to */
	uint64_t bytes;
};

/* A program with all that it needs: by name on $PATH, or by its path. *path: where it is, here and in the
 * guest; the caller frees. ERR_NOT_FOUND if there is none. */
int shell_files_program(struct shell_files *f, const char *name, char **path, struct err *err)
	MUST_CHECK;
/* -i: "FILE", which keeps its absolute path, or "FILE:GUESTPATH"; FILE may be a program on $PATH. */
int shell_files_add(struct shell_files *f, const char *arg, struct err *err) MUST_CHECK;
/* The shell that this machine has, and the usual tools. *shell: its path; the caller frees. What it should
 * find in its environment is added to `env`. place: what its prompt shows. */
int shell_files_tools(struct shell_files *f, const char *place, char **shell, struct strv *env,
                      struct err *err) MUST_CHECK;
int shell_files_pack(const struct shell_files *f, int *memfd, struct err *err) MUST_CHECK;
void shell_files_done(struct shell_files *f);

#endif
