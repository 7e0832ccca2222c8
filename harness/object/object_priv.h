/* SPDX-License-Identifier: GPL-2.0-only */
/* Shared by the files of this folder: the opened object, and a typed place in its bytes. */
#ifndef OBJECT_PRIV_H
#define OBJECT_PRIV_H

#include <bpf/btf.h>
#include <bpf/libbpf.h>

#include "harness/object/object.h"

#define OBJECT_SECTION_MAX (1u << 30) /* bytes; a guest has hardly more memory */

/* A piece of memory that the kernel gets: a section of variables, or a sched_ext_ops map. */
struct object_area {
	struct bpf_map *map;
	char *name; /* the section's, or the map's; a copy: libbpf moves its names when it grows one */
	bool ops;
	uint32_t type_id; /* BTF_KIND_DATASEC, or the struct */
	uint8_t *now;     /* libbpf's, changed in place */
	uint8_t *was;     /* as the file has it; NULL: nothing was set */
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
	struct object_runs runs;
};

/* Some bytes of an area, of one type. */
struct object_place {
	struct object_area *area;
	uint64_t offset;
	uint32_t type_id;
	uint32_t bits, bit_offset; /* bits 0: no bit field */
};

/* false: a type holds itself, so that following it would never end. */
bool object_btf_ends(const struct btf *btf);
/* Past typedefs and qualifiers; NULL when there is no such type. */
const struct btf_type *object_real_type(const struct btf *btf, uint32_t id, uint32_t *real_id);
/* Finds a path such as "stats.slots[2].max" among the variables or, with `ops`, in the chosen
 * ops. */
int object_find(const struct object *o, bool ops, const char *path, struct object_place *out,
                struct err *err) MUST_CHECK;
/* Finds such a path among the members of the struct that an area is. */
int object_find_in(const struct object *o, struct object_area *area, const char *path,
                   struct object_place *out, struct err *err) MUST_CHECK;
/* Finds a variable by its name alone. */
bool object_find_var(const struct object *o, const char *name, struct object_place *out);
/* Writes a value as text. `what` names the place in errors. */
int object_write(const struct object *o, const struct object_place *at, const char *what,
                 const char *value, struct err *err) MUST_CHECK;
/* Gives the array that is alone in a section so many elements. ERR_USAGE: it is not alone, or the
 * section gets larger than OBJECT_SECTION_MAX. */
int object_grow(struct object *o, const struct object_place *at, uint64_t elements, struct err *err)
	MUST_CHECK;
/* Splits "NAME=REST" and returns REST; NULL: it is none. The caller frees *name. */
const char *object_assignment(const char *text, char **name);
/* Two digits a byte; the caller frees. */
char *object_hex(const uint8_t *bytes, size_t n);
/* The n bytes at a place, to be changed; NULL: the section ends before them. */
uint8_t *object_bytes(const struct object_place *at, uint64_t n);
/* Writes an integer or a bool; what does not fit is cut. false: the place holds neither. */
bool object_write_int(const struct object *o, const struct object_place *at, uint64_t value);
/* The value of an enumerator; *negative: it is below 0, in two's complement then. `btf` may be NULL. */
bool object_enumerator(const struct btf *btf, const char *name, uint64_t *value, bool *negative);

#endif
