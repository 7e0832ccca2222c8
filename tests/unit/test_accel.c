/* SPDX-License-Identifier: GPL-2.0-only */
#include "tests/unit/test.h"

#include <unistd.h>

#include "vmm/vmm.h"

TEST(accel_asked_for_emulation_needs_no_probe)
{
	struct err err = ERR_INIT;
	enum vm_accel got = VM_ACCEL_AUTO;
	const char *why = NULL;

	ASSERT_OK(vm_accel_probe(VM_ACCEL_TCG, &got, &why, &err));
	ck_assert_int_eq(got, VM_ACCEL_TCG);
	ck_assert_ptr_nonnull(why);
}

/* Whatever this machine can do: asking for KVM agrees with what auto found, or says why not. */
TEST(accel_kvm_and_auto_agree)
{
	struct err err = ERR_INIT;
	enum vm_accel best = VM_ACCEL_AUTO, kvm = VM_ACCEL_AUTO;
	const char *why = NULL, *ignored = NULL;

	ASSERT_OK(vm_accel_probe(VM_ACCEL_AUTO, &best, &why, &err));
	ck_assert_int_ne(best, VM_ACCEL_AUTO);
	ck_assert_str_ne(why, "");
	if (best == VM_ACCEL_KVM) {
		ASSERT_OK(vm_accel_probe(VM_ACCEL_KVM, &kvm, &ignored, &err));
		ck_assert_int_eq(kvm, VM_ACCEL_KVM);
	} else {
		ASSERT_ERR(vm_accel_probe(VM_ACCEL_KVM, &kvm, &ignored, &err), ERR_UNSUPPORTED,
		           why);
		ck_assert_int_eq(kvm, VM_ACCEL_AUTO);
	}
}

TEST(accel_without_a_device_is_emulation)
{
	struct err err = ERR_INIT;
	enum vm_accel got = VM_ACCEL_AUTO;
	const char *why = NULL;

	if (access("/dev/kvm", F_OK) == 0)
		TEST_SKIP("this machine has a /dev/kvm");
	ASSERT_OK(vm_accel_probe(VM_ACCEL_AUTO, &got, &why, &err));
	ck_assert_int_eq(got, VM_ACCEL_TCG);
	ck_assert_str_eq(why, "there is no /dev/kvm");
}
