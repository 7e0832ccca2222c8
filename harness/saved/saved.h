/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The store of saved machines: the facade of this folder. An image is a folder
 * $XDG_CACHE_HOME/ktstr/images/<key>/ with files of any kind and metadata.json. The key is the hash
 * of a text that says all that determines the image.
 *
 * A folder appears whole or not at all: it is made in a temporary folder, synced and renamed, under
 * a lock that ends with its owner. Several processes and threads may ask for one image at the same
 * time; one makes it and the others wait for it. What a killed maker leaves is its temporary folder,
 * which saved_sweep() and the next maker remove.
 *
 * An opened image stays usable when it is removed: its files are open.
 */
#ifndef SAVED_H
#define SAVED_H

#include "base/err.h"
#include "base/json.h"

struct saved_file {
	char *name;
	uint64_t bytes;
	uint32_t checksum; /* CRC-32 of all pages that are not zero, and of their numbers */
	char *stamp;       /* inode and times: as long as they are the same nobody wrote to it */
};

struct saved {
	char *key;     /* 64 hex digits */
	char *summary; /* for people: "6.17.13 1n2l2c1t virtual vtime" */
	char *made;    /* when, UTC */
	double made_s; /* how long it took */
	bool portable; /* what determines it is the same on other hosts */
	JSON_ARRAY_OF(struct saved_file) files;
	/* Not in metadata.json: */
	uint64_t disk_bytes; /* of all its files, holes not counted */
	uint64_t used;       /* time_t of the last use */
};
extern const struct json_table saved_table, saved_file_table;
void saved_done(struct saved *im);

struct saved_want {
	const char *text; /* the key is its SHA-256 */
	const char *summary;
	bool portable;     /* as in struct saved */
	uint64_t deadline; /* for the lock (base/clock.h): how long to wait for another maker */
	/* Writes the files into an empty folder. */
	int (*make)(void *arg, int dirfd, struct err *err);
	void *arg;
};

struct saved_opened {
	char key[65];
	int dirfd;     /* the caller closes it */
	bool made;     /* by this call */
	char *dropped; /* why the one that was there was removed; NULL: none was. The caller frees */
};

void saved_key(const char *text, char key[65]);
/* Opens the image, has it made if there is none. One whose files are not what they were is removed
 * first. Then the store is pruned to its size. */
int saved_get(const struct saved_want *want, struct saved_opened *out, struct err *err) MUST_CHECK;
/* Removes one; no error when there is none. */
int saved_remove(const char *key, struct err *err) MUST_CHECK;

struct saved_all {
	struct saved *v;
	size_t n;
};
/* The last used first. */
int saved_list(struct saved_all *out, struct err *err) MUST_CHECK;
void saved_all_done(struct saved_all *im);
uint64_t saved_all_bytes(const struct saved_all *im);
/* Checks all bytes of an image's files. ERR_FORMAT when they are not what was written. */
int saved_check(const char *key, struct err *err) MUST_CHECK;
/* Writes an image, once all its bytes are checked, to a file for another store. ERR_USAGE if it is not
 * portable. */
int saved_export(const char *key, const char *path, struct err *err) MUST_CHECK;
/* Puts it there, whole or not at all, in place of one of the same key. The caller ends *out. */
int saved_import(const char *path, struct saved *out, struct err *err) MUST_CHECK;
/* Removes the least recently used images but `but` (NULL: none is spared) until the rest is
 * max_bytes or less. */
int saved_prune(uint64_t max_bytes, const char *but, size_t *removed, struct err *err) MUST_CHECK;
/* Removes what killed makers have left. */
int saved_sweep(struct err *err) MUST_CHECK;

/* $KTSTR_IMAGES_MAX ("8G"), else 4 GiB. */
int saved_max_bytes(uint64_t *out, struct err *err) MUST_CHECK;
/* The folder of the store; the caller frees. */
int saved_store_dir(char **out, struct err *err) MUST_CHECK;

#endif
