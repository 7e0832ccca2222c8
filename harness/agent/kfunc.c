/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/agent/kfunc.h"

#include <bpf/btf.h>

#include "base/mem.h"
#include "base/strv.h"

static const struct btf_type *type_at(const struct btf *btf, int id)
{
	return id > 0 ? btf__type_by_id(btf, (uint32_t)id) : NULL;
}

static bool shows_hidden_argument(const struct btf *kernel, const char *name)
{
	const struct btf_type *f =
		type_at(kernel, btf__find_by_name_kind(kernel, name, BTF_KIND_FUNC));
	const struct btf_type *proto = f ? type_at(kernel, (int)f->type) : NULL;
	uint32_t n = proto ? btf_vlen(proto) : 0;
	_cleanup_free_ char *impl = xasprintf("%s_impl", name);

	if (!n || ends_with(name, "_impl") ||
	    btf__find_by_name_kind(kernel, impl, BTF_KIND_FUNC) > 0)
		return false;
	return streq_null(btf__name_by_offset(kernel, btf_params(proto)[n - 1].name_off), "aux");
}

/* For libbpf "scx_bpf_kick_cpu___old" is another declaration of the kernel's scx_bpf_kick_cpu. */
static char *kernels_name(const char *name)
{
	const char *suffix = strstr(name, "___");

	return suffix && suffix > name ? xstrndup(name, (size_t)(suffix - name)) : xstrdup(name);
}

/* Looks at all functions: once the object is open, libbpf does not show which are the kernel's. */
char *kfunc_uncallable_in(const struct btf *own, const struct btf *kernel)
{
	_cleanup_strv_ struct strv names = STRV_INIT;

	for (uint32_t id = 1; id < btf__type_cnt(own); id++) {
		const struct btf_type *t = btf__type_by_id(own, id);
		_cleanup_free_ char *name =
			btf_is_func(t) ? kernels_name(btf__name_by_offset(own, t->name_off)) : NULL;

		if (name && !strv_has(&names, name) && shows_hidden_argument(kernel, name))
			strv_add(&names, name);
	}
	return names.n ? strv_join(&names, ", ") : NULL;
}

char *kfunc_uncallable(const struct bpf_object *obj)
{
	const struct btf *own = bpf_object__btf(obj);
	struct btf *kernel = own ? btf__load_vmlinux_btf() : NULL;
	char *names = kernel ? kfunc_uncallable_in(own, kernel) : NULL;

	btf__free(kernel);
	return names;
}
