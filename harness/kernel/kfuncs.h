/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Functions of sched_ext that BPF programs may call but cannot, seen in the kernel's BTF.
 *
 * Such a function has an argument that the verifier fills in (KF_IMPLICIT_ARGS). The kernel's build
 * takes it out of the BTF and keeps the whole of it as NAME_impl. A build that did not do this
 * shows the argument, `const struct bpf_prog_aux *aux`, to programs: one that calls the function
 * without it is refused by libbpf, one that passes it by the verifier. The agent looks for the same
 * (harness/agent/kfunc.c).
 */
#ifndef KERNEL_KFUNCS_H
#define KERNEL_KFUNCS_H

#include "base/err.h"
#include "base/strv.h"

/* Adds their names, sorted. `btf`: the bytes of a .BTF section. */
int kfuncs_hidden(const void *btf, size_t n, struct strv *names, struct err *err) MUST_CHECK;

#endif
