/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

#define VZ_TYPE_COMPOSE_COPY (vz_compose_copy_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzComposeCopy, vz_compose_copy, VZ, COMPOSE_COPY, VzConfig)

VZ_PUBLIC
VzComposeCopy *vz_compose_copy_new (const char *source, const char *destination);
VZ_PUBLIC
VzComposeCopy *vz_compose_copy_new_from_string (const char *text, GError **error);

VZ_PUBLIC
const char *vz_compose_copy_get_source (VzComposeCopy *self);
VZ_PUBLIC
void vz_compose_copy_set_source (VzComposeCopy *self, const char *source);
VZ_PUBLIC
const char *vz_compose_copy_get_destination (VzComposeCopy *self);
VZ_PUBLIC
void vz_compose_copy_set_destination (VzComposeCopy *self, const char *destination);

G_END_DECLS
