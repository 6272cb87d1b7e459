/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "configuration/vz-efi-variable-store.h"

#include <sys/stat.h>

#include "configuration/vz-file-rules.h"
#include "foundation/vz-field.h"

#define BLOCK 4096 /* of the flash chip that QEMU makes of the file */

/**
 * VzEFIVariableStore:
 *
 * The file in which an EFI guest's firmware keeps its variables. Apple: `VZEFIVariableStore`.
 */
struct _VzEFIVariableStore {
  VzConfig parent_instance;

  char *path;
};

G_DEFINE_FINAL_TYPE (VzEFIVariableStore, vz_efi_variable_store, VZ_TYPE_CONFIG)

enum { PROP_PATH = 1, N_PROPS };
static GParamSpec *props[N_PROPS];

static const VzField fields[] = {
  VZ_STRING ("path", VzEFIVariableStore, path, "file with the firmware's variables",
             .flags = VZ_FIELD_REQUIRED | VZ_FIELD_PATH),
};
_Static_assert (G_N_ELEMENTS (fields) == N_PROPS - 1, "a row for each property");

static void
check (VzConfig *config, VzProblems *problems)
{
  VzEFIVariableStore *self = VZ_EFI_VARIABLE_STORE (config);
  g_autofree char *size = NULL;
  struct stat st;

  if (!vz_check_file (problems, config, "path", self->path, TRUE) || stat (self->path, &st) != 0)
    return;
  size = g_strdup_printf ("%s, %" G_GUINT64_FORMAT " bytes", self->path, (guint64) st.st_size);
  if (st.st_size == 0 || st.st_size % BLOCK != 0)
    vz_problems_add (problems, config, "path", size, "must be a variable store: a multiple of %d bytes", BLOCK);
}

static const VzFieldTable table = {
  .fields = fields,
  .n_fields = G_N_ELEMENTS (fields),
  .props = props,
  .check = check,
};

static void
vz_efi_variable_store_class_init (VzEFIVariableStoreClass *klass)
{
  vz_config_class_install (klass, &table);
}

static void
vz_efi_variable_store_init (VzEFIVariableStore *self)
{
}

/**
 * vz_efi_variable_store_new:
 * @path: (type filename): an existing variable store
 *
 * Whether the file is usable is told by validation, not here.
 *
 * Returns: (transfer full): the variable store
 */
VzEFIVariableStore *
vz_efi_variable_store_new (const char *path)
{
  return g_object_new (VZ_TYPE_EFI_VARIABLE_STORE, "path", path, NULL);
}

/**
 * vz_efi_variable_store_get_path:
 * @self: a variable store
 *
 * Returns: (nullable) (type filename): the file
 */
/**
 * vz_efi_variable_store_set_path:
 * @self: a variable store
 * @path: (nullable) (type filename): the file
 *
 * Sets what vz_efi_variable_store_get_path() returns.
 */
VZ_ACCESS_STRING (VzEFIVariableStore, vz_efi_variable_store, VZ_IS_EFI_VARIABLE_STORE, path, PROP_PATH)
