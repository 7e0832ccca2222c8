/* SPDX-License-Identifier: GPL-2.0-only */
/* What closure.c reads: the dynamic section of one file, and ld.so's cache. */
#ifndef PAYLOAD_CLOSURE_H
#define PAYLOAD_CLOSURE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

/* One ELF file as ld.so sees it. */
struct elf_needs {
	int class, machine;    /* EI_CLASS, e_machine */
	char *interpreter;     /* PT_INTERP; NULL: none */
	struct strv needed;    /* DT_NEEDED, in order */
	char *rpath, *runpath; /* as they are, with $ORIGIN; NULL: none */
};
void elf_needs_done(struct elf_needs *e);
/* 1: read, 0: it is no ELF file. */
int elf_needs_read(int fd, struct elf_needs *out, struct err *err) MUST_CHECK;

/* Paths under which the cache (/etc/ld.so.cache, glibc's format) has a library, those of every
 * machine it knows; those for some processors only are left out. A cache that is none has none. */
void ld_cache_find(const struct strbuf *cache, const char *name, struct strv *out);

#endif
