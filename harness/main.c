/* SPDX-License-Identifier: GPL-2.0-only */
#include "harness/harness.h"

int main(int argc, char **argv)
{
	return cmd_main(&harness_program, argc, (const char **)argv);
}
