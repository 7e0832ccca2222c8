/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/evidence.h"

#include "base/fs.h"
#include "base/mem.h"

#define FACTS_MAX 16

static const struct {
	const char *file;
	const char *facts[FACTS_MAX]; /* fields of the host (sidecar/host.c) */
} files[] = {
	{ "kernel-info.txt",
	  { "kernel_name", "kernel_release", "kernel_build", "arch", "kernel_cmdline", "preemption",
	    "clocksource", "mitigations", "hardening" } },
	{ "os-release.txt", { "os", "virtualization" } },
	{ "cpu-info.txt",
	  { "cpu_model", "cpu_vendor", "microcode", "online_cpus", "online_cpu_list", "numa_nodes",
	    "smt", "turbo", "cpufreq_driver", "cpufreq_governor", "idle_driver" } },
	{ "fs-type.txt", { "filesystem" } },
};

static void add_fact(struct strbuf *out, struct json_object *host, const char *name)
{
	struct json_object *v = NULL;
	_cleanup_free_ char *text = NULL;

	if (!json_object_object_get_ex(host, name, &v) || !v)
		return;
	text = json_object_is_type(v, json_type_string) ? xstrdup(json_object_get_string(v))
	                                                : json_text(v, false);
	strbuf_addf(out, "%s: %s\n", name, text);
}

/* The kernels that were tested, which in a VM are not the host's. */
static void add_kernels(struct strbuf *out, const struct pool *p)
{
	_cleanup_strv_ struct strv kernels = STRV_INIT;
	_cleanup_free_ char *text = NULL;

	for (size_t i = 0; i < p->n_rows; i++)
		if (p->rows[i].dim[DIM_KERNEL])
			strv_add(&kernels, p->rows[i].dim[DIM_KERNEL]);
	strv_uniq(&kernels);
	text = strv_join(&kernels, ", ");
	strbuf_addf(out, "tested: %s\n", text);
}

int evidence_write(const char *dir, const struct pool *p, struct err *err)
{
	if (fs_mkdir_p(AT_FDCWD, dir, err) < 0)
		return -(int)err->code;
	for (size_t f = 0; f < ARRAY_SIZE(files); f++) {
		_cleanup_strbuf_ struct strbuf text = STRBUF_INIT;
		_cleanup_free_ char *path = fs_join(dir, files[f].file);

		if (f == 0)
			add_kernels(&text, p);
		for (size_t h = 0; h < p->hosts.n; h++) {
			_cleanup_json_ struct json_object *host =
				json_encode(&host_table, p->hosts.v[h]);

			if (text.n)
				strbuf_addc(&text, '\n');
			for (size_t i = 0; i < FACTS_MAX && files[f].facts[i]; i++)
				add_fact(&text, host, files[f].facts[i]);
		}
		if (fs_write_atomic(AT_FDCWD, path, strbuf_cstr(&text), text.n, 0666, err) < 0)
			return -(int)err->code;
	}
	return 0;
}
