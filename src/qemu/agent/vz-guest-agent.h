/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_GUEST_AGENT (vz_guest_agent_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzGuestAgent, vz_guest_agent, VZ, GUEST_AGENT, GObject)

VZ_PUBLIC
gboolean vz_guest_agent_ping (VzGuestAgent *self, int timeout_ms, GCancellable *cancellable,
                              GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_wait (VzGuestAgent *self, int timeout_ms, GCancellable *cancellable,
                              GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_exec (VzGuestAgent *self, const char *const *argv, GBytes *input,
                              int *ret_status, GBytes **ret_output, GBytes **ret_errors,
                              GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_write_file (VzGuestAgent *self, const char *path, GBytes *content,
                                    GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_set_time (VzGuestAgent *self, gint64 time, GCancellable *cancellable,
                                  GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_freeze (VzGuestAgent *self, GCancellable *cancellable, GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_thaw (VzGuestAgent *self, GError **error);
VZ_PUBLIC
gboolean vz_guest_agent_shutdown (VzGuestAgent *self, GCancellable *cancellable, GError **error);

G_END_DECLS
