/* SPDX-License-Identifier: LGPL-2.1-or-later */
#pragma once

#include "foundation/config/vz-config.h"

G_BEGIN_DECLS

/* Collects what is wrong with a configuration, one line for each broken rule:
 *   storage-devices[0]: VzVirtioBlockDeviceConfiguration: attachment: nothing found, must be set
 * The part before the class says where the object is; it is absent for the outermost one. */
typedef struct _VzProblems VzProblems;

VzProblems *vz_problems_new (void);
void vz_problems_free (VzProblems *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VzProblems, vz_problems_free)

/* @value is what was found, as it should be shown, without quotes; NULL: nothing. The format says
 * what is allowed: "must be ...". */
void vz_problems_add (VzProblems *self, VzConfig *config, const char *property, const char *value,
                      const char *format, ...) G_GNUC_PRINTF (5, 6);
/* The same for a property of an object inside @config, such as "storage-devices[1].attachment". */
void vz_problems_add_at (VzProblems *self, const char *location, VzConfig *config,
                         const char *property, const char *value, const char *format, ...)
  G_GNUC_PRINTF (6, 7);

/* Checks @config and everything in it: rows first, then the rules of each class. */
void vz_problems_check (VzProblems *self, VzConfig *config);
void vz_problems_check_save_restore (VzProblems *self, VzConfig *config);

guint vz_problems_get_n_lines (VzProblems *self);
/* TRUE if no problem was found; else FALSE, with VZ_ERROR code 2 and all lines. */
gboolean vz_problems_report (VzProblems *self, GError **error);

/* What an object is, in a user's words: "USB mass storage device". Static. */
const char *vz_problems_kind_of (gpointer object);
const char *vz_problems_kind_of_type (GType type);

G_END_DECLS
