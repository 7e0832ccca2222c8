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
	char *name;              /* in the store */
	char *dir;               /* its folder */
	char *label;             /* of a test: "6.17.13", "6.17.13@1a2b3c"; NULL: as version */
	char *release;           /* uname -r */
	char *version;           /* "6.17.13" */
	char *vmlinuz, *vmlinux; /* paths; NULL: absent */
	char *config;            /* path, or NULL */
	char *source;            /* "debian", "image", "tree", "build" */
	char *package, *package_version, *suite; /* NULL: not a distribution's kernel */
	char *origin; /* where an added or built kernel came from: a path or an address; or NULL */
	char *kernel_commit; /* of its git tree: 7 digits, perhaps "-dirty"; or NULL */
	char *build_key;     /* of a kernel built here: hash of source and configuration; or NULL */
	char *arch;
	char *image_sha256; /* of vmlinux, else of vmlinuz */
	char *vmlinuz_sha256, *config_sha256;
	char *config_from;          /* "linux-base-…", "IKCONFIG", "tree"; NULL: it has none */
	char *added;                /* time of adding, UTC */
	int8_t sched_ext, btf, pvh; /* TRI_NONE: not known */
	uint64_t bytes;             /* of the folder's files; U64_NONE: not known */
	bool of_env;     /* $KTSTR_KERNEL names it: results have the version found there */
	bool incomplete; /* no metadata.json, or one that cannot be read: not used */
	char *damage;    /* why it cannot be read, and what to do; or NULL */
};

struct kernel_opts {
	bool offline;                   /* never download */
	bool no_build;                  /* never build */
	const char *flavour;            /* NULL: "cloud" */
	const char *fragment;           /* as in struct kernel_build_opts */
	void (*note)(const char *line); /* called before each long operation; or NULL */
};

struct kernel_build_opts {
	/* A source tree, a tarball, the address of one, "debian:6.12", or a version on the mirror
	 * ($KTSTR_KERNEL_MIRROR). */
	const char *source;
	const char *fragment; /* path of build.config: the options that every kernel needs */
	const char *config;   /* path of further options, which override those; or NULL */
	unsigned int jobs;    /* 0: as many as there are CPUs */
	bool offline;
	void (*note)(const char *line); /* or NULL */
};

struct kernels {
	struct kernel *v;
	size_t n;
};

/* Finds a kernel by a version or prefix, a name in the store, an image, or a source tree. "6.17" is
 * the newest cached 6.17.x. If none is cached, it is downloaded from Debian; if Debian has none, it
 * is built from the mirror's source. A source tree that is not built yet is built. Image and tree
 * are added to the store if they are not there yet. */
int kernel_resolve(const char *spec, const struct kernel_opts *o, struct kernel *out,
                   struct err *err) MUST_CHECK;
/* The newest match in Debian's suites. One that is already cached is not downloaded again; if it
 * has no configuration, that is sought. A note says why there is none. */
int kernel_fetch(const char *version, const struct kernel_opts *o, struct kernel *out,
                 struct err *err) MUST_CHECK;
/* Adds a bzImage, a vmlinux, a built tree, or a folder with an image (bzImage, vmlinuz or vmlinux) to the
 * store. A folder of the store is that entry. */
int kernel_add(const char *path, struct kernel *out, struct err *err) MUST_CHECK;
/* Builds a kernel in a folder of the cache, not in its source tree. After an interruption, the next
 * build goes on in that folder. If the store has a kernel of the same source and configuration,
 * that one is returned. */
int kernel_build(const struct kernel_build_opts *o, struct kernel *out, struct err *err) MUST_CHECK;
/* Newest version first. Among kernels of one version, those with sched_ext come first. */
int kernel_list(struct kernels *out, struct err *err) MUST_CHECK;
/* How tests and results call it. Borrowed. */
const char *kernel_label(const struct kernel *k);
int kernel_remove(const char *name, struct err *err) MUST_CHECK;
void kernel_done(struct kernel *k);
void kernels_done(struct kernels *ks);

/* Lists the kernels that Debian offers: the newest of each minor series, newest series first. */
struct kernel_offer {
	char *version, *release, *package, *suite;
	bool end_of_life; /* no metapackage of Debian's depends on the series: no more fixes */
};
struct kernel_offers {
	struct kernel_offer *v;
	size_t n;
};
/* Reads the package lists. If they are older than a day and not offline, updates them first.
 * ERR_NOT_FOUND: there are no lists yet. */
int kernel_offers_read(const struct kernel_opts *o, struct kernel_offers *out, struct err *err)
	MUST_CHECK;
void kernel_offers_done(struct kernel_offers *os);

/* Adds the kernels that one --kernel names, oldest first, each as kernel_resolve() takes it. A
 * range of minor series, "6.16..7.0", stands for the series that are cached and, unless offline,
 * those that Debian offers. */
int kernel_expand(const char *spec, const struct kernel_opts *o, struct strv *out, struct err *err)
	MUST_CHECK;
/* Which kernels a scheduler supports: "6.12" (each 6.12.x), a range of minor series "6.16..7.0", or one
 * with an open end, "6.16..". kernel_within() tells for a version; pure. ERR_USAGE for other texts. */
int kernel_span_check(const char *span, struct err *err) MUST_CHECK;
bool kernel_within(const char *version, const char *span);
/* ERR_UNSUPPORTED, naming the option, if the kernel's configuration lacks what every test needs. A
 * kernel without a configuration is accepted. */
int kernel_check(const struct kernel *k, struct err *err) MUST_CHECK;
/* What a kernel lacks so that no sched_ext scheduler can be loaded: "sched_ext", or "BTF
 * (CONFIG_DEBUG_INFO_BTF)". NULL: nothing that is known. */
const char *kernel_lacks(const struct kernel *k);
/* Adds the names of sched_ext's functions that no BPF program can call on this kernel
 * (docs/kernels.md). */
int kernel_hidden_kfuncs(const struct kernel *k, struct strv *names, struct err *err) MUST_CHECK;

/* The folder of the store; the caller frees. */
int kernel_store_dir(char **out, struct err *err) MUST_CHECK;
/* The fields of metadata.json. */
extern const struct json_table kernel_table;

#endif
