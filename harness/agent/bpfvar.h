/* SPDX-License-Identifier: GPL-2.0-only */
/* Global variables of a BPF object, found by name or type through its BTF. */
#ifndef AGENT_BPFVAR_H
#define AGENT_BPFVAR_H

#include <bpf/libbpf.h>

#include "base/err.h"

struct bpfvar {
	struct bpf_map *map; /* of its section */
	uint32_t offset, size;
	uint32_t type_id;
};

/* A variable of this name, in a section of this name (".rodata", ".data"). */
bool bpfvar_by_name(const struct bpf_object *obj, const char *section, const char *name,
                    struct bpfvar *out);
/* The first variable that is a struct of this name, in any section. */
bool bpfvar_by_struct(const struct bpf_object *obj, const char *type, struct bpfvar *out);
/* Before the load: copies at most the variable's size into its initial value. */
void bpfvar_set(const struct bpfvar *v, const void *data, size_t n);
/* After the load: its present value (v->size bytes; the caller frees), or NULL. */
void *bpfvar_get(const struct bpfvar *v);
/* Offset and size in bytes of a member of the struct; false when it has none of that name. */
bool bpfvar_member(const struct bpf_object *obj, const struct bpfvar *v, const char *member,
                   uint32_t *offset, uint32_t *size);

#endif
