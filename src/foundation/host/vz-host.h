/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

/* Facts about this host. */

/* Processors that this process may use, at least 1. */
guint vz_host_get_cpu_count (void);

/* Installed memory in bytes, or the part of it that this process's control group may use. */
guint64 vz_host_get_memory_size (void);
/* The limit of the groups in @text, in the form of /proc/self/cgroup; G_MAXUINT64 if there is none.
 * @root: where their files are. */
guint64 vz_host_find_memory_limit (const char *text, const char *root);

/* "x86_64" or "aarch64"; the kernel's own word on any other machine. Static. */
const char *vz_host_get_architecture (void);

/* Why a guest on this host's KVM cannot run guests itself, "must be false, because ..."; NULL if it
 * can, or if there is no KVM and the emulated processor has what it takes. Static. */
const char *vz_host_get_nested_obstacle (void);
/* The same for given facts: whether KVM exists, and whether it allows this. */
const char *vz_host_judge_nested (const char *architecture, gboolean has_kvm, gboolean allows);

/* What is wrong with this host, in a sentence with its remedy, or NULL: server names cannot be
 * resolved; the clock shows a time far in the past; nothing may be run in the folder that @path is
 * or will be in. */
char *vz_host_dup_name_server_problem (void);
char *vz_host_dup_clock_problem (void);
char *vz_host_dup_noexec_problem (const char *path);

/* Whether the text of resolv.conf names a server. */
gboolean vz_host_text_has_name_server (const char *text);

G_END_DECLS
