/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of this folder: the opened object, and a typed place in its bytes. */
#ifndef OBJECT_PRIV_H
#define OBJECT_PRIV_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "harness/object/object.h"

/* Memory that is loaded into the kernel: a section of variables, or a sched_ext_ops map. */
struct object_area {
	struct bpf_map *map;
	const char *name; /* the section's, or the map's */
	bool ops;
	uint32_t type_id; /* BTF_KIND_DATASEC, or the struct */
	uint8_t *now;     /* libbpf's, changed in place */
	uint8_t *was;     /* as the file has it */
	size_t bytes;
};

struct object {
	char *path;
	struct bpf_object *obj;
	const struct btf *btf;
	struct btf *kernel; /* NULL: object_use_kernel() was not called */
	struct object_area *areas;
	size_t n_areas;
	struct strv ops_maps;
	const char *chosen;    /* of ops_maps */
	struct strmap entries; /* sizes of maps that were set */
	struct strmap sizes;   /* sizes of sections that were set */
	struct strv run_progs;
};

/* Some bytes of an area, of one type. */
struct object_place {
	struct object_area *area;
	uint64_t offset;
	uint32_t type_id;
	uint32_t bits, bit_offset; /* bits 0: no bit field */
};

/* The type behind typedefs and qualifiers; NULL: there is no such type. */
const struct btf_type *object_real_type(const struct btf *btf, uint32_t id, uint32_t *real_id);
/* Finds a path such as "stats.slots[2].max" among the variables or, with `ops`, in the chosen
 * ops. */
int object_find(const struct object *o, bool ops, const char *path, struct object_place *out,
                struct err *err) MUST_CHECK;
/* Finds a variable by its name alone. */
bool object_find_var(const struct object *o, const char *name, struct object_place *out);
/* Writes a value as text. `what` names the place in errors. */
int object_write(const struct object *o, const struct object_place *at, const char *what,
                 const char *value, struct err *err) MUST_CHECK;
/* Sets the length of an array that is alone in its section. False: it is not alone. */
bool object_grow(struct object *o, const struct object_place *at, uint64_t elements);
/* Writes an integer or a bool, without the bits that do not fit. False: the place holds neither. */
bool object_write_int(const struct object *o, const struct object_place *at, uint64_t value);
/* Finds the value of an enumerator of the object or the kernel. */
bool object_enumerator(const struct object *o, const char *name, uint64_t *value);

#endif
