/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Debian's archive through an apt instance of our own: its lists, cache, status and sources are
 * under $XDG_CACHE_HOME/ktstr/apt. Mirror and keyring are read from the machine's apt
 * configuration, which is not changed. Works without root.
 */
#ifndef KERNEL_APT_H
#define KERNEL_APT_H

#include "base/err.h"
#include "base/strbuf.h"
#include "base/strv.h"

struct apt {
	char *dir;  /* the folder of our apt's state */
	char *conf; /* its apt.conf */
};

/* Makes the configuration. Downloads nothing. ERR_UNSUPPORTED on a machine without apt. */
int apt_open(struct apt *out, struct err *err) MUST_CHECK;
void apt_done(struct apt *a);
#define LISTS_MAX_AGE_S (24 * 3600)
/* Updates the package lists if they are older than max_age_s. */
int apt_update(const struct apt *a, unsigned int max_age_s, struct err *err) MUST_CHECK;
/* Whether the package lists were ever downloaded. */
bool apt_has_lists(const struct apt *a);
/* The names of all packages that begin with prefix. */
int apt_names(const struct apt *a, const char *prefix, struct strv *out, struct err *err)
	MUST_CHECK;
struct apt_package {
	char *version, *suite;
	uint64_t bytes;
};
int apt_show(const struct apt *a, const char *package, struct apt_package *out, struct err *err)
	MUST_CHECK;
/* Adds the suite of each package: package → suite. Leaves out packages that the lists do not
 * name. */
int apt_suites(const struct apt *a, const struct strv *packages, struct strmap *out,
               struct err *err) MUST_CHECK;
/* The Depends lines of all versions of a package. */
int apt_depends(const struct apt *a, const char *package, struct strbuf *out, struct err *err)
	MUST_CHECK;
void apt_package_done(struct apt_package *p);
/* Downloads the package, with a progress line on a terminal. apt checks it against the archive's
 * hashes. *out is the path of the .deb; the caller unlinks the file and frees the path. */
int apt_download(const struct apt *a, const char *package, uint64_t bytes, char **out,
                 struct err *err) MUST_CHECK;

/* Reads `apt-cache madison`: the first suite of each package wins. Pure. */
void apt_parse_suites(const char *madison, struct strmap *out);
/* The Signed-By of entry number `index` (from 1) in a sources file's text: of a deb822 stanza, or
 * the signed-by option of a line. NULL: none. Pure; the caller frees. */
char *apt_signed_by(const char *text, bool deb822, unsigned int index);

#endif
