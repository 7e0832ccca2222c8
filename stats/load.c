/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/load.h"

#include "base/mem.h"

#define THREADS_MAX 16
#define BATCH       16 /* files a thread takes at once */

int load_add(struct load *l, const char *path, struct err *err)
{
	struct load_job *job;

	if (l->n >= POOL_FILES_MAX)
		return err_set(err, ERR_LIMIT, "more than %u sidecars", POOL_FILES_MAX);
	job = xgrow(l->jobs, l->n);
	job->path = xstrdup(path);
	job->run = l->pool->n_runs - 1;
	return 0;
}

void load_done(struct load *l)
{
	for (size_t i = 0; i < l->n; i++) {
		free(l->jobs[i].path);
		free(l->jobs[i].why);
	}
	free(l->jobs);
	l->jobs = NULL;
	l->n = 0;
}

static void read_one(struct load *l, struct load_job *job)
{
	struct err err = ERR_INIT;
	struct sidecar s;

	json_init(&sidecar_table, &s);
	if (sidecar_read(l->dirfd, job->path, &s, &err) < 0) {
		job->why = xstrdup(err.msg);
		return;
	}
	row_take(&job->row, &s);
	if (s.host)
		job->row.host = hosts_take(&l->pool->hosts, steal_ptr(&s.host));
	job->ok = true;
	json_done(&sidecar_table, &s);
}

static void *work(void *arg)
{
	struct load *l = arg;

	for (;;) {
		size_t from = __atomic_fetch_add(&l->next, BATCH, __ATOMIC_RELAXED);

		if (from >= l->n)
			return NULL;
		for (size_t i = from; i < l->n && i < from + BATCH; i++)
			read_one(l, &l->jobs[i]);
	}
}

static void work_on_all_cpus(struct load *l)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[THREADS_MAX];
	size_t n = 0;

	while (n + 1 < THREADS_MAX && (long)n + 1 < cpus && n < l->n / (4 * BATCH) &&
	       pthread_create(&threads[n], NULL, work, l) == 0)
		n++;
	work(l);
	while (n)
		pthread_join(threads[--n], NULL);
}

void load_read(struct load *l)
{
	struct pool *p = l->pool;
	size_t n = 0;

	work_on_all_cpus(l);
	p->rows = xrealloc(p->rows, p->n_rows + l->n + 1, sizeof(*p->rows));
	for (size_t i = 0; i < l->n; i++) {
		struct load_job *job = &l->jobs[i];
		struct pool_run *run = &p->runs[job->run];

		if (!job->ok) {
			strv_take(&p->bad, steal_ptr(&job->why));
			run->bad++;
			continue;
		}
		if (!run->n++)
			run->first = p->n_rows + n;
		job->row.run = job->run;
		job->row.file = steal_ptr(&job->path);
		p->rows[p->n_rows + n++] = job->row;
	}
	p->n_rows += n;
}
