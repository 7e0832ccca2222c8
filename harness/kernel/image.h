/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel images: their kind, the ELF inside, and the facts in that ELF. */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

enum image_kind {
	IMAGE_BZIMAGE,
	IMAGE_VMLINUX,
};

/* Sets the kind of image. ERR_FORMAT: it is no kernel image; the message says what it looks like
 * ("text"). */
int image_kind(const void *data, size_t n, enum image_kind *out, struct err *err) MUST_CHECK;
/* Extracts the ELF file inside a bzImage (Documentation/arch/x86/boot.rst: payload_offset,
 * payload_length). */
int image_extract(const void *data, size_t n, struct strbuf *elf, struct err *err) MUST_CHECK;

struct image_facts {
	char *release; /* from "Linux version …"; NULL: unknown. The caller frees */
	int8_t btf, sched_ext, pvh;
};
int image_facts(const void *elf, size_t n, struct image_facts *out, struct err *err) MUST_CHECK;
/* Adds the functions of a vmlinux file that BPF programs cannot call (kfuncs.h). Adds none if it
 * has no BTF. */
int image_hidden_kfuncs(const char *vmlinux, struct strv *names, struct err *err) MUST_CHECK;

#endif
