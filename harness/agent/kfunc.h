/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kernel functions that nobody can call. From 7.1 on some take a hidden argument, "aux", which the
 * verifier supplies: their BTF is to lack it, and to have NAME_impl beside them. A pahole before
 * 1.31 leaves it in with some of them (in Debian's 7.1 and 7.2), and the verifier then refuses
 * every call, whatever the program.
 */
#ifndef AGENT_KFUNC_H
#define AGENT_KFUNC_H

#include <bpf/libbpf.h>

/* Those that the object refers to, "a, b"; NULL (the caller frees) when there are none. Reads the
 * running kernel's BTF, which takes a while under emulation. */
char *kfunc_uncallable(const struct bpf_object *obj);

#endif
