/* SPDX-License-Identifier: GPL-2.0-only */
/* metadata.json of an image: what its files are, and whether they still are that. */
#ifndef SAVED_META_H
#define SAVED_META_H

#include "harness/saved/saved.h"

#define META_NAME "metadata.json"
#define META_MAX  (1u << 20)

/* Reads the files of a folder into im->files, whose other fields are set, and writes the metadata. */
int meta_write(int dirfd, struct saved *im, struct err *err) MUST_CHECK;
int meta_read(int dirfd, struct saved *im, struct err *err) MUST_CHECK;
/* Small files are read whole; of a large one the bytes are read only when its stamp has changed, or
 * if `all`. A stamp that changed beside good bytes is written anew. */
int meta_check(int dirfd, struct saved *im, bool all, struct err *err) MUST_CHECK;
/* Opens the folder of an image of which every byte is right: its descriptor. The caller calls saved_done(). */
int meta_open_whole(const char *key, struct saved *im, struct err *err) MUST_CHECK;

#endif
