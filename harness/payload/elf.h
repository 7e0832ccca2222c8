/* SPDX-License-Identifier: GPL-2.0-only */
/* The dynamic section of one ELF file, as ld.so sees it. */
#ifndef PAYLOAD_ELF_H
#define PAYLOAD_ELF_H

#include "base/err.h"
#include "base/strv.h"

struct elf_needs {
	int class, machine;    /* EI_CLASS, e_machine */
	char *interpreter;     /* PT_INTERP; NULL: none */
	struct strv needed;    /* DT_NEEDED, in order */
	char *rpath, *runpath; /* as they are, with $ORIGIN; NULL: none */
};
void elf_needs_done(struct elf_needs *e);
/* 1: read, 0: it is no ELF file. */
int elf_needs_read(int fd, struct elf_needs *out, struct err *err) MUST_CHECK;

#endif
