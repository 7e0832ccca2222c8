/* SPDX-License-Identifier: GPL-2.0-only */
/* The different hosts of a pool. Hosts that differ only in momentary facts (JSON_STATE) are one. */
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
/* Takes ownership of the host and returns its number; a host equal to a known one is freed. Threads
 * may call it at the same time. */
size_t hosts_take(struct hosts *h, struct host *host);

#endif
