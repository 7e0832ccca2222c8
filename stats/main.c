/* SPDX-License-Identifier: GPL-2.0-only */
#include "stats/stats.h"

int main(int argc, char **argv)
{
	return stats_main(argc, (const char **)argv);
}
