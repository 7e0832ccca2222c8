/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The kernel store: the facade of this folder. An entry is a folder
 * $XDG_CACHE_HOME/ktstr/kernels/<name>/ with vmlinuz, vmlinux (the ELF inside it), config and
 * metadata.json. For a distribution's kernel, <name> is the release ("6.17.13+deb13-cloud-amd64").
 * For one that was added it is release~hash, so that two builds of one release can exist side by
 * side. An entry is written whole or not at all.
 */
#ifndef KERNEL_H
#define KERNEL_H

#include "base/err.h"
#include "base/json.h"
#include "base/strv.h"

struct kernel {
	char *name;                              /* in the store */
	char *dir;                               /* its folder */
	char *release;                           /* uname -r */
	char *version;                           /* "6.17.13" */
	char *vmlinuz, *vmlinux;                 /* paths; NULL: absent */
	char *config;                            /* path, or NULL */
	char *source;                            /* "debian", "image", "tree", "build" */
	char *package, *package_version, *suite; /* of a distribution's kernel; or NULL */
	char *origin;        /* path or address an added or built one came from; or NULL */
	char *kernel_commit; /* of the git tree it was built from, 7 digits, perhaps -dirty; or NULL */
	char *build_key;     /* of a built one: hash of source and configuration; or NULL */
	char *arch;
	char *image_sha256; /* of vmlinux, else of vmlinuz */
	char *vmlinuz_sha256, *config_sha256;
	char *config_from;          /* "linux-base-…", "IKCONFIG", "tree"; NULL: it has none */
	char *added;                /* time of adding, UTC */
	int8_t sched_ext, btf, pvh; /* TRI_NONE: not known */
	uint64_t bytes;             /* of the folder's files; U64_NONE: not known */
	bool incomplete;            /* no metadata.json: made by hand or by an older version */
};

struct kernel_opts {
	bool offline;                   /* never download */
	bool no_build;                  /* never build */
	const char *flavour;            /* NULL: "cloud" */
	const char *fragment;           /* as of struct kernel_build_opts */
	void (*note)(const char *line); /* told what takes long before it begins; or NULL */
};

struct kernel_build_opts {
	/* A source tree, a tarball, its address, "debian:6.12", or a version that the mirror
	 * ($KTSTR_KERNEL_MIRROR) has. */
	const char *source;
	const char *fragment; /* path of what every kernel needs: harness/kernel/build.config */
	const char *config;   /* path of further options, which win; or NULL */
	unsigned int jobs;    /* 0: as many as there are CPUs */
	bool offline;
	void (*note)(const char *line); /* or NULL */
};

struct kernels {
	struct kernel *v;
	size_t n;
};

/* Finds a kernel by a version or prefix ("6.17": the newest cached match; when none is cached and not
 * offline, downloaded; when Debian has none, built from the mirror's source), a name in the store, an
 * image, or a source tree, which is built if it is not. Image and tree are added to the store if they
 * are not there yet. */
int kernel_resolve(const char *spec, const struct kernel_opts *o, struct kernel *out,
                   struct err *err) MUST_CHECK;
/* The newest match in Debian's suites. One that is already cached is not downloaded again. */
int kernel_fetch(const char *version, const struct kernel_opts *o, struct kernel *out,
                 struct err *err) MUST_CHECK;
/* Adds a bzImage, a vmlinux, or a built tree to the store. */
int kernel_add(const char *path, struct kernel *out, struct err *err) MUST_CHECK;
/* Builds a kernel out of its tree, in a folder of the cache that keeps what an interrupted build has
 * made. The same source and configuration again is found in the store, without building. */
int kernel_build(const struct kernel_build_opts *o, struct kernel *out, struct err *err) MUST_CHECK;
/* Newest version first; of one version those with sched_ext first. */
int kernel_list(struct kernels *out, struct err *err) MUST_CHECK;
int kernel_remove(const char *name, struct err *err) MUST_CHECK;
void kernel_done(struct kernel *k);
void kernels_done(struct kernels *ks);

/* What Debian's suites offer: the newest kernel of each minor series, newest first. */
struct kernel_offer {
	char *version, *release, *package, *suite;
	bool end_of_life; /* Debian's metapackages lead to another series: no more fixes */
};
struct kernel_offers {
	struct kernel_offer *v;
	size_t n;
};
/* From the package lists, read anew when they are older than a day unless offline. ERR_NOT_FOUND
 * when they were never read. */
int kernel_offers_read(const struct kernel_opts *o, struct kernel_offers *out, struct err *err)
	MUST_CHECK;
void kernel_offers_done(struct kernel_offers *os);

/* One --kernel as given, which may be a range of minor series, "6.16..7.0": adds what to give to
 * kernel_resolve(), oldest first. A range holds the series that are cached and, unless offline,
 * those that Debian offers. */
int kernel_expand(const char *spec, const struct kernel_opts *o, struct strv *out, struct err *err)
	MUST_CHECK;
/* Which kernels a scheduler supports: "6.12" (each 6.12.x), a range of minor series "6.16..7.0", or one
 * with an open end, "6.16..". kernel_within() tells for a version; pure. ERR_USAGE for other texts. */
int kernel_span_check(const char *span, struct err *err) MUST_CHECK;
bool kernel_within(const char *version, const char *span);
/* ERR_UNSUPPORTED when its configuration says that it cannot run a test, whatever the scheduler: names
 * the option. Without a configuration it is taken to. */
int kernel_check(const struct kernel *k, struct err *err) MUST_CHECK;
/* The functions of sched_ext that no BPF program can call on this kernel (docs/kernels.md). */
int kernel_hidden_kfuncs(const struct kernel *k, struct strv *names, struct err *err) MUST_CHECK;

/* The folder of the store; the caller frees. */
int kernel_store_dir(char **out, struct err *err) MUST_CHECK;
/* The fields of metadata.json. */
extern const struct json_table kernel_table;

#endif
