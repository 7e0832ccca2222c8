/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds kernel functions that no BPF program can call. From 7.1 on some kernel functions take a
 * hidden argument, "aux", which the verifier supplies. Their BTF must not show it, and must have
 * NAME_impl beside them. pahole before 1.31 leaves the argument in the BTF of some of them (in
 * Debian's 7.1 and 7.2). The verifier then refuses every call, whatever the program.
 */
#ifndef AGENT_KFUNC_H
#define AGENT_KFUNC_H

#include <bpf/libbpf.h>

/* The uncallable functions that the object refers to, "a, b"; NULL when there are none. The caller
 * frees. Reads the running kernel's BTF, which takes a while under emulation. */
char *kfunc_uncallable(const struct bpf_object *obj);
/* The same with the BTF of both. Pure. */
struct btf;
char *kfunc_uncallable_in(const struct btf *own, const struct btf *kernel);

#endif
