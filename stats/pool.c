/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/pool.h"

#include "base/mem.h"

#define THREADS_MAX 16
#define BATCH       16 /* files a thread takes at once */

struct file_read {
	struct row row;
	bool ok;
	char *why; /* !ok */
};

struct work {
	const struct scan *scan;
	struct hosts *hosts;
	struct file_read *reads; /* one per file */
	size_t next;             /* the first file that no thread has taken; atomic */
};

bool pool_is_run(const struct pool_run *r)
{
	return r->n || r->bad;
}

void pool_init(struct pool *p)
{
	*p = (struct pool){ 0 };
	hosts_init(&p->hosts);
}

void pool_done(struct pool *p)
{
	for (size_t i = 0; i < p->n_runs; i++)
		free(p->runs[i].name);
	for (size_t i = 0; i < p->n_rows; i++)
		row_done(&p->rows[i]);
	free(p->runs);
	free(p->rows);
	hosts_done(&p->hosts);
	strv_done(&p->bad);
	*p = (struct pool){ 0 };
}

static int take_host(struct work *w, struct json_span text, struct row *r, struct err *err)
{
	struct host *host = xmalloc(sizeof(*host));

	json_init(&host_table, host);
	if (json_decode(&host_table, text.s, text.n, host, err) < 0) {
		free(host);
		return -(int)err->code;
	}
	r->host_load = host->load_1;
	r->host = hosts_take(w->hosts, host);
	return 0;
}

static void read_one(struct work *w, struct sidecar_brief *b, size_t i)
{
	struct file_read *read = &w->reads[i];
	struct err err = ERR_INIT;
	struct sidecar s;

	json_init(&sidecar_table, &s);
	if (sidecar_read_brief(w->scan->dirfd, w->scan->files[i].path, b, &s, &err) < 0) {
		read->why = xstrdup(err.msg);
		return;
	}
	row_take(&read->row, &s);
	json_done(&sidecar_table, &s);
	if (b->host.n && take_host(w, b->host, &read->row, &err) < 0) {
		read->why = xasprintf("%s: host: %s", w->scan->files[i].path, err.msg);
		row_done(&read->row);
		return;
	}
	read->ok = true;
}

static void *work(void *arg)
{
	struct work *w = arg;
	size_t n = w->scan->n_files;
	struct sidecar_brief b = { 0 };

	for (;;) {
		size_t from = __atomic_fetch_add(&w->next, BATCH, __ATOMIC_RELAXED);

		if (from >= n)
			break;
		for (size_t i = from; i < n && i < from + BATCH; i++)
			read_one(w, &b, i);
	}
	strbuf_done(&b.text);
	return NULL;
}

static void work_on_all_cpus(struct work *w)
{
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t threads[THREADS_MAX];
	size_t n = 0;

	while (n + 1 < THREADS_MAX && (long)n + 1 < cpus && n < w->scan->n_files / (4 * BATCH) &&
	       pthread_create(&threads[n], NULL, work, w) == 0)
		n++;
	work(w);
	while (n)
		pthread_join(threads[--n], NULL);
}

static void take_read(struct pool *p, const struct scan_file *f, size_t run, struct file_read *read)
{
	struct pool_run *r = &p->runs[run];

	if (!read->ok) {
		strv_take(&p->bad, read->why);
		r->bad++;
		return;
	}
	if (!r->n++)
		r->first = p->n_rows;
	read->row.run = run;
	read->row.file = xstrdup(f->path);
	p->rows[p->n_rows++] = read->row;
}

void pool_read(struct pool *p, const struct scan *s)
{
	_cleanup_free_ struct file_read *reads = xcalloc(s->n_files + 1, sizeof(*reads));
	struct work w = { .scan = s, .hosts = &p->hosts, .reads = reads };
	size_t first_run = p->n_runs;

	for (size_t i = 0; i < s->n_runs; i++)
		*xgrow(p->runs, p->n_runs) = (struct pool_run){
			.name = xstrdup(s->runs[i].name),
			.mtime = s->runs[i].mtime,
			.dev = s->runs[i].dev,
			.ino = s->runs[i].ino,
		};
	strv_each (&s->bad, i)
		strv_add(&p->bad, s->bad.v[i]);
	work_on_all_cpus(&w);
	p->rows = xrealloc(p->rows, p->n_rows + s->n_files + 1, sizeof(*p->rows));
	for (size_t i = 0; i < s->n_files; i++)
		take_read(p, &s->files[i], first_run + s->files[i].run, &reads[i]);
}
