/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

VZ_PUBLIC
gboolean vz_host_check_engine (const char *architecture, GError **error);
VZ_PUBLIC
gboolean vz_host_check_kvm (const char *architecture, GError **error);
VZ_PUBLIC
gboolean vz_host_check_network (GError **error);
VZ_PUBLIC
gboolean vz_host_check_clock (GError **error);
VZ_PUBLIC
gboolean vz_host_check_shared_folders (GError **error);
VZ_PUBLIC
gboolean vz_host_check_virtio_fs (char **ret_description, GError **error);
VZ_PUBLIC
gboolean vz_host_check_mac_engine (GError **error);
VZ_PUBLIC
gboolean vz_host_check_mac_boot_rom (GError **error);
VZ_PUBLIC
gboolean vz_host_check_apple_licence (GError **error);
VZ_PUBLIC
gboolean vz_host_accept_apple_licence (GError **error);

G_END_DECLS
