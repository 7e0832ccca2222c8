/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/wire/work_type.h"

#include "base/parse.h"

static const char *const work_type_name[] = {
#define X(e, name, doc) [e] = #name,
	WORK_TYPES(X)
#undef X
};
const struct json_names work_type_names = JSON_NAMES(work_type_name);

static const char *const latency_name[] = {
#define X(e, name, doc) [e] = name,
	LATENCIES(X)
#undef X
};
const struct json_names latency_names = JSON_NAMES(latency_name);

/* Makes .name and .doc of each row below from WORK_TYPES. */
#define X(e, name, doc) static const char name_##e[] = #name, doc_##e[] = doc;
WORK_TYPES(X)
#undef X
#define ROW(e) .name = name_##e, .doc = doc_##e

const struct work_type_def work_type_defs[WORK_TYPE_COUNT] = {
	[WORK_CPU_SPIN] = {
		ROW(WORK_CPU_SPIN),
		.group = 1,
		.never_blocks = true,
		.params = { { "chunk", NULL, "multiplications between two looks at the clock", 2000, 1, 1e8 } },
	},
	[WORK_SCHED_YIELD] = {
		ROW(WORK_SCHED_YIELD),
		.group = 1,
		.never_blocks = true,
		.params = { { "compute", NULL, "multiplications between two yields", 16, 0, 1e8 } },
	},
	[WORK_SPIN_YIELD] = {
		ROW(WORK_SPIN_YIELD),
		.group = 1,
		.never_blocks = true,
		.params = { { "compute", NULL, "multiplications between two yields", 2000, 0, 1e8 } },
	},
	[WORK_WRITE_SLEEP] = {
		ROW(WORK_WRITE_SLEEP),
		.group = 1,
		.latencies = 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = { { "sleep_us", "us", "sleep asked for after each pass", 100, 1, 1e7 } },
	},
	[WORK_BURST_SLEEP] = {
		ROW(WORK_BURST_SLEEP),
		.group = 1,
		.latencies = 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "burst_us", "us", "time of computing", 50000, 1, 1e7 },
			{ "sleep_us", "us", "sleep asked for after each burst", 100000, 1, 1e7 },
		},
	},
	[WORK_IDLE_CHURN] = {
		ROW(WORK_IDLE_CHURN),
		.group = 1,
		.latencies = 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "sleep_us", "us", "average sleep; each is half to one and a half of it", 200, 2, 1e7 },
			{ "compute", NULL, "multiplications after each wake-up", 100, 0, 1e8 },
		},
	},
	[WORK_PHASES] = {
		ROW(WORK_PHASES),
		.group = 1,
		.latencies = 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "spin_us", "us", "time of computing", 20000, 0, 1e7 },
			{ "sleep_us", "us", "time of sleeping", 20000, 0, 1e7 },
			{ "yield_us", "us", "time of yielding", 20000, 0, 1e7 },
			{ "io_us", "us", "time of writing, with sleeps of 100 us between the writes", 20000, 0, 1e7 },
		},
	},
	[WORK_CACHE_WALK] = {
		ROW(WORK_CACHE_WALK),
		.group = 1,
		.never_blocks = true,
		.params = {
			{ "size_kib", "KiB", "memory walked", 32, 1, 65536 },
			{ "stride_bytes", "bytes", "distance between two accesses", 64, 1, 65536 },
			{ "chunk", NULL, "accesses between two looks at the clock", 1024, 1, 1e8 },
		},
	},
	[WORK_CACHE_YIELD] = {
		ROW(WORK_CACHE_YIELD),
		.group = 1,
		.never_blocks = true,
		.params = {
			{ "size_kib", "KiB", "memory walked", 32, 1, 65536 },
			{ "stride_bytes", "bytes", "distance between two accesses", 64, 1, 65536 },
			{ "chunk", NULL, "accesses between two yields", 1024, 1, 1e8 },
		},
	},
	[WORK_PAGE_FAULT] = {
		ROW(WORK_PAGE_FAULT),
		.group = 1,
		.never_blocks = true,
		.params = {
			{ "size_kib", "KiB", "memory touched", 4096, 4, 1048576 },
			{ "touches", NULL, "pages touched before the memory is given back", 64, 1, 1e6 },
			{ "compute", NULL, "multiplications after each round of touches", 64, 0, 1e8 },
		},
	},
	[WORK_PIPE_PING_PONG] = {
		ROW(WORK_PIPE_PING_PONG),
		.group = 2,
		.latencies = 1 << LATENCY_WAKE,
		.params = { { "burst", NULL, "multiplications before each byte is sent", 0, 0, 1e8 } },
	},
	[WORK_CACHE_PIPE] = {
		ROW(WORK_CACHE_PIPE),
		.group = 2,
		.latencies = 1 << LATENCY_WAKE,
		.params = {
			{ "size_kib", "KiB", "memory walked", 32, 1, 65536 },
			{ "stride_bytes", "bytes", "distance between two accesses", 64, 1, 65536 },
			{ "burst", NULL, "accesses before each byte is sent", 1024, 0, 1e8 },
		},
	},
	[WORK_FUTEX_PING_PONG] = {
		ROW(WORK_FUTEX_PING_PONG),
		.group = 2,
		.latencies = 1 << LATENCY_WAKE,
		.params = { { "burst", NULL, "multiplications before each wake-up of the other worker", 1000, 0, 1e8 } },
	},
	[WORK_FUTEX_FAN_OUT] = {
		ROW(WORK_FUTEX_FAN_OUT),
		.group = 1,
		.group_param = "fan_out",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "fan_out", NULL, "workers that are woken", 4, 1, 63 },
			{ "period_us", "us", "time between two rounds of the waker", 1000, 1, 1e7 },
			{ "compute", NULL, "multiplications after each wake-up", 1000, 0, 1e8 },
		},
	},
	[WORK_FAN_OUT_COMPUTE] = {
		ROW(WORK_FAN_OUT_COMPUTE),
		.group = 1,
		.group_param = "fan_out",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "fan_out", NULL, "workers that are woken", 4, 1, 63 },
			{ "period_us", "us", "time between two rounds of the waker", 10000, 1, 1e7 },
			{ "footprint_kib", "KiB", "size of the three matrices together", 32, 1, 65536 },
			{ "operations", NULL, "matrix products after each wake-up", 5, 1, 1e4 },
		},
	},
	[WORK_THUNDERING_HERD] = {
		ROW(WORK_THUNDERING_HERD),
		.group = 1,
		.group_param = "herd",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "herd", NULL, "workers that are woken", 15, 1, 63 },
			{ "period_us", "us", "time between two rounds of the waker", 10000, 1, 1e7 },
			{ "compute", NULL, "multiplications by the worker that gets the work", 1000, 0, 1e8 },
		},
	},
	[WORK_WAKE_CHAIN] = {
		ROW(WORK_WAKE_CHAIN),
		.group = 0,
		.group_param = "length",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "length", NULL, "workers in the chain", 4, 2, 64 },
			{ "period_us", "us", "time between two rounds of the waker", 1000, 1, 1e7 },
			{ "compute", NULL, "multiplications before the next worker is woken", 1000, 0, 1e8 },
		},
	},
	[WORK_EPOLL_STORM] = {
		ROW(WORK_EPOLL_STORM),
		.group = 1,
		.group_param = "consumers",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "consumers", NULL, "workers that are woken", 7, 1, 63 },
			{ "period_us", "us", "time between two rounds of the waker", 2000, 1, 1e7 },
			{ "events", NULL, "events written to each consumer in a round", 4, 1, 64 },
			{ "compute", NULL, "multiplications after each wake-up", 1000, 0, 1e8 },
		},
	},
	[WORK_PRODUCER_CONSUMER] = {
		ROW(WORK_PRODUCER_CONSUMER),
		.group = 1,
		.group_param = "producers",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "producers", NULL, "producers for the one consumer", 3, 1, 63 },
			{ "period_us", "us", "time between two items of a producer", 1000, 1, 1e7 },
			{ "produce", NULL, "multiplications to make an item", 1000, 0, 1e8 },
			{ "consume", NULL, "multiplications for each item the consumer takes", 20000, 0, 1e8 },
			{ "depth", NULL, "items the queue holds; further items are dropped", 64, 1, 65536 },
		},
	},
	[WORK_SIGNAL_STORM] = {
		ROW(WORK_SIGNAL_STORM),
		.group = 1,
		.group_param = "targets",
		.roles = 1,
		.latencies = 1 << LATENCY_WAKE | 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "targets", NULL, "workers that are woken", 3, 1, 63 },
			{ "period_us", "us", "time between two rounds of the waker", 1000, 1, 1e7 },
			{ "compute", NULL, "multiplications after each wake-up", 100, 0, 1e8 },
		},
	},
	[WORK_MUTEX_CONTENTION] = {
		ROW(WORK_MUTEX_CONTENTION),
		.group = 0,
		.group_param = "contenders",
		.params = {
			{ "contenders", NULL, "workers that share a mutex", 4, 2, 64 },
			{ "hold", NULL, "multiplications while holding the lock", 256, 0, 1e8 },
			{ "compute", NULL, "multiplications without the lock", 1024, 0, 1e8 },
		},
	},
	[WORK_PRIORITY_INVERSION] = {
		ROW(WORK_PRIORITY_INVERSION),
		.group = 2,
		.group_param = "hogs",
		.roles = 2,
		/* no sleep overshoot: the workers that sleep have different roles */
		.latencies = 1 << LATENCY_WAKE,
		.params = {
			{ "hogs", NULL, "workers with a priority between the two", 2, 1, 62 },
			{ "hold_us", "us", "time of computing while holding the lock", 2000, 1, 1e7 },
			{ "period_us", "us", "time between two attempts of the high-priority worker", 10000, 1, 1e7 },
			{ "pi", NULL, "1: the holder of the lock inherits priority (FUTEX_LOCK_PI)", 0, 0, 1 },
		},
	},
	[WORK_FORK_EXIT] = {
		ROW(WORK_FORK_EXIT),
		.group = 1,
		.forks = true,
		.params = { { "compute", NULL, "multiplications in the child before it exits", 0, 0, 1e8 } },
	},
	[WORK_NICE_SWEEP] = {
		ROW(WORK_NICE_SWEEP),
		.group = 1,
		.params = { { "compute", NULL, "multiplications at each nice value", 512, 0, 1e8 } },
	},
	[WORK_AFFINITY_CHURN] = {
		ROW(WORK_AFFINITY_CHURN),
		.group = 1,
		.never_blocks = true,
		.own_cpus = true,
		.params = { { "compute", NULL, "multiplications on each CPU", 1024, 0, 1e8 } },
	},
	[WORK_POLICY_CHURN] = {
		ROW(WORK_POLICY_CHURN),
		.group = 1,
		.params = {
			{ "compute", NULL, "multiplications under each policy", 1024, 0, 1e8 },
			{ "realtime", NULL, "1: SCHED_FIFO and SCHED_RR too", 1, 0, 1 },
		},
	},
	[WORK_SMT_SIBLING_SPIN] = {
		ROW(WORK_SMT_SIBLING_SPIN),
		.group = 2,
		.never_blocks = true,
		.own_cpus = true,
		.needs.smt = true,
		.params = { { "chunk", NULL, "multiplications between two looks at the clock", 2000, 1, 1e8 } },
	},
	[WORK_NUMA_MIGRATION_CHURN] = {
		ROW(WORK_NUMA_MIGRATION_CHURN),
		.group = 1,
		.never_blocks = true,
		.own_cpus = true,
		.needs.nodes = 2,
		.params = {
			{ "size_kib", "KiB", "memory walked on each node", 256, 1, 1048576 },
			{ "compute", NULL, "multiplications on each node", 20000, 0, 1e8 },
		},
	},
	[WORK_CGROUP_CHURN] = {
		ROW(WORK_CGROUP_CHURN),
		.group = 1,
		.params = { { "compute", NULL, "multiplications in each cgroup", 1024, 0, 1e8 } },
	},
	[WORK_CGROUP_ATTACH_STORM] = {
		ROW(WORK_CGROUP_ATTACH_STORM),
		.group = 1,
		.params = {
			{ "cgroups", NULL, "number of cgroups", 4, 2, 64 },
			{ "compute", NULL, "multiplications in each cgroup", 1024, 0, 1e8 },
		},
	},
	[WORK_RT_HOG] = {
		ROW(WORK_RT_HOG),
		.group = 1,
		.latencies = 1 << LATENCY_SLEEP_OVERSHOOT,
		.params = {
			{ "hog_us", "us", "time of computing", 5000, 1, 1e7 },
			{ "sleep_us", "us", "sleep asked for after each hog_us", 5000, 100, 1e7 },
			{ "priority", NULL, "priority under SCHED_FIFO", 1, 1, 99 },
		},
	},
};

