/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include <json-glib/json-glib.h>

#include "configuration/identity/vz-mac-address.h"
#include "configuration/identity/vz-mac-hardware-model.h"
#include "configuration/identity/vz-mac-machine-identifier.h"

G_BEGIN_DECLS

/* A machine as described by another program, in the terms of a bundle. */
typedef struct {
  const char *program; /* the program's name: "tart"; static */
  char *settings; /* path of the file that describes it */
  gboolean is_linux; /* not a Mac */
  char *disk; /* absolute path: what it boots from, raw for a Mac, else any format */
  char *backing; /* of a Linux machine: the disk's backing image; NULL: none */
  char *storage; /* absolute path: a Mac's auxiliary storage, else UEFI's variables; NULL: none */
  VzMacHardwareModel *model; /* a Mac's */
  VzMacMachineIdentifier *identifier; /* a Mac's */
  guint64 cpu_count; /* of a Linux machine; 0 for this and the next: chosen by vz */
  guint64 memory_size; /* bytes */
  gboolean has_display; /* FALSE: unspecified, and it gets the usual one */
  guint64 width;
  guint64 height;
  guint64 pixels_per_inch;
  GPtrArray *addresses; /* of VzMACAddress: one for each network device */
  gboolean has_network; /* FALSE: none at all; without an address it gets the usual device */
  gboolean has_usb_keyboard;
  gboolean has_mac_keyboard;
  gboolean has_usb_pointer;
  gboolean has_trackpad;
  GPtrArray *left_out; /* of char *: what cannot be mapped, one line each */
} VzForeignMachine;

/* Reads the machine at @place, a folder or a settings file. Writes nothing. INVALID_ARGUMENT if it
 * is not from a known program, or malformed; NOT_SUPPORTED if it cannot become a bundle; NOT_FOUND,
 * IO. */
VzForeignMachine *vz_foreign_machine_read (const char *place, GError **error);
void vz_foreign_machine_free (VzForeignMachine *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzForeignMachine, vz_foreign_machine_free)

/* For the readers for individual programs. */
VzForeignMachine *vz_foreign_machine_new (const char *program, const char *settings);
void vz_foreign_machine_leave_out (VzForeignMachine *self, const char *format, ...)
  G_GNUC_PRINTF (2, 3);
gboolean vz_foreign_machine_add_address (VzForeignMachine *self, const char *text, GError **error);
/* @name relative to the settings' folder, unless it is absolute. */
char *vz_foreign_machine_dup_path (VzForeignMachine *self, const char *name);

/* For a machine that is not a Mac: @text is the name of an architecture, as any program writes it.
 * Rejects one for which vz has no machines. */
gboolean vz_foreign_machine_check_architecture (const char *key, const char *text, GError **error);
/* A relative or absolute name of the disk; a second one is an error. Further disks are left out. */
void vz_foreign_machine_add_disk (VzForeignMachine *self, const char *key, const char *name);

VzForeignMachine *vz_foreign_libvirt_read (const char *path, GError **error);
VzForeignMachine *vz_foreign_lima_read (const char *folder, GError **error);
VzForeignMachine *vz_foreign_quickemu_read (const char *path, GError **error);
VzForeignMachine *vz_foreign_utm_read (const char *folder, GError **error);
VzForeignMachine *vz_foreign_tart_read (const char *folder, GError **error);
VzForeignMachine *vz_foreign_macosvm_read (const char *settings, GError **error);
VzForeignMachine *vz_foreign_virtual_buddy_read (const char *folder, GError **error);

/* Settings in JSON. A missing value is an error unless @need is FALSE; then the output is
 * untouched. Errors name the key. */
JsonObject *vz_foreign_json_read (const char *path, GError **error);
gboolean vz_foreign_json_get_uint (JsonObject *object, const char *key, gboolean need,
                                   guint64 *ret_value, GError **error);
gboolean vz_foreign_json_get_string (JsonObject *object, const char *key, gboolean need,
                                     const char **ret_text, GError **error);
/* A number, as in Objective-C, or a boolean. */
gboolean vz_foreign_json_get_bool (JsonObject *object, const char *key, gboolean *ret_value,
                                   GError **error);
/* Base64. */
gboolean vz_foreign_json_get_data (JsonObject *object, const char *key, gboolean need,
                                   GBytes **ret_data, GError **error);
/* NULL if it is absent; FALSE if it is something else. */
gboolean vz_foreign_json_get_array (JsonObject *object, const char *key, JsonArray **ret_array,
                                    GError **error);
/* FALSE, with what was found for @key and what is @allowed. */
gboolean vz_foreign_json_refuse (const char *key, JsonNode *node, const char *allowed,
                                 GError **error);
/* All known settings have version 1. */
gboolean vz_foreign_json_check_version (JsonObject *settings, gboolean need, GError **error);
/* The object at @index, or NULL with @error. */
JsonObject *vz_foreign_json_get_item (JsonArray *array, const char *key, guint index,
                                      GError **error);

G_END_DECLS
