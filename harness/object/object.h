/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scheduler as a BPF object file: lists what is in it, and sets values in it before it is loaded.
 * A scheduler's own loader sets variables, ops and map sizes between open and load. This does the
 * same by name, so that an object can be tested without its loader:
 *
 *	object_open(path, &o, &err)
 *	object_use_kernel(o, vmlinux, &err)	fills __SCX_* from the kernel's BTF
 *	object_use_machine(o, &machine)		fills nr_cpu_ids and the like
 *	object_set(o, "slice_ns=5000000", &err)	and object_set_ops(), object_set_map()
 *	object_patches(o, &patches)		the bytes that these calls changed
 *	object_free(o)
 *
 * It only reads files. It loads nothing into the running kernel and needs no privilege.
 */
#ifndef OBJECT_H
#define OBJECT_H

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"

struct object;

/* ERR_FORMAT when the file is no BPF object that libbpf can open; ERR_UNSUPPORTED without BTF; ERR_LIMIT
 * when a section has more than 1 GiB. */
int object_open(const char *path, struct object **out, struct err *err) MUST_CHECK;
void object_free(struct object *o);

/* The sched_ext_ops map that is attached: the one of this name, or the first (NULL). */
int object_choose_ops(struct object *o, const char *name, struct err *err) MUST_CHECK;
/* All of them, in the order of the file; and the one chosen. Borrowed; NULL: there is none. */
void object_ops_maps(const struct object *o, struct strv *out);
const char *object_ops_map(const struct object *o);

/* Sets each variable __NAME to the value that the kernel has for the enumerator NAME (upstream's
 * headers declare SCX_DSQ_LOCAL, SCX_SLICE_DFL and the rest so). `vmlinux`: an ELF file with .BTF.
 * Enumerators of the kernel are known by name to object_set() afterwards. */
int object_use_kernel(struct object *o, const char *vmlinux, struct err *err) MUST_CHECK;

/* Whether it has any such variable. */
bool object_wants_kernel(const struct object *o);

struct object_machine {
	uint32_t cpus, llcs, nodes, threads_per_core;
};
/* Fills variables that loaders set from the machine, nr_cpu_ids and the like, and gives arrays that
 * can grow and have one element an element per CPU. */
void object_use_machine(struct object *o, const struct object_machine *m);

/* "NAME=VALUE": sets a variable of .rodata, .data or .bss. For a part of a struct or an array, NAME
 * goes on with ".member" or "[index]". VALUE, by the variable's type:
 *	integer		42, -1, 0x10, or enumerators of the object or the kernel: A|B
 *	bool		true, false, 1, 0
 *	char array	the text, which must fit with its NUL
 *	other array	a,b,c: the first elements; the others stay
 * ERR_USAGE: the message names the mistake. */
int object_set(struct object *o, const char *assignment, struct err *err) MUST_CHECK;
/* Sets a field of the chosen sched_ext_ops: "timeout_ms=5000", "flags=SCX_OPS_ENQ_LAST". */
int object_set_ops(struct object *o, const char *assignment, struct err *err) MUST_CHECK;
/* "NAME=ENTRIES": sets the size of a map. */
int object_set_map(struct object *o, const char *assignment, struct err *err) MUST_CHECK;
/* "NAME=ELEMENTS": sets the length of an array that has a section of its own (scx's
 * RESIZABLE_ARRAY). */
int object_resize(struct object *o, const char *assignment, struct err *err) MUST_CHECK;
/* "NAME" or "NAME:MEMBER=VALUE:MEMBER=VALUE": has a program of the object (type syscall) run once
 * before the scheduler is attached. If its parameter is a pointer to a struct, it gets one: 0, but
 * for these members. VALUE as in object_set(). */
int object_run_prog(struct object *o, const char *text, struct err *err) MUST_CHECK;

struct object_run {
	char *prog;
	char *hex; /* the bytes of its struct, two digits a byte; "": it gets none */
};
struct object_runs {
	struct object_run *v;
	size_t n;
};
/* In the order of the calls. Borrowed. */
const struct object_runs *object_runs(const struct object *o);
void object_runs_done(struct object_runs *r);

/* Bytes that were changed: they differ from the file's. */
struct object_patch {
	char *section;   /* of variables (".rodata"), or of ops: the map's name */
	bool ops;        /* in a sched_ext_ops map */
	uint64_t offset; /* in the section's or the map's value */
	char *hex;       /* two digits a byte */
};
struct object_patches {
	struct object_patch *v;
	size_t n;
};
void object_patches(const struct object *o, struct object_patches *out);
void object_patches_done(struct object_patches *p);

/* Sizes that object_set_map() set: map → entries. */
void object_entries(const struct object *o, struct strmap *out);
/* Sizes that object_resize() and object_use_machine() changed: section → bytes. */
void object_sizes(const struct object *o, struct strmap *out);

/* Adds the options of the kernel's configuration (CONFIG_…) that the object reads. */
void object_kconfig(const struct object *o, struct strv *out);

#define OBJECT_NOT_ATTACHED "not supported: not attached"

/* What show-scheduler prints. */
struct object_var {
	char *section, *name, *type;
	char *value; /* as C would write it; of a large one the beginning, then "…" */
	uint64_t offset, bytes;
	bool zero; /* all bytes are 0: its loader may have to set it */
};
struct object_vars {
	struct object_var *v;
	size_t n;
};
void object_list_vars(const struct object *o, struct object_vars *out);
/* The fields of the sched_ext_ops that is attached which object_set_ops() can set. */
void object_list_ops(const struct object *o, struct object_vars *out);
void object_vars_done(struct object_vars *vs);

struct object_map {
	char *name, *type;
	uint32_t key_bytes, value_bytes, entries;
};
struct object_prog {
	char *name, *section;
	char *use; /* "scheduler", "attached", "run before", OBJECT_NOT_ATTACHED, or why it is not used */
};
struct object_maps {
	struct object_map *v;
	size_t n;
};
struct object_progs {
	struct object_prog *v;
	size_t n;
};
void object_list_maps(const struct object *o, struct object_maps *out);
void object_maps_done(struct object_maps *ms);
void object_list_progs(const struct object *o, struct object_progs *out);
void object_progs_done(struct object_progs *ps);

#endif