static const struct work_param *find_param(const struct work_type_def *d, const char *name,
                                           size_t *index)
{
	for (size_t i = 0; i < WORK_PARAMS_MAX && d->params[i].name; i++)
		if (streq(d->params[i].name, name)) {
			*index = i;
			return &d->params[i];
		}
	return NULL;
}

static int no_such_param(const struct work_type_def *d, const char *name, struct err *err)
{
	const char *names[WORK_PARAMS_MAX];
	const char *near;
	size_t n = 0;

	while (n < WORK_PARAMS_MAX && d->params[n].name) {
		names[n] = d->params[n].name;
		n++;
	}
	near = parse_suggest(name, names, n);
	return err_set(err, ERR_USAGE, "%s: no parameter \"%s\"%s%s%s", d->name, name,
	               near ? ", did you mean \"" : "", near ? near : "", near ? "\"?" : "");
}

int work_type_params(enum work_type type, const struct json_f64map *given,
                     double param[WORK_PARAMS_MAX], struct err *err)
{
	const struct work_type_def *d = &work_type_defs[type];
	double v[WORK_PARAMS_MAX];
	size_t at = 0;

	for (size_t i = 0; i < WORK_PARAMS_MAX; i++)
		v[i] = d->params[i].def;
	for (size_t i = 0; i < given->n; i++) {
		const struct work_param *row = find_param(d, given->v[i].key, &at);

		if (!row)
			return no_such_param(d, given->v[i].key, err);
		if (!(given->v[i].value >= row->min && given->v[i].value <= row->max))
			return err_set(err, ERR_USAGE, "%s: %s must be %g to %g, not %g", d->name,
			               row->name, row->min, row->max, given->v[i].value);
		v[at] = given->v[i].value;
	}
	memcpy(param, v, sizeof(v));
	return 0;
}

uint32_t work_type_group(enum work_type type, const double param[WORK_PARAMS_MAX])
{
	const struct work_type_def *d = &work_type_defs[type];
	size_t at = 0;

	if (!d->group_param || !find_param(d, d->group_param, &at))
		return d->group;
	return d->group + (uint32_t)param[at];
}
