/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_COMPOSE_REQUEST (vz_compose_request_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzComposeRequest, vz_compose_request, VZ, COMPOSE_REQUEST, VzConfig)

VZ_PUBLIC
VzComposeRequest *vz_compose_request_new (void);

VZ_PUBLIC
const char *vz_compose_request_get_distribution (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_distribution (VzComposeRequest *self, const char *distribution);
VZ_PUBLIC
const char *vz_compose_request_get_suite (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_suite (VzComposeRequest *self, const char *suite);
VZ_PUBLIC
const char *vz_compose_request_get_architecture (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_architecture (VzComposeRequest *self, const char *architecture);
VZ_PUBLIC
const char *vz_compose_request_get_packages (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_packages (VzComposeRequest *self, const char *packages);
VZ_PUBLIC
gboolean vz_compose_request_get_desktop (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_desktop (VzComposeRequest *self, gboolean desktop);
VZ_PUBLIC
GPtrArray *vz_compose_request_get_copies (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_copies (VzComposeRequest *self, GPtrArray *copies);
VZ_PUBLIC
const char *vz_compose_request_get_script (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_script (VzComposeRequest *self, const char *script);
VZ_PUBLIC
const char *vz_compose_request_get_disk (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_disk (VzComposeRequest *self, const char *disk);
VZ_PUBLIC
const char *vz_compose_request_get_system_name (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_system_name (VzComposeRequest *self, const char *system_name);
VZ_PUBLIC
const char *vz_compose_request_get_system_version (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_system_version (VzComposeRequest *self, const char *system_version);
VZ_PUBLIC
const char *vz_compose_request_get_mirror (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_mirror (VzComposeRequest *self, const char *mirror);
VZ_PUBLIC
const char *vz_compose_request_get_log_path (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_log_path (VzComposeRequest *self, const char *log_path);
VZ_PUBLIC
gboolean vz_compose_request_get_use_cache (VzComposeRequest *self);
VZ_PUBLIC
void vz_compose_request_set_use_cache (VzComposeRequest *self, gboolean use_cache);
VZ_PUBLIC
const char *vz_compose_request_get_note (VzComposeRequest *self);

VZ_PUBLIC
gboolean vz_compose_request_check_host (VzComposeRequest *self, GCancellable *cancellable,
                                        GError **error);
VZ_PUBLIC
char *vz_compose_request_dup_file_name (VzComposeRequest *self);
VZ_PUBLIC
char *vz_compose_request_dup_url (VzComposeRequest *self);
VZ_PUBLIC
VzComposeRequest *vz_compose_request_new_from_url (const char *url, GError **error);

G_END_DECLS
