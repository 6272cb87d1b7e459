/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/vz-macros.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* QEMU's command line as records: an option, its head ("virtio-blk-pci", or none) and its fields.
 * Values are stored as they are and escaped only by vz_command_line_render(). */
typedef struct _VzCommandLine VzCommandLine;
typedef struct _VzOption VzOption;

VzCommandLine *vz_command_line_new (void);
void vz_command_line_free (VzCommandLine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzCommandLine, vz_command_line_free)

/* `-device virtio-blk-pci,...`; @head may be NULL. The record belongs to @self. */
VzOption *vz_command_line_add (VzCommandLine *self, const char *option, const char *head);
/* An option whose value QEMU takes unparsed, such as `-append`; @value NULL: a switch. */
void vz_command_line_add_plain (VzCommandLine *self, const char *option, const char *value);

void vz_option_set (VzOption *self, const char *key, const char *value);
void vz_option_set_format (VzOption *self, const char *key, const char *format, ...)
  G_GNUC_PRINTF (3, 4);
void vz_option_set_bool (VzOption *self, const char *key, gboolean value); /* on, off */
void vz_option_set_number (VzOption *self, const char *key, guint value);

/* The fields for a QMP command: "file.driver" is the member "driver" of the object "file"; booleans
 * and numbers keep their type. */
JsonObject *vz_option_to_json (VzOption *self);

/* The arguments for exec. INVALID_ARGUMENT names the option whose value has a control character:
 * QEMU would accept it, but a newline in a name is never intended and would break logs. */
GStrv vz_command_line_render (VzCommandLine *self, const char *binary, GError **error);

G_END_DECLS
