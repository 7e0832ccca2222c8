/* SPDX-License-Identifier: GPL-2.0-only */
/* Global variables of a BPF object, found by name or type through its BTF. */
#ifndef AGENT_BPFVAR_H
#define AGENT_BPFVAR_H

#include <bpf/libbpf.h>

#include "base/err.h"

struct bpfvar {
	struct bpf_map *map; /* the map of its section */
	uint32_t offset, size;
	uint32_t type_id;
};

/* The map that holds a section of variables (".rodata", ".data.x"); NULL: there is none. */
struct bpf_map *bpfvar_map(const struct bpf_object *obj, const char *section);
/* Finds the variable with this name in the section with this name (".rodata", ".data"). False:
 * there is none. */
bool bpfvar_by_name(const struct bpf_object *obj, const char *section, const char *name,
                    struct bpfvar *out);
/* Finds the first variable, in any section, whose type is the struct with this name. */
bool bpfvar_by_struct(const struct bpf_object *obj, const char *type, struct bpfvar *out);
/* Before the load: sets the initial value. Copies at most the variable's size. */
void bpfvar_set(const struct bpfvar *v, const void *data, size_t n);
/* After the load: the current value (v->size bytes; the caller frees), or NULL. */
void *bpfvar_get(const struct bpfvar *v);
/* Offset and size in bytes of a member of the struct. False: it has no such member. */
bool bpfvar_member(const struct bpf_object *obj, const struct bpfvar *v, const char *member,
                   uint32_t *offset, uint32_t *size);

#endif
