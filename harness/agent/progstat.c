/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/progstat.h"

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/mem.h"

#define PROGS_MAX 256

struct program {
	uint32_t id;
	char *name;
	uint64_t cnt, ns; /* at the last progstat_begin() */
};

struct progstat {
	int fd; /* the kernel counts while it is open */
	struct program *programs;
	size_t n;
};

/* The whole name, from the program's BTF: the kernel's own has 15 characters. */
static char *name_of(int fd, const struct bpf_prog_info *brief)
{
	struct bpf_func_info func = { 0 };
	struct bpf_prog_info info = { .nr_func_info = 1,
		                      .func_info_rec_size = sizeof(func),
		                      .func_info = (uintptr_t)&func };
	uint32_t len = sizeof(info);
	const struct btf_type *t = NULL;
	struct btf *btf = NULL;
	char *name;

	if (brief->btf_id && bpf_prog_get_info_by_fd(fd, &info, &len) == 0 && info.nr_func_info)
		btf = btf__load_from_kernel_by_id(brief->btf_id);
	if (btf)
		t = btf__type_by_id(btf, func.type_id);
	name = xstrdup(t ? btf__name_by_offset(btf, t->name_off) : brief->name);
	btf__free(btf);
	return name;
}

/* Calls back for each program of a struct_ops. */
static void each_prog(void (*take)(void *arg, int fd, const struct bpf_prog_info *info), void *arg)
{
	uint32_t id = 0;

	while (bpf_prog_get_next_id(id, &id) == 0) {
		_cleanup_close_ int fd = bpf_prog_get_fd_by_id(id);
		struct bpf_prog_info info = { 0 };
		uint32_t len = sizeof(info);

		if (fd >= 0 && bpf_prog_get_info_by_fd(fd, &info, &len) == 0 &&
		    info.type == BPF_PROG_TYPE_STRUCT_OPS)
			take(arg, fd, &info);
	}
}

/* The program with this id; one not seen yet counts from 0. NULL if there are too many. */
static struct program *find(struct progstat *p, int fd, const struct bpf_prog_info *info)
{
	struct program *new;

	for (size_t i = 0; i < p->n; i++)
		if (p->programs[i].id == info->id)
			return &p->programs[i];
	if (p->n >= PROGS_MAX)
		return NULL;
	new = xgrow(p->programs, p->n);
	*new = (struct program){ .id = info->id, .name = name_of(fd, info) };
	return new;
}

static void note_before(void *arg, int fd, const struct bpf_prog_info *info)
{
	struct program *known = find(arg, fd, info);

	if (known) {
		known->cnt = info->run_cnt;
		known->ns = info->run_time_ns;
	}
}

struct progstat *progstat_open(struct agent *a)
{
	struct progstat *p;
	int fd;

	if (!a->job.count_runs)
		return NULL;
	fd = bpf_enable_stats(BPF_STATS_RUN_TIME);
	if (fd < 0) {
		agent_log(a, "runs of BPF programs are not counted: %m");
		return NULL;
	}
	p = xcalloc(1, sizeof(*p));
	p->fd = fd;
	return p;
}

void progstat_begin(struct progstat *p)
{
	if (p)
		each_prog(note_before, p);
}

struct ending {
	struct progstat *p;
	struct wire_system *sys;
};

static void add_after(void *arg, int fd, const struct bpf_prog_info *info)
{
	const struct ending *e = arg;
	const struct program *known = find(e->p, fd, info);
	struct wire_prog *w;

	if (!known || info->run_cnt == known->cnt)
		return;
	w = xgrow(e->sys->progs.v, e->sys->progs.n);
	w->name = xstrdup(known->name);
	w->cnt = info->run_cnt - known->cnt;
	w->ns = info->run_time_ns - known->ns;
}

void progstat_end(struct progstat *p, struct wire_system *sys)
{
	if (p)
		each_prog(add_after, &(struct ending){ p, sys });
}
