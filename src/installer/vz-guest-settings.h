/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_GUEST_SETTINGS (vz_guest_settings_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzGuestSettings, vz_guest_settings, VZ, GUEST_SETTINGS, GObject)

VZ_PUBLIC
VzGuestSettings *vz_guest_settings_new (void);

VZ_PUBLIC
char *vz_guest_settings_derive_host_name (const char *path);
VZ_PUBLIC
gboolean vz_guest_settings_check_host_name (const char *host_name, GError **error);
VZ_PUBLIC
const char *vz_guest_settings_get_host_name (VzGuestSettings *self);
VZ_PUBLIC
void vz_guest_settings_set_host_name (VzGuestSettings *self, const char *host_name);
VZ_PUBLIC
const char *vz_guest_settings_get_user_name (VzGuestSettings *self);
VZ_PUBLIC
void vz_guest_settings_set_user_name (VzGuestSettings *self, const char *user_name);
VZ_PUBLIC
const char *const *vz_guest_settings_get_ssh_authorized_keys (VzGuestSettings *self);
VZ_PUBLIC
void vz_guest_settings_set_ssh_authorized_keys (VzGuestSettings *self, const char *const *keys);
VZ_PUBLIC
gboolean vz_guest_settings_get_console_login (VzGuestSettings *self);
VZ_PUBLIC
void vz_guest_settings_set_console_login (VzGuestSettings *self, gboolean console_login);

VZ_PUBLIC
gboolean vz_guest_settings_add_ssh_key_file (VzGuestSettings *self, const char *path,
                                             GError **error);
VZ_PUBLIC
gboolean vz_guest_settings_add_own_ssh_keys (VzGuestSettings *self, GError **error);
VZ_PUBLIC
gboolean vz_guest_settings_validate (VzGuestSettings *self, GError **error);

G_END_DECLS
