/* SPDX-License-Identifier: GPL-2.0-only */
/* Kernel images: what one is, what is inside, what the ELF says of itself. */
#ifndef KERNEL_IMAGE_H
#define KERNEL_IMAGE_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

enum image_kind {
	IMAGE_BZIMAGE,
	IMAGE_VMLINUX,
};

/* What these bytes are; ERR_FORMAT with what they look like instead ("is text"). */
int image_kind(const void *data, size_t n, enum image_kind *out, struct err *err) MUST_CHECK;
/* The ELF a bzImage carries (Documentation/arch/x86/boot.rst: payload_offset, payload_length). */
int image_extract(const void *data, size_t n, struct strbuf *elf, struct err *err) MUST_CHECK;

struct image_facts {
	char *release; /* from "Linux version …"; NULL: it does not say. Caller frees */
	int8_t btf, sched_ext, pvh;
};
int image_facts(const void *elf, size_t n, struct image_facts *out, struct err *err) MUST_CHECK;
/* The functions of a vmlinux file that BPF programs cannot call (kfuncs.h); none without BTF. */
int image_hidden_kfuncs(const char *vmlinux, struct strv *names, struct err *err) MUST_CHECK;

#endif
