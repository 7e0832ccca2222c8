/* SPDX-License-Identifier: GPL-2.0-only */
/* Where an image is, or would be: the store's folder, the names in it, its lock. */
#ifndef SAVED_PLACE_H
#define SAVED_PLACE_H

#include "base/cleanup.h"
#include "base/err.h"

#define PLACE_TEMP ".tmp-"  /* + key: in the making */
#define PLACE_LOCK ".lock-" /* + key: held by the maker */

struct saved_place {
	int root_fd;
	const char *key; /* borrowed */
	char *temp, *lock;
};
#define PLACE_NONE                                                                                 \
	{                                                                                          \
		.root_fd = -1                                                                      \
	}

/* Makes the folder of the store if there is none. ERR_USAGE for what is no key. */
int place_open(const char *key, struct saved_place *out, struct err *err) MUST_CHECK;
void place_done(struct saved_place *p);
/* Takes the lock by `deadline`: a descriptor, whose closing releases it. ERR_BUSY names the owner. */
int place_lock(const struct saved_place *p, uint64_t deadline, struct err *err) MUST_CHECK;
bool place_is_key(const char *name);

#endif
