/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <linux/btf.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/strbuf.h"
#include "harness/kernel/kfuncs.h"

/* A .BTF section in the making. */
struct making {
	struct strbuf types, strings;
	uint32_t n;
};

static uint32_t name_of(struct making *m, const char *s)
{
	uint32_t off = (uint32_t)m->strings.n;

	strbuf_add(&m->strings, s, strlen(s) + 1);
	return off;
}

static uint32_t add_type(struct making *m, const char *name, uint32_t kind, uint32_t vlen,
                         uint32_t type)
{
	struct btf_type t = { .name_off = *name ? name_of(m, name) : 0,
		              .info = kind << 24 | vlen,
		              .type = type };

	strbuf_add(&m->types, &t, sizeof(t));
	return ++m->n;
}

/* A function of two arguments, the second of that name and type. */
static void add_func(struct making *m, const char *name, uint32_t first, const char *last,
                     uint32_t last_type)
{
	struct btf_param args[2] = { { .name_off = name_of(m, "id"), .type = first },
		                     { .name_off = name_of(m, last), .type = last_type } };
	uint32_t proto = add_type(m, "", BTF_KIND_FUNC_PROTO, 2, first);

	strbuf_add(&m->types, args, sizeof(args));
	add_type(m, name, BTF_KIND_FUNC, 0, proto);
}

static void finish(struct making *m, struct strbuf *out)
{
	struct btf_header h = { .magic = BTF_MAGIC,
		                .version = 1,
		                .hdr_len = sizeof(h),
		                .type_len = (uint32_t)m->types.n,
		                .str_off = (uint32_t)m->types.n,
		                .str_len = (uint32_t)m->strings.n };

	strbuf_add(out, &h, sizeof(h));
	strbuf_add(out, m->types.s, m->types.n);
	strbuf_add(out, m->strings.s, m->strings.n);
	strbuf_done(&m->types);
	strbuf_done(&m->strings);
}

static void make_btf(struct strbuf *out)
{
	struct making m = { 0 };
	uint32_t number, aux, pointer, bits = 32;

	strbuf_add(&m.strings, "", 1);
	number = add_type(&m, "int", BTF_KIND_INT, 0, 4);
	strbuf_add(&m.types, &bits, sizeof(bits));
	aux = add_type(&m, "bpf_prog_aux", BTF_KIND_STRUCT, 0, 0);
	pointer = add_type(&m, "", BTF_KIND_PTR, 0, add_type(&m, "", BTF_KIND_CONST, 0, aux));
	add_func(&m, "scx_bpf_create_dsq", number, "aux", pointer);
	add_func(&m, "scx_bpf_kick_cpu", number, "flags", number);
	add_func(&m, "scx_bpf_destroy_dsq", number, "aux", number); /* not that struct */
	add_func(&m, "scx_bpf_exit", number, "aux", pointer);       /* the build kept the whole: */
	add_func(&m, "scx_bpf_exit_impl", number, "aux", pointer);
	add_func(&m, "bpf_prog_get", number, "aux", pointer); /* not sched_ext's */
	add_func(&m, "bpf_iter_scx_dsq_new", number, "aux", pointer);
	finish(&m, out);
}

TEST(kfuncs_hidden_are_those_that_show_their_aux)
{
	_cleanup_strbuf_ struct strbuf btf = STRBUF_INIT;
	_cleanup_strv_ struct strv names = STRV_INIT;
	_cleanup_free_ char *list = NULL;
	struct err err = ERR_INIT;

	make_btf(&btf);
	ASSERT_OK(kfuncs_hidden(btf.s, btf.n, &names, &err));
	list = strv_join(&names, " ");
	ck_assert_str_eq(list, "bpf_iter_scx_dsq_new scx_bpf_create_dsq");
}

TEST(kfuncs_btf_cut_short_is_refused_at_every_length)
{
	_cleanup_strbuf_ struct strbuf btf = STRBUF_INIT;

	make_btf(&btf);
	for (size_t n = 0; n < btf.n; n++) {
		_cleanup_strv_ struct strv names = STRV_INIT;
		_cleanup_free_ char *exact = xmemdup(btf.s, n + !n);
		struct err err = ERR_INIT;

		ASSERT_ERR(kfuncs_hidden(exact, n, &names, &err), ERR_FORMAT, "BTF");
		ck_assert_uint_eq(names.n, 0);
	}
}

TEST(kfuncs_unknown_kind_of_type_is_said)
{
	_cleanup_strbuf_ struct strbuf btf = STRBUF_INIT;
	_cleanup_strv_ struct strv names = STRV_INIT;
	struct making m = { 0 };
	struct err err = ERR_INIT;

	strbuf_add(&m.strings, "", 1);
	add_type(&m, "", 30, 0, 0);
	finish(&m, &btf);
	ASSERT_ERR(kfuncs_hidden(btf.s, btf.n, &names, &err), ERR_UNSUPPORTED, "kind 30");
}
