/* SPDX-License-Identifier: GPL-2.0-only */
/* The different machines of a pool: hosts that differ only in facts of the moment are one. */
#ifndef STATS_HOSTS_H
#define STATS_HOSTS_H

#include <pthread.h>

#include "sidecar/host.h"
#include "stats/index.h"

struct hosts {
	struct index seen;
	struct host **v; /* owned, by number */
	size_t n;
	pthread_mutex_t lock;
};

void hosts_init(struct hosts *h);
void hosts_done(struct hosts *h);
/* The host's number. Takes it (frees it when it was known). Safe from several threads. */
size_t hosts_take(struct hosts *h, struct host *host);

#endif
