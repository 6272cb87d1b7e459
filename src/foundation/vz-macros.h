/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <gio/gio.h>

/* Marks what the shared library exports; everything else is hidden. */
#define VZ_PUBLIC __attribute__ ((visibility ("default"))) extern
