/* SPDX-License-Identifier: GPL-2.0-only */
/* The dynamic section of one ELF file, as ld.so reads it. */
#ifndef PAYLOAD_ELF_H
#define PAYLOAD_ELF_H

#include "base/err.h"
#include "base/strv.h"

struct elf_needs {
	int class, machine;    /* EI_CLASS, e_machine */
	char *interpreter;     /* PT_INTERP; NULL: none */
	struct strv needed;    /* DT_NEEDED, in order */
	char *rpath, *runpath; /* not expanded: $ORIGIN remains; NULL: none */
};
void elf_needs_done(struct elf_needs *e);
/* 1: read; 0: not an ELF file. */
int elf_needs_read(int fd, struct elf_needs *out, struct err *err) MUST_CHECK;

#endif
