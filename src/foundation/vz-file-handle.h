/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

G_BEGIN_DECLS

#define VZ_TYPE_FILE_HANDLE (vz_file_handle_get_type ())
VZ_PUBLIC
G_DECLARE_FINAL_TYPE (VzFileHandle, vz_file_handle, VZ, FILE_HANDLE, GObject)

VZ_PUBLIC
VzFileHandle *vz_file_handle_new (int fd);
VZ_PUBLIC
int vz_file_handle_get_fd (VzFileHandle *self);

G_END_DECLS
